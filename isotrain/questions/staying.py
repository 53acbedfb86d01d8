"""Which options make sense only where their writer put them, proposed when a file is read.

"All of the above" stays last, "A and C" keeps A, C and itself in place, and numbers stand in order.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, warning
from isotrain.text import level

CHOICES = ("single_choice", "multiple_choice")
LONGEST = 80

# What points at the other options, by language; between word and pointer anything short may stand.
_ALL = (
    r"(?:all|none|neither|any|each|every(?:thing)?)(?: one)?(?: \w+){0,2} (?:above|these|those|them"
    r"|the (?:options|answers|choices|others?))(?: (?:options|answers|choices|statements))?"
    r"(?: (?:is|are|apply|applies)(?: \w+){0,2})?|(?:all|none) (?:are|is) \w+|none",
    r"(?:alle[sr]?|keine?[sr]?|nichts)(?: \w+){0,3} (?:genannten?|oben|davon|dieser|antworten"
    r"|aussagen|möglichkeiten|richtig|falsch)(?: \w+){0,3}|keine davon",
    r"(?:toutes?|aucune?|tous)(?: \w+){0,3} (?:réponses|propositions|ci-dessus|précédentes?)"
    r"(?: \w+){0,3}",
    r"(?:todas?|todos|ninguna?|ninguno)(?: \w+){0,3} (?:anteriores|respuestas|opciones|correctas)"
    r"(?: \w+){0,2}",
    r"(?:tutte|tutti|nessun[ao]?)(?: \w+){0,3} (?:precedenti|risposte|opzioni|sopra|corrette)"
    r"(?: \w+){0,2}",
    r"(?:alle|geen)(?: \w+){0,3} (?:bovenstaande|antwoorden|opties|hierboven)(?: \w+){0,2}",
    r"(?:wszystkie|żadn[ae]|żaden)(?: \w+){0,3} (?:powyższych|powyższe|odpowiedzi)(?: \w+){0,2}",
    r"(?:todas|nenhuma)(?: \w+){0,3} (?:acima|respostas|opções|alternativas)(?: \w+){0,2}",
    "以上(?:都|皆|全|均|各项)?(?:不)?(?:是|对|对|错|正确)?|以上皆非|全部都?(?:对|是|正确)",
)
_POINTS_AT_OTHERS = re.compile("|".join(f"(?:{words})" for words in _ALL))
_LETTER = r"\(?[a-h]\)?"
_JOINT = r"\s?(?:[,;/&+和、]|\b(?:and|or|und|oder|et|ou|y|e|en|i)\b)\s?"
_NAMES_LETTERS = re.compile(
    rf"(?:both |only |either |options? |answers? |nur |sowohl |antworten? |les deux |ambos )*"
    rf"{_LETTER}(?:{_JOINT}{_LETTER})+(?: \w+){{0,3}}")
_ALONE = re.compile(r"(?<![^\W_])[a-h](?![^\W_])")
_NUMBER = re.compile(r"[<>≤≥~±]?\s?([-−]?\d[\d  ',.]*)\s?([^\d\s].{0,20})?")


def settled(draft: Draft) -> tuple[Draft, Problem | None]:
    """The draft with the options kept in place that have one, and what its writer is told."""
    if (draft.type not in CHOICES or not draft.shuffle
            or any(option.stays for option in draft.options)):
        return draft, None
    texts = [level(option.text).strip(" .!:;") for option in draft.options]
    if _in_order(texts):
        return replace(draft, shuffle=False), warning(
            f"{draft.place}, options", "The options are numbers in order, so they keep it.",
            "Switch the random order on if it does not matter.")
    pointing = [number for number, text in enumerate(texts)
                if _points_at_others(text) or letters_in(text)]
    if not pointing or len(pointing) == len(texts):
        return draft, None
    letters = "".join(letters_in(texts[number]) for number in pointing)
    named = {"abcdefgh".index(letter) for letter in letters}
    options = tuple(option._replace(stays=number in {*pointing, *named})
                    for number, option in enumerate(draft.options))
    return replace(draft, options=options), warning(
        f"{draft.place}, option {pointing[0] + 1}",
        'Options keep their place where others are shuffled, since one says "%(text)s".',
        "Change that in the question if they may move.", text=draft.options[pointing[0]].text[:60])


def letters_in(text: str) -> str:
    """The letters by which an option names others, such as "ac" for "A and C"; mostly none."""
    said = level(text).strip(" .!:;")
    if len(said) > LONGEST or not _NAMES_LETTERS.fullmatch(said):
        return ""
    return "".join(sorted(set(_ALONE.findall(said))))


def _points_at_others(text: str) -> bool:
    return len(text) <= LONGEST and bool(_POINTS_AT_OTHERS.fullmatch(text))


def _in_order(texts: Sequence[str]) -> bool:
    """Whether there are three or more numbers of one unit that only rise or only fall."""
    found = [_NUMBER.fullmatch(text) for text in texts]
    matches = [match for match in found if match]
    units = {(match[2] or "").strip() for match in matches}
    if len(matches) < max(3, len(texts)) or len(units) != 1:
        return False
    numbers = [_value(match[1]) for match in matches]
    return all(a < b for a, b in pairwise(numbers)) or all(a > b for a, b in pairwise(numbers))


def _value(text: str) -> Fraction:
    """A number as people write it; the last point or comma before one or two digits is decimal."""
    digits = re.sub(r"[  ']", "", text).replace("−", "-").rstrip(".,")
    whole, sign, part = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]
    return Fraction(re.sub(r"[.,]", "", whole) + (f".{part}" if sign else ""))
