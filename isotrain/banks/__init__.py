"""Question banks: questions and their versions; editing, importing, exporting."""
