"""Pictures made anew from their pixels, so that nothing else of a file is kept or handed on."""

from __future__ import annotations

import importlib
import io
import struct

from PIL import Image, ImageCms, ImageOps

from isotrain.formats.contract import Unreadable
from isotrain.formats.picture import Picture
from isotrain.formats.picture_file import check_file, no_picture

PIXEL_LIMIT = 40_000_000
LONGEST_SIDE = 1600
KINDS = ("PNG", "JPEG", "WEBP", "GIF")
_PLUGINS = ("Png", "Jpeg", "Mpo", "Tiff", "WebP", "Gif")  # Exif is read as TIFF
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error,
           ZeroDivisionError, OverflowError)


def prepare() -> None:
    """Load what reading pictures needs, while files can be opened."""
    Image.preinit()
    for name in _PLUGINS:
        importlib.import_module(f"PIL.{name}ImagePlugin")
    ImageCms.createProfile("sRGB")


def reencoded(data: bytes) -> Picture:
    """The picture in a file, of its first frame, upright, without metadata; raises Unreadable."""
    _check_file(data)
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            _check_size(image)
            # A photograph of several (MPO) is a JPEG with a preview, and does not move.
            kind = "JPEG" if image.format == "MPO" else image.format or "PNG"
            moved = kind != "JPEG" and getattr(image, "n_frames", 1) > 1
            return _written(_upright(image), kind=kind, moved=moved)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except MemoryError:
        raise Unreadable("Reading the picture takes more memory than a picture may take.",
                         "Make it smaller and choose it again.", code="too_large") from None
    except _FAULTS:
        raise Unreadable("The picture is damaged or breaks off.",
                         "Open it in a picture program and save it again.",
                         code="damaged_picture") from None


def _check_file(data: bytes) -> None:
    check_file(data)
    try:
        Image.open(io.BytesIO(data), formats=KINDS).close()
    except (Image.DecompressionBombError, MemoryError):
        return  # said by who reads it
    except Exception:  # a header may be broken in ways that no list names
        raise no_picture() from None


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > PIXEL_LIMIT:
        raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable("The picture has more than %(limit)s million pixels.",
                      "Make it smaller and choose it again.", code="too_many_pixels",
                      limit=PIXEL_LIMIT // 1_000_000)


def _upright(image: Image.Image) -> Image.Image:
    """The picture at most so long, turned as its camera was held, in the colours of screens."""
    profile = image.info.get("icc_profile")
    small = _simple(image)
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(small)
    return _on_screen(turned, profile)


def _simple(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be made smaller well."""
    if image.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        # 16 bits a pixel: the upper eight are what a screen shows.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_screen(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            told = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            screen = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, told, screen, outputMode=mode) or image
        except (ImageCms.PyCMSError, *_FAULTS):
            pass  # a broken profile says nothing about the colours
    return image if image.mode in ("L", mode) else image.convert(mode)


def _written(image: Image.Image, *, kind: str, moved: bool) -> Picture:
    """The bytes of a picture that knows nothing but its pixels."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    if bare.mode == "RGBA" and bare.getchannel("A").getextrema() == (255, 255):
        bare = bare.convert("RGB")
    out = io.BytesIO()
    if kind == "JPEG":
        bare.save(out, "JPEG", quality=88, optimize=True)
    elif kind == "WEBP":
        bare.save(out, "WEBP", quality=90)
    else:
        kind = "PNG"
        bare.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), f"image/{kind.lower()}", *bare.size, moved)
