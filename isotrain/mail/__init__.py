"""Mail that must go out: an outbox written with the change, emptied by a command."""
