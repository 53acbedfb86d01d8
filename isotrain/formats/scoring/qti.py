"""What other programs made of QTI files: Canvas' importer and TAO's reader of QTI 2."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from isotrain.formats.qti.shares import number
from isotrain.formats.scoring.told import (
    Told,
    Values,
    bare,
    pairs_of,
    plain,
    right_of,
    shares_of,
    told_parts,
)
from isotrain.questions.draft import Option

Said = Mapping[str, Any]

_CHOOSING = ("choiceInteraction", "hottextInteraction", "inlineChoiceInteraction")
_PAIRING = ("matchInteraction", "associateInteraction")
_PARTS = ("choiceInteraction", "inlineChoiceInteraction", "textEntryInteraction")
_NUMBERS = ("integer", "float")
_CANVAS = {"StringInteraction": "essay", "NumericInteraction": "numeric"}


def tell_sdk(said: Said) -> Sequence[Told]:
    """The item that TAO's reader found; without a type where it is none that is compared."""
    if said.get("root") != "assessmentItem":
        return [] if said.get("loaded") else [Told("", said["file"], "")]
    told = _item(said)
    return [told or Told("", said["title"], "")]


def _item(said: Said) -> Told | None:
    asked: Sequence[Said] = said["interactions"]
    answers = {each["identifier"]: each for each in said["responses"]}
    if said["adaptive"] or not asked:
        return None
    if len(asked) > 1:
        return _cloze(said, asked, answers)
    [interaction] = asked
    answer = answers.get(interaction["response"], {})
    kind, stem = interaction["type"], interaction.get("prompt") or ""
    if kind == "extendedTextInteraction":
        return Told("essay", said["title"], stem)
    if not answer.get("correct"):
        return None
    type_, right, shares = _kind(kind, interaction, answer)
    return Told(type_, said["title"], stem, right, shares) if type_ else None


def _kind(
    kind: str, interaction: Said, answer: Said
) -> tuple[str, Values | None, Values | None]:
    """The type of an item, what is right in it, and the shares; none where points decide."""
    texts = {name: text or "" for name, text in interaction.get("choices", {}).items()}
    if kind in _CHOOSING:
        options = [Option(texts[name], Fraction(name in answer["correct"])) for name in texts]
        right = None if answer.get("mapping") else right_of("", options)
        one = interaction.get("maxChoices") == 1 and len(answer["correct"]) == 1
        if answer["cardinality"] != "single" and not one:
            return "multiple_choice", right, None
        truths = sorted(bare(text) for text in texts.values()) == ["false", "true"]
        type_ = "true_false" if truths else "single_choice"
        return type_, right, None if answer.get("mapping") else shares_of(options)
    if kind == "textEntryInteraction":
        type_ = "numeric" if answer["baseType"] in _NUMBERS else "short_text"
        return type_, right_of(type_, _accepted(answer)), shares_of(_accepted(answer))
    if kind == "orderInteraction":
        items = tuple((bare(texts[name]),) for name in answer["correct"])
        return "ordering", items, None
    pairs = [str(pair).split() for pair in answer["correct"]]
    if kind in _PAIRING:
        return _paired(texts, pairs)
    if kind == "gapMatchInteraction":
        gaps = {name: str(n) for n, name in enumerate((n for n in texts if not texts[n]), 1)}
        ordered = [(b, a) if b in gaps else (a, b) for a, b in pairs]
        words = {word for _, word in ordered}
        told = [(gaps[gap], texts[word]) for gap, word in ordered if gap in gaps]
        told += [("", text) for name, text in texts.items() if text and name not in words]
        return "gap_text", pairs_of(told), None
    return "", None, None


def _paired(
    texts: Mapping[str, str], pairs: Sequence[Sequence[str]]
) -> tuple[str, Values | None, None]:
    """Only which belong together is compared: what is left over has no side that is known."""
    given = [Counter(pair[side] for pair in pairs) for side in (0, 1)]
    many = any(max(count.values()) > 1 for count in given)
    if many:
        left = 0 if max(given[0].values()) == 1 else 1
        return "categorising", pairs_of((texts[p[left]], texts[p[1 - left]]) for p in pairs), None
    whole = len(pairs) * 2 == len(texts)
    return "matching", pairs_of((texts[a], texts[b]) for a, b in pairs) if whole else None, None


def _accepted(answer: Said) -> Iterable[Option]:
    points = dict((answer.get("mapping") or {}).get("entries", ()))
    best = max(points.values(), default=0)
    if best > 0:
        return [Option(str(value), Fraction(str(earns)) / Fraction(str(best)), tolerance="0")
                for value, earns in points.items()]
    return [Option(str(value), Fraction(1), tolerance="0") for value in answer["correct"]]


def _cloze(said: Said, asked: Sequence[Said], answers: Mapping[str, Said]) -> Told | None:
    parts: list[list[Option]] = []
    for interaction in asked:
        answer = answers.get(interaction["response"], {})
        if interaction["type"] not in _PARTS or not answer.get("correct"):
            return None
        texts = interaction.get("choices") or {}
        parts.append([Option(texts[name] or "", Fraction(1)) for name in answer["correct"]]
                     if texts else list(_accepted(answer)))
    return told_parts(said["title"], "", parts)


def tell_canvas(said: Said) -> Sequence[Told]:
    """The questions that Canvas' importer made."""
    quizzes = said.get("assessments", [said])
    items = [item for quiz in quizzes for item in quiz.get("items", ())
             if item["kind"] != "bank_entry"]
    once = {item.get("identifier") or str(number): item for number, item in enumerate(items)}
    return [_canvas(item) for item in (items if "assessments" not in said else once.values())]


def _canvas(item: Said) -> Told:
    title, stem = item.get("title") or "", plain(item.get("prompt") or item.get("body") or "")
    if item["kind"] == "stimulus":
        return Told("information", title, stem)
    scoring: Sequence[Said] = item.get("scoring") or ()
    kind = item.get("interaction", "")
    if kind == "ChoiceInteraction":
        return _canvas_choice(item, title, stem, scoring)
    if kind == "NumericInteraction":
        _, _, value, margin, _ = scoring[0]["values"]
        option = Option(value, Fraction(1), tolerance=margin)
        return Told("numeric", title, stem, right_of("numeric", [option]))
    if kind == "FillBlankInteraction" and all(each.get("id") == "response1" for each in scoring):
        options = [Option(each["values"], Fraction(1)) for each in scoring]
        return Told("short_text", title, stem, right_of("short_text", options))
    if kind == "OrderingInteraction":
        texts = {each["id"]: plain(each["text"]) for each in item["answers"]}
        return Told("ordering", title, stem, tuple((bare(texts[each["values"]]),)
                                                   for each in scoring))
    return Told(_CANVAS.get(kind, ""), title, stem)


def _canvas_choice(item: Said, title: str, stem: str, scoring: Sequence[Said]) -> Told:
    points = {each["values"]: number(str(each.get("points", 1))) or Fraction(0)
              for each in scoring}
    best = max(points.values(), default=Fraction(0)) or Fraction(1)
    options = [Option(plain(each["text"]), max(Fraction(0), points.get(each["id"], Fraction(0)))
                      / best) for each in item["answers"]]
    several = any(each.get("rcardinality") == "Multiple" for each in scoring) or (
        "points" not in (scoring or [{"points": 1}])[0] and len(scoring) > 1)
    truths = sorted(bare(option.text) for option in options) == ["false", "true"]
    type_ = "multiple_choice" if several else "true_false" if truths else "single_choice"
    return Told(type_, title, stem, right_of(type_, options),
                None if several else shares_of(options))
