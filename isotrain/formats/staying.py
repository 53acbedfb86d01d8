"""Options that keep their place where the others are shuffled, known by what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from isotrain.questions.draft import Draft, Option
from isotrain.questions.problem import Problem, warning
from isotrain.text import level

_ALL_OR_NONE = re.compile(
    r"(?:all|none|any|neither|both|each|either) (?:of )?(?:the |these |those |them )?(?:answers |"
    r"options |two |three |four |other |others )*(?:above|below|listed|mentioned|these|them|"
    r"(?:the )?(?:answers|options)|previous|other(?:s)?|are (?:correct|right|true|wrong|false))*"
    r"(?: (?:are )?(?:correct|right|true|wrong|false|apply))?"
    r"|all (?:are )?(?:correct|right|true)|nothing of the above|no answer is (?:correct|right)"
    r"|(?:alle|keine|keiner|keines|beide)(?: der)?(?: (?:genannten|obigen|oben genannten|antworten|"
    r"aussagen|davon|anderen|oben|sind|richtig|falsch|vorherigen))*"
    r"|(?:toutes|tous|aucune|aucun)(?: (?:de|des|les|ces|la|celles?|ceux|réponses?|propositions?|"
    r"ci-dessus|précédentes?|n'est|sont|est|correctes?|exactes?|justes?|bonnes?))*"
    r"|(?:todas|todos|ninguna|ninguno|nenhuma|nenhum)(?: (?:de|da|das|dos|las|los|as|os|son|são|"
    r"anteriores|respuestas?|respostas?|alternativas?|opciones|opções|acima|correctas?|corretas?))*"
    r"|(?:tutte|tutti|nessuna|nessuno)(?: (?:le|delle|dei|precedenti|risposte|sono|corrette|"
    r"esatte|di|queste|esse))*"
    r"|(?:alle|geen)(?: (?:van|de|bovenstaande|antwoorden|zijn|juist|deze))*"
    r"|(?:wszystkie|żadna|żadne)(?: (?:z|powyższych|powyższe|odpowiedzi|są|poprawne|nie|jest))*"
    r"|以上(?:都|皆|均|全部|全)?(?:对|是|正确|不对|不是|不正确|错)?|以上都不是")
_LETTERS = re.compile(
    r"(?:(?:both|only|nur|beide|answers?|options?|antworten?|tanto|sowohl|les|las|le) )*"
    r"(?P<list>\(?[a-h]\)?(?:\s*(?:,|&|/|\+|and|und|et|y|e|en|i|or|oder|als auch|和|、)\s*"
    r"\(?[a-h]\)?)+)(?: (?:are )?(?:correct|right|true|only|richtig|correctes|correctas|both))*")
_NUMBER = re.compile(r"[-+−]?\d+(?:[.,]\d+)?")
_LENGTH = 80  # no such phrase is longer
_LETTER = re.compile(r"(?<![a-z])[a-h](?![a-z])")


def stayed(drafts: Iterable[Draft]) -> tuple[list[Draft], list[Problem]]:
    """The drafts with their options held in place where that is meant, and a word on each."""
    found, problems = [], []
    for draft in drafts:
        held = _held(draft)
        if held is not draft:
            problems.append(warning(
                draft.place, "Some options keep their place when the others are shuffled: "
                "%(options)s.", "Change it in the editor if that is not meant.",
                options="; ".join(_kept(held))[:200]))
        found.append(held)
    return found, problems


def _kept(draft: Draft) -> list[str]:
    return [o.text for o in draft.options if o.stays] or [o.text for o in draft.options]


def _held(draft: Draft) -> Draft:
    """The draft as it should be asked; the same object where all options may be shuffled."""
    if draft.type not in ("single_choice", "multiple_choice") or not draft.shuffle:
        return draft
    if _is_sequence(draft.options):
        return replace(draft, shuffle=False)
    places = _places(draft.options)
    if not places or any(option.stays for option in draft.options):
        return draft
    return replace(draft, options=tuple(
        option._replace(stays=place in places) for place, option in enumerate(draft.options)))


def _places(options: Sequence[Option]) -> set[int]:
    """The options that speak of others, and those they name by their letters."""
    places: set[int] = set()
    for place, option in enumerate(options):
        text = level(option.text).strip(" .!")
        letters = _LETTERS.fullmatch(text) if len(text) <= _LENGTH else None
        if letters:
            named = {ord(letter) - ord("a") for letter in _LETTER.findall(letters["list"])}
            if place not in named and max(named) < len(options):
                places |= {place, *named}
        elif len(text) <= _LENGTH and _ALL_OR_NONE.fullmatch(text) and _speaks(text):
            places.add(place)
    return places


def _speaks(text: str) -> bool:
    """Whether a phrase is more than a word such as "all" or "both" that may be meant as it is."""
    return len(text.split()) > 1 or text.startswith("以上")


def _is_sequence(options: Sequence[Option]) -> bool:
    """Whether the options are at least three numbers that rise or fall."""
    if len(options) < 3 or not all(_NUMBER.fullmatch(option.text.strip()) for option in options):
        return False
    numbers = [float(o.text.strip().replace(",", ".").replace("−", "-")) for o in options]
    rising = sorted(set(numbers))
    return numbers in (rising, rising[::-1])
