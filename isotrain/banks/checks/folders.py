"""Reading the questions of folders: those of shipped libraries, and any files of questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isotrain.banks.files import loading
from isotrain.errors import Refusal
from isotrain.formats import ENDINGS, child
from isotrain.formats.contract import SIZE_LIMIT, Unreadable
from isotrain.i18n import _, say, say_place
from isotrain.standards import loading as editions
from isotrain.standards.rules import Known
from isotrain.study import illustrating, rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from isotrain.questions.draft import Draft

LIBRARY, LONE_COURSE = "library.yaml", "course.yaml"


@dataclass(frozen=True)
class Read:
    """The questions of one bank of a library, or of one file."""

    name: str
    drafts: tuple[Draft, ...]


def read(path: Path) -> list[Read]:
    """Read a file of questions, the banks of a library, or all of either in a folder.

    Raises Refusal with what is wrong. Needs no database, and reads nothing that begins with a dot.
    """
    found = list(_found(path))
    if not found:
        raise Refusal(_("There are no questions in %(path)s. Name the folder of a library, or one"
                        " with files of questions.", path=str(path)))
    return found


def _found(path: Path) -> Iterator[Read]:
    if path.is_file():
        yield _file(path)
        return
    libraries = [each for each in (path, *_inside(path)) if _is_library(each)]
    for library in libraries:
        yield from _library(library)
    if not libraries:  # beside libraries stand other files than questions
        for file in _inside(path):
            if file.suffix.lower() in ENDINGS:
                yield _file(file)


def _inside(path: Path) -> list[Path]:
    return sorted(each for each in path.iterdir() if not each.name.startswith("."))


def _is_library(path: Path) -> bool:
    return (path / LIBRARY).is_file() or (path / LONE_COURSE).is_file()


def _library(path: Path) -> Iterator[Read]:
    files = {file.relative_to(path).as_posix(): file.read_bytes()
             for file in sorted(path.rglob("*")) if file.is_file()}
    library = rules.parse(files, Known.of(editions.read()))
    if not library.problems:
        illustrating.illustrate(library, files)
    editions.refuse(library.problems)
    for described, written in zip(library.banks, loading.read(library), strict=True):
        yield Read(described["id"], tuple(each.draft(key) for key, each in written.items()))


def _file(path: Path) -> Read:
    with path.open("rb") as stream:
        data = stream.read(SIZE_LIMIT + 1)
    try:
        imported = child.parse(data, path.name)
    except Unreadable as unreadable:
        problem = unreadable.problem
        raise Refusal(f"{path}: {say(problem.template, problem.params)}"
                      f" {say(problem.hint, problem.params)}") from None
    if imported.errors:
        first = imported.errors[0]
        raise Refusal(f"{path}: {say_place(first.place)}: {say(first.template, first.params)} "
                      + _("Run flask bank check on this file first."))
    return Read(path.name, tuple(
        draft if draft.external_id else replace(draft, external_id=draft.place)
        for draft in imported.questions))
