"""Asking a second person: what one proposes and another confirms."""
