"""Measurements against stated limits; `python -m tests.bench [names]` runs them."""
