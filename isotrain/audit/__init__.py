"""Who did what: one appended event for every consequential act."""
