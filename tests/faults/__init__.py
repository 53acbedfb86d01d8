"""The real server under load while its processes are killed; a ledger says what must be there."""
