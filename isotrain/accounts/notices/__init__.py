"""What others did with somebody's account, told to them by mail and at their next sign-in."""
