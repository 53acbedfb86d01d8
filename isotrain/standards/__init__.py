"""Standards and their editions, as data."""
