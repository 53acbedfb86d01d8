"""Files of questions: importing, exporting and loading them."""
