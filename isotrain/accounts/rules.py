"""Pure rules of accounts: what makes an address and a password acceptable, what words find."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import pairwise

from isotrain.spreadsheet import TRIGGERS
from isotrain.text import N_, fold

# NIST SP 800-63B-4 asks for 15 where the password is the only factor.
SHORTEST, SHORTEST_WITH_FACTOR, LONGEST = 15, 12, 256
ZXCVBN_READS = 72
HARD, HARD_ENOUGH_WITH_FACTOR = 4, 3  # zxcvbn's marks: 10^10 and 10^8 clever guesses
# Beside what zxcvbn knows: the product, the demo company's password, and phrases that are long
# enough and known to everybody.
KNOWN = (
    "isotrain", "password", "passwort", "kennwort", "passphrase", "four quiet green pumps",
    "correct horse battery staple", "the quick brown fox jumps over the lazy dog",
    "to be or not to be that is the question", "may the force be with you", "let me in please",
    "lorem ipsum dolor sit amet", "all your base are belong to us", "i love you so much",
    "three blind mice", "happy birthday to you", "once upon a time", "open sesame",
    "this is my password", "you shall not pass", "never gonna give you up", "hello world",
    "das ist mein passwort", "ich liebe dich", "franz jagt im komplett verwahrlosten taxi",
)
_BETWEEN = "-._/'’‐‑–"
_UNMARKED = dict.fromkeys(map(ord, _BETWEEN))
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
             ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS X", "macOS"), ("Linux", "Linux"))


# Crockford's base 32: 8 signs are 40 bits, and none of I, L, O and U is among them.
CODE_SIGNS, CODE_LENGTH = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 8
_MISREAD = str.maketrans("OIL", "011", "-‐‑–— \t\xa0")


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


def code_from(text: str) -> str:
    """Return the code that somebody means: any case, any gaps, O for 0, I and L for 1."""
    return unicodedata.normalize("NFKC", text).upper().translate(_MISREAD)


def in_groups(code: str) -> str:
    """Return a code as it is printed: ABCD-2345."""
    return f"{code[:4]}-{code[4:]}"


def is_email(text: str) -> bool:
    """Say whether a text has the shape of an e-mail address."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def masked(address: str) -> str:
    """Return an address so that its owner knows it and nobody else learns it: a...@example.com."""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}...@{domain}"


def password_problem(
    password: str, *, about: Collection[str], has_factor: bool
) -> str | None:
    """Return what is wrong with a new password as a sentence template, None when it will do.

    No composition rules: length is what counts, and that nobody guesses it who knows the person,
    the house (`about`) or what people choose.
    """
    if has_factor and len(password) < SHORTEST_WITH_FACTOR:
        return N_("Use at least 12 characters; three or four unrelated words are easy to remember")
    if not has_factor and len(password) < SHORTEST:
        return N_("Use at least 15 characters; three or four unrelated words are easy to remember")
    if len(password) > LONGEST:
        return N_("Use at most 256 characters")
    plain, known = _squeezed(password), {_squeezed(word) for word in (*about, *KNOWN)}
    rest = plain
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if len(set(rest)) < 5 or len(rest) < 8:
        return N_("Choose words that are not your name, your number, your company, a known phrase"
                  " or one repeated pattern")
    if _is_run(plain):
        return N_("Choose something that is not a row of keys or numbers")
    if _score(password, known) < (HARD_ENOUGH_WITH_FACTOR if has_factor else HARD):
        return N_("This is among the first passwords that are tried. Choose three or four"
                  " unrelated words")
    return None


def _squeezed(text: str) -> str:
    """Return what is left of a text when case, accents of spelling, spaces and signs are not told.
    """
    return "".join(filter(str.isalnum, fold(text))) or fold(text)


def _score(password: str, known: Collection[str]) -> int:
    """Return zxcvbn's mark from 0 to 4; of a long password that of its better end."""
    from zxcvbn import zxcvbn  # its dictionaries fill 10 MiB, which few processes need

    words = [word for word in known if word]
    ends = {password[:ZXCVBN_READS], password[-ZXCVBN_READS:]}
    return max(zxcvbn(end, user_inputs=words)["score"] for end in ends)


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


def initials(words: Iterable[str]) -> int:
    """Return the letters that words begin with, each a bit: one for a to z and 0 to 9 each.

    All other letters share the rest of the bits that a database can hold.
    """
    bits = 0
    for letter in {word[0] for word in words}:
        at = _PLAIN.find(letter)
        bits |= 1 << (at if at >= 0 else len(_PLAIN) + ord(letter) % (63 - len(_PLAIN)))
    return bits


def is_initial(word: str) -> bool:
    """Say whether one bit of the initials says all that a word asks for."""
    return len(word) == 1 and word in _PLAIN


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
