"""What an organization decides about its installation: rows with who, when and why."""
