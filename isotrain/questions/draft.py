"""One question in neutral terms: what question types and file formats hand to each other."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any, NamedTuple, Self

from isotrain.questions.pictured import Shown, pictures_in, worded
from isotrain.text import level

NAME_LENGTH = 80


class Option(NamedTuple):
    """One option or accepted answer.

    `share` is the part of the mark it earns, 0 to 1, below 0 where choosing it takes marks away.
    `tolerance` is a number as text: how far from `text` a numeric answer may be. `stays` keeps an
    option in its place where the others are shuffled.
    """

    text: str
    share: Fraction = Fraction(0)
    feedback: str = ""
    tolerance: str = ""
    stays: bool = False


@dataclass(frozen=True)
class Draft:
    """One question as a file or an editor told it, complete or not.

    `place` says where it stands in its file. A true_false keeps its answer in the options "True"
    and "False"; short_text and numeric keep the accepted answers as options, an ordering its items
    in the right order. Pairs are those of matching, of categorising (item, category) and gap_text
    (number of the gap, word); one whose left side is empty is a distractor. The stem of a cloze is
    its source text. `parts` are the questions of a scenario. `rule` names how it is marked, empty
    where the type decides. `more` holds what only the type understands, as its `to_data` writes it.
    `facts` begins with the tested one.
    """

    place: str
    type: str
    stem: str = ""
    name: str = ""
    external_id: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    explanation: str = ""
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)
    tags: tuple[str, ...] = ()
    category: str = ""
    topic: str = ""
    difficulty: int | None = None
    module: str = ""
    facts: tuple[str, ...] = ()
    use: str = ""
    language: str = ""
    shuffle: bool = True
    enemies: str = ""
    rule: str = ""
    parts: tuple["Draft", ...] = ()

    @property
    def fact(self) -> str:
        """The fact it asks about, empty where it cites none."""
        return self.facts[0] if self.facts else ""

    @property
    def answer(self) -> bool | None:
        """Whether the statement of a true_false is true; None when the file does not say."""
        right = [option.text for option in self.right] if self.type == "true_false" else []
        return right[0] == "True" if right else None

    @property
    def right(self) -> tuple[Option, ...]:
        """The options that earn something."""
        return tuple(option for option in self.options if option.share > 0)

    @property
    def title(self) -> str:
        """The name, or the beginning of the stem where there is none."""
        text = self.name or " ".join(worded(self.stem).split())
        if self.name or len(text) <= NAME_LENGTH:
            return text
        return text[: NAME_LENGTH - 3].rpartition(" ")[0] + "..."

    @property
    def asks(self) -> tuple[str, ...]:
        """What it asks, whatever its key says: two drafts with the same ask the same."""
        options = sorted(level(option.text) for option in self.options)
        pairs = sorted(level(text) for pair in self.pairs for text in pair)
        more = [level(json.dumps(self.more, sort_keys=True))] if self.more else []
        parts = [text for part in self.parts for text in part.asks]
        return self.type, level(self.stem), *options, *pairs, *more, *parts

    @property
    def pictures(self) -> dict[str, Shown]:
        """The pictures of all its texts by their addresses."""
        found: dict[str, Shown] = {}

        def look(text: str) -> str:
            found.update((each.address, each) for each in pictures_in(text))
            return text

        self.retold(look)
        return found

    def retold(self, tell: Callable[[str], str]) -> Self:
        """The draft with each of its texts as `tell` gives it."""
        options = (o._replace(text=tell(o.text), feedback=tell(o.feedback)) for o in self.options)
        pairs = ((tell(left), tell(right)) for left, right in self.pairs)
        return replace(self, stem=tell(self.stem), explanation=tell(self.explanation),
                       options=tuple(options), pairs=tuple(pairs), more=_retold(self.more, tell),
                       parts=tuple(part.retold(tell) for part in self.parts))

    def composed(self) -> Self:
        """The draft with its texts in Unicode's composed form (NFC)."""
        texts = {name: _composed(getattr(self, name))
                 for name in ("stem", "explanation", "pairs", "more")}
        options = (o._replace(text=_composed(o.text), feedback=_composed(o.feedback))
                   for o in self.options)
        parts = tuple(part.composed() for part in self.parts)
        return replace(self, options=tuple(options), parts=parts, **texts)

    def to_data(self) -> dict[str, Any]:
        """All fields, as JSON accepts them."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["options"] = [
            [o.text, str(o.share), o.feedback, o.tolerance, o.stays] for o in self.options]
        data["parts"] = [part.to_data() for part in self.parts]
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The draft that `to_data` wrote."""
        options = tuple(
            Option(text, Fraction(share), *rest) for text, share, *rest in data["options"]
        )
        lists: dict[str, Any] = {name: tuple(data[name]) for name in ("tags", "facts")}
        pairs = tuple((left, right) for left, right in data["pairs"])
        parts = tuple(map(cls.from_data, data.get("parts", ())))
        return cls(**{**data, **lists, "options": options, "pairs": pairs, "parts": parts})


def true_false_options(
    answer: bool | None, feedback_true: str = "", feedback_false: str = ""
) -> tuple[Option, Option]:
    """The two options of a true_false question; None marks neither as right."""
    return (
        Option("True", Fraction(answer is True), feedback_true),
        Option("False", Fraction(answer is False), feedback_false),
    )


def equal_shares(options: Iterable[Option]) -> list[Option]:
    """The options with the mark divided equally among those that earn something."""
    options = list(options)
    right = sum(option.share > 0 for option in options)
    return [o._replace(share=Fraction(1, right)) if o.share > 0 else o for o in options]


def _composed(value: Any) -> Any:
    """A value with every text in it composed."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {_composed(name): _composed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_composed, value))
    return value


def _retold(value: Any, tell: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return tell(value)
    if isinstance(value, Mapping):
        return {name: _retold(each, tell) for name, each in value.items()}
    return [_retold(each, tell) for each in value] if isinstance(value, list | tuple) else value
