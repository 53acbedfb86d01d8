"""Static files: cut and pressed at set-up, served from memory."""
