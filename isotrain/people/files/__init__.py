"""People files: checking them, showing what they would change, applying them."""
