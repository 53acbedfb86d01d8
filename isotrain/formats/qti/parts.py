"""The gaps of a cloze, as writers look at them."""

from collections.abc import Sequence
from dataclasses import replace

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


def title_of(draft: Draft) -> str:
    """What an item is called where those who answer it see that, so without what fills its gaps."""
    if draft.type != "cloze" or draft.name:
        return draft.title
    shown = (piece if isinstance(piece, str) else "_____" for piece in parsed(draft.stem))
    return replace(draft, stem="".join(shown)).title


def gaps_tell(draft: Draft) -> bool:
    """Whether a gap has feedback."""
    return any(option.feedback for part in parts_of(draft) for option in part.alternatives)
