"""Checks of what a question lacks, and of whether it fits the use that it has."""

import re
from collections.abc import Iterator

from isotrain.linting.finding import Finding, error, remark, warning
from isotrain.linting.seen import Seen, wrong_options
from isotrain.linting.words import telling
from isotrain.questions.pictured import worded

_JOINED = re.compile(r"\b(?:and|because|since|so that|therefore)\b", re.IGNORECASE)
_COLOUR = re.compile(r"\b(?:red|green|blue|yellow|orange|purple|grey|gray|pink|brown)\b",
                     re.IGNORECASE)
FEWEST_IN_BOX = 2
FEWEST_NEW_WORDS = 2


def missing_explanation(seen: Seen) -> Iterator[Finding]:
    """Nothing that says why the answer is right."""
    if seen.draft.type not in ("information", "scenario") and not seen.draft.explanation.strip():
        yield error("explanation", "The explanation is missing.", "Say why the answer is right.")


def thin_explanation(seen: Seen) -> Iterator[Finding]:
    """An explanation that only says the key again."""
    explained = telling(worded(seen.draft.explanation))
    known = telling(seen.stem) | (frozenset(seen.key_words))
    if explained and len(explained - known) < FEWEST_NEW_WORDS:
        yield remark("explanation", "The explanation adds nothing to question and answer.",
                     "Say why it is so, or what it is good for.")


def missing_rationale(seen: Seen) -> Iterator[Finding]:
    """A wrong option that teaches nobody who chose it."""
    if seen.is_choice:
        for n, option in wrong_options(seen):
            if not option.feedback.strip():
                yield remark(f"option {n + 1}", "Nothing says what is wrong with the option.",
                             "Say in its feedback what it would lead to.")


def missing_topic(seen: Seen) -> Iterator[Finding]:
    """A question that no quiz can draw, since topic or difficulty are missing."""
    if not seen.draft.topic:
        yield error("topic", "The topic is missing.", "Choose a topic.")
    if not seen.draft.difficulty:
        yield error("difficulty", "The difficulty is missing.", "Choose a difficulty.")


def true_false_exam(seen: Seen) -> Iterator[Finding]:
    """A statement in an exam that every second guess gets right."""
    if seen.draft.type == "true_false" and seen.is_exam:
        yield error("use", "In an exam every second guess is right.",
                    "Use it in practice, or make it a choice among three or four options.")


def joined_facts(seen: Seen) -> Iterator[Finding]:
    """A statement that says two things, of which one may be true."""
    if seen.draft.type == "true_false" and (match := _JOINED.search(seen.stem)):
        yield warning("stem", "The statement joins two things by “%(word)s”.",
                      "Make two statements of it.", word=match[0])


def silent_picture(seen: Seen) -> Iterator[Finding]:
    """A picture that says nothing to whoever cannot see it."""
    for shown in seen.draft.pictures.values():
        if not shown.alt.strip():
            yield error("", "A picture has no words for who cannot see it.",
                        "Say in words what the picture shows.")


def colour_only(seen: Seen) -> Iterator[Finding]:
    """A picture in which a colour says what is meant."""
    if seen.draft.pictures and (match := _COLOUR.search(seen.stem)):
        yield warning("stem", "The colour %(word)s may be all that tells what is meant.",
                      "Name the place or the shape as well.", word=match[0].lower())


def spare_answer(seen: Seen) -> Iterator[Finding]:
    """Pairs of which the last one is known when the others are."""
    pairs = seen.draft.pairs
    if seen.draft.type == "matching" and pairs and all(left for left, _right in pairs):
        rights = [right for _left, right in pairs]
        if len(set(rights)) == len(rights):
            yield remark("pairs", "The last pair follows from the others.",
                         "Add an answer that belongs to none.")


def small_box(seen: Seen) -> Iterator[Finding]:
    """A category with a single thing in it."""
    if seen.draft.type != "categorising":
        return
    boxes = [box for item, box in seen.draft.pairs if item]
    for box in dict.fromkeys(boxes):
        if boxes.count(box) < FEWEST_IN_BOX:
            yield remark("pairs", "Only one thing belongs to “%(box)s”.",
                         "Give each category at least %(fewest)s.", box=box, fewest=FEWEST_IN_BOX)
