"""What a written file could not carry, gathered into one sentence per kind of loss."""

from collections.abc import Callable, Collection, Sequence

from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, warning

KEYLESS = ("cloze", "essay", "information")
"""The types that have no key beside their text."""

SENTENCES = {
    "name": "%(label)s cannot carry names (%(count)s questions).",
    "external_id": "%(label)s cannot carry ids (%(count)s questions).",
    "explanation": "%(label)s cannot carry explanations (%(count)s questions).",
    "tags": "%(label)s cannot carry tags (%(count)s questions).",
    "category": "%(label)s cannot carry categories (%(count)s questions).",
    "topic": "%(label)s cannot carry topics (%(count)s questions).",
    "difficulty": "%(label)s cannot carry difficulties (%(count)s questions).",
    "module": "%(label)s cannot carry modules (%(count)s questions).",
    "facts": "%(label)s cannot carry facts (%(count)s questions).",
    "use": "%(label)s cannot say what questions are used for (%(count)s questions).",
    "language": "%(label)s cannot carry the language (%(count)s questions).",
    "enemies": "%(label)s cannot carry groups of enemies (%(count)s questions).",
    "shuffle": "%(label)s cannot say that options keep their order (%(count)s questions).",
    "feedback": "%(label)s cannot carry the feedback of options (%(count)s questions).",
    "share": "%(label)s cannot carry options that earn part of a mark (%(count)s questions).",
    "lines": "%(label)s cannot carry line breaks; spaces stand for them (%(count)s questions).",
    "arrow": "%(label)s cannot carry -> here; an arrow character stands for it "
    "(%(count)s questions).",
    "several": "Other programs take only the first letter of several right ones "
    "(%(count)s questions).",
    "one": "Multiple choice with one right option comes back as single choice "
    "(%(count)s questions).",
    "more": "%(label)s cannot carry everything that these questions say (%(count)s questions).",
    "whole": "%(label)s cannot carry these questions at all; they were left out "
    "(%(count)s questions).",
    "key": "Questions without a right answer were left out (%(count)s questions).",
    "parts": "These questions divide the mark into parts that Moodle does not know; it skips them "
    "unless its import is set to the nearest grade (%(count)s questions).",
}
"""Every loss a writer may name, with `label` and `count` to fill in."""


class Losses:
    """The losses of writing these drafts in the format of this label."""

    def __init__(self, label: str, drafts: Sequence[Draft]) -> None:
        self._label = label
        self._drafts = list(drafts)
        self._problems: list[Problem] = []

    def writable(self, types: Collection[str]) -> list[Draft]:
        """The drafts of these types that have a key; the others are noted as left out."""
        self.note("whole", lambda draft: draft.type not in types)
        self._drafts = [draft for draft in self._drafts if draft.type in types]
        self.note("key", lambda draft: not _has_key(draft))
        self._drafts = [draft for draft in self._drafts if _has_key(draft)]
        self.note("more", lambda draft: bool(draft.more))
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
            template, hint = SENTENCES[loss], "Export as YAML to keep everything."
            params = {"label": self._label, "count": count}
            self._problems.append(warning("file", template, hint, **params))

    def problems(self) -> tuple[Problem, ...]:
        """All of them."""
        return tuple(self._problems)


def _has_key(draft: Draft) -> bool:
    return bool(draft.right or draft.pairs) or draft.type in KEYLESS
