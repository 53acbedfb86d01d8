"""What checks find in the questions of a bank or of a folder, and what of it may stay."""
