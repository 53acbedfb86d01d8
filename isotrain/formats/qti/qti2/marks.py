"""The interactions and the marking of each type, as QTI 2.2 writes them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from isotrain.formats.qti.qti2.blanks import CLASS
from isotrain.formats.qti.qti2.pairing import CATEGORISING
from isotrain.formats.qti.rendering import (
    block,
    html_of_text,
    inline,
    plain,
    tag,
    text,
)
from isotrain.formats.qti.shares import digits
from isotrain.questions.cloze_source import Part, parsed
from isotrain.questions.draft import Draft, Option

SHUFFLED = frozenset({"single_choice", "true_false", "multiple_choice"})
TOLD = frozenset({"single_choice", "true_false", "multiple_choice"})
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/"
_GAP = re.compile(r"\[\[([0-9]+)\]\]")
_FINEST = 10_000
_R = "RESPONSE"


@dataclass(frozen=True)
class Asked:
    """An item's declarations, body and marking as XML; `full` is its best score."""

    body: str
    declared: str = ""
    marking: str = ""
    full: str = "1"
    told: bool = False
    kind: str = ""


def _declared(name: str, kind: str, cardinality: str, correct: Iterable[str],
              points: str = "") -> str:
    values = [tag("value", text(value)) for value in correct]
    right = tag("correctResponse", *values) if values else ""
    return tag("responseDeclaration", right, points, identifier=name, cardinality=cardinality,
               baseType=kind)


def _mapping(points: Mapping[str, Fraction], full: Fraction, *, bounded: bool = True,
             cased: bool | None = None) -> str:
    case = None if cased is None else ("true" if cased else "false")
    entries = [tag("mapEntry", mapKey=key, mappedValue=digits(value), caseSensitive=case)
               for key, value in points.items()]
    if not entries:
        return ""
    return tag("mapping", *entries, defaultValue="0", lowerBound="0" if bounded else None,
               upperBound=digits(full) if bounded else None)


def _whole(shares: Sequence[Fraction]) -> int:
    """The smallest full mark of which all shares are whole points, 1 where that is too fine."""
    least = lcm(*(share.denominator for share in shares)) if shares else 1
    return least if least <= _FINEST else 1


def _template(name: str) -> str:
    return tag("responseProcessing", template=_TEMPLATES + name)


def _set(name: str, *value: str) -> str:
    return tag("setOutcomeValue", *value, identifier=name)


def _mapped(name: str) -> str:
    return tag("mapResponse", identifier=name)


def _variable(name: str) -> str:
    return tag("variable", identifier=name)


def _choosing(draft: Draft, *, several: bool) -> tuple[str, bool]:
    """The interaction, and whether it holds feedback."""
    choices = []
    for number, option in enumerate(draft.options, 1):
        told = tag("feedbackBlock", block(option.feedback), outcomeIdentifier="FEEDBACK",
                   identifier=f"a{number}", showHide="show") if option.feedback else ""
        choices.append(tag("simpleChoice", block(option.text), told, identifier=f"a{number}",
                           fixed="true" if option.stays else None))
    body = block(draft.stem) + tag(
        "choiceInteraction", *choices, responseIdentifier=_R, maxChoices="0" if several else "1",
        shuffle="true" if draft.shuffle else "false")
    return body, any(option.feedback for option in draft.options)


def one_of(draft: Draft) -> Asked:
    """One option is chosen."""
    body, told = _choosing(draft, several=False)
    shares = {f"a{number}": option.share for number, option in enumerate(draft.options, 1)}
    return _chosen(body, told, shares, several=False, compared=set(shares.values()) <= {0, 1})


def some_of(draft: Draft) -> Asked:
    """Any options are chosen: points for each, or for exactly the right ones."""
    body, told = _choosing(draft, several=True)
    right = sum(option.share > 0 for option in draft.options)
    wrong = right if draft.rule == "equal_parts" else len(draft.options) - right
    shares = {
        f"a{number}": o.share if draft.rule == "weights"
        else Fraction(1, right) if o.share > 0 else Fraction(-1, wrong)
        for number, o in enumerate(draft.options, 1)}
    compared = draft.rule in ("all_or_nothing", "per_option")
    return _chosen(body, told, shares, several=True, compared=compared)


def _chosen(body: str, told: bool, shares: Mapping[str, Fraction], *, several: bool,
            compared: bool) -> Asked:
    full = Fraction(1) if compared else Fraction(_whole(list(shares.values())))
    best = max(shares.values())
    correct = [name for name, share in shares.items()
               if share > 0 and (several or share == best)]
    points = "" if compared else _mapping(
        {name: share * full for name, share in shares.items()}, full)
    declared = _declared(_R, "identifier", "multiple" if several else "single",
                         correct if several else correct[:1], points)
    return Asked(body, declared, _marking(compared, told), digits(full), told)


def _marking(compared: bool, told: bool) -> str:
    """The template, or the same in rules where feedback is chosen too."""
    if not told:
        return _template("match_correct" if compared else "map_response")
    score = _set("SCORE", _mapped(_R)) if not compared else tag("responseCondition", tag(
        "responseIf", tag("match", _variable(_R), tag("correct", identifier=_R)),
        _set("SCORE", tag("baseValue", "1", baseType="float"))))
    return tag("responseProcessing", score, _set("FEEDBACK", _variable(_R)))


def words(draft: Draft) -> Asked:
    """Accepted texts."""
    shares = {option.text.replace("\\*", "*"): option.share for option in draft.options}
    full = Fraction(_whole(list(shares.values())))
    declared = _declared(
        _R, "string", "single", [next(key for key, share in shares.items() if share == max(
            shares.values()))],
        _mapping({key: share * full for key, share in shares.items()}, full, bounded=False,
                 cased=bool(draft.more.get("case"))))
    return Asked(_entry(draft), declared, _template("map_response"), digits(full))


def _entry(draft: Draft) -> str:
    return block(draft.stem) + tag("p", tag("textEntryInteraction", responseIdentifier=_R))


def numbers(draft: Draft) -> Asked:
    """Numbers, each with its margin."""
    known = [option for option in draft.options if option.text != "*"]
    full = Fraction(_whole([option.share for option in known]))
    best = max(known, key=lambda option: option.share)
    declared = _declared(_R, "float", "single", [best.text])
    marking = tag("responseProcessing", tag("responseCondition", *_branches(known, full)))
    return Asked(_entry(draft), declared, marking, digits(full))


def _branches(options: Sequence[Option], full: Fraction, name: str = _R) -> Iterable[str]:
    """One branch for each number, the best first where margins overlap."""
    ranked = sorted(options, key=lambda option: -option.share)
    for number, option in enumerate(ranked):
        margin = option.tolerance or "0"
        test = tag("equal", _variable(name), tag("baseValue", option.text, baseType="float"),
                   toleranceMode="absolute", tolerance=f"{margin} {margin}")
        points = tag("baseValue", digits(option.share * full), baseType="float")
        given = points if name == _R else tag("sum", _variable("SCORE"), points)
        yield tag("responseElseIf" if number else "responseIf", test, _set("SCORE", given))


def pairs(draft: Draft) -> Asked:
    """Two sets, and the pairs between them."""
    lefts = [left for left, _ in draft.pairs if left]
    rights = list(dict.fromkeys(right for _, right in draft.pairs))
    key = [f"l{number} r{rights.index(right) + 1}" for number, right in enumerate(
        (right for left, right in draft.pairs if left), 1)]
    full = Fraction(max(1, len(key)))
    sets = [tag("simpleMatchSet", *(
        tag("simpleAssociableChoice", block(each), identifier=f"{side}{number}", matchMax=most)
        for number, each in enumerate(texts, 1)))
        for side, texts, most in (("l", lefts, "1"), ("r", rights, "0"))]
    body = block(draft.stem) + tag(
        "matchInteraction", *sets, responseIdentifier=_R, maxAssociations="0", shuffle="true",
        class_=CATEGORISING if draft.type == "categorising" else None)
    declared = _declared(_R, "directedPair", "multiple", key,
                         _mapping(dict.fromkeys(key, Fraction(1)), full))
    return Asked(body, declared, _template("map_response"), digits(full))


def order(draft: Draft) -> Asked:
    """The items, and their order."""
    names = [f"a{number}" for number in range(1, len(draft.options) + 1)]
    choices = [tag("simpleChoice", block(option.text), identifier=name)
               for name, option in zip(names, draft.options, strict=True)]
    body = block(draft.stem) + tag("orderInteraction", *choices, responseIdentifier=_R,
                                   shuffle="true")
    return Asked(body, _declared(_R, "identifier", "ordered", names), _template("match_correct"))


def gaps(draft: Draft) -> Asked:
    """A text with gaps, and the words for them."""
    listed = list(dict.fromkeys(word for _, word in draft.pairs))
    right = {number: word for number, word in draft.pairs if number}
    key = [f"w{listed.index(word) + 1} g{number}" for number, word in right.items()]
    choices = [tag("gapText", plain(word), identifier=f"w{number}", matchMax="0")
               for number, word in enumerate(listed, 1)]
    source = html_of_text(draft.stem) or tag("p", inline(draft.stem))
    holed = _GAP.sub(lambda gap: tag("gap", identifier=f"g{gap[1]}"), source)
    # A player moves one node after the other and skips the next: paragraphs with none between.
    apart = holed.replace("<p>", "\n<p>")
    body = tag("gapMatchInteraction", *choices, apart, responseIdentifier=_R, shuffle="true")
    full = Fraction(max(1, len(key)))
    declared = _declared(_R, "directedPair", "multiple", key,
                         _mapping(dict.fromkeys(key, Fraction(1)), full))
    return Asked(body, declared, _template("map_response"), digits(full))


def writable(part: Part) -> bool:
    """Whether a part of a cloze can be written: one answer, with one best number."""
    return part.kind != "several"


def cloze(draft: Draft) -> Asked:
    """A text with lists and fields."""
    pieces = parsed(draft.stem)
    parts = [piece for piece in pieces if isinstance(piece, Part)]
    declared, steps = [], []
    told = "".join(piece if isinstance(piece, str) else "\ue000" for piece in pieces)
    source = html_of_text(told) or "".join(tag("p", inline(each)) for each in told.split("\n\n"))
    for number, part in enumerate(parts, 1):
        interaction, declaration, step = _part(part, f"R{number}")
        source = source.replace("\ue000", interaction, 1)
        declared.append(declaration)
        steps.append(step)
    full = sum(part.weight for part in parts)
    return Asked(source, "".join(declared),
                 tag("responseProcessing", *steps), str(full), kind=CLASS)


def _part(part: Part, name: str) -> tuple[str, str, str]:
    """One part: where it is answered, what it declares, and how it is marked."""
    shares = [option.share * part.weight for option in part.alternatives]
    if part.kind == "numeric":
        best = max(part.alternatives, key=lambda option: option.share)
        branches = _branches([o for o in part.alternatives if o.text != "*"],
                             Fraction(part.weight), name)
        return (tag("textEntryInteraction", responseIdentifier=name),
                _declared(name, "float", "single", [best.text]),
                tag("responseCondition", *branches))
    step = _set("SCORE", tag("sum", _variable("SCORE"), _mapped(name)))
    if part.kind == "short_text":
        keys = [option.text.replace("\\*", "*") for option in part.alternatives]
        points = _mapping(dict(zip(keys, shares, strict=True)), Fraction(part.weight),
                          bounded=False, cased=part.case)
        return (tag("textEntryInteraction", responseIdentifier=name),
                _declared(name, "string", "single", keys[:1], points), step)
    keys = [f"a{number}" for number in range(1, len(shares) + 1)]
    choices = [tag("inlineChoice", plain(option.text), identifier=key)
               for key, option in zip(keys, part.alternatives, strict=True)]
    right = keys[max(range(len(shares)), key=lambda index: shares[index])]
    points = _mapping(dict(zip(keys, shares, strict=True)), Fraction(part.weight))
    return (tag("inlineChoiceInteraction", *choices, responseIdentifier=name,
                shuffle="true" if part.shuffle else "false"),
            _declared(name, "identifier", "single", [right], points), step)


def essay(draft: Draft) -> Asked:
    """A field for a text, with what its marker looks for."""
    points = [tag("li", plain(point)) for point in draft.more.get("points", ())]
    rubric = tag("rubricBlock", tag("ul", *points), view="scorer") if points else ""
    field = tag("extendedTextInteraction", responseIdentifier=_R)
    return Asked(block(draft.stem) + rubric + field, _declared(_R, "string", "single", ()))


def nothing(draft: Draft) -> Asked:
    """A text alone."""
    return Asked(block(draft.stem), full="0")
