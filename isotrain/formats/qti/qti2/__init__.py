"""QTI 2 and 3, which differ in names only."""
