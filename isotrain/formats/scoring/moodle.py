"""What a Moodle made of a file, as the oracle `moodle` wrote it down."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from isotrain.formats.scoring.told import (
    Told,
    pairs_of,
    plain,
    right_of,
    shares_of,
    told_parts,
)
from isotrain.questions.draft import Option
from isotrain.questions.percent import snapped

_TYPES = {
    "truefalse": "true_false", "shortanswer": "short_text", "numerical": "numeric",
    "match": "matching", "essay": "essay", "description": "information", "multianswer": "cloze",
    "ddwtos": "gap_text", "gapselect": "gap_text", "ordering": "ordering",
    "multichoiceset": "multiple_choice",
}


def tell(said: Mapping[str, Any]) -> Sequence[Told]:
    """The questions that Moodle read."""
    return [_told(question) for question in said["questions"]]


def _told(question: Mapping[str, Any]) -> Told:
    kind = question["qtype"]
    type_ = _TYPES.get(kind, "")
    if kind == "multichoice":
        type_ = "single_choice" if question["single"] else "multiple_choice"
    stem = plain(question["questiontext"], question["questiontextformat"])
    title = question["name"]
    if type_ == "cloze":
        parts = [[_option({"format": "html", **answer}) for answer in part["answers"]]
                 for part in question["embedded"]]
        return told_parts(title, stem, parts)
    if type_ == "matching":
        pairs = pairs_of((plain(pair["text"]), pair["answer"])
                         for pair in question["subquestions"])
        return Told(type_, title, stem, pairs, pairs)
    if type_ in ("gap_text", "ordering", ""):
        return Told(type_, title, stem)
    options = [_option(answer) for answer in question.get("answers", ())]
    return Told(type_, title, stem, right_of(type_, options), shares_of(options))


def _option(answer: Mapping[str, Any]) -> Option:
    share = snapped(Fraction(str(answer["fraction"])))
    return Option(plain(answer["text"], answer["format"]), share,
                  tolerance=str(answer.get("tolerance") or ""))
