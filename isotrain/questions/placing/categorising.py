"""Things to be sorted into categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from isotrain.questions.contract import Example
from isotrain.questions.placing.question import Placing
from isotrain.questions.placing.responses import placed
from isotrain.text import N_


@dataclass(frozen=True)
class Categorising(Placing):
    """Places are things, choices are categories; one may be empty."""

    name: ClassVar[str] = "categorising"
    label: ClassVar[str] = N_("Categories")
    instruction: ClassVar[str] = N_(
        "Choose a category for each. Each right one earns an equal part of the mark.")
    earning: ClassVar[str] = N_(
        "Each thing in its right category earns an equal part of the mark.")
    ordered: ClassVar[tuple[str, str]] = (
        N_("Every form shows things and categories in another order."),
        N_("Every form shows things and categories in this order."))
    markings: ClassVar[tuple[str, ...]] = ("categorising-1",)
    sides: ClassVar[tuple[str, str]] = ("item", "category")
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "pairs?": [{"item?": "any", "category?": "any"}], "explanation?": "any",
        "shuffle?": "any"}

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """All things right, some, none; a category that stays empty."""
        question = cls.of_rows(
            "Which of these are records, and which are documents that are kept up to date?",
            [("A signed training list", "Record"), ("The quality policy", "Document"),
             ("A calibration certificate", "Record"), ("A work instruction", "Document"),
             ("", "Neither")],
            explanation="Records say what happened; documents say what is to be done.")
        return tuple(placed(question, {4: "1", 2: "1/2", 1: "1/4", 0: "0"}))
