"""Pictures in the texts of questions: Markdown's ![what it shows](picture:HASH/640x480).

The address is the SHA-256 of the picture and its size in pixels; a reader of files writes a name.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from isotrain.questions.problem import Problem, warning
from isotrain.text import N_

SCHEME = "picture:"
MISSING, MISSING_LENGTH = N_("A picture is missing: %(name)s."), 100
ADD_IT = N_("Add it, or take its place out of the text; only then can the question be approved.")
_REFERENCE = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(picture:([^()\s]{1,1000})\)")
_KEPT = re.compile(r"([0-9a-f]{64})/([1-9][0-9]{0,3})x([1-9][0-9]{0,3})")


class Shown(NamedTuple):
    """A picture that a text refers to; without a hash it is one that nobody has."""

    alt: str
    address: str
    sha256: str = ""
    width: int = 0
    height: int = 0

    @property
    def name(self) -> str:
        """What one that nobody has is called."""
        return unquote(self.address)[:MISSING_LENGTH]


def shown_at(text: str, at: int) -> tuple[Shown, int] | None:
    """The picture that begins at a place of a text, and where its reference ends."""
    match = _REFERENCE.match(text, at)
    return (_shown(match), match.end()) if match else None


def pictures_in(text: str) -> Iterator[Shown]:
    """The pictures of a text in their order."""
    if SCHEME in text:
        yield from map(_shown, _REFERENCE.finditer(text))


def split(text: str) -> Iterator[str | Shown]:
    """The text in pieces: what stands between the pictures, and they, in turn."""
    end = 0
    for match in _REFERENCE.finditer(text):
        yield text[end:match.start()]
        yield _shown(match)
        end = match.end()
    yield text[end:]


def worded(text: str) -> str:
    """The text for where no picture can be shown: in its place stands what it shows."""
    if SCHEME not in text:
        return text
    return _REFERENCE.sub(lambda match: f"[{match[1].strip() or '…'}]", text)


def is_kept(address: str) -> bool:
    """Whether an address in a text is that of a picture that was made anew."""
    return bool(_KEPT.fullmatch(address))


def reference(alt: str, address: str) -> str:
    """What a text says to show a picture."""
    alt = " ".join(alt.replace("[", "(").replace("]", ")").split())[:1000]
    return f"![{alt}]({SCHEME}{address})"


def named(alt: str, name: str) -> str:
    """What a reader of files says to show the picture that the file calls by this name."""
    return reference(alt, quote(name, safe="").replace("~", "%7E")[:1000])


def lost(address: str, alt: str) -> str:
    """What a reader of files says where a picture belongs that the file does not hold."""
    if address.startswith(SCHEME):  # it was lost before
        return reference(alt, quote(unquote(address.removeprefix(SCHEME)), safe=""))
    name = "…" if not address else "data:…" if address.startswith("data:") else address
    return named(alt, name[:MISSING_LENGTH])


def addressed(text: str, address_of: Callable[[str], str]) -> str:
    """The text with new addresses of its pictures: what `address_of` gives for an unquoted one.

    One for which it gives none stays as it is.
    """
    if SCHEME not in text:
        return text
    return _REFERENCE.sub(
        lambda match: reference(match[1], address_of(unquote(match[2])) or match[2]), text)


def check_pictures(place: str, text: str) -> Iterator[Problem]:
    """Problems of the pictures in a text: one that is not there, one that says nothing."""
    for each in pictures_in(text):
        if not each.sha256:
            yield warning(place, MISSING, ADD_IT, name=each.name)
        elif not each.alt.strip():
            yield warning(
                place, "A picture has no words for who cannot see it.",
                "Say in words what the picture shows.")


def _shown(match: re.Match[str]) -> Shown:
    kept = _KEPT.fullmatch(match[2])
    if not kept:
        return Shown(match[1], match[2])
    return Shown(match[1], match[2], kept[1], int(kept[2]), int(kept[3]))
