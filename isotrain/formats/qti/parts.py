"""The gaps of a cloze, as writers look at them."""

from collections.abc import Sequence

from isotrain.questions.cloze_source import BadSource, Part, parsed
from isotrain.questions.draft import Draft


def parts_of(draft: Draft) -> Sequence[Part]:
    """The gaps of a cloze; none of other types, nor where its text has a fault."""
    if draft.type != "cloze":
        return ()
    try:
        return [piece for piece in parsed(draft.stem) if isinstance(piece, Part)]
    except BadSource:
        return ()


def gaps_tell(draft: Draft) -> bool:
    """Whether a gap has feedback."""
    return any(option.feedback for part in parts_of(draft) for option in part.alternatives)
