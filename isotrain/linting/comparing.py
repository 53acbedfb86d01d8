"""Checks of questions beside each other: near-twins, and one that answers another."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from math import floor

from isotrain.linting.finding import Finding, remark, warning
from isotrain.linting.seen import Seen
from isotrain.linting.words import STOP, telling, words

ALIKE = 0.9
LONG_ENOUGH = 3


def twins(questions: Sequence[Seen]) -> Iterator[tuple[int, Finding]]:
    """Questions that share nine tenths of their words and are not kept apart."""
    sets = [telling(seen.stem) | frozenset(seen.key_words) for seen in questions]
    for one, other in close_pairs(sets):
        first, second = questions[one], questions[other]
        if _kept_apart(first, second) or first.draft.type != second.draft.type:
            continue
        for here, there in ((one, second), (other, first)):
            yield here, warning("", "The question is nearly the same as %(other)s.",
                                "Delete one, or name a group for both under “never together with”.",
                                other=there.name)


def close_pairs(sets: Sequence[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of sets of which twice the shared words are over ALIKE of all their words.

    Two such sets share one of their rarest words (prefix filtering: Chaudhuri, Ganti and Kaushik
    2006, A primitive operator for similarity joins), so few pairs are compared.
    """
    often = Counter(word for words_ in sets for word in words_)
    having: dict[str, list[int]] = defaultdict(list)
    seen_pairs = set()
    for n, words_ in enumerate(sets):
        rarest = sorted(words_, key=lambda word: (often[word], word))
        least = ALIKE / (2 - ALIKE)  # the same bound as a share of the words of either
        for word in rarest[: len(rarest) - floor(least * len(rarest) + 1e-9) + 1]:
            for other in having[word]:
                seen_pairs.add((other, n))
            having[word].append(n)
    for one, other in sorted(seen_pairs):
        if are_twins(sets[one], sets[other]):
            yield one, other


def are_twins(one: Set[str], other: Set[str]) -> bool:
    """Say whether twice the words that two sets share are over ALIKE of all their words."""
    return 2 * len(one & other) > ALIKE * (len(one) + len(other))


def _kept_apart(one: Seen, other: Seen) -> bool:
    """Whether no form holds both: they are enemies, or one question in two uses."""
    return bool(one.draft.enemies) and one.draft.enemies == other.draft.enemies


def answered_elsewhere(questions: Sequence[Seen]) -> Iterator[tuple[int, Finding]]:
    """Questions whose right option stands in the text of another."""
    stems = [words(seen.stem) for seen in questions]
    having: dict[str, set[int]] = defaultdict(set)
    for n, stem in enumerate(stems):
        for word in stem:
            having[word].add(n)
    for n, seen in enumerate(questions):
        key = () if seen.key is None else seen.option_words[seen.key]
        if len([word for word in key if word not in STOP]) < LONG_ENOUGH:
            continue
        for other in sorted(min((having[word] for word in key), key=len) - {n}):
            if _within(key, stems[other]) and not _kept_apart(seen, questions[other]):
                yield n, remark("", "The text of %(other)s gives the right option away.",
                                "Name a group for both under “never together with”.",
                                other=questions[other].name)


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return any(whole[n:n + len(part)] == part for n in range(len(whole) - len(part) + 1))


def missing_fact(questions: Sequence[Seen]) -> Iterator[tuple[int, Finding]]:
    """Questions that cite no fact in a bank whose other questions do."""
    if any(seen.draft.facts for seen in questions):
        for n, seen in enumerate(questions):
            if not seen.draft.facts and seen.draft.type != "information":
                yield n, warning("fact", "The question cites no fact.",
                                 "Choose the fact it asks about; results then link to its"
                                 " paragraph.")
