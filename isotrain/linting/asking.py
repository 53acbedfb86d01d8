"""Checks of the text that asks: is it clear what is wanted, without traps of language?"""

import re
from collections.abc import Iterator

from isotrain.linting.finding import Finding, error, remark, warning
from isotrain.linting.seen import GAP, Seen, place_of
from isotrain.linting.words import sentences, words
from isotrain.text import N_

MOST_WORDS, LONG_SENTENCE, LONGEST_SENTENCE = 60, 20, 25
FEWEST_WORDS = 6
_NEGATION = r"not|except|least|never|incorrect|false|cannot|n't|unlike"
_NEGATIVE = re.compile(rf"\b(?:{_NEGATION})\b|n['’]t\b", re.IGNORECASE)
_SHOWN = re.compile(r"\*[^*]*\*|\b[A-Z]{3,}\b")
_OPTION_NEGATION = re.compile(r"\b(?:not|never|no|none|cannot|without)\b|n['’]t\b", re.IGNORECASE)
_WHICH_IS_TRUE = re.compile(
    r"(?:which|what) (?:one )?(?:of (?:the following|these|the statements below))?"
    r" ?(?:statements?|answers?|options?)? ?(?:is|are) (?:true|correct|right)\??", re.IGNORECASE)
_OPINION = re.compile(r"\b(?:do you (?:think|feel|believe|agree)|in your (?:opinion|view)"
                      r"|would you say|how do you feel)\b", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:usually|often|sometimes|rarely|may|frequently|occasionally|generally"
                    r"|normally)\b", re.IGNORECASE)
_BLANK = re.compile(r"_{2,}|\.{4,}|…{2,}")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|do|does|did|can|must|should|may|will|would"
    r"|\w+(?:s|ed|ing))\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:which|what) (?:clause|section|sub-?clause|paragraph|chapter)\b"
                     r"|\bclause numbers?\b", re.IGNORECASE)
_FILLED_IN = ("gap_text", "cloze")
_LEAD_IN = re.compile(r"(?<=[.!?:])\s+")


def lead_in(stem: str) -> str:
    """Return the last sentence of a stem that asks something, which is what is answered."""
    parts = [part for part in _LEAD_IN.split(stem.strip()) if part]
    asking = [part for part in parts if part.endswith("?")]
    return (asking or parts or [""])[-1]


def negative_stem(seen: Seen) -> Iterator[Finding]:
    """A question that asks for what is not so."""
    asked = lead_in(seen.stem)
    if seen.draft.type in ("true_false", "information") or not _NEGATIVE.search(asked):
        return
    shown = "".join(_SHOWN.findall(asked))
    if _NEGATIVE.search(shown):
        yield remark("stem", "The question asks for what is not so.",
                     "Ask for what is so where you can.")
    else:
        yield warning("stem", "The question asks for what is not so, and the word is easily"
                      " missed.", "Ask for what is so, or set the word apart: *not*.")


def double_negative(seen: Seen) -> Iterator[Finding]:
    """A negation in the question and one in an option."""
    if not seen.is_choice or not _NEGATIVE.search(lead_in(seen.stem)):
        return
    for n, text in enumerate(seen.options):
        if _OPTION_NEGATION.search(text):
            yield error(place_of(n), "The question says no, and so does this option.",
                        "Ask for what is so, or say the option without a no.")


def unfocused(seen: Seen) -> Iterator[Finding]:
    """A stem that cannot be answered before the options are read."""
    if not seen.is_choice:
        return
    if _WHICH_IS_TRUE.fullmatch(seen.stem.strip(" .")):
        yield warning("stem", "The question does not say what it is about.",
                      "Ask so that somebody could answer before reading the options.")
    elif len(words(seen.stem)) < FEWEST_WORDS and not (
            "?" in seen.stem or ":" in seen.stem or GAP in seen.stem or _VERB.search(seen.stem)):
        yield warning("stem", "The text asks nothing.", "Write a whole question.")


def opinion(seen: Seen) -> Iterator[Finding]:
    """A question about what somebody thinks, to which every answer is right."""
    if seen.draft.type != "essay" and (match := _OPINION.search(seen.stem)):
        yield warning("stem", "“%(words)s” asks for an opinion.",
                      "Ask what is so, or what to do.", words=match[0])


def vague(seen: Seen) -> Iterator[Finding]:
    """Words such as “often”, which mean different things to different people."""
    places = [("stem", seen.stem)]
    if seen.is_choice:
        places += [(place_of(n), text) for n, text in enumerate(seen.options)]
    for place, text in places:
        if match := _VAGUE.search(text):
            yield remark(place, "“%(word)s” means different things to different people.",
                         "Say how often, or leave it out.", word=match[0])


def blank_place(seen: Seen) -> Iterator[Finding]:
    """A line to be filled in that stands early, or several of them."""
    if seen.draft.type in ("scenario", "information", *_FILLED_IN):
        return
    blanks = list(_BLANK.finditer(seen.stem))
    if len(blanks) > 1:
        yield remark("stem", "There are %(count)s blanks.", "Leave one, or make it a gap text.",
                     count=len(blanks))
    elif blanks and len(words(seen.stem[blanks[0].end():])) > 2:
        yield remark("stem", "The blank stands before the end.",
                     "Put it last, so that the sentence is read once.")


def long_text(seen: Seen) -> Iterator[Finding]:
    """More to be read than to be known."""
    count = len(words(seen.stem))
    if count > MOST_WORDS and seen.draft.type not in ("scenario", "information", *_FILLED_IN):
        yield warning("stem", "The text has %(count)s words.", "Use at most %(most)s.",
                      count=count, most=MOST_WORDS)
    for place, text in seen.texts():
        longest = max(map(len, sentences(text)), default=0)
        if longest > LONG_SENTENCE:
            say = warning if longest > LONGEST_SENTENCE else remark
            yield say(place, N_("A sentence has %(count)s words."), N_("Make two of it."),
                      count=longest)


def clause_number(seen: Seen) -> Iterator[Finding]:
    """A number that beginners are asked to know by heart."""
    if seen.draft.difficulty == 1 and _CLAUSE.search(seen.stem):
        yield remark("stem", "An easy question asks for the number of a clause.",
                     "Ask for what the clause is about.")
