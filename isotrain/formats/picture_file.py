"""What the size and the first bytes of a file say of it as a picture, before anything reads it."""

import re

from isotrain.formats.contract import Unreadable
from isotrain.formats.picture import FILE_LIMIT
from isotrain.text import N_

_BEGINNING = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP", re.DOTALL)
_HINT = N_("Save it as PNG or JPEG and choose that.")
_SVG_WITHIN = 4096


def check_file(data: bytes) -> None:
    """Raise Unreadable where the size or the first bytes say that a file is no picture to take."""
    if not data:
        raise Unreadable("The picture is empty.", "Choose another file.", code="empty")
    if len(data) > FILE_LIMIT:
        raise Unreadable("The picture is larger than %(limit)s MB.",
                         "Make it smaller, or save it as JPEG.", code="too_large",
                         limit=FILE_LIMIT // 1024**2)
    if b"<svg" in data[:_SVG_WITHIN].lower() or data.startswith(b"\x1f\x8b"):
        raise Unreadable("SVG drawings are not taken, because they can hold programs.", _HINT,
                         code="svg")
    if not _BEGINNING.match(data):
        raise no_picture()


def no_picture() -> Unreadable:
    """What is said of a file that holds no picture."""
    return Unreadable("This is no picture in PNG, JPEG, WebP or GIF, or it is damaged.", _HINT,
                      code="no_picture")
