"""One question of Moodle XML while it is being read."""

from dataclasses import replace

from isotrain.formats.contract import Rejected
from isotrain.formats.moodle.files import Files
from isotrain.formats.moodle.tree import Node
from isotrain.formats.moodle.wording import Wording
from isotrain.questions.draft import Draft, Option
from isotrain.questions.percent import share_of
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_

NAME_LIMIT = 255
TEXT_LIMIT = 2_000_000

_FORMATS = {"html": "html", "plain_text": "plain", "markdown": "markdown"}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class Item:
    """The element, the draft that comes of it, and what to say of it."""

    def __init__(self, place: str, node: Node) -> None:
        self.place, self.node = place, node
        self.draft = Draft(place, "information")
        self.problems: list[Problem] = []
        self.wording = Wording()
        self.files = Files(node)

    def rich(self, name: str) -> str:
        """What its element of this name says, with emphasis as Markdown."""
        found = self.node.one(name)
        return self.plain(found, rich=True) if found else ""

    def plain(self, node: Node, *, rich: bool = False) -> str:
        """What an element says as plain text; raises Rejected."""
        text = node.said()
        if len(text) > TEXT_LIMIT:
            raise self.reject(N_("A text of this question is too long to be read."),
                              N_("Take what is not needed out of it."))
        return self.wording.plain(text, self.format_of(node), rich=rich,
                                  find=self.files.beside(node))

    def format_of(self, node: Node) -> str:
        """The format of an element's text: its own, else that of the question's text."""
        stem = self.node.one("questiontext")
        told = node.attributes.get("format") or (stem.attributes.get("format") if stem else None)
        return _FORMATS.get(told or "html", "moodle")

    def is_true(self, name: str, otherwise: bool) -> bool:
        """Whether its element of this name says true or 1."""
        return _TRUTHS.get(self.node.said(name).strip().lower(), otherwise)

    def options(self) -> list[Option]:
        """Its answers with their shares and feedback; raises Rejected."""
        return [self.option(answer) for answer in self.node.every("answer")]

    def option(self, answer: Node) -> Option:
        """One answer; raises Rejected."""
        told = answer.attributes.get("fraction", "").strip() or "0"
        share = share_of(told)
        if share is None:
            raise self.reject(N_("The weight %(weight)s is not between -100%% and 100%%."),
                              N_("Write a weight such as 50."), weight=told[:20])
        feedback = answer.one("feedback")
        return Option(self.plain(answer), share, self.plain(feedback) if feedback else "")

    def take_media(self) -> None:
        """Put the picture that old files have below the text, and say what is not kept."""
        for shown in self.files.alone():
            self.draft = replace(self.draft, stem=f"{self.draft.stem}\n\n{shown}".strip())
        if self.files.unused:
            self.problems.append(warning(
                self.place, N_("Files that no text shows are left out: %(count)s."),
                N_("Check that the question can be answered without them."),
                count=self.files.unused))
        self.problems += self.wording.problems(self.place)

    def warn(self, template: str, hint: str, **params: object) -> None:
        """Note something worth a look."""
        self.problems.append(warning(self.place, template, hint, **params))

    def refuse(self, template: str, hint: str, **params: object) -> None:
        """Note something that keeps the question from being used."""
        self.problems.append(error(self.place, template, hint, **params))

    def reject(self, template: str, hint: str, **params: object) -> Rejected:
        """The exception that gives up this question."""
        return Rejected(error(self.place, template, hint, **params))

    def refused(self, problem: Problem) -> Rejected:
        """The exception that gives up this question for a problem found elsewhere."""
        return Rejected(replace(problem, place=self.place))
