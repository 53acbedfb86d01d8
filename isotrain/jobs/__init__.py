"""Work without a reader: jobs that run by themselves, and long work that a person asked for."""
