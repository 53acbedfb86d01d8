"""Pictures in the texts of a library: files of its folder, made anew and called by content."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from isotrain.formats import child
from isotrain.formats.contract import Unreadable
from isotrain.questions.pictured import MISSING, reference
from isotrain.questions.problem import error
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from isotrain.formats.picture import Picture
    from isotrain.study.rules import LibraryFiles

_PICTURE = re.compile(r"!\[([^\[\]\n]{0,1000})\]\(([^()\s]{1,1000})\)")


def illustrate(library: LibraryFiles, files: Mapping[str, bytes]) -> None:
    """Put the pictures that modules and questions name into their texts; faults go to the folder.
    """
    making = _Making(library, files)
    for module in library.modules:
        module["body"] = making.told(module["body"], module["file"])
    for bank in library.banks:
        bank["questions"] = making.told(bank["questions"], bank["file"])
    library.pictures = {picture.sha256: picture for picture in making.made.values() if picture}


class _Making:
    """Makes each picture once, when the first text asks for it."""

    def __init__(self, library: LibraryFiles, files: Mapping[str, bytes]) -> None:
        self.library, self.files = library, files
        self.made: dict[str, Picture | None] = {}

    def told(self, value: Any, file: str) -> Any:
        """The value of a file with pictures in all of its texts."""
        if isinstance(value, str):
            return _PICTURE.sub(lambda match: self._shown(match, file), value)
        if isinstance(value, list):
            return [self.told(each, file) for each in value]
        if isinstance(value, dict):
            return {name: self.told(each, file) for name, each in value.items()}
        return value

    def _shown(self, match: re.Match[str], file: str) -> str:
        """What the text says for a picture; what it says now where that is none."""
        alt, address = match.groups()
        place = self.library.folder.place_of_word(file, address, "")
        beside = posixpath.join(posixpath.dirname(file), unquote(address))
        name = posixpath.normpath(beside)
        if name not in self.files or ":" in address:
            self._add(place, MISSING, N_("Put the picture beside the file that names it."),
                      name=address[:100])
            return match[0]
        if not alt.strip():
            self._add(place, N_("A picture has no words for who cannot see it."),
                      N_("Say in words what the picture shows."))
        picture = self._picture(place, name)
        return reference(alt, picture.address) if picture else match[0]

    def _picture(self, place: str, name: str) -> Picture | None:
        if name not in self.made:
            self.made[name] = None
            try:
                self.made[name] = child.picture(self.files[name])
            except Unreadable as fault:
                said = fault.problem
                self._add(place, said.template, said.hint, **said.params)
        return self.made[name]

    def _add(self, place: str, template: str, hint: str, **params: object) -> None:
        self.library.problems.append(error(place, template, hint, **params))
