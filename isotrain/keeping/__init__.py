"""Safe keeping: backup, restore into an empty place, and the check of the invariants."""
