"""Printing a certificate: one A4 page, tagged, as PDF/A-2a and PDF/UA-1, the same bytes each time.

Slow work (about 20 ms of CPU): call it outside of a transaction. What prints and draws is large and
loaded when something is printed.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from isotrain.certificates.rules import grouped
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.questions.problem import Problem, warning
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typst import Compiler

_FOLDER = Path(__file__).parent
_TEMPLATE = (_FOLDER / "certificate.typ").read_bytes()
# The last one is an extra for Chinese, Japanese and Korean; what is missing is done without.
FONT_PACKAGES = (
    "fontpkg_source_serif_4",
    "fontpkg_noto_sans",
    "fontpkg_noto_sans_arabic",
    "noto_cjk_sans_otc",
)
LONGEST_TEXT = 400
_JOINERS = "\u200c\u200d"  # Persian and Indic names are spelled with them
INK = "#0a2930"
_PROBE = b'#set document(title: "probe")\n#sys.inputs.data'

# The compiler is not thread-safe, and one is enough: its fonts and caches are large.
_press = Lock()


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
    """The PDF, and what had to be printed otherwise than asked, for an administrator to read."""

    pdf: bytes
    notices: tuple[Problem, ...] = ()


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
    """Print the certificate; what no font here can show is replaced or left out, and reported.

    The issue time is the time in the file, so that the same facts give the same bytes.
    """
    from typst import TypstError

    page = _page(facts)
    try:
        return Printed(_set(json.dumps(page), facts.issued_at))
    except TypstError:
        data, notices = _printable(page, _missing(page))
    return Printed(_set(data, facts.issued_at), notices)


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


@cache
def _compiler() -> Compiler:
    from typst import Compiler, Fonts

    found = filter(None, map(find_spec, FONT_PACKAGES))
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


def _missing(page: JsonObject) -> set[str]:
    """The characters of the page that no font here has, each tried alone."""
    from typst import TypstError

    def prints(char: str) -> bool:
        try:
            _set(char, datetime.fromtimestamp(0, UTC), _PROBE)
        except TypstError:
            return False
        return True

    used = set(json.dumps(page, ensure_ascii=False))
    return {char for char in used if not char.isascii() and not prints(char)}


def _printable(page: JsonObject, missing: set[str]) -> tuple[str, tuple[Problem, ...]]:
    """The page's data with other words for a name that lacks letters, and what to report."""
    shown = "".join(sorted(missing))
    hint = N_("Install a font that has them, then print the certificate again.")
    notices = [warning("page", "No font here has these characters: %(shown)s", hint, shown=shown)]
    without = {ord(char): "?" if _is_letter(char) else "" for char in missing}
    name = " ".join(page["name"].translate(without).split())
    if not name or any(_is_letter(char) for char in missing.intersection(page["name"])):
        name = page["labels"]["unnamed"]
        notices.append(warning("name", "The certificate is printed without the name.", hint))
    data = json.dumps({**page, "name": name}, ensure_ascii=False)
    return data.translate(without), tuple(notices)


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"
