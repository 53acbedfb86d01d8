"""Matching, categories and gaps of QTI 1.2: several responses in one item."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.elements import said
from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2 import pairing
from isotrain.formats.qti.qti2.blanks import filled, hole
from isotrain.formats.qti.qti12.conditions import Condition
from isotrain.formats.qti.qti12.options import numbers, written_answers
from isotrain.formats.qti.qti12.presenting import Presentation, Response, html_of_material, text_of
from isotrain.questions.cloze_source import BadSource, Part
from isotrain.questions.draft import Option
from isotrain.questions.problem import error, warning
from isotrain.text import N_

_PATTERN = N_("An answer is given as a pattern, which cannot be kept.")
_NEAR = N_("In the file an answer may be misspelt; here it may not.")


def right_of(response: Response, steps: Sequence[Condition]) -> list[str]:
    """The values that earn most for a response."""
    points: dict[str, Fraction] = {}
    for step in steps:
        for name, value in step.named:
            if name == response.name and step.points > 0:
                points[value] = max(points.get(value, Fraction(0)), step.points)
    best = max(points.values(), default=None)
    return [value for value, earns in points.items() if earns == best]


def uneven(steps: Sequence[Condition], places: int) -> bool:
    """Whether places earn differently, or only together."""
    scoring = [step for step in steps if step.points > 0 and step.named]
    return len(scoring) != places or len({step.points for step in scoring}) > 1


def matched(
    item: Item, responses: Sequence[Response], steps: Sequence[Condition]
) -> dict[str, Any]:
    """The fields of a matching or categorising: each response is one of the left side."""
    left = {each.name: _own_text(item, number, each) for number, each in enumerate(responses, 1)}
    right: dict[str, str] = {}
    for each in responses:
        for label in each.labels:
            name = label.get("ident", "")
            if name not in right:
                right[name] = text_of(item, f"option {len(right) + 1}", label)
    pairs = [(each.name, value) for each in responses
             for value in _right_labels(each, steps) if value in right]
    if uneven(steps, len(responses)):
        item.odd()
    if any(each.cardinality == "multiple" for each in responses):
        items = pairing.paired(item, right, left, [(b, a) for a, b in pairs])
        return {**items, "type": "categorising"}
    return pairing.paired(item, left, right, pairs)


def _right_labels(response: Response, steps: Sequence[Condition]) -> list[str]:
    """The right labels by their names; some files give their texts instead."""
    known = {label.get("ident", ""): said(label) for label in response.labels}
    names = {text: name for name, text in known.items()}
    return [value if value in known else names.get(value, value)
            for value in right_of(response, steps)]


def _own_text(item: Item, number: int, response: Response) -> str:
    texts = [text_of(item, f"pair {number}", each) for each in response.materials]
    return " ".join(text for text in texts if text)


def bracketed(
    item: Item, stem: str, responses: Sequence[Response], steps: Sequence[Condition], kind: str
) -> dict[str, Any]:
    """The fields of a cloze whose gaps are names in brackets; raises BadSource."""
    parts: list[Part] = []
    for response in responses:
        name = f"[{response.name.removeprefix('response_').strip('[]')}]"
        if name not in stem:
            raise BadSource(N_("A gap has no place in the text."), "")
        stem = stem.replace(name, hole(len(parts)), 1)
        parts.append(_label_part(item, response, steps, kind))
    if uneven(steps, len(responses)):
        item.odd()
    return {"type": "cloze", "stem": filled(stem, parts)}


def worded(
    item: Item, stem: str, responses: Sequence[Response], steps: Sequence[Condition]
) -> dict[str, Any]:
    """The fields of a gap text as we write it: the same words in every list."""
    pairs: list[tuple[str, str]] = []
    words: dict[str, str] = {}
    for number, response in enumerate(responses, 1):
        texts = {label.get("ident", ""): text_of(item, "options", label)
                 for label in response.labels}
        words |= dict.fromkeys(texts.values(), "")
        pairs += [(str(number), texts[name]) for name in _right_labels(response, steps)[:1]
                  if name in texts]
        name = f"[{response.name.removeprefix('response_')}]"
        stem = stem.replace(name, f"[[{number}]]", 1)
    used = {word for _, word in pairs}
    pairs += [("", word) for word in words if word not in used]
    return {"type": "gap_text", "stem": stem, "pairs": tuple(pairs)}


def bracket_names(stem: str, responses: Sequence[Response]) -> bool:
    """Whether every response has its name in brackets in the text."""
    names = [response.name.removeprefix("response_") for response in responses]
    return bool(names) and all(response.name.startswith("response_") for response in responses
                               ) and all(f"[{name}]" in stem for name in names)


def _label_part(
    item: Item, response: Response, steps: Sequence[Condition], kind: str
) -> Part:
    """The part of a gap: a list to choose from, or answers that are accepted."""
    if not response.labels:
        return entry(item, response, steps)
    texts = {label.get("ident", ""): text_of(item, f"option {number}", label).strip()
             for number, label in enumerate(response.labels, 1)}
    right = _right_labels(response, steps)
    told = {label.get("answer_type", "") for label in response.labels}
    alike = len({text.casefold() for text in texts.values()}) == 1
    opens = "openEntry" in told or (kind == "gaps" and not told - {""}) or (not kind and alike)
    for label in response.labels:
        _check_algorithm(item, label.get("scoring_algorithm", ""))
    flat = {name: " ".join(text.split()) for name, text in texts.items()}
    if opens:
        return Part(1, "short_text", alternatives=tuple(
            Option(_wild(text, response.labels, name), Fraction(1)) for name, text in flat.items()))
    return Part(1, "choice", alternatives=tuple(
        Option(text, Fraction(name in right)) for name, text in flat.items()))


def _wild(text: str, labels: Sequence[Element], name: str) -> str:
    """An accepted text, with a wildcard around it where containing it is enough."""
    contained = any(label.get("ident") == name and label.get("scoring_algorithm")
                    == "TextContainsAnswer" for label in labels)
    plain = text.replace("*", "\\*")
    return f"*{plain}*" if contained else plain


def _check_algorithm(item: Item, name: str) -> None:
    if name == "TextRegex":
        item.told.append(error("answer", _PATTERN, N_("Write the accepted words.")))
    elif name == "TextCloseEnough":
        item.told.append(warning("answer", _NEAR, N_("Write all accepted spellings.")))


def entry(item: Item, response: Response, steps: Sequence[Condition]) -> Part:
    """The part of a gap into which something is written."""
    if response.kind == "response_num":
        alternatives = numbers(item, response, _for(response, steps), _silent)["options"]
        return Part(1, "numeric", alternatives=alternatives)
    fields = written_answers(item, response, _for(response, steps), _silent)
    flat = tuple(o._replace(text=" ".join(o.text.split())) for o in fields["options"])
    return Part(1, "short_text", case=bool(fields["more"]), alternatives=flat)


def _for(response: Response, steps: Sequence[Condition]) -> list[Condition]:
    """The steps that ask for this response."""
    return [step for step in steps
            if any(part.get("respident") == response.name for part in step.test.iter())]


def inline(
    item: Item, presentation: Presentation, steps: Sequence[Condition]
) -> dict[str, Any]:
    """The fields of a cloze whose responses stand between its texts; raises BadSource."""
    parts: list[Part] = []
    sources: list[str] = []
    for piece in presentation.pieces:
        if isinstance(piece, Response):
            own = " ".join(html_of_material(each) for each in piece.materials)
            sources.append(f"{own} {hole(len(parts))}")
            parts.append(_label_part(item, piece, steps, "lists"))
        else:
            sources.append(_spaced(piece))
    if uneven(steps, len(parts)):
        item.odd()
    return {"type": "cloze", "stem": filled(item.wording.html("stem", " ".join(sources)), parts)}


def _spaced(material: Element) -> str:
    plain = len(material) == 1 and material[0].get("texttype", "") in ("", "text/plain")
    return escape(said(material), quote=False) if plain else html_of_material(material)


def _silent(place: str, names: Sequence[str]) -> str:
    """No feedback: parts of a text have none."""
    return ""
