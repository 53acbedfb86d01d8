"""Question types: what each asks, how it is read and what a response earns.

Adding one means a file with a frozen dataclass that keeps `contract.Question`, and a line in TYPES.
"""

from isotrain.questions.contract import Question
from isotrain.questions.multiple_choice import MultipleChoice
from isotrain.questions.single_choice import SingleChoice
from isotrain.questions.true_false import TrueFalse

TYPES: tuple[type[Question], ...] = (SingleChoice, MultipleChoice, TrueFalse)

_BY_NAME = {type_.name: type_ for type_ in TYPES}


def find_type(name: str) -> type[Question] | None:
    """The question type of this name, or None."""
    return _BY_NAME.get(name)


def get_type(name: str) -> type[Question]:
    """The question type of this name; raises KeyError."""
    return _BY_NAME[name]
