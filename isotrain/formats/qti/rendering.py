"""Texts written as XML: as HTML where that reads back the same, else as they stand."""

import re
from html import escape

from isotrain.formats.markup import reduced
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import SCHEME, Shown, pictures_in, reference, split

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = (
    (re.compile(r"\*\*(?=\S)([^*\n]+)(?<=\S)\*\*"), "strong"),
    (re.compile(r"\*(?=\S)([^*\n]+)(?<=\S)\*"), "em"),
    (re.compile(r"`([^`\n]+)`"), "code"),
)
# Half of a surrogate pair cannot occur in a text, so it marks where a picture stands.
_HOLE = chr(0xD804)


def tag(name: str, *content: str, **attributes: str | None) -> str:
    """An element with this content, which is XML; attributes that are None are left out.

    A name of an attribute may end with an underscore and have one for a colon.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", ":")}="{text(value)}"'
        for key, value in attributes.items() if value is not None)
    inner = "".join(content)
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"


def text(value: str) -> str:
    """A text as XML; what XML cannot hold becomes the sign for a missing one."""
    return escape(_UNWRITABLE.sub("\ufffd", value))


def plain(value: str) -> str:
    """A text as XML, with quotes as they are."""
    return escape(_UNWRITABLE.sub("\ufffd", value), quote=False)


def html_of_text(value: str) -> str | None:
    """A text as well-formed HTML, None where it would not come back as it was."""
    pieces = list(split(value))
    source = _HOLE.join(plain(each) for each in pieces if isinstance(each, str))
    for pattern, name in _MARKS:
        source = pattern.sub(rf"<{name}>\1</{name}>", source)
    paragraphs = (part.replace("\n", "<br/>") for part in source.split("\n\n"))
    source = "".join(f"<p>{part}</p>" for part in paragraphs)
    for each in pieces:
        source = source.replace(_HOLE, _image(each), 1) if isinstance(each, Shown) else source
    back, removed = reduced(source, find=lambda at, alt: reference(alt, at.removeprefix(SCHEME)))
    balanced = all(source.count(f"<{name}>") == source.count(f"</{name}>") for _, name in _MARKS)
    return source if back == value and not removed and balanced and _nests(source) else None


def hides_pictures(draft: Draft) -> bool:
    """Whether a text with pictures cannot be written as HTML, so that only we find them in it."""
    found: list[str] = []

    def look(value: str) -> str:
        if SCHEME in value and next(pictures_in(value), None) and html_of_text(value) is None:
            found.append(value)
        return value

    draft.retold(look)
    return bool(found)


def _nests(source: str) -> bool:
    """Whether the emphasis in it closes in the order in which it opens."""
    waiting: list[str] = []
    for sign, name in re.findall(r"<(/?)(strong|em|code|p)>", source):
        if not sign:
            waiting.append(name)
        elif not waiting or waiting.pop() != name:
            return False
    return not waiting


def block(value: str) -> str:
    """A text as XHTML; preformatted where spaces and signs would not come back."""
    if not value:
        return ""
    return html_of_text(value) or f"<pre>{plain(value)}</pre>"


def inline(value: str) -> str:
    """A text within a paragraph as XHTML, with its pictures."""
    return "".join(_image(each) if isinstance(each, Shown) else plain(each).replace("\n", "<br/>")
                   for each in split(value))


def _image(shown: Shown) -> str:
    """A picture; whoever puts it into the package writes where it stands there."""
    return tag("img", src=f"{SCHEME}{shown.address}", alt=shown.alt)
