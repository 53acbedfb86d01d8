"""Many questions at once: staged where nobody sees them, shown by one statement, undone."""
