"""Pure rules of accounts: what makes an address and a password acceptable, what words find."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from isotrain.spreadsheet import TRIGGERS
from isotrain.text import N_, fold

# NIST SP 800-63B-4 asks for 15 where the password is the only factor.
SHORTEST, SHORTEST_WITH_FACTOR, LONGEST = 15, 12, 256
_BETWEEN = "-._/'’‐‑–"
_UNMARKED = dict.fromkeys(map(ord, _BETWEEN))
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
             ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("Linux", "Linux"))


def line_fault(text: str) -> tuple[str, str, dict[str, str]] | None:
    """Return what keeps a text from being the name of somebody or something, None when it may.

    A sentence template, what to do about it, and the values of both. Names go out in tables: none
    begins a formula, breaks a line or turns the direction of what stands beside it.
    """
    if text[:1] and text[0] in TRIGGERS:
        return (N_("The text begins with “%(sign)s” as formulas do."), N_("Write plain text."),
                {"sign": text[0]})
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") for c in text):
        return N_("The text holds a line break or a control character."), N_("Type it again."), {}
    if _BIDI.search(text):
        return N_("The text holds invisible direction marks."), N_("Type it again."), {}
    return None


def is_email(text: str) -> bool:
    """Say whether a text has the shape of an e-mail address."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def masked(address: str) -> str:
    """Return an address so that its owner knows it and nobody else learns it: a...@example.com."""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}...@{domain}"


def password_problem(
    password: str, *, about: tuple[str, ...] = (), has_factor: bool
) -> str | None:
    """Return what is wrong with a new password as a sentence template, None when it will do.

    No composition rules: length is what counts, and that it is not about the person.
    """
    if has_factor and len(password) < SHORTEST_WITH_FACTOR:
        return N_("Use at least 12 characters; three or four unrelated words are easy to remember")
    if not has_factor and len(password) < SHORTEST:
        return N_("Use at least 15 characters; three or four unrelated words are easy to remember")
    if len(password) > LONGEST:
        return N_("Use at most 256 characters")
    plain = fold(password)
    rest = plain
    for word in (*about, "isotrain", "password"):
        if len(word) >= 3:
            rest = rest.replace(fold(word), "")
    if len(set(rest)) < 5 or len(rest) < 8:
        return N_("Choose words that are not your name, your number or one repeated pattern")
    if _is_run(plain):
        return N_("Choose something that is not a row of keys or numbers")
    return None


def _is_run(text: str) -> bool:
    """Say whether a text walks along the alphabet, the digits or a row of keys."""
    rows = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")
    pairs = list(pairwise(text))
    along = sum(1 for a, b in pairs if any(a + b in row or b + a in row for row in rows))
    return along > 0.8 * len(pairs)


def search_words(*texts: str | None) -> set[str]:
    """Return the words by whose beginnings somebody with these names and numbers is found.

    A word also begins after a hyphen, at a number and, in scripts without spaces, at any letter;
    what stands behind the @ of an address begins none.
    """
    return {
        found for text in texts for word in fold(text or "").split()
        for at in range(len(word.partition("@")[0]) or 1)
        if _begins_at(word, at) and (found := _spelled(word[at:]))}


def asked_words(text: str) -> tuple[str, ...]:
    """Return the beginnings of words that somebody searches for, none twice."""
    words = {_spelled(word) for word in fold(text).split()} - {""}
    return tuple(sorted(word for word in words if not any(
        other != word and other.startswith(word) for other in words)))


def _begins_at(word: str, at: int) -> bool:
    before, first = word[at - 1:at], word[at]
    return (not before or before in _BETWEEN or unicodedata.category(first) == "Lo"
            or (first.isdecimal() and not before.isdecimal()))


def _spelled(word: str) -> str:
    """Spell a word in the one way: nothing between its parts, no zeros before a number."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", word.translate(_UNMARKED))


def browser_words(user_agent: str) -> str:
    """Return a browser's name as its owner knows it, e.g. "Firefox, Windows"; "" if unknown."""
    found = (next((name for mark, name in marks if mark in user_agent), "")
             for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
