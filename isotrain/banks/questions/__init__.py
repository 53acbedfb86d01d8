"""Questions: the page of one with its key and history, and writing it."""
