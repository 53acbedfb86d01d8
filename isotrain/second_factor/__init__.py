"""Second factors: what somebody has beside the password, and showing it when signing in."""
