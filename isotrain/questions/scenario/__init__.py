"""A text with questions that travel together: one version holds them all."""
