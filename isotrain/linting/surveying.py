"""Checks of a bank as a whole: what differs between right and wrong options over many questions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from isotrain.linting.chances import CHI_SQUARE, chi_square, unequal
from isotrain.linting.finding import Finding, Measured, remark, warning
from isotrain.linting.seen import Seen
from isotrain.linting.words import ABSOLUTES

FEWEST_PER_PLACE = 2


def absolutes(questions: Sequence[Seen]) -> Iterator[Finding]:
    """Words such as “always” that stand in right options more or less often than in wrong ones."""
    counts = Counter((n in seen.right, not ABSOLUTES.isdisjoint(option))
                     for seen in questions if seen.is_choice and seen.is_english
                     for n, option in enumerate(seen.option_words))
    right, wrong = counts[True, True], counts[False, True]
    of_right, of_wrong = right + counts[True, False], wrong + counts[False, False]
    if unequal(right, of_right, wrong, of_wrong):
        found = warning(
            "options", "“Always”, “only” and the like stand in %(right)s percent of the right and"
            " in %(wrong)s percent of the wrong options.",
            "Take them out where they are more frequent, or put some where they are not.",
            right=round(100 * right / of_right), wrong=round(100 * wrong / of_wrong))
        yield replace(found, measured=Measured(right / of_right, of_right, wrong / of_wrong))


def key_position(questions: Sequence[Seen]) -> Iterator[Finding]:
    """Right options that stand at some places more than chance would have them."""
    places: dict[int, Counter[int]] = {}
    for seen in questions:
        if seen.is_single and seen.key is not None and not seen.draft.shuffle:
            places.setdefault(len(seen.options), Counter())[seen.key] += 1
    for count, at in sorted(places.items()):
        number, limit = at.total(), CHI_SQUARE.get(count - 1)
        figure = chi_square([at[n] for n in range(count)])
        if limit and number >= FEWEST_PER_PLACE * count and figure > limit:
            found = warning(
                "options", "Where %(count)s options stand in one order, the right ones stand at"
                " their places so often: %(times)s.", "Move right options, or shuffle them.",
                count=count, times=" / ".join(str(at[n]) for n in range(count)))
            yield replace(found, measured=Measured(figure, number, limit))


def option_counts(questions: Sequence[Seen]) -> Iterator[Finding]:
    """Single choice questions with different numbers of options."""
    counts = Counter(len(seen.options) for seen in questions if seen.is_single)
    if len(counts) > 1:
        usual, times = counts.most_common(1)[0]
        others = counts.total() - times
        found = remark(
            "options", "Most questions have %(usual)s options; %(others)s of %(all)s have another"
            " number.", "Give all the same number where you can.", usual=usual, others=others,
            all=counts.total())
        yield replace(found, measured=Measured(others, counts.total(), 0))
