"""What a written file could not carry, gathered into one sentence per kind of loss."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from isotrain.formats.contract import Export
from isotrain.questions import find_type
from isotrain.questions.draft import Draft
from isotrain.questions.problem import NAMED, Problem, Word, named, warning
from isotrain.questions.writing.figures import are_numbers
from isotrain.text import N_

KEYLESS = ("cloze", "essay", "information", "ordering")
"""The types that have no key beside their text."""

SENTENCES = {
    "name": N_("%(label)s cannot carry names (questions: %(count)s)."),
    "external_id": N_("%(label)s cannot carry ids (questions: %(count)s)."),
    "explanation": N_("%(label)s cannot carry explanations (questions: %(count)s)."),
    "tags": N_("%(label)s cannot carry tags (questions: %(count)s)."),
    "category": N_("%(label)s cannot carry categories (questions: %(count)s)."),
    "topic": N_("%(label)s cannot carry topics (questions: %(count)s)."),
    "difficulty": N_("%(label)s cannot carry difficulties (questions: %(count)s)."),
    "module": N_("%(label)s cannot carry modules (questions: %(count)s)."),
    "facts": N_("%(label)s cannot carry facts (questions: %(count)s)."),
    "use": N_("%(label)s cannot say what questions are used for (questions: %(count)s)."),
    "language": N_("%(label)s cannot carry the language (questions: %(count)s)."),
    "enemies": N_("%(label)s cannot carry groups of enemies (questions: %(count)s)."),
    "shuffle": N_("%(label)s cannot say that options keep their order (questions: %(count)s)."),
    "feedback": N_("%(label)s cannot carry the feedback of options (questions: %(count)s)."),
    "share": N_("%(label)s cannot carry options that earn part of a mark (questions: %(count)s)."),
    "stays": N_("%(label)s cannot say that single options keep their place"
                " (questions: %(count)s)."),
    "categories": N_("Categorising comes back as matching (questions: %(count)s)."),
    "gaps": N_("Moodle takes texts with gaps from Moodle XML only, and would misread these"
               " (questions: %(count)s)."),
    "lines": N_("%(label)s cannot carry line breaks; spaces stand for them"
                " (questions: %(count)s)."),
    "arrow": N_("%(label)s cannot carry -> here; an arrow character stands for it "
    "(questions: %(count)s)."),
    "several": N_("Other programs take only the first letter of several right ones "
    "(questions: %(count)s)."),
    "one": N_("Multiple choice with one right option comes back as single choice "
    "(questions: %(count)s)."),
    "unit": N_("%(label)s cannot carry the unit of a number (questions: %(count)s)."),
    "case": N_("%(label)s cannot say that upper and lower case count (questions: %(count)s)."),
    "points": N_("%(label)s cannot carry the points that a marker looks for"
                 " (questions: %(count)s)."),
    "more": N_("%(label)s cannot carry what these questions say about %(what)s"
               " (questions: %(count)s)."),
    "gap_case": N_("%(label)s cannot say that upper and lower case count in a gap"
                   " (questions: %(count)s)."),
    "gap_shown": N_("%(label)s cannot say how the options of a gap are laid out"
                    " (questions: %(count)s)."),
    "gap_shuffle": N_("%(label)s cannot say that the options of a gap change places"
                      " (questions: %(count)s)."),
    "gap_weights": N_("%(label)s cannot say that some gaps count more than others"
                      " (questions: %(count)s)."),
    "gap_feedback": N_("%(label)s cannot carry the feedback of gaps (questions: %(count)s)."),
    "type": N_("%(label)s has no questions of the type %(type)s; they were left out"
               " (questions: %(count)s)."),
    "stem": N_("Questions without a text were left out (questions: %(count)s)."),
    "key_line": N_("%(label)s would take the text of these questions for an answer; they were left"
                   " out (questions: %(count)s)."),
    "count": N_("%(label)s takes 2 to %(most)s options; questions with others were left out"
                " (questions: %(count)s)."),
    "number": N_("Questions whose answer is no number were left out (questions: %(count)s)."),
    "fault": N_("Texts with gaps that have a fault were left out (questions: %(count)s)."),
    "mixed": N_("%(label)s takes a text with gaps only where all are lists with one right answer,"
                " or all are fields for words that are wholly right; others were left out"
                " (questions: %(count)s)."),
    "several_in_gap": N_("%(label)s has no gaps with several right answers; these questions were"
                         " left out (questions: %(count)s)."),
    "no_wildcards": N_("%(label)s has no stars that stand for any text; these questions were left"
                       " out (questions: %(count)s)."),
    "key": N_("Questions without a right answer were left out (questions: %(count)s)."),
    "rule": N_("%(label)s cannot say by which rule these questions are marked"
               " (questions: %(count)s)."),
    "spaces": N_("%(label)s cannot carry all spaces and signs of a text with gaps"
                 " (questions: %(count)s)."),
    "partly": N_("Some programs take answers that earn part of a mark for wholly right ones"
                 " (questions: %(count)s)."),
    "wildcards": N_("%(label)s has no stars that stand for any text; other programs take them for"
                    " letters (questions: %(count)s)."),
    "pictures": N_("Other programs show the names of pictures in place of them, since the spaces"
                   " and signs of these texts are not those of HTML (questions: %(count)s)."),
    "parts": N_(
        "These questions divide the mark into parts that Moodle does not know; it skips them unless"
        " its import is set to the nearest grade (questions: %(count)s)."),
}
"""Every loss a writer may name, with `label` and `count` to fill in."""


class Losses:
    """The losses of writing these drafts in the format of this label."""

    def __init__(self, label: str, drafts: Sequence[Draft]) -> None:
        self._label = label
        self.drafts = list(drafts)
        self._given = len(self.drafts)
        self._problems: list[Problem] = []

    def writable(self, types: Collection[str], *, carried: Collection[str] = ()) -> list[Draft]:
        """The drafts of these types that have a key; the others are noted as left out.

        `carried` are the names of what only a type understands that is written all the same.
        """
        self.leave_out_types(types)
        self.leave_out("key", lambda draft: not _has_key(draft))
        for name in sorted({name for draft in self.drafts for name in draft.more} - set(carried)):
            loss = name if name in ("unit", "case", "points") else "more"
            self.note(loss, lambda draft, name=name: name in draft.more, what=name)  # type: ignore[misc]
        return self.drafts

    def leave_out_types(self, types: Collection[str]) -> list[Draft]:
        """The drafts of these types; the others are noted as left out, one type at a time."""
        for type_ in dict.fromkeys(draft.type for draft in self.drafts):
            if type_ not in types:
                known = find_type(type_)
                self.leave_out("type", lambda draft, type_=type_: draft.type == type_,  # type: ignore[misc]
                               type=Word(known.label if known else type_))
        return self.drafts

    def leave_out_no_numbers(self) -> None:
        """Numbers that are none are noted as left out: another program refuses the whole file."""
        self.leave_out("number", lambda d: d.type == "numeric" and not are_numbers(d.options))

    def leave_out(self, loss: str, applies: Callable[[Draft], bool], **params: Any) -> None:
        """The drafts to which `applies` applies are not written, for this reason."""
        self.note(loss, applies, **params)
        self.drafts = [draft for draft in self.drafts if not applies(draft)]

    def note_fields(self, *names: str) -> None:
        """These fields of drafts are not written."""
        for name in names:
            default = Draft.__dataclass_fields__[name].default
            self.note(name, lambda draft, n=name, d=default: getattr(draft, n) != d)  # type: ignore[misc]

    def note(self, loss: str, applies: Callable[[Draft], bool], **params: Any) -> None:
        """This loss befalls the drafts to which `applies` applies."""
        found = [draft.external_id or draft.title for draft in self.drafts if applies(draft)]
        if found:
            template, hint = SENTENCES[loss], N_("Export as YAML to keep everything.")
            every = len(found) == len(self.drafts) > NAMED
            place = "every question" if every else named(found)
            self._problems.append(warning(place, template, hint, label=Word(self._label),
                                          count=len(found), **params))

    def export(self, data: bytes) -> Export:
        """What was written, with all that it could not carry."""
        return Export(data, tuple(self._problems), self._given - len(self.drafts))


def _has_key(draft: Draft) -> bool:
    if draft.type == "ordering":  # its key is the order of its options
        return bool(draft.options)
    return bool(draft.right or draft.pairs) or draft.type in KEYLESS
