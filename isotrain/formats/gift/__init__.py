"""GIFT, Moodle's text format: reading and writing it."""
