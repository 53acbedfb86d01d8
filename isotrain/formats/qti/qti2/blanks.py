"""Several interactions in one text, as cloze source."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2 import choosing, entering, pairing
from isotrain.formats.qti.qti2.declaring import Answer
from isotrain.questions.cloze_source import BadSource, Kind, Part, has_parts, parsed, written
from isotrain.questions.draft import Option, equal_shares
from isotrain.text import N_

# Halves of surrogate pairs cannot occur in decoded text, so they mark the places of parts.
_OPEN, _CLOSE = chr(0xD800), chr(0xD801)
_HOLE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_FITTING = frozenset({"choiceInteraction", "inlineChoiceInteraction", "textEntryInteraction",
                      "gapMatchInteraction"})
_KEYLESS = N_('"%(title)s" has a part without a right answer.')
_UNFIT = N_('"%(title)s" has a part that nobody could answer or that looks like another one.')
_GIVE = N_("Give every part a right answer.")


CLASS = "isotrain-cloze"
"""How we call the body of a cloze, so that one with a single part is known for one."""


def fits(interaction: Element) -> bool:
    """Whether an interaction can stand in a text beside others."""
    return interaction.tag in _FITTING


def hole(number: int) -> str:
    """What marks the place of a part while the text around is read."""
    return f"{_OPEN}{number}{_CLOSE}"


def filled(text: str, parts: Sequence[Part]) -> str:
    """The source of a text whose marked places get these parts; raises BadSource."""
    pieces: list[str | Part] = []
    for index, piece in enumerate(_HOLE.split(text)):
        pieces.append(parts[int(piece)] if index % 2 else piece)
    source = written(pieces)
    found = [piece for piece in parsed(source) if isinstance(piece, Part)]
    if len(found) != len(parts) or any(has_parts(p) for p in pieces if isinstance(p, str)):
        raise BadSource(_UNFIT, "", title="")  # whoever asks names the question
    return source


def cloze(
    item: Item, body: Element, asked: Sequence[Element], declared: Mapping[str, Answer],
    title: str,
) -> dict[str, Any]:
    """The fields of a cloze; raises Rejected where a part has no right answer."""
    if not all(declared.get(each.get("responseIdentifier", ""), Answer()).keyed for each in asked):
        raise item.rejected(_KEYLESS, _GIVE, title)
    gathering = _Gathering(item, declared)
    text = item.text("stem", body, gathering.part)
    try:
        stem = filled(text, gathering.parts)
    except BadSource:
        raise item.rejected(_UNFIT, _GIVE, title) from None
    return {"type": "cloze", "stem": stem}


class _Gathering:
    """Turns interactions into parts while the text around them is read."""

    def __init__(self, item: Item, declared: Mapping[str, Answer]) -> None:
        self.parts: list[Part] = []
        self._item, self._declared = item, declared

    def part(self, element: Element) -> str | None:
        """What stands for an element."""
        answer = self._declared.get(element.get("responseIdentifier", ""), Answer())
        if element.tag == "choiceInteraction":
            prompt = self._item.source(element.find("prompt"))
            part = self._choice(element, answer, element.findall("simpleChoice"), "vertical")
            return f"<p>{prompt}</p><p>{self._hole(part)}</p>"
        if element.tag == "inlineChoiceInteraction":
            choices = element.findall("inlineChoice")
            return self._hole(self._choice(element, answer, choices, ""))
        if element.tag == "textEntryInteraction":
            return self._hole(entry(self._item, answer))
        if element.tag == "gapMatchInteraction":
            return self._gaps(element, answer)
        return self._item.hidden(element)

    def _hole(self, part: Part) -> str:
        self.parts.append(part)
        return hole(len(self.parts) - 1)

    def _choice(
        self, element: Element, answer: Answer, choices: Sequence[Element], shown: str
    ) -> Part:
        fields = choosing.chosen(self._item, element, answer, choices=choices)
        options: tuple[Option, ...] = fields["options"]
        kind: Kind = "several" if fields["type"] == "multiple_choice" else "choice"
        if kind == "several":
            self._item.odd()
            part = Fraction(1, max(1, sum(o.share > 0 for o in options)))
            options = tuple(o if o.share > 0 else o._replace(share=-part)
                            for o in equal_shares(options))
        return Part(_weight(answer), kind, shown, shuffle=fields.get("shuffle", False),
                    alternatives=tuple(_flat(option) for option in options))

    def _gaps(self, element: Element, answer: Answer) -> str:
        """The text of a gapMatch whose gaps are lists of all words."""
        texts, right = pairing.words(self._item, element, answer)

        def part(within: Element) -> str | None:
            if within.tag in ("prompt", "gapText", "gapImg"):
                return ""
            if within.tag != "gap":
                return self._item.hidden(within)
            named = right[within.get("identifier", "")]
            return self._hole(Part(1, "choice", alternatives=tuple(
                _flat(Option(text, Fraction(name in named))) for name, text in texts.items())))

        prompt = self._item.source(element.find("prompt"))
        return f"<p>{prompt}</p><div>{self._item.source(element, part)}</div>"


def entry(item: Item, answer: Answer) -> Part:
    """The part of a gap into which something is written."""
    numbers = entering.is_number(answer)
    return Part(_weight(answer), "numeric" if numbers else "short_text",
                case=not numbers and entering.is_cased(answer),
                alternatives=tuple(_flat(o) for o in entering.accepted(item, answer)))


def _weight(answer: Answer) -> int:
    """How much a part counts beside others: its points where these are few whole ones."""
    points = entering.full(answer)
    return int(points) if points.denominator == 1 and 1 <= points <= 9 else 1


def _flat(option: Option) -> Option:
    """An alternative on one line."""
    return option._replace(text=" ".join(option.text.split()),
                           feedback=" ".join(option.feedback.split()))
