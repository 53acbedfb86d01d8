"""Moodle XML, read as Moodle reads it but without dropping anything unsaid."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from isotrain.formats.contract import Rejected, Unreadable, check_count
from isotrain.formats.decoding import peek
from isotrain.formats.markup import root_of
from isotrain.formats.model import Import
from isotrain.formats.moodle.gaps import take_cloze, take_gaps
from isotrain.formats.moodle.item import NAME_LIMIT, Item
from isotrain.formats.moodle.kinds import (
    take_choice,
    take_essay,
    take_matching,
    take_numeric,
    take_ordering,
    take_set,
    take_short_text,
    take_true_false,
)
from isotrain.formats.moodle.lost import lost_problems, note_lost
from isotrain.formats.moodle.tree import Node, walk
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem
from isotrain.text import N_, tidy

_ROOT = re.compile(r"^(?:\$\w+\$/)?(?:top(?:/|$))?")
_LABEL_LIMIT = 255

_KINDS: dict[str, Callable[[Item], None]] = {
    "multichoice": take_choice, "truefalse": take_true_false, "shortanswer": take_short_text,
    "numerical": take_numeric, "matching": take_matching, "match": take_matching,
    "essay": take_essay, "description": lambda item: None, "cloze": take_cloze,
    "multianswer": take_cloze, "ddwtos": take_gaps, "gapselect": take_gaps,
    "ordering": take_ordering, "multichoiceset": take_set,
}
_OTHERS = {
    "calculated": N_("This is a calculated question: its numbers change with every try."),
    "calculatedsimple": N_("This is a calculated question: its numbers change with every try."),
    "calculatedmulti": N_("This is a calculated question: its numbers change with every try."),
    "ddmarker": N_("This question asks for markers on a picture."),
    "ddimageortext": N_("This question asks for things dragged onto a picture."),
    "hotspot": N_("This question asks for a place in a picture."),
    "random": N_("This stands for a question drawn at random, and is none itself."),
    "randomsamatch": N_("This is matching made at random of other questions."),
    "stack": N_("This question needs a computer algebra system (STACK)."),
    "coderunner": N_("This question runs a program (CodeRunner)."),
    "missingtype": N_("Moodle itself no longer knew the kind of this question."),
}


def detect(data: bytes, filename: str) -> bool:
    """Whether this is XML whose outermost element is a quiz."""
    return root_of(peek(data)) == "quiz"


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    reading = _Reading()
    guessed = walk(data, reading.take)
    if not reading.count and not reading.problems:
        raise Unreadable("The quiz holds no question.", "Export the questions again.",
                         code="empty")
    found = (*guessed, *reading.problems, *lost_problems(reading.lost))
    return Import("moodlexml", tuple(reading.drafts), found, reading.files)


class _Reading:
    """Gathers what the questions of one file say."""

    def __init__(self) -> None:
        self.category = ""
        self.count = 0
        self.drafts: list[Draft] = []
        self.problems: list[Problem] = []
        self.lost: Counter[str] = Counter()
        self.files: dict[str, bytes] = {}

    def take(self, node: Node) -> None:
        """Read one question, or the category of those to come."""
        kind = node.attributes.get("type", "").strip().lower()
        if kind == "category":
            self.category = tidy(_ROOT.sub("", node.said("category").strip()))
            note_lost(self.lost, node, kind)
            return
        self.count += 1
        check_count(self.count)
        item = Item(f"question {self.count}", node)
        try:
            draft = _draft(item, kind)
        except Rejected as rejection:
            self.problems.append(rejection.problem)
            return
        self.drafts.append(replace(draft, category=self.category))
        self.files |= item.files.used
        self.problems += item.problems
        note_lost(self.lost, node, kind)


def _draft(item: Item, kind: str) -> Draft:
    """The draft of one question; raises Rejected."""
    node = item.node
    name = item.wording.plain(node.said("name"), "moodle").replace("\n", " ")[:NAME_LIMIT]
    item.draft = replace(
        item.draft,
        name=name.rstrip(),
        external_id=tidy(node.said("idnumber"))[:_LABEL_LIMIT],
        tags=tuple(filter(None, (tidy(tag.said()) for tags in node.every("tags")
                                 for tag in tags.every("tag")))),
        explanation=item.rich("generalfeedback"),
        shuffle=item.is_true("shuffleanswers", True),
    )
    take = _KINDS.get(kind)
    if take is None:
        raise _other(item, kind)
    if kind not in ("cloze", "multianswer", "ddwtos", "gapselect"):
        item.draft = replace(item.draft, stem=item.rich("questiontext"))
    take(item)
    item.take_media()
    draft = item.draft
    return replace(draft, name="") if draft.name == replace(draft, name="").title else draft


def _other(item: Item, kind: str) -> Rejected:
    template = _OTHERS.get(kind)
    hint = N_("Leave it out, or rewrite it as another kind of question.")
    if template:
        return item.reject(template, hint)
    return item.reject(N_('There is no question type here for "%(kind)s".'), hint,
                       kind=kind[:60] or "-")
