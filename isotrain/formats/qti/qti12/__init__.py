"""QTI 1.2, also as Canvas writes and reads it."""
