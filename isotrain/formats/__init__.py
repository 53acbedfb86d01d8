"""File formats of question banks: each is read into drafts and written from them.

Adding one means a file with a `contract.Format` and a line in FORMATS.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from isotrain.formats import zipped
from isotrain.formats.aiken import AIKEN
from isotrain.formats.checks import checked, placed
from isotrain.formats.contract import (
    ARCHIVES,
    SIZE_LIMIT,
    Export,
    Format,
    Unreadable,
    check_content,
    check_name,
)
from isotrain.formats.decoding import ENCODING, recoded
from isotrain.formats.gift import GIFT
from isotrain.formats.model import Import
from isotrain.formats.moodle import MOODLE_XML
from isotrain.formats.moodle.cloze import CLOZE
from isotrain.formats.naming import check_kind
from isotrain.formats.numbered import NUMBERED
from isotrain.formats.picturing import pictured, said_once
from isotrain.formats.qti import QTI2, QTI12
from isotrain.formats.sheets import CSV, XLSX
from isotrain.formats.text2qti import TEXT2QTI
from isotrain.formats.word import DOCX
from isotrain.formats.yaml_bank import YAML
from isotrain.questions.cloze_source import right_values
from isotrain.questions.draft import Draft, Option
from isotrain.questions.pictured import worded
from isotrain.questions.problem import Problem

FORMATS: tuple[Format, ...] = (
    QTI12, QTI2, XLSX, DOCX, MOODLE_XML, YAML, CSV, TEXT2QTI, NUMBERED, AIKEN, CLOZE, GIFT)
"""In the order in which a file is tried."""

ENDINGS = frozenset(ending for format_ in FORMATS for ending in format_.extensions)
_PACKED = (QTI12, QTI2, XLSX, DOCX)
_BY_NAME = {format_.name: format_ for format_ in FORMATS}


def find_format(name: str) -> Format | None:
    """The format of this name, or None."""
    return _BY_NAME.get(name)


def detect(data: bytes, filename: str = "") -> Format | None:
    """The first format the file looks like, or None."""
    return next((format_ for format_ in FORMATS if format_.detect(data, filename)), None)


def read(
    source: bytes | BinaryIO, filename: str = "", *, format_name: str = "",
    readings: Mapping[str, str] | None = None,
) -> Import:
    """Read a file and check its questions; without a format's name it is detected.

    Takes bytes or a binary stream; a name has to fit what it holds. A zip archive may hold one
    question file and its pictures. `readings` choose among the ways in which places can be read, by
    what their problems ask. Raises nothing but Unreadable.
    """
    data = source if isinstance(source, bytes) else source.read(SIZE_LIMIT + 1)
    check_content(data)
    check_kind(data, filename)
    archive = _archive(data, filename, format_name)
    if archive:
        data, filename = archive.read(), archive.name
        check_content(data)
        check_kind(data, filename)
    data = recoded(data, (readings or {}).get(ENCODING, ""))
    if filename:
        check_name(filename, data, endings=ENDINGS)
    imported = zipped.illustrated(_read(data, filename, format_name, readings or {}), archive)
    imported = pictured(imported)
    return said_once(checked(imported if imported.format == YAML.name else placed(imported)))


def _archive(data: bytes, filename: str, format_name: str) -> zipped.Zip | None:
    """The archive of a question file and its pictures; None for any other file."""
    if format_name in {format_.name for format_ in _PACKED} or not zipped.is_archive(
            data, [format_.detect(data, filename) for format_ in _PACKED]):
        return None
    if filename:
        check_name(filename, data, endings=ENDINGS)
    return zipped.Zip.of(data, ENDINGS - set(ARCHIVES) | {".xlsx", ".xlsm", ".ods", ".docx"})


def _read(
    data: bytes, filename: str, format_name: str, readings: Mapping[str, str]
) -> Import:
    format_ = find_format(format_name) if format_name else detect(data, filename)
    if format_ is None:
        raise Unreadable(
            "This looks like none of the formats we read.",
            "Use one of these: %(labels)s.",
            code="unknown_format",
            labels=", ".join(format_.label for format_ in FORMATS),
        )
    return format_.choose(data, readings) if format_.choose else format_.read(data)


KEY_LENGTH = 240


def report(imported: Import) -> dict[str, Any]:
    """The import as `flask bank check --json` prints it: shares are numbers, texts are plain."""
    found = imported.by_owner()
    return {
        "format": imported.format,
        "questions": [_question_report(draft, found.get(draft.place, ()))
                      for draft in imported.questions],
        "problems": [problem_report(problem) for problem in imported.problems],
    }


def problem_report(problem: Problem) -> dict[str, Any]:
    """A problem with its texts filled in, in English; each reading begins with what chooses it."""
    return {
        "severity": problem.severity,
        "place": problem.place,
        "message": problem.message,
        "hint": problem.hint % problem.params,
        "readings": [[f"{problem.asks}={name}", template % params]
                     for name, template, params in problem.readings],
    }


def _question_report(draft: Draft, problems: Iterable[Problem] = ()) -> Mapping[str, Any]:
    parts = {"questions": list(map(_question_report, draft.parts))} if draft.parts else {}
    return {
        "place": draft.place,
        "type": draft.type,
        "name": draft.title,
        "stem": draft.stem,
        "right": _right(draft),
        "pairs": [list(pair) for pair in draft.pairs],
        "options": [option.text for option in draft.options],
        "tolerance": [option.tolerance for option in draft.right],
        "problems": list(map(problem_report, problems)),
        **parts,
    }


def _right(draft: Draft) -> list[Any]:
    """What is right: items in order, the value of each gap, else texts with their shares."""
    if draft.type == "ordering":
        return [option.text for option in draft.options]
    if draft.type == "cloze":
        return right_values(draft.stem)
    return [[option.text, _share(option)] for option in draft.right]


def key_in_short(draft: Draft, say: Callable[[str], str] = str) -> str:
    """What is right in one line, empty where nothing is; `say` translates true and false."""
    told = worded(_key(draft, say))
    return told if len(told) <= KEY_LENGTH else f"{told[:KEY_LENGTH].rstrip()}…"


def _key(draft: Draft, say: Callable[[str], str]) -> str:
    if draft.parts:
        keys = ((number, _key(part, say)) for number, part in enumerate(draft.parts, 1))
        return " · ".join(f"{number}. {key}" for number, key in keys if key)
    if draft.type == "ordering":
        return " → ".join(option.text for option in draft.options)
    if draft.type == "cloze":
        return " · ".join(value if isinstance(value, str) else ", ".join(value)
                          for value in right_values(draft.stem))
    if draft.type == "true_false":
        return " · ".join(say(option.text) for option in draft.right)
    pairs = (f"{left} → {right}" for left, right in draft.pairs if left)
    return " · ".join([*(_accepted(draft, option) for option in draft.right), *pairs])


def _accepted(draft: Draft, option: Option) -> str:
    """An option that earns something, with its tolerance, and its part where others earn more."""
    near = f" ± {option.tolerance}" if option.tolerance not in ("", "0") else ""
    best = max(each.share for each in draft.options)
    part = f" ({float(100 * option.share):.3g}%)" if option.share < best else ""
    return f"{option.text}{near}{part}"


def _share(option: Option) -> float:
    return 1 if option.share == 1 else round(float(option.share), 7)


__all__ = [
    "FORMATS",
    "Draft",
    "Export",
    "Format",
    "Import",
    "Option",
    "Unreadable",
    "detect",
    "find_format",
    "key_in_short",
    "problem_report",
    "read",
    "report",
]
