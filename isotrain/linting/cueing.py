"""Checks of what gives the key away: grammar, an echo of the question, likeness to the others."""

import re
from collections.abc import Iterator

from isotrain.linting.finding import Finding, error, remark, warning
from isotrain.linting.seen import Seen, place_of
from isotrain.linting.words import telling

_ARTICLE = re.compile(r"\b(an?)(?:\s*[_.…:]*)?\s*$", re.IGNORECASE)
_VOWEL = re.compile(r"\W*(?:[aeio]|u(?!ni|se|su|ti|k\b)|hour|hono|heir)", re.IGNORECASE)
_NUMBER_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_CHOOSE_NUMBER = re.compile(rf"\b(?:choose|select|tick|pick|which|name) (?:the |any )?"
                            rf"({'|'.join(_NUMBER_WORDS)}|[2-6])\b", re.IGNORECASE)
FEWEST_ALIKE = 0.2
FEWEST_WRONG = 2
SAME_LETTERS = 3


def article(seen: Seen) -> Iterator[Finding]:
    """A stem that ends in “a” or “an”, which some options do not go with."""
    match = _ARTICLE.search(seen.stem)
    if not seen.is_choice or not match:
        return
    vowel = match[1].lower() == "an"
    for n, text in enumerate(seen.options):
        if bool(_VOWEL.match(text)) != vowel:
            yield warning(place_of(n), "The question ends with “%(word)s”, which this option does"
                          " not go with.", "End the question with “a/an”, or put the article into"
                          " the options.", word=match[1])


def word_repeat(seen: Seen) -> Iterator[Finding]:
    """A word of the question that only the right option repeats."""
    if seen.key is None or len(seen.wrong) < 2:
        return
    elsewhere = frozenset[str]().union(*(seen.option_roots[n] for n in seen.wrong))
    echoed = (seen.option_roots[seen.key] & seen.stem_roots) - elsewhere
    if echoed:
        word = next(word for word in sorted(telling(seen.options[seen.key]))
                    if word[:6] in echoed)
        yield warning(place_of(seen.key), "Only the right option repeats “%(word)s” from the"
                      " question.", "Use another word, or let wrong options repeat one too.",
                      word=word)


def convergence(seen: Seen) -> Iterator[Finding]:
    """A key that has most in common with the others, since they were made from it."""
    if seen.key is None or len(seen.wrong) < 2:
        return
    means = seen.likenesses
    others = max(means[n] for n in seen.wrong)
    if means[seen.key] > max(FEWEST_ALIKE, 1.25 * others):
        yield remark(place_of(seen.key), "The right option has most words in common with the"
                     " others.", "Let wrong options have as much in common with each other.")


def several_right(seen: Seen) -> Iterator[Finding]:
    """What lets somebody earn marks by ticking without knowing, or leaves open what to tick."""
    if seen.draft.type != "multiple_choice" or not seen.right:
        return
    if len(seen.wrong) < FEWEST_WRONG:
        yield error("options", "Wrong options: %(count)s. Who ticks nearly everything is right.",
                    "Give at least %(fewest)s wrong options.", count=len(seen.wrong),
                    fewest=FEWEST_WRONG)
    if seen.ticked(range(len(seen.options))) > 0:
        yield error("options", "Ticking everything earns marks.",
                    "Choose another rule of marking, such as *balanced*.")
    match = _CHOOSE_NUMBER.search(seen.stem) if seen.is_english else None
    if match:
        asked = _NUMBER_WORDS.get(match[1].lower()) or int(match[1])
        if asked != len(seen.right):
            yield error("stem", "The text asks for %(asked)s options; right ones: %(count)s.",
                        "Make the two agree.", asked=asked, count=len(seen.right))


def same_letter(seen: Seen) -> Iterator[Finding]:
    """A set whose right options all stand at the same place."""
    parts = [part for part in seen.draft.parts if part.type == "single_choice"]
    keys = {tuple(n for n, option in enumerate(part.options) if option.share >= 1)
            for part in parts}
    shown = not any(part.shuffle for part in parts)
    if len(parts) >= SAME_LETTERS and len(keys) == 1 and shown:
        yield warning("questions", "In all questions of the set the right option stands at the same"
                      " place.", "Shuffle the options, or move some right ones.")
