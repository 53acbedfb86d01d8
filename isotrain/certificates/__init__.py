"""Certificates of course completion: issuing, printing, verifying, revoking."""
