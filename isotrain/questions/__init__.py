"""Question types: what each asks, how it is read and what a response earns.

Adding one means a file with a frozen dataclass that keeps `contract.Question`, its three templates,
and a line in TYPES.
"""

from isotrain.questions.contract import BadData, Question
from isotrain.questions.draft import Draft
from isotrain.questions.information import Information
from isotrain.questions.multiple_choice import MultipleChoice
from isotrain.questions.placing.categorising import Categorising
from isotrain.questions.placing.gap_text import GapText
from isotrain.questions.placing.matching import Matching
from isotrain.questions.placing.ordering import Ordering
from isotrain.questions.problem import error
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


def get_type(name: str) -> type[Question]:
    """The question type of this name; raises BadData."""
    if type_ := find_type(name):
        return type_
    raise BadData([error("type", 'The type "%(type)s" is unknown.', "Write one of %(types)s.",
                         type=name[:60], types=", ".join(type_.name for type_ in TYPES))])


def question_of(draft: Draft) -> Question:
    """The question a draft describes; raises BadData."""
    return get_type(draft.type).from_draft(draft)
