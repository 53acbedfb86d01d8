"""Printing a certificate: one A4 page, tagged, as PDF/A-2a and PDF/UA-1, the same bytes each time.

Slow work (about 20 ms of CPU): call it outside of a transaction. What prints and draws is large and
loaded when something is printed.
"""

from __future__ import annotations

import io
import json
import pkgutil
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from isotrain.certificates.rules import grouped
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typst import Compiler, TypstError

_FOLDER = Path(__file__).parent
_TEMPLATE = (_FOLDER / "certificate.typ").read_bytes()
# An extra, see requirements-cjk.txt. Whatever font packages there are, their letters can be set.
CJK_PACKAGE = "noto_cjk_sans_otc"
_OF_PAGES = "fontpkg_inter"
LONGEST_TEXT = 400
_JOINERS = "\u200c\u200d"  # Persian and Indic names are spelled with them
INK = "#0a2930"
_PROBE = b'''#import "letters.typ": lettered, serif
#set document(title: "probe")
#show: lettered
#serif(weight: 600, sys.inputs.data)'''
# Latin, Greek, Cyrillic, Arabic and Vietnamese letters, which the required fonts have: asking typst
# costs time and, the first time, memory.
_SURE = re.compile("[\u0020-\u007e\u00a1-\u017f\u0386-\u03ce\u0400-\u045f\u0621-\u063a"
                   "\u0641-\u064a\u1ea0-\u1ef9]*")

# The compiler is not thread-safe, and one is enough: its fonts and caches are large.
_press = Lock()
# What was found out: whether a character can be set alone.
_has_font: dict[str, bool] = {}


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What is printed, each text as the reader's language writes it; `labels` as from labels()."""

    name: str
    course_title: str
    course_version: str
    standards: tuple[str, ...]
    score: str
    pass_mark: str
    issued_on: str
    valid_until: str
    number: str
    code: str
    verify_url: str
    issuer: str
    issued_at: datetime
    labels: Mapping[str, str]
    signer: str = ""
    signer_role: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Printed:
    """The PDF, and the characters that no font here has: their codes stand in it."""

    pdf: bytes
    unset: tuple[str, ...] = ()


def labels() -> dict[str, str]:
    """The fixed words of a certificate in the language of the moment."""
    return {
        "title": _("Certificate of completion"),
        "completed": _("has completed the course and passed its exam"),
        "version": _("Course version"),
        "standards": _("Standards covered"),
        "score": _("Score"),
        "pass_mark": _("Pass mark"),
        "issued": _("Issued"),
        "valid_until": _("Valid until"),
        "issuer": _("Issued by"),
        "number": _("Certificate number"),
        "verify": _("Verify this certificate at"),
        "qr": _("QR code: opens the page that verifies this certificate"),
        "unnamed": _("The holder recorded under this number"),
        "statement": _(
            "This certificate records completion of a course. "
            "It does not certify the holder or an organization to an ISO standard."
        ),
    }


def render(facts: CertificateFacts) -> Printed:
    """Print the certificate; what no font here has is printed as its code, like [U+738B].

    The issue time is the time in the file, so that the same facts give the same bytes.
    """
    data = json.dumps(_page(facts), ensure_ascii=False)
    pdf, unset = _settle(data, lambda text: _set(text, facts.issued_at))
    return Printed(pdf, tuple(sorted(unset)))


def unset_in(name: str) -> tuple[str, ...]:
    """The characters of a name that no font here has, in their order; their codes are printed."""
    text = _clean(name)
    if _SURE.fullmatch(text):
        return ()
    learn(text)
    alone = all(_prints(char) and unicodedata.category(char)[0] != "M" for char in text)
    return () if alone else _unset_in(text)


def learn(text: str) -> None:
    """Find out of all characters of a text at once which have a font: most often all have."""
    _learn([char for char in dict.fromkeys(text)
            if char not in _has_font and not _SURE.fullmatch(char)])


def _learn(chars: list[str]) -> None:
    from typst import TypstError

    try:
        if chars:
            _set(" ".join(chars), datetime.fromtimestamp(0, UTC), _PROBE)
        _has_font.update(dict.fromkeys(chars, True))
    except TypstError:
        if len(chars) == 1:
            _has_font[chars[0]] = False
        else:
            half = len(chars) // 2
            _learn(chars[:half])
            _learn(chars[half:])


def _prints(char: str) -> bool:
    learn(char)
    return _has_font.get(char, True)


@lru_cache(maxsize=1024)
def _unset_in(text: str) -> tuple[str, ...]:
    start = datetime.fromtimestamp(0, UTC)
    _pdf, unset = _settle(text, lambda text: _set(text, start, _PROBE))
    return tuple(char for char in dict.fromkeys(text) if char in unset)


def _page(facts: CertificateFacts) -> JsonObject:
    """The data of the page, as the template reads it."""
    labels = {key: _clean(text) for key, text in facts.labels.items()}
    short = facts.verify_url.rpartition("://")[2].removesuffix(f"/{facts.code}")
    texts = {
        "name": _clean(facts.name) or labels["unnamed"],
        "course_title": facts.course_title,
        "version": f"{labels['version']} {facts.course_version}",
        "standards": f"{labels['standards']}: {', '.join(facts.standards)}",
        "score": facts.score,
        "pass_mark": facts.pass_mark,
        "issued": facts.issued_on,
        "valid_until": facts.valid_until,
        "number": facts.number,
        "code": grouped(facts.code),
        "issuer": facts.issuer,
        "signer": facts.signer or facts.issuer,
        "signer_role": facts.signer_role,
        "verify_address": short,
    }
    locale = _locale(facts.language)
    return {
        **{key: _clean(text) for key, text in texts.items()},
        "labels": labels,
        "language": locale.language,
        "direction": locale.text_direction,
        "verify_url": facts.verify_url,
        "qr": _qr(facts.verify_url),
    }


def _clean(text: str) -> str:
    """One line without characters that print nothing or turn the reading direction."""
    kept = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in unicodedata.normalize("NFC", text)
        if char in _JOINERS or unicodedata.category(char) not in ("Cf", "Cs")
    )
    line = " ".join(kept.split()).strip(_JOINERS)
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"


def _locale(tag: str) -> Locale:
    try:
        return Locale(re.split("[-_]", tag)[0].lower())
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _qr(url: str) -> str:
    import segno

    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawing, kind="svg", border=0, dark=INK, light=None, xmldecl=False, nl=False
    )
    return drawing.getvalue().decode()


def font_packages() -> list[str]:
    """List the packages of fonts that are installed here."""
    return sorted(name for _finder, name, _is_package in pkgutil.iter_modules()
                  if name == CJK_PACKAGE or (name.startswith("fontpkg_") and name != _OF_PAGES))


@cache
def _compiler() -> Compiler:
    from typst import Compiler, Fonts

    found = filter(None, map(find_spec, font_packages()))
    folders = [folder for spec in found for folder in spec.submodule_search_locations or ()]
    fonts = Fonts(include_system_fonts=False, font_paths=folders)
    return Compiler(_TEMPLATE, str(_FOLDER), fonts, ignore_system_fonts=True)


def _set(data: str, stamp: datetime, template: bytes = _TEMPLATE) -> bytes:
    with _press:
        pdf = _compiler().compile(
            input=template,
            sys_inputs={"data": data},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=stamp.astimezone(UTC).replace(microsecond=0),
        )
    assert isinstance(pdf, bytes)
    return pdf


def _settle(text: str, compiled: Callable[[str], bytes]) -> tuple[bytes, set[str]]:
    """Set a text with codes in place of what no font has; return the PDF, and what that was."""
    from typst import TypstError

    unset: set[str] = set()
    while True:
        try:
            return compiled(_coded(text, unset)), unset
        except TypstError as fault:
            found = _meant_by(fault, text, unset)
            if not found:
                raise
            unset |= found


def _meant_by(fault: TypstError, text: str, unset: set[str]) -> set[str]:
    """The characters of a text that a fault is about, each tried alone.

    A letter and its mark may both have a font, and none have both: then the mark gets its code.
    """
    others = {char for char in text if not char.isascii()} - unset
    alone = {char for char in others if not _prints(char)}
    if alone or "could not be displayed" not in str(fault):
        return alone
    return {char for char in others if unicodedata.category(char)[0] == "M"} or others


def _coded(text: str, unset: set[str]) -> str:
    return text.translate({ord(char): f"[U+{ord(char):04X}]" for char in unset})
