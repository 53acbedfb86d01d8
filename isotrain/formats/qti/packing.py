"""Archives as packages are written: the same files always make the same bytes."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from isotrain.formats.picture import Picture
from isotrain.questions.pictured import SCHEME

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_THEN = (1980, 1, 1, 0, 0, 0)
_ADDRESS = re.compile(SCHEME + r"([0-9a-f]{64})/[1-9][0-9]{0,3}x[1-9][0-9]{0,3}")

Listed = Callable[[str, Mapping[str, list[str]]], str]
"""The manifest with the pictures that members show, by the names of these."""


def packed(members: Mapping[str, str]) -> bytes:
    """An archive of these XML files."""
    return archived({name: f"{HEAD}{content}\n".encode() for name, content in members.items()})


def archived(members: Mapping[str, bytes]) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _THEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def carried(data: bytes, pictures: Mapping[str, Picture], *, folder: str, link: str,
            manifest: str, listed: Listed) -> bytes:
    """A package of ours with its pictures in a folder, which texts call by this link."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    shown: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for name, content in members.items():
        text, own = with_links(content.decode(), pictures, folder=folder, link=link)
        if own:
            files |= own
            shown[name] = list(own)
        members[name] = text.encode()
    members[manifest] = listed(members[manifest].decode(), shown).encode()
    return archived({**members, **files})


def with_links(text: str, pictures: Mapping[str, Picture], *, folder: str, link: str
               ) -> tuple[str, dict[str, bytes]]:
    """A text that calls its pictures by links, and these as files of a folder."""
    files: dict[str, bytes] = {}
    for address, sha256 in sorted({(each[0], each[1]) for each in _ADDRESS.finditer(text)}):
        if sha256 in pictures:
            called = picture_name(pictures[sha256])
            files[f"{folder}/{called}"] = pictures[sha256].data
            text = text.replace(address, f"{link}/{called}")
    return text, files


def picture_name(picture: Picture) -> str:
    """What the file of a picture is called, by its content."""
    return f"{picture.sha256[:16]}.{picture.media_type.removeprefix('image/')}"
