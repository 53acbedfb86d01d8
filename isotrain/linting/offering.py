"""Checks of the options beside each other: alike in build, each of its own, one of them right."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise, takewhile
from statistics import median

from isotrain.linting.finding import Finding, error, remark, warning
from isotrain.linting.seen import Seen, place_of
from isotrain.linting.words import likeness, number, span
from isotrain.text import level

SHORTEST_KEY, LONGEST_KEY = 0.75, 1.3
FEWEST, MOST = 3, 5
ALIKE = 0.9
SAME_START = 3
_ALL = re.compile(
    r"\W*(?:all (?:of )?(?:the )?(?:above|these|options|answers)(?: .*)?|all of them|every one of"
    r" (?:these|them)|(?:both )?[a-e1-5](?:, [a-e1-5])*,? (?:and|&) [a-e1-5])\W*", re.IGNORECASE)
_NONE = re.compile(r"\W*none of (?:the )?(?:above|these|them|options|answers)(?: .*)?\W*"
                   r"|\W*neither (?:[a-e]|of these)(?: nor [a-e])?\W*", re.IGNORECASE)


def all_of_the_above(seen: Seen) -> Iterator[Finding]:
    """An option that only speaks of the others."""
    if not seen.is_choice:
        return
    for n, text in enumerate(seen.options):
        if _ALL.fullmatch(text):
            yield error(place_of(n), "The option only names other options.",
                        "Make the question multiple choice, or say something of its own here.")
        elif _NONE.fullmatch(text):
            yield warning(place_of(n), "The option says that no other is right.",
                          "Write an option that somebody could believe.")


def key_length(seen: Seen) -> Iterator[Finding]:
    """A key that is much longer or shorter than the other options."""
    if seen.key is None or len(seen.wrong) < 2:
        return
    lengths = [len(text) for text in seen.options]
    mean = sum(lengths[n] for n in seen.wrong) / len(seen.wrong)
    ratio = lengths[seen.key] / mean if mean else 1.0
    if seen.options[seen.key].strip() and not SHORTEST_KEY <= ratio <= LONGEST_KEY:
        yield warning(
            place_of(seen.key), "The right option has %(percent)s percent of the length of the"
            " wrong ones.", "Give all options about the same length.", percent=round(100 * ratio))


def same_options(seen: Seen) -> Iterator[Finding]:
    """Two options that say the same."""
    if not seen.is_choice:
        return
    for one, other in combinations(range(len(seen.options)), 2):
        texts = level(seen.options[one]).strip(" ."), level(seen.options[other]).strip(" .")
        if not texts[0] or not texts[1]:
            continue
        if texts[0] == texts[1]:
            yield error(place_of(other), "The option says the same as option %(other)s.",
                        "Change or delete one of the two.", other=one + 1)
        elif likeness(_threes(texts[0]), _threes(texts[1])) > ALIKE:
            yield warning(place_of(other), "The option is nearly the same as option %(other)s.",
                          "Make them differ in what matters.", other=one + 1)


def _threes(text: str) -> set[str]:
    return {text[n:n + 3] for n in range(max(1, len(text) - 2))}


def overlapping(seen: Seen) -> Iterator[Finding]:
    """Options of which one holds the other, so that both may be right."""
    if not seen.is_single:
        return
    spans = [span(text) for text in seen.options]
    for one, other in combinations(range(len(seen.options)), 2):
        first, second = spans[one], spans[other]
        if first and second and max(first[0], second[0]) < min(first[1], second[1]):
            yield error(place_of(other), "The range overlaps with that of option %(other)s.",
                        "Let each range begin where the one before ends.", other=one + 1)
        elif _holds(seen, one, other):
            yield warning(place_of(other), "Of this option and option %(other)s one holds all that"
                          " the other says.", "Make them exclude each other.", other=one + 1)


def _holds(seen: Seen, one: int, other: int) -> bool:
    short, long_ = sorted((seen.option_words[one], seen.option_words[other]), key=len)
    if len(short) < 2 or len(short) == len(long_):
        return False
    return any(long_[n:n + len(short)] == short for n in range(len(long_) - len(short) + 1))


def unordered(seen: Seen) -> Iterator[Finding]:
    """Numbers or years that do not stand in their order."""
    values = [number(text) for text in seen.options]
    told = [value for value in values if value is not None]
    if not seen.is_choice or len(told) != len(values) or len(told) < FEWEST:
        return
    steps = [one < other for one, other in pairwise(told)]
    if any(steps) and not all(steps):
        yield warning("options", "The numbers do not stand in their order.",
                      "Put them in order and keep it in every form.")
    elif seen.draft.shuffle and not all(option.stays for option in seen.draft.options):
        yield remark("options", "Every form shows the numbers in another order.",
                     "Keep the order of the options.")


def same_start(seen: Seen) -> Iterator[Finding]:
    """Words that every option repeats."""
    columns = zip(*seen.option_words, strict=False) if seen.is_choice else ()
    common = sum(1 for _column in takewhile(lambda column: len(set(column)) == 1, columns))
    if common >= SAME_START and len(seen.options) > 1:
        yield remark("options", "All options begin with the same %(count)s words.",
                     "Put these words into the question.", count=common)


def odd_option(seen: Seen) -> Iterator[Finding]:
    """An option of another kind than the others, which nobody believes."""
    if not seen.is_choice or len(seen.options) < FEWEST:
        return
    numbers = [number(text) is not None for text in seen.options]
    middle = median(len(text) for text in seen.options)
    for n, text in enumerate(seen.options):
        if numbers.count(numbers[n]) == 1 and len(numbers) > FEWEST - 1:
            yield remark(place_of(n), "The option is a number and the others are not." if numbers[n]
                         else "The option is no number, as the others are.",
                         "Give all options the same kind of answer.")
        elif len(text) * 3 < middle and not any(numbers):
            yield remark(place_of(n), "The option is far shorter than the others.",
                         "Write it out as the others are.")


def option_count(seen: Seen) -> Iterator[Finding]:
    """Too few options to guess among, or too many to keep in mind."""
    count = len(seen.options)
    if not seen.is_choice or FEWEST <= count <= MOST + 2 * (not seen.is_single):
        return
    if count > MOST:
        yield warning("options", "There are %(count)s options.",
                      "Keep those that somebody could believe.", count=count)
    elif seen.is_exam:
        yield warning("options", "An exam asks it with %(count)s options.",
                      "Give at least %(fewest)s, or use it in practice.", count=count,
                      fewest=FEWEST)


def key_count(seen: Seen) -> Iterator[Finding]:
    """No right option, or several where one is asked for."""
    whole = [n for n, option in enumerate(seen.draft.options) if option.share >= 1]
    if seen.is_single and len(whole) != 1:
        yield error("options", "Options that earn the whole mark: %(count)s.",
                    "Leave exactly one.", count=len(whole))
    elif seen.draft.type == "multiple_choice" and not seen.right:
        yield error("options", "No option is right.", "Say which options are right.")
    elif seen.draft.type == "true_false" and seen.draft.answer is None:
        yield error("answer", "It is not said whether the statement is true.", "Say it.")


def one_digit(seen: Seen) -> Iterator[Finding]:
    """A key that differs from a wrong option by one digit."""
    if seen.key is None:
        return
    key = seen.options[seen.key]
    for n in seen.wrong:
        text = seen.options[n]
        differing = [pair for pair in zip(key, text, strict=False) if pair[0] != pair[1]]
        if len(key) == len(text) and len(differing) == 1 and all(map(str.isdigit, differing[0])):
            yield remark(place_of(n), "The option differs from the right one by one digit.",
                         "Ask for what matters at work, not for a number.")
