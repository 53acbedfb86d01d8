"""The guesser's score: what ways of guessing earn over a bank, beside what chance earns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from isotrain.linting.chances import allowed
from isotrain.linting.finding import Finding, Measured, remark, warning
from isotrain.linting.seen import Seen
from isotrain.linting.strategies import FEATURES, LEARNING, STRATEGIES, Share, Strategy, best
from isotrain.questions.contract import BadData
from isotrain.questions.problem import Word
from isotrain.text import N_

_PLAYED = frozenset(strategy.type for strategy in STRATEGIES)
PARTS: Mapping[str, str] = {"exam": N_("Exam"), "practice": N_("Practice")}


@dataclass(frozen=True)
class Guess:
    """What one way of guessing earns over a part of a bank.

    `hits` are marks of `number` questions; `chance` and `limit` are parts of the marks. One that
    is `hidden` goes by an order that learners do not see.
    """

    part: str
    strategy: str
    label: str
    hits: float
    number: int
    chance: float
    limit: float
    hidden: bool = False

    @property
    def earned(self) -> float:
        """The part of the marks that it earns, from 0 to 1."""
        return self.hits / self.number

    @property
    def over(self) -> bool:
        """Whether it earns more than chance explains."""
        return self.earned > self.limit + 1e-9


def guesses(questions: Sequence[Seen]) -> tuple[Guess, ...]:
    """Play every way of guessing over the questions of exams, then over those of practice."""
    parts: dict[str, list[tuple[Seen, float]]] = {part: [] for part in PARTS}
    for seen in questions:
        chance = _chance(seen)
        if chance is not None:
            parts["exam" if seen.is_exam else "practice"].append((seen, chance))
    return tuple(guess for part, fitting in parts.items() for guess in _over(part, fitting))


def _over(part: str, questions: Sequence[tuple[Seen, float]]) -> Iterator[Guess]:
    for strategy in STRATEGIES:
        fitting = [(seen, chance) for seen, chance in questions
                   if seen.draft.type == strategy.type
                   and (seen.is_english or not strategy.english)]
        played = [strategy.play(seen) for seen, _chance in fitting]
        if played:
            guess = _scored(part, strategy, played, [chance for _seen, chance in fitting])
            yield replace(guess, hidden=strategy.stored and not _over_as_shown(strategy, fitting))
    single = [(seen, chance) for seen, chance in questions if seen.is_single]
    if len(single) > 1:
        played = learned([seen for seen, _chance in single])
        yield _scored(part, LEARNING, played, [chance for _seen, chance in single])


def _over_as_shown(strategy: Strategy, questions: Sequence[tuple[Seen, float]]) -> bool:
    """Whether it earns too much of the questions that every form shows as they are stored."""
    shown = [(seen, chance) for seen, chance in questions if not seen.draft.shuffle]
    return bool(shown) and _scored("", strategy, [strategy.play(seen) for seen, _chance in shown],
                                   [chance for _seen, chance in shown]).over


def _scored(
    part: str, strategy: Strategy, played: Sequence[Share], chances: Sequence[float]
) -> Guess:
    number = len(played)
    chance = sum(chances) / number
    return Guess(part, strategy.name, strategy.label, sum(played), number, chance,
                 allowed(number, chance))


def _chance(seen: Seen) -> float | None:
    """Return what pure guessing earns; None for what cannot be guessed at or is not whole."""
    if seen.draft.type not in _PLAYED or not seen.is_whole:
        return None
    try:
        return float(seen.question.chance())
    except BadData:
        return None


def learned(questions: Sequence[Seen]) -> list[Share]:
    """Play a model of how keys look that was taught by the other questions (leave one out).

    Each feature of an option is taken as its distance from the mean of its question, and weighs as
    much as keys differ by it on average, over its variance: a linear discriminant without
    correlations (Fisher 1936, Annals of Eugenics 7).
    """
    looks = [_looks(seen) for seen in questions]
    keys = [looks[n][seen.right[0]] for n, seen in enumerate(questions)]
    sums = [sum(key[f] for key in keys) for f in range(len(FEATURES))]
    spread = [sum(option[f] ** 2 for look in looks for option in look) or 1.0
              for f in range(len(FEATURES))]
    played = []
    for seen, look, key in zip(questions, looks, keys, strict=True):
        weights = [(sums[f] - key[f]) / spread[f] for f in range(len(FEATURES))]
        played.append(best(seen, [sum(w * x for w, x in zip(weights, option, strict=True))
                                  for option in look]))
    return played


def _looks(seen: Seen) -> list[list[float]]:
    """Return the features of each option, as distances from the mean of the question."""
    count = len(seen.options)
    columns = [[feature(seen, n) for n in range(count)] for feature in FEATURES]
    means = [sum(column) / count for column in columns]
    return [[column[n] - mean for column, mean in zip(columns, means, strict=True)]
            for n in range(count)]


def alerts(found: Sequence[Guess]) -> Iterator[tuple[str, Finding]]:
    """Yield a finding for every way of guessing that earns too much, with its name."""
    for guess in found:
        if not guess.over:
            continue
        params = {"way": Word(guess.label), "part": Word(PARTS[guess.part]),
                  "earned": round(100 * guess.earned), "chance": round(100 * guess.chance)}
        if guess.hidden:
            finding = remark(
                "", "%(part)s: “%(way)s” earns %(earned)s percent of the marks, chance %(chance)s.",
                "Learners see another order; who is given the file or a print does not.", **params)
        else:
            finding = warning(
                "", "%(part)s: “%(way)s” earns %(earned)s percent of the marks, chance %(chance)s.",
                "Change right or wrong options until it earns no more than chance.", **params)
        measured = Measured(guess.earned, guess.number, guess.limit)
        yield guess.strategy, replace(finding, measured=measured)
