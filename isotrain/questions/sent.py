"""The fields of an editor as a browser sent them; whatever came, reading it raises nothing."""

from collections.abc import Sequence
from fractions import Fraction

from isotrain.questions.contract import Fields
from isotrain.questions.shape import as_share
from isotrain.text import typed


class Sent:
    """What was sent, by the name of the field."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def has(self, name: str) -> bool:
        """Whether the field was sent."""
        return name in self._fields

    def all(self, name: str) -> Sequence[str]:
        """All values of a field."""
        return self._fields.get(name, [])

    def text(self, name: str) -> str:
        """A text, composed (NFC), without control characters and space around it."""
        return typed(next(iter(self.all(name)), ""))

    def truth(self, name: str) -> bool:
        """Whether a check box is set."""
        return bool(self.text(name))

    def share(self, name: str) -> Fraction | None:
        """A part of the mark from -1 to 1, such as 1/3; None for anything else."""
        return as_share(self.text(name).replace("\N{MINUS SIGN}", "-"))
