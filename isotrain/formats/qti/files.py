"""The pictures of packages: files among the others, which texts call by their paths."""

import binascii
import posixpath
import re
from base64 import b64decode
from hashlib import sha256
from urllib.parse import unquote

from isotrain.formats.markup import Find
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.picturing import check_together
from isotrain.formats.qti.package import Package
from isotrain.questions.pictured import SCHEME, is_kept, named, reference

INLINE = "inline"
"""What a picture is called that stands in the text itself."""

BASE, MEDIA = "$IMS-CC-FILEBASE$", "web_resources"
"""What Canvas calls the folder of its files in texts, and in the package."""

_BASES = re.compile(r"(?:\$IMS[-_]CC[-_]FILE_?BASE\$|%%LINKPATH%%)/*", re.IGNORECASE)
_INLINE = re.compile(r"data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"!\[([^\[\]\n]{0,1000})\]"
    r"\(([^()\s:]{1,1000}|https?://[^()\s]{1,1000}|data:image/[^()\s]{1,7000000})\)")


class Files:
    """The pictures of a file or package; `used` are those that texts show, by names given here."""

    def __init__(self, package: Package | None = None) -> None:
        self.used: dict[str, bytes] = {}
        self._package, self._size = package, 0

    def beside(self, source: str) -> Find:
        """What finds the pictures of the texts in this member of the package; raises Unreadable."""
        def find(address: str, alt: str) -> str:
            if address.startswith(SCHEME) and is_kept(address.removeprefix(SCHEME)):
                return reference(alt, address.removeprefix(SCHEME))
            name = self._inline(address) or self._name(address, posixpath.dirname(source))
            return named(alt, name) if name else ""

        return find

    def _inline(self, address: str) -> str:
        begins = _INLINE.match(address)
        if not begins:
            return ""
        try:
            data = b64decode("".join(address[begins.end():].split()))
        except (binascii.Error, ValueError):
            return ""
        return self._taken(f"{sha256(data).hexdigest()[:12]}/{INLINE}", data) if data else ""

    def _name(self, address: str, folder: str) -> str:
        """The member that an address means: from its text, from the root, or the only one so."""
        if self._package is None or ":" in address:
            return ""
        path = unquote(re.split("[?#]", address)[0]).replace("\\", "/")
        rest = _BASES.sub("", path)
        root = posixpath.dirname(self._package.manifest)
        folders = (folder, root) if rest == path else (posixpath.join(root, MEDIA), root, folder)
        for each in folders if not rest.startswith("/") else ("",):
            name = posixpath.normpath(posixpath.join(each, rest.lstrip("/")))
            if name in self._package.names:
                return self._kept(name)
        ending = "/" + posixpath.normpath(rest).lstrip("/")
        found = [name for name in self._package.names if name.endswith(ending)]
        return self._kept(found[0]) if len(found) == 1 else ""

    def _kept(self, name: str) -> str:
        if name in self.used or self._package is None:
            return name
        return self._taken(name, self._package.read(name, upto=FILE_LIMIT + 1))

    def _taken(self, name: str, data: bytes) -> str:
        if name not in self.used:
            self._size += len(data)
            check_together(self._size)
            self.used[name] = data
        return name


def in_markdown(text: str, find: Find) -> str:
    """A text with the pictures that it names as Markdown does, as far as they are found."""
    if "![" not in text:
        return text
    return _MARKDOWN.sub(lambda match: find(match[2], match[1]) or match[0], text)
