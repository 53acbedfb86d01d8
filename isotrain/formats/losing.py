"""What a written file could not carry, gathered into one sentence per kind of loss."""

from collections.abc import Callable, Collection, Sequence

from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, warning
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
    "more": N_("%(label)s cannot carry everything that these questions say"
               " (questions: %(count)s)."),
    "whole": N_("%(label)s cannot carry these questions at all; they were left out "
    "(questions: %(count)s)."),
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
        self._drafts = list(drafts)
        self._problems: list[Problem] = []

    def writable(self, types: Collection[str], *, carried: Collection[str] = ()) -> list[Draft]:
        """The drafts of these types that have a key; the others are noted as left out.

        `carried` are the names of what only a type understands that is written all the same.
        """
        self.note("whole", lambda draft: draft.type not in types)
        self._drafts = [draft for draft in self._drafts if draft.type in types]
        self.note("key", lambda draft: not _has_key(draft))
        self._drafts = [draft for draft in self._drafts if _has_key(draft)]
        self.note("more", lambda draft: bool(set(draft.more) - set(carried)))
        return self._drafts

    def note_fields(self, *names: str) -> None:
        """These fields of drafts are not written."""
        for name in names:
            default = Draft.__dataclass_fields__[name].default
            self.note(name, lambda draft, n=name, d=default: getattr(draft, n) != d)  # type: ignore[misc]

    def note(self, loss: str, applies: Callable[[Draft], bool]) -> None:
        """This loss befalls the drafts to which `applies` applies."""
        count = sum(map(applies, self._drafts))
        if count:
            template, hint = SENTENCES[loss], N_("Export as YAML to keep everything.")
            params = {"label": self._label, "count": count}
            self._problems.append(warning("file", template, hint, **params))

    def problems(self) -> tuple[Problem, ...]:
        """All of them."""
        return tuple(self._problems)


def _has_key(draft: Draft) -> bool:
    if draft.type == "ordering":  # its key is the order of its options
        return bool(draft.options)
    return bool(draft.right or draft.pairs) or draft.type in KEYLESS
