"""What there is to translate, and what it is in other languages."""
