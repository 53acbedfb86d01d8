"""Users, their roles and permissions, and signing in."""
