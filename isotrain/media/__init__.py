"""Pictures: kept once by their content, served, and forgotten when nothing refers to them."""
