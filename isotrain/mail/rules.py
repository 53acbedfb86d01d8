"""Pure rules of mail: what a letter is, how it is written down, when it is tried again."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

# The pause after each failed try; after the last try nothing follows.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
          timedelta(hours=12))
TRIES = len(PAUSES)
# How long a letter belongs to who claimed it. Longer than any hand-over takes, so that nobody else
# hands it over meanwhile; then whoever claimed it has died, and it is somebody else's.
CLAIM = timedelta(minutes=10)


@dataclass(frozen=True)
class Letter:
    """What is written: one line of subject and plain text."""

    subject: str
    text: str


@dataclass(frozen=True)
class Recipient:
    """Who is written to."""

    name: str
    address: str
    language: str


def one_line(text: str) -> str:
    """Return a text on one line without control characters, as headers need it."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join(plain.split())


def message(letter: Letter, to: Recipient, *, sender: str, key: str) -> EmailMessage:
    """Write a letter down for delivery.

    `key` names the letter for ever, so that a copy sent after a crash can be recognised. Raises
    ValueError for an address that cannot stand in a header.
    """
    domain = sender.rpartition("@")[2]
    written = EmailMessage()
    written["From"] = Address("Isotrain", addr_spec=one_line(sender))
    written["To"] = Address(one_line(to.name), addr_spec=one_line(to.address))
    written["Subject"] = one_line(letter.subject)
    written["Date"] = formatdate(localtime=False)
    written["Message-ID"] = f"<{key}@{domain}>"
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(letter.text)
    written["Content-Language"] = to.language.replace("_", "-")
    return written
