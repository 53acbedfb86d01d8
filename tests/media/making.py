"""Pictures for tests, made here: of every kind, and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

from isotrain.formats.picture import Picture


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    """Return the file of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def plain(kind: str = "PNG", size: tuple[int, int] = (8, 6), colour: str = "red") -> bytes:
    """Return the file of a picture of one colour."""
    return saved(Image.new("RGB", size, colour), kind)


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def png_that_says(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size; its pixels are none."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = Picture(plain(), "image/png", 8, 6)
