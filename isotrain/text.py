"""Texts as people type them: tidied to be kept, folded to be compared, made into addresses.

Nothing here knows anything but the standard library, so that the pure core may use it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Whatever counts as space, also what str.strip() leaves: the mark at the beginning of a file.
SPACE = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
SLUG_LIMIT, SLUG_TRIES = 50, 50
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")
_UNUSABLE = ("Cc", "Cs")


def N_(text: str) -> str:
    """Mark a text that is translated later, when it is known for whom."""
    return text


def in_words(name: str) -> str:
    """Return the name of an event or of a kind of thing as it is read: "Mail sent"."""
    return name.replace(".", " ").replace("_", " ").capitalize()


def tidy(text: str) -> str:
    """Return a text composed (NFC), with one kind of line end and no space around it."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip(SPACE)


def typed(text: str | None) -> str:
    """Return what is kept of what somebody typed: tidy, and without control characters."""
    if not text:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return tidy("".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNUSABLE))


def fold(text: str) -> str:
    """Return the form in which two names are the same: NFKC, no case, nothing invisible."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", " ".join(text.split()))


def level(text: str) -> str:
    """Return the form in which two texts of a question read the same: case and spacing levelled.

    Weaker than `fold`, for which 10² and 102 would be one answer.
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def whole(text: str | None) -> int | None:
    """Return the whole number that a text is in plain digits, None for any other or a huge one."""
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else None


def slugs(title: str, *, otherwise: str) -> Iterator[str]:
    """Yield what a title can be called in addresses, the plain one first; then with numbers."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LIMIT].strip("-") or otherwise
    yield slug
    yield from (f"{slug}-{number}" for number in range(2, SLUG_TRIES))
