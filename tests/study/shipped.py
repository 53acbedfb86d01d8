"""The shipped library as bytes by path, and what parsing it comes to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from isotrain.standards import loading as editions
from isotrain.standards.rules import Known
from isotrain.study import rules
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isotrain.study.rules import LibraryFiles

FOLDER = ROOT / "question_banks" / "iso-certification"


@cache
def known() -> Known:
    """Return the codes of the shipped editions."""
    return Known.of(editions.read())


def contents() -> dict[str, bytes]:
    """Return the files of the shipped library."""
    return {file.relative_to(FOLDER).as_posix(): file.read_bytes()
            for file in sorted(FOLDER.rglob("*")) if file.is_file()}


def parsed(files: Mapping[str, bytes] | None = None) -> LibraryFiles:
    """Parse files, the shipped ones where none are given."""
    return rules.parse(files or contents(), known())
