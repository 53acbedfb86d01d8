"""Putting the pictures of a file into its questions: names become what the pictures are kept by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from isotrain.formats.contract import Unreadable
from isotrain.formats.model import Import
from isotrain.formats.picture import Picture
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import MISSING, MISSING_LENGTH, addressed
from isotrain.questions.problem import Problem, warning

IMPORT_LIMIT = 30 * 1024 * 1024


def pictured(imported: Import) -> Import:
    """The import with the pictures of its files made anew; raises Unreadable for too many."""
    if not imported.files:
        return imported
    check_together(sum(map(len, imported.files.values())))
    making = _Making(imported.files)
    drafts = tuple(map(making.draft, imported.questions))
    kept = {picture.sha256: picture for picture in making.made.values()}
    return replace(imported, questions=drafts, files={}, pictures=tuple(kept.values()),
                   problems=(*imported.problems, *making.problems))


def said_once(imported: Import) -> Import:
    """The import without a word that a picture is missing of which was said what is wrong."""
    told = {(problem.place, problem.params["picture"]) for problem in imported.problems
            if "picture" in problem.params}
    if not told:
        return imported
    problems = tuple(
        problem for problem in imported.problems if problem.template != MISSING or not any(
            (place, problem.params["name"]) in told for place in _beginnings(problem.place)))
    return replace(imported, problems=problems)


def _beginnings(place: str) -> list[str]:
    parts = place.split(", ")
    return [", ".join(parts[:count]) for count in range(1, len(parts) + 1)]


def check_together(size: int) -> None:
    """Raise Unreadable where the pictures of a file have so many bytes that they are too many."""
    if size > IMPORT_LIMIT:
        raise Unreadable("The pictures of the file are larger than %(limit)s MB together.",
                         "Split it into several files.", code="too_large",
                         limit=IMPORT_LIMIT // 1024**2)


class _Making:
    """Makes each picture once, when the first question asks for it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.made: dict[str, Picture] = {}
        self.faults: dict[str, Unreadable] = {}
        self.problems: list[Problem] = []

    def draft(self, draft: Draft) -> Draft:
        """The draft with its pictures by what they are kept by."""
        if not draft.pictures:
            return draft
        asked: set[str] = set()

        def address_of(name: str) -> str:
            asked.add(name)
            return self._address(name)

        told = draft.retold(lambda text: addressed(text, address_of))
        for name in sorted(asked & self.faults.keys()):
            fault = self.faults[name].problem
            params = {**fault.params, "picture": name[:MISSING_LENGTH]}
            self.problems.append(warning(draft.place, fault.template, fault.hint, **params))
        if any(name in self.made and self.made[name].moved for name in asked):
            self.problems.append(warning(
                draft.place, "Of a picture that moves only the first frame is kept.",
                "Say in words what happens, or leave the question out."))
        return told

    def _address(self, name: str) -> str:
        if name in self.files and name not in self.made and name not in self.faults:
            from isotrain.formats.reencoding import reencoded  # Pillow, which few files need

            try:
                data = self.files[name]
                self.made[name] = replace(reencoded(data), origin=sha256(data).hexdigest())
            except Unreadable as fault:
                self.faults[name] = fault
        return self.made[name].address if name in self.made else ""
