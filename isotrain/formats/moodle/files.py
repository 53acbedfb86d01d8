"""The pictures of Moodle XML: files beside a text, which calls them @@PLUGINFILE@@/name."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import zip_longest
from urllib.parse import unquote

from isotrain.formats.markup import Find
from isotrain.formats.moodle.tree import Node
from isotrain.formats.picture import Picture
from isotrain.questions.pictured import lost, named, pictures_in

INLINE = "inline"
"""What a picture is called that stands in the text itself."""

_BESIDE = "@@PLUGINFILE@@/"
_MARKDOWN = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(@@PLUGINFILE@@/([^()\s]{1,1000})\)")
_INLINE = re.compile(r"data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
_TEXT = re.compile(r"<text>([^<]*)</text>")


class Files:
    """The files of one question; `used` are those that its texts show, by the names given here."""

    def __init__(self, question: Node) -> None:
        self._question = question
        self.all = [node for node in question.within() if node.name == "file"]
        self.used: dict[str, bytes] = {}
        self._shown: set[int] = set()

    @property
    def unused(self) -> int:
        """How many files no text shows."""
        return sum(id(node) not in self._shown for node in self.all)

    def beside(self, node: Node) -> Find:
        """What finds the pictures of the text of this element; those of others come last."""
        def find(address: str, alt: str) -> str:
            data, name = self._data(address, [*node.every("file"), *self.all])
            return self._taken(data, name, alt) if data else ""

        return find

    def alone(self) -> Iterator[str]:
        """What the text says for the picture that stood beside it before Moodle 2."""
        names = [node.said().strip() for node in self._question.every("image")]
        pictures = [_decoded(node.said()) for node in self._question.every("image_base64")]
        for name, data in zip_longest(filter(None, names), pictures):
            name = (name or "").rpartition("/")[2]
            yield self._taken(data, name, "") if data else lost(name, "")

    def _taken(self, data: bytes, name: str, alt: str) -> str:
        given = f"{sha256(data).hexdigest()[:12]}/{name}"
        self.used[given] = data
        return named(alt, given)

    def _data(self, address: str, files: list[Node]) -> tuple[bytes, str]:
        inline = _INLINE.match(address)
        if inline:
            return _decoded(address[inline.end():]), INLINE
        wanted = unquote(address.removeprefix(_BESIDE).partition("?")[0])
        for node in files:
            folder = node.attributes.get("path", "/").strip("/")
            name = node.attributes.get("name", "")
            if wanted == "/".join(filter(None, (folder, name))):
                self._shown.add(id(node))
                return _decoded(node.source()), name
        return b"", ""


def in_markdown(text: str, find: Find) -> str:
    """A text in Markdown with the pictures that are found by the names given to them."""
    return _MARKDOWN.sub(lambda m: find(_BESIDE + m[2], m[1]) or m[0], text)


def carried(data: bytes, pictures: Mapping[str, Picture]) -> bytes:
    """A written file with the pictures of its texts beside them."""
    return _TEXT.sub(lambda match: _with_files(match[1], pictures), data.decode()).encode()


def _with_files(text: str, pictures: Mapping[str, Picture]) -> str:
    files = {}
    for shown in pictures_in(text):
        if shown.sha256 in pictures:
            picture = pictures[shown.sha256]
            name = f"{shown.sha256[:16]}.{picture.media_type.removeprefix('image/')}"
            text = text.replace(f"(picture:{shown.address})", f"({_BESIDE}{name})")
            files[name] = b64encode(picture.data).decode()
    beside = "".join(f'<file name="{name}" path="/" encoding="base64">{data}</file>'
                     for name, data in files.items())
    return f"<text>{text}</text>{beside}"


def _decoded(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()))
    except (binascii.Error, ValueError):
        return b""
