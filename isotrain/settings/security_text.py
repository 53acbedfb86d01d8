"""The lines of security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

PATH = "/.well-known/security.txt"
# Whoever reads it is to ask again: less than the year that the RFC recommends.
LIFETIME = timedelta(days=90)


def written(contact: str, *, public_url: str, language: str, now: datetime) -> str:
    """Return the file; a web address in it has to be one with https, so without it none stands."""
    expires = (now + LIFETIME).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {contact if contact.startswith('https://') else f'mailto:{contact}'}",
             f"Expires: {expires}", f"Preferred-Languages: {language.replace('_', '-')}"]
    if public_url.startswith("https://"):
        lines.append(f"Canonical: {public_url}{PATH}")
    return "\n".join(lines) + "\n"
