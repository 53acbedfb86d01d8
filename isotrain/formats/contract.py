"""What every file format promises, and how it says that a file or a question is beyond it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from isotrain.formats.model import Import
from isotrain.formats.picture import Picture
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error

SIZE_LIMIT = 20 * 1024 * 1024
QUESTION_LIMIT = 10_000
ARCHIVE = b"PK\x03\x04"
ARCHIVES = (".xlsx", ".xlsm", ".ods", ".docx", ".zip", ".imscc")
OLE, OLES = b"\xd0\xcf\x11\xe0", (".xls",)


@dataclass(frozen=True)
class Export:
    """A written file, what of the questions it could not carry, and how many it left out."""

    data: bytes
    problems: tuple[Problem, ...] = ()
    left: int = 0


@dataclass(frozen=True)
class Format:
    """One file format; `isotrain.formats.FORMATS` lists them in the order they are tried.

    `detect` takes the bytes and the file's name and says whether this looks like the format.
    `read` takes the bytes and raises nothing but Unreadable. `write` is None where we only read.
    `orders` is False where it cannot say whether options keep their order: reading such a file
    changes nothing about it. `choose` reads with a way for each place that can be read in several,
    by what its problem asks; it is None where there are no such places. `carry` puts pictures, by
    their hashes, into a written file; it is None where the format has no place for them.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    detect: Callable[[bytes, str], bool]
    read: Callable[[bytes], Import]
    write: Callable[[Sequence[Draft]], Export] | None = None
    orders: bool = True
    carry: Callable[[bytes, Mapping[str, Picture]], bytes] | None = None
    choose: Callable[[bytes, Mapping[str, str]], Import] | None = None


class Unreadable(Exception):
    """The file as a whole cannot be read; `problem` says why in words, `code` in one."""

    def __init__(
        self,
        template: str,
        hint: str,
        *,
        place: str = "file",
        code: str = "unreadable",
        **params: Any,
    ) -> None:
        self.problem = error(place, template, hint, **params)
        self.code = code
        super().__init__(self.problem.message)

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.problem.message

    @property
    def hint(self) -> str:
        """What to do about it, in English."""
        return self.problem.hint % self.problem.params


class Rejected(Exception):
    """One question cannot be read; readers turn it into its `problem` and go on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def check_count(count: int) -> None:
    """Raise Unreadable when a file has more questions than we take at once."""
    if count > QUESTION_LIMIT:
        raise Unreadable(
            "The file has more than %(limit)s questions.",
            "Split it into several files.",
            code="too_many",
            limit=QUESTION_LIMIT,
        )


def check_name(filename: str, data: bytes, *, endings: Collection[str]) -> None:
    """Raise Unreadable for a name that ends otherwise than files here do, or than its content.

    Texts are told apart by what they say; an archive and a text are not taken for each other.
    """
    ending = PurePath(filename).suffix.lower()
    if ending not in endings:
        raise Unreadable(
            "Files called like this are not read here.",
            "Use a file whose name ends with one of these: %(endings)s.",
            code="unknown_name",
            endings=", ".join(sorted(endings)),
        )
    fits = (ending in ARCHIVES) == data.startswith(ARCHIVE) and (
        (ending in OLES) == data.startswith(OLE))
    if not fits:
        raise Unreadable(
            "The file is called %(ending)s and holds something else.",
            "Save it again in the program that made it.",
            code="wrong_name",
            ending=ending,
        )


def check_content(data: bytes) -> None:
    """Raise Unreadable when a file is empty or larger than we read."""
    if not data.strip():
        raise Unreadable("The file is empty.", "Choose a file with questions.", code="empty")
    if len(data) > SIZE_LIMIT:
        raise Unreadable(
            "The file is larger than %(limit)s MB.",
            "Split it into several files.",
            code="too_large",
            limit=SIZE_LIMIT // 1024**2,
        )
