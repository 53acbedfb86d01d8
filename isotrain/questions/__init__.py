"""Question types: what each asks, how it is read and what a response earns.

Adding one means a file with a frozen dataclass that keeps `contract.Question`, its three templates,
and a line in TYPES.
"""

from isotrain.questions.contract import Question
from isotrain.questions.draft import Draft
from isotrain.questions.information import Information
from isotrain.questions.multiple_choice import MultipleChoice
from isotrain.questions.placing.categorising import Categorising
from isotrain.questions.placing.gap_text import GapText
from isotrain.questions.placing.matching import Matching
from isotrain.questions.placing.ordering import Ordering
from isotrain.questions.scenario.question import Scenario
from isotrain.questions.single_choice import SingleChoice
from isotrain.questions.true_false import TrueFalse
from isotrain.questions.writing.cloze import Cloze
from isotrain.questions.writing.essay import Essay
from isotrain.questions.writing.numeric import Numeric
from isotrain.questions.writing.short_text import ShortText

TYPES: tuple[type[Question], ...] = (
    SingleChoice, MultipleChoice, TrueFalse, Matching, Ordering, Categorising, GapText, ShortText,
    Numeric, Cloze, Essay, Scenario, Information)


def find_type(name: str) -> type[Question] | None:
    """The question type of this name, or None."""
    return next((type_ for type_ in TYPES if type_.name == name), None)


def marked_by(marking: str) -> type[Question]:
    """The question type that marks by the rule of this name, new or old; raises KeyError."""
    for type_ in TYPES:
        if marking in type_.markings:
            return type_
    raise KeyError(marking)


def question_of(draft: Draft) -> Question | None:
    """The question a draft describes, None when banks cannot hold its type; raises BadData."""
    type_ = find_type(draft.type)
    return type_.from_draft(draft) if type_ else None
