"""What makes a version of a question, and what it needs before it may be drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from isotrain.ledger.hashing import hash_of
from isotrain.questions import question_of
from isotrain.questions.contract import BadData, Question
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import ADD_IT, MISSING, addressed, worded
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_, level

DIFFICULTIES = (1, 2, 3)
USES = ("exam", "practice")
NAMES = ("topic", "module", "use", "language", "enemies")
NAME_LIMIT = 100


@dataclass(frozen=True)
class Vocabulary:
    """What the questions of a bank can name: topics and modules (to titles), facts (codes).

    A bank without a library has none of them: any topic will do, and no fact is needed. Where
    `pictures` (hashes) are given, a question can show no others.
    """

    topics: Mapping[str, str] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()
    modules: Mapping[str, str] = field(default_factory=dict)
    pictures: Container[str] | None = None


@dataclass(frozen=True)
class Defaults:
    """What holds for questions whose file does not say.

    With `sheets` the sheet or category in which a question stands is its topic, before `topic`.
    With `apart` new questions that ask nearly the same as others are never asked together.
    """

    topic: str | None = None
    difficulty: int | None = None
    use: str = "exam"
    sheets: bool = False
    apart: bool = False

    def to_data(self) -> dict[str, Any]:
        data = {"topic": self.topic, "difficulty": self.difficulty, "use": self.use}
        return data | {name: True for name in ("sheets", "apart") if getattr(self, name)}


@dataclass(frozen=True)
class Written:
    """Everything one version of a question says.

    `facts` begins with the tested one; without a `module` the question belongs to that fact's.
    """

    question: Question
    topic: str | None = None
    difficulty: int | None = None
    module: str | None = None
    facts: tuple[str, ...] = ()
    use: str = "exam"
    language: str = "en"
    enemies: str | None = None

    @property
    def fact(self) -> str | None:
        """The fact it asks about."""
        return self.facts[0] if self.facts else None

    @cached_property
    def stem_text(self) -> str:
        """The stem folded for searching and comparing."""
        return level(worded(self.question.stem))

    @cached_property
    def pictures(self) -> frozenset[str]:
        """The hashes of the pictures that its texts show."""
        shown = self.question.draft().pictures.values()
        return frozenset(each.sha256 for each in shown if each.sha256)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of all of it: the same hash is the same version.

        What was added to versions later counts only where it says something, so that what was
        written before keeps its hash.
        """
        about: dict[str, Any] = {
            "topic": self.topic, "difficulty": self.difficulty, "fact": self.fact,
            "use": self.use, "language": self.language, "enemies": self.enemies}
        if len(self.facts) > 1:
            about["facts"] = list(self.facts)
        if self.module:
            about["module"] = self.module
        question = self.question
        return hash_of({"type": question.name, "content": question.content(),
                        "key": question.key(), **about})

    def draft(self, key: str = "", place: str = "") -> Draft:
        """This version as the file formats and the editor take it."""
        return replace(
            self.question.draft(), place=place, external_id=key,
            topic=self.topic or "", difficulty=self.difficulty, module=self.module or "",
            facts=self.facts, use=self.use, language=self.language, enemies=self.enemies or "",
        )


def hindrances(written: Written) -> tuple[Problem, ...]:
    """What keeps a version from being approved; nothing when it is complete."""
    found = [problem for problem in written.question.problems()
             if problem.severity == "error" or problem.template == MISSING]
    if not written.topic:
        found.append(error("topic", "The topic is missing.", "Choose a topic."))
    if not written.difficulty:
        found.append(error("difficulty", "The difficulty is missing.", "Choose a difficulty."))
    if written.use == "exam" and written.question.marked_by_person:
        found.append(error("use", "An exam cannot ask what only a person can mark.",
                           "Choose practice: there learners compare their text with yours."))
    return tuple(found)


def advice(written: Written, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """What would make a version teach more; it may be approved without."""
    found = [p for p in written.question.problems()
             if p.severity == "warning" and p.template != MISSING]
    if not written.fact and vocabulary.facts:
        found.append(warning("fact", "The question cites no fact.",
                             "Choose the fact it asks about; results then link to its paragraph."))
    return tuple(found)


@dataclass(frozen=True)
class Settled:
    """What a draft comes to in a bank: a version, or None with the errors that are in the way."""

    written: Written | None
    problems: tuple[Problem, ...] = ()


def settle(
    draft: Draft, vocabulary: Vocabulary, *, language: str, defaults: Defaults | None = None,
    before: Draft | None = None,
) -> Settled:
    """Make a version of a draft.

    What the draft leaves open stays as `before` has it, and where there is none `defaults` hold.
    """
    draft, missing = _held(draft.composed(), vocabulary.pictures)
    draft, unknown = _known(draft, vocabulary)
    problems = (*missing, *unknown)
    if before is not None:
        draft = _filled(draft, before)
    defaults = defaults or Defaults()
    try:
        question = question_of(draft)
        found = question.problems()
    except BadData as bad:
        return Settled(None, (*problems, *_placed(draft.place, bad.problems)))
    errors = _placed(draft.place, [p for p in found if p.severity == "error"])
    if errors:
        return Settled(None, (*problems, *errors))
    written = Written(
        question,
        topic=draft.topic or (defaults.sheets and proposed_topic(draft, vocabulary))
        or defaults.topic,
        difficulty=draft.difficulty or defaults.difficulty,
        module=draft.module or None,
        facts=draft.facts,
        use=draft.use or defaults.use,
        language=draft.language or language,
        enemies=draft.enemies or None,
    )
    return Settled(written, problems)


def proposes_topics(format_name: str) -> bool:
    """Whether files of this format stand in sheets whose names are topics, unless somebody objects.

    Categories of other formats can be taken as well, but often say how a course was built.
    """
    return format_name == "xlsx"


def proposed_topic(draft: Draft, vocabulary: Vocabulary) -> str:
    """The topic that its sheet or category proposes for a question that names none, or nothing.

    Where there is a library, only a topic that it has.
    """
    name = "" if draft.topic else name_of(draft.category.rpartition("/")[2])
    if not name or not vocabulary.topics:
        return name
    return next((topic for topic, title in vocabulary.topics.items()
                 if level(name) in (level(topic), level(title))), "")


def translated(draft: Draft, original: Written, vocabulary: Vocabulary) -> Settled:
    """Make a version in another language: about the same, with the same key, in other words."""
    same = original.draft()
    about = {name: getattr(same, name) for name in (*NAMES, "difficulty", "facts")}
    about["language"] = name_of(draft.language)
    settled = settle(replace(draft, **about), vocabulary, language="")
    written = settled.written
    if written is None:
        return settled
    # Unlike a question, a translation does not wait until it is complete: it is used or not.
    lost = _placed(draft.place, [replace(problem, severity="error")
                                 for problem in hindrances(written) if problem.template == MISSING])
    if lost:
        return Settled(None, lost)
    if (type(written.question) is type(original.question)
            and hash_of(written.question.judging()) == hash_of(original.question.judging())):
        return settled
    return Settled(None, (error(
        draft.place or "key", "The translation has another key than the question.",
        "Give it the same parts in the same order, and the same ones right."),))


def name_of(text: str) -> str:
    """A text as a name: composed, on one line, without invisible characters, not too long."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if char.isspace() else char for char in text)
    kept = (char for char in text if unicodedata.category(char)[0] != "C")
    return " ".join("".join(kept).split())[:NAME_LIMIT].rstrip()


def _known(draft: Draft, vocabulary: Vocabulary) -> tuple[Draft, tuple[Problem, ...]]:
    """The draft without what this bank does not know, and a warning for each such thing."""
    values: dict[str, Any] = {name: name_of(getattr(draft, name)) for name in NAMES}
    choices: dict[str, Collection[str]] = {
        "topic": vocabulary.topics, "module": vocabulary.modules, "use": USES}
    strange = [(name, values[name]) for name, known in choices.items()
               if known and values[name] and values[name] not in known]
    values |= {name: "" for name, _value in strange}
    values["facts"] = tuple(dict.fromkeys(filter(None, map(name_of, draft.facts))))
    if vocabulary.facts:
        strange += [("fact", fact) for fact in values["facts"] if fact not in vocabulary.facts]
        values["facts"] = tuple(fact for fact in values["facts"] if fact in vocabulary.facts)
    if draft.difficulty is not None and draft.difficulty not in DIFFICULTIES:
        strange.append(("difficulty", str(draft.difficulty)[:20]))
        values["difficulty"] = None
    problems = tuple(_unknown(draft.place, name, value) for name, value in strange)
    return replace(draft, **values), problems


def _held(draft: Draft, pictures: Container[str] | None) -> tuple[Draft, list[Problem]]:
    """The draft with the pictures that were kept somewhere else as missing, and a word on each."""
    strange = {shown.address: shown.alt[:100] or shown.sha256[:12]
               for shown in draft.pictures.values()
               if pictures is not None and shown.sha256 and shown.sha256 not in pictures}
    if not strange:
        return draft, []
    told = [warning(draft.place, MISSING, ADD_IT, name=name) for name in strange.values()]
    return draft.retold(lambda text: addressed(
        text, lambda at: quote(strange[at], safe="") if at in strange else "")), told


_UNKNOWN = {
    "topic": N_('The library of this bank has no topic "%(value)s".'),
    "module": N_('The library of this bank has no module "%(value)s".'),
    "fact": N_('The library of this bank has no fact "%(value)s".'),
    "use": N_('The use "%(value)s" is neither exam nor practice.'),
    "difficulty": N_("The difficulty %(value)s is not 1, 2 or 3."),
}


def _unknown(place: str, name: str, value: str) -> Problem:
    return warning(f"{place}, {name}" if place else name, _UNKNOWN[name],
                   "Correct it in the file, or complete the question here.", value=value)


def _filled(draft: Draft, before: Draft) -> Draft:
    names = ("explanation", "topic", "difficulty", "module", "facts", "use", "language", "enemies",
             "rule")
    kept = {name: getattr(draft, name) or getattr(before, name) for name in names}
    options = draft.options
    if not any(option.feedback for option in options):
        feedback = {level(option.text): option.feedback for option in before.options}
        options = tuple(o._replace(feedback=feedback.get(level(o.text), "")) for o in options)
    return replace(draft, options=options, **kept)


def _placed(place: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(p, place=f"{place}, {p.place}" if place else p.place) for p in problems)
