"""What text2qti's own preview tells of a file: the questions, not which answers are right."""

from collections.abc import Sequence
from typing import Any

from isotrain.formats.markup import reduced
from isotrain.formats.scoring.told import Told


def tell(said: Any) -> Sequence[Told]:
    """The questions of a preview, in their order."""
    return [Told(None, reduced(each["text"])[0], reduced(each["text"])[0]) for each in said
            if each["type"] == "question"]
