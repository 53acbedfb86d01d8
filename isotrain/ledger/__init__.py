"""What makes stored facts provable: one byte form, hashes of it, commitments, signatures."""
