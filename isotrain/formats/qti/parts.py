"""The gaps of a cloze, as writers look at them."""

from collections.abc import Sequence
from dataclasses import replace

from isotrain.questions.cloze_source import BadSource, Part, parsed
from isotrain.questions.draft import Draft

_LINE = "_____"


def parts_of(draft: Draft) -> Sequence[Part]:
    """The gaps of a cloze; none of other types, nor where its text has a fault."""
    return [piece for piece in _pieces(draft) if isinstance(piece, Part)]


def title_of(draft: Draft) -> str:
    """What an item is called where those who answer it see that, so without what fills its gaps."""
    told = "".join(piece if isinstance(piece, str) else _LINE for piece in _pieces(draft))
    return replace(draft, stem=told).title if told else draft.title


def gaps_tell(draft: Draft) -> bool:
    """Whether a gap has feedback."""
    return any(option.feedback for part in parts_of(draft) for option in part.alternatives)


def _pieces(draft: Draft) -> Sequence[str | Part]:
    try:
        return parsed(draft.stem) if draft.type == "cloze" else ()
    except BadSource:
        return ()
