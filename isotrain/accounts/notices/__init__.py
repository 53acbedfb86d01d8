"""What was done with somebody's account, told by mail and, of others, at the next sign-in."""
