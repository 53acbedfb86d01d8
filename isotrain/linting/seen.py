"""A question as the checks see it: its texts as words, what is right and what is wrong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from isotrain.linting.words import likeness, roots, words
from isotrain.questions import question_of
from isotrain.questions.contract import FIELD, PENDING, AsWritten, Question
from isotrain.questions.draft import Draft, Option
from isotrain.questions.pictured import worded

_FILLED_IN = re.compile(r"\[\[[0-9]+\]\]|\{[^{}]*\}")
GAP = "_____"
_FROM_THE_SET = ("topic", "difficulty", "use", "language", "module", "enemies")


@dataclass(frozen=True)
class Seen:
    """One question, or one of those in a set: `within` says which of them, else it is empty."""

    draft: Draft
    within: str = ""

    @property
    def name(self) -> str:
        """What the question is called in its bank."""
        return self.draft.external_id or self.draft.title

    @property
    def is_english(self) -> bool:
        """Whether its texts can be judged by words of English."""
        return self.draft.language.partition("-")[0].lower() in ("en", "")

    @property
    def is_exam(self) -> bool:
        """Whether exams may ask it."""
        return self.draft.use != "practice"

    @property
    def is_choice(self) -> bool:
        """Whether it is answered by choosing among texts that its writer wrote."""
        return self.draft.type in ("single_choice", "multiple_choice")

    @property
    def is_single(self) -> bool:
        """Whether one of several options is right."""
        return self.draft.type == "single_choice"

    @cached_property
    def stem(self) -> str:
        """The text that asks, with lines for what is to be filled in and words for pictures."""
        return _FILLED_IN.sub(GAP, worded(self.draft.stem))

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The texts of the options."""
        return tuple(worded(option.text) for option in self.draft.options)

    @cached_property
    def option_words(self) -> tuple[tuple[str, ...], ...]:
        """The words of each option."""
        return tuple(map(words, self.options))

    @cached_property
    def option_roots(self) -> tuple[frozenset[str], ...]:
        """The roots of the telling words of each option."""
        return tuple(map(roots, self.options))

    @cached_property
    def stem_roots(self) -> frozenset[str]:
        """The roots of the telling words of the text that asks."""
        return roots(self.stem)

    @cached_property
    def likenesses(self) -> tuple[float, ...]:
        """How much each option has in common with the others on average, from 0 to 1."""
        sets = self.option_roots
        sums = [sum(likeness(one, other) for m, other in enumerate(sets) if m != n)
                for n, one in enumerate(sets)]
        return tuple(each / max(1, len(sets) - 1) for each in sums)

    @cached_property
    def question(self) -> Question:
        """The question itself; raises BadData."""
        return question_of(self.draft)

    @property
    def is_whole(self) -> bool:
        """Whether there is something to choose from, and something right among it."""
        options, pairs = self.draft.options, self.draft.pairs
        texts = [*(option.text for option in options), *(right for _left, right in pairs)]
        keyed = self.right or any(left for left, _right in pairs) or self.draft.type == "ordering"
        return bool(keyed and texts) and all(text.strip() for text in texts)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """What choosing each option alone earns, from 0 to 1."""
        return tuple(max(0.0, float(option.share)) for option in self.draft.options)

    @cached_property
    def right(self) -> tuple[int, ...]:
        """The places of the options that earn something, counted from 0."""
        return tuple(n for n, option in enumerate(self.draft.options) if option.share > 0)

    @cached_property
    def wrong(self) -> tuple[int, ...]:
        """The places of the options that earn nothing."""
        return tuple(n for n in range(len(self.draft.options)) if n not in self.right)

    @property
    def key(self) -> int | None:
        """The place of the one right option, None where there are none or several."""
        return self.right[0] if self.is_choice and len(self.right) == 1 else None

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The texts in which the writer speaks: the question, what is right, and why."""
        is_false = self.draft.answer is False
        return ("" if is_false else self.stem, *(self.options[n] for n in self.right
                if self.is_choice), worded(self.draft.explanation))

    @property
    def key_words(self) -> tuple[str, ...]:
        """The words of what is right."""
        if self.is_choice:
            return tuple(word for n in self.right for word in self.option_words[n])
        pairs = [text for pair in self.draft.pairs for text in pair]
        return words(" ".join([*pairs, *(option.text for option in self.draft.right)]))

    def ticked(self, chosen: Iterable[int]) -> float:
        """Return what choosing these options together earns, from 0 to 1."""
        arrangement = self.question.arranged(AsWritten())
        mark = self.question.mark(self.question.read({FIELD: list(map(str, chosen))}, arrangement))
        return float(mark) if mark is not PENDING else 0.0

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every text a learner or a reader of the key may see, each with its place."""
        yield "stem", self.stem
        if self.draft.type != "true_false":
            for number, text in enumerate(self.options, 1):
                yield f"option {number}", text
        for number, (left, right) in enumerate(self.draft.pairs, 1):
            yield f"pair {number}", f"{worded(left)} {worded(right)}"
        yield "explanation", worded(self.draft.explanation)


def place_of(option: int) -> str:
    """Return how places name an option that is counted from 0."""
    return f"option {option + 1}"


def wrong_options(seen: Seen) -> list[tuple[int, Option]]:
    """Return the options that earn nothing, each with its place counted from 0."""
    return [(n, seen.draft.options[n]) for n in seen.wrong]


def parts_of(draft: Draft) -> Iterator[Seen]:
    """Yield a question, then the questions of a set with what the set says of them all."""
    yield Seen(draft)
    about = {name: getattr(draft, name) for name in _FROM_THE_SET}
    for number, part in enumerate(draft.parts, 1):
        yield Seen(replace(part, external_id=draft.external_id, facts=draft.facts, **about),
                   f"question {number}")
