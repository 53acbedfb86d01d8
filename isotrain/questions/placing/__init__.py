"""Question types in which things are put in their places: beside each other, in order, in gaps."""
