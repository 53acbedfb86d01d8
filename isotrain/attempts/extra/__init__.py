"""One more attempt at an exam, beyond its limit: given by whoever looks after the course."""
