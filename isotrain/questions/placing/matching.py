"""Pairs whose right sides are to be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from isotrain.questions.contract import Example
from isotrain.questions.placing.question import Placing
from isotrain.questions.placing.responses import placed
from isotrain.text import N_


@dataclass(frozen=True)
class Matching(Placing):
    """Places are left sides, choices are right sides; one may belong to several."""

    name: ClassVar[str] = "matching"
    label: ClassVar[str] = N_("Matching")
    instruction: ClassVar[str] = N_(
        "Choose what belongs to each. Each right pair earns an equal part of the mark.")
    earning: ClassVar[str] = N_("Each right pair earns an equal part of the mark.")
    ordered: ClassVar[tuple[str, str]] = (
        N_("Every form shows both sides in another order."),
        N_("Every form shows both sides in this order."))
    markings: ClassVar[tuple[str, ...]] = ("matching-1",)
    sides: ClassVar[tuple[str, str]] = ("left", "right")
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "pairs?": [{"left?": "any", "right?": "any"}], "explanation?": "any",
        "shuffle?": "any"}

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """All pairs, some, none, and a right side that belongs to two left ones."""
        question = cls.of_rows(
            "Who does what?",
            [("ISO", "writes standards"), ("A certification body", "certifies organizations"),
             ("An accreditation body", "accredits certification bodies"),
             ("", "writes the laws of a country")],
            explanation="Each has a part of its own; no one does another's.")
        twice = cls.of_rows(
            "To which standard does each clause belong?",
            [("7.2 Competence", "Both"), ("8.3 Design and development", "ISO 9001 only"),
             ("7.3 Awareness", "Both")],
            explanation="Clauses 4 to 7 have the same headings in both.")
        return (*placed(question, {3: "1", 1: "1/3", 0: "0"}), *placed(twice, {3: "1", 2: "2/3"}))
