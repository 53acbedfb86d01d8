"""Ways of guessing: what somebody who knows nothing would answer, and what that earns."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from isotrain.linting.seen import Seen
from isotrain.linting.words import ABSOLUTES, HEDGES, number, roots
from isotrain.text import N_, level

Share = float
Play = Callable[[Seen], Share]
MOST_SETS = 300


class Strategy(NamedTuple):
    """One way of guessing: its name, what it does, for which type, and what it earns.

    `stored` says that it goes by the order in which options were written.
    """

    name: str
    label: str
    type: str
    play: Play
    english: bool = False
    stored: bool = False


def best(seen: Seen, scores: Sequence[float]) -> Share:
    """Return what choosing the option with the highest score earns; ties are tossed for."""
    top = max(scores)
    chosen = [share for share, score in zip(seen.shares, scores, strict=True)
              if score >= top - 1e-9]
    return sum(chosen) / len(chosen)


def _by(score: Callable[[Seen, int], float]) -> Play:
    return lambda seen: best(seen, [score(seen, n) for n in range(len(seen.options))])


def _at(place: Callable[[int], Sequence[int]]) -> Play:
    return _by(lambda seen, n: n in place(len(seen.options)))


def length(seen: Seen, n: int) -> float:
    """Return how long an option is, in characters."""
    return len(seen.options[n])


def word_count(seen: Seen, n: int) -> float:
    """Return how many words an option has."""
    return len(seen.option_words[n])


def hedged(seen: Seen, n: int) -> float:
    """Return how many words of an option leave things open."""
    return sum(word in HEDGES for word in seen.option_words[n])


def absolute(seen: Seen, n: int) -> float:
    """Return how many words of an option leave nothing open."""
    return sum(word in ABSOLUTES for word in seen.option_words[n])


def like_others(seen: Seen, n: int) -> float:
    """Return how much an option has in common with the others, from 0 to 1."""
    return seen.likenesses[n]


def echoes(seen: Seen, n: int) -> float:
    """Return how many words of the question an option repeats that no other option does."""
    others = frozenset[str]().union(*(each for m, each in enumerate(seen.option_roots) if m != n))
    return len((seen.option_roots[n] & seen.stem_roots) - others)


def commas(seen: Seen, n: int) -> float:
    """Return how many commas an option has."""
    return seen.options[n].count(",")


def _middle_number(seen: Seen) -> Share:
    values = [number(text) for text in seen.options]
    told = sorted(value for value in values if value is not None)
    if len(told) < len(values) or len(told) < 3:
        return best(seen, [0.0] * len(values))
    middle = told[(len(told) - 1) // 2: len(told) // 2 + 1]
    return best(seen, [float(value in middle) for value in values])


def _all_but_the_odd(seen: Seen) -> Share:
    common = [like_others(seen, n) for n in range(len(seen.options))]
    odd = [n for n, score in enumerate(common) if score <= min(common) + 1e-9]
    played = [seen.ticked(m for m in range(len(common)) if m != n) for n in odd]
    return sum(played) / len(played)


def _right_size(seen: Seen) -> Share:
    count = len(seen.right)
    sets = list(zip(range(MOST_SETS), combinations(range(len(seen.options)), count), strict=False))
    played = [seen.ticked(chosen) for _n, chosen in sets]
    return sum(played) / len(played) if played else 0.0


def _says(answer: bool) -> Play:
    return lambda seen: float(seen.draft.answer is answer)


def _lefts(seen: Seen) -> list[tuple[str, str]]:
    return [(left, right) for left, right in seen.draft.pairs if left]


def _shared_word(seen: Seen) -> Share:
    rights = list(dict.fromkeys(right for _left, right in seen.draft.pairs))
    earned = []
    for left, key in _lefts(seen):
        shared = [len(roots(left) & roots(right)) for right in rights]
        chosen = [right for right, count in zip(rights, shared, strict=True)
                  if count == max(shared)]
        earned.append((key in chosen) / len(chosen))
    return sum(earned) / len(earned) if earned else 0.0


def _by_alphabet(seen: Seen) -> Share:
    lefts = sorted(_lefts(seen), key=lambda pair: level(pair[0]))
    rights = sorted((right for _left, right in seen.draft.pairs), key=level)
    hits = [key == right for (_left, key), right in zip(lefts, rights, strict=False)]
    return sum(hits) / len(hits) if hits else 0.0


def _one_box(seen: Seen) -> Share:
    boxes = [box for _item, box in _lefts(seen)]
    return max(map(boxes.count, boxes)) / len(boxes) if boxes else 0.0


def _in_order(key: Callable[[str], object]) -> Play:
    def play(seen: Seen) -> Share:
        order = sorted(range(len(seen.options)), key=lambda n: (key(seen.options[n]), n))
        steps = [other == one + 1 for one, other in pairwise(order)]
        if seen.draft.rule == "neighbours":
            return sum(steps) / max(1, len(steps))
        return float(all(steps))

    return play


_SINGLE = "single_choice"
STRATEGIES: tuple[Strategy, ...] = (
    Strategy("longest", N_("The longest option"), _SINGLE, _by(length)),
    Strategy("shortest", N_("The shortest option"), _SINGLE, _by(lambda s, n: -length(s, n))),
    Strategy("most-words", N_("The option with most words"), _SINGLE, _by(word_count)),
    Strategy("fewest-words", N_("The option with fewest words"), _SINGLE,
             _by(lambda s, n: -word_count(s, n))),
    Strategy("first", N_("The first option as it is stored"), _SINGLE, _at(lambda c: [0]),
             stored=True),
    Strategy("middle", N_("A middle option as it is stored"), _SINGLE,
             _at(lambda c: range((c - 1) // 2, c // 2 + 1)), stored=True),
    Strategy("last", N_("The last option as it is stored"), _SINGLE, _at(lambda c: [c - 1]),
             stored=True),
    Strategy("hedged", N_("The option with most words like “usually”"), _SINGLE, _by(hedged),
             english=True),
    Strategy("hedged-or-shortest",
             N_("The option with most words like “usually”, else the shortest"), _SINGLE,
             _by(lambda s, n: hedged(s, n) - length(s, n) / 10_000), english=True),
    Strategy("no-absolutes", N_("The option with fewest words like “always”"), _SINGLE,
             _by(lambda s, n: -absolute(s, n)), english=True),
    Strategy("most-absolutes", N_("The option with most words like “always”"), _SINGLE,
             _by(absolute), english=True),
    Strategy("most-like", N_("The option most like the others"), _SINGLE, _by(like_others)),
    Strategy("least-like", N_("The option least like the others"), _SINGLE,
             _by(lambda s, n: -like_others(s, n))),
    Strategy("stem-words", N_("The option that repeats words of the question"), _SINGLE,
             _by(echoes)),
    Strategy("comma", N_("The option with most commas"), _SINGLE, _by(commas)),
    Strategy("middle-number", N_("The number in the middle"), _SINGLE, _middle_number),
    Strategy("tick-all", N_("Ticking everything"), "multiple_choice",
             lambda seen: seen.ticked(range(len(seen.options)))),
    Strategy("all-but-odd", N_("Ticking all but the odd one"), "multiple_choice",
             _all_but_the_odd),
    Strategy("right-number", N_("Ticking the right number at random"), "multiple_choice",
             _right_size),
    Strategy("always-false", N_("Always false"), "true_false", _says(False)),
    Strategy("always-true", N_("Always true"), "true_false", _says(True)),
    Strategy("shared-word", N_("The pair that shares a word"), "matching", _shared_word),
    Strategy("alphabet", N_("Both sides by the alphabet"), "matching", _by_alphabet),
    Strategy("shortest-first", N_("The shortest first"), "ordering", _in_order(len)),
    Strategy("ordered-by-alphabet", N_("By the alphabet"), "ordering", _in_order(level)),
    Strategy("one-box", N_("Everything into the fullest category"), "categorising", _one_box),
)
LEARNING = Strategy("learned", N_("What the other questions teach about the look of keys"), _SINGLE,
                    lambda seen: 0.0)
FEATURES: tuple[Callable[[Seen, int], float], ...] = (
    length, word_count, hedged, absolute, like_others, echoes, commas)
