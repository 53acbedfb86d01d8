"""How numbers, letters and keys are written, in the languages people type them in."""

from __future__ import annotations

import re

_LABELS = (r"question|frage|aufgabe|pregunta|domanda|pergunta|quest[aã]o|vraag|pytanie|zadanie|q"
           r"|nr\.?|no\.?|n°|第|问题|問題")
START = re.compile(
    rf"(?:(?P<word>{_LABELS})\s?(?:nr\.?|no\.?|n°|#)?\s?)?[(\[]?(?P<n>\d{{1,4}})\s?"
    r"(?P<end>[.):\]、．：）]+|题[:：.、]?|(?<=\d)\s[-–]\s|$)(?!\d)\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL)
"""A question's number; without a word in front it needs a sign behind it."""

OPTION = re.compile(
    r"(?P<star>[*✓✔√]\s*)?(?P<letter>\((?P<a>[A-Za-z])\)"
    r"|(?P<b>[A-Za-zＡ-Ｚａ-ｚ])\s?[.)．）、:：\]])(?![a-z]\.)\s*(?P<body>.*)", re.DOTALL)
UNLETTERED = re.compile(
    r"(?:(?P<box>[☐☑☒□■✓✔✗✘]|\[\s?[xX*✓✔]?\s?\]|\(\s?[xX*✓✔]?\s?\))"
    r"|(?P<bullet>[*]?[•◦▪●○∙‣–-]))\s+(?P<body>\S.*)", re.DOTALL)
TICKED = re.compile(r"[☑☒■✓✔]|[\[(]\s?[xX*✓✔]")

_RIGHT = (r"correct(?: answer)?|right answer|richtig(?:e antwort)?|korrekt|correcte|bonne réponse"
          r"|correct[ao]|respuesta correcta|corretta|esatta|risposta corretta|corret[ao]|juist"
          r"|juiste antwoord|poprawn[ae]|正确|正确答案")
_WRONG = r"incorrect|wrong|falsch|faux|incorrecte|incorrect[ao]|sbagliat[ao]|errad[ao]|onjuist|错误"
SAID_RIGHT = re.compile(
    rf"\s+(?:[(\[]\s?(?:{_RIGHT}|✓|✔|\*)\s?[)\]]|(?:<-+|<=+|←)\s?(?:{_RIGHT})|[✓✔☑]|\*)$",
    re.IGNORECASE)
SAID_WRONG = re.compile(rf"\s+[(\[]\s?(?:{_WRONG})\s?[)\]]$", re.IGNORECASE)

_ANSWER = (r"(?:the )?(?:(?:correct|right) )?(?:answers?|answer keys?|options?)|correct|key|ans"
           r"|(?:(?:die )?(?:richtige|korrekte)n? )?(?:antwort(?:en)?|lösung(?:en)?)|richtig"
           r"|(?:bonnes? )?réponses?(?: correctes?)?|solutions?|respuestas?(?: correctas?)?"
           r"|rispost[ae](?: (?:corrett|esatt)[ae])?|respostas?(?: corretas?)?|gabarito"
           r"|(?:juiste )?antwoord(?:en)?|(?:poprawn[ae] )?odpowied(?:ź|z|zi)|(?:正确)?答案|答")
KEY = re.compile(rf"(?:{_ANSWER})(?: (?:is|are|ist|sind|est))?\s?[:：=]\s*(?P<key>.*)",
                 re.IGNORECASE | re.DOTALL)
LIST_HEAD = re.compile(rf"(?:{_ANSWER}|lösungsschlüssel|corrigé|soluciones|soluzioni)\s?[:：]?",
                       re.IGNORECASE)
LISTED = re.compile(
    r"(?<![\w.])(\d{1,4})\s?[.):=\-–]?\s?\(?([A-Za-z](?:\s?[,;/&+]\s?[A-Za-z])*)\)?"
    r"(?:[.,;)\s]+|$)")

NOTE = re.compile(
    r"(?:feedback|explanation|rationale|reason|erklärung|begründung|erläuterung|explication"
    r"|justification|explicación|retroalimentación|spiegazione|explicação|uitleg|toelichting"
    r"|wyjaśnienie|解析|解释)\s?[:：]\s*(?P<note>.*)", re.IGNORECASE | re.DOTALL)
ABOUT = re.compile(
    r"(?P<about>type|title|points?|marks?|punkte|topic|thema|category|kategorie|tags?|difficulty"
    r"|schwierigkeit|level|reference|source|page|objective|hint)\s?[:：]\s*(?P<said>.*)",
    re.IGNORECASE | re.DOTALL)
FIELDS = {"type": "type", "title": "name", "topic": "topic", "thema": "topic",
          "category": "category", "kategorie": "category", "difficulty": "difficulty",
          "schwierigkeit": "difficulty"}
FEEDBACK = re.compile(r"(?P<sign>[@~])\s*(?P<note>.+)", re.DOTALL)

TRUE = frozenset(("true", "t", "wahr", "richtig", "vrai", "verdadero", "vero", "verdadeiro", "waar",
                  "juist", "prawda", "对", "正确"))
FALSE = frozenset(("false", "f", "falsch", "unwahr", "faux", "falso", "onwaar", "onjuist", "fałsz",
                   "falsz", "错", "错误"))
KINDS = {"mc": "", "mcq": "", "multiple choice": "", "mr": "multiple_choice",
         "ma": "multiple_choice", "tf": "true_false", "e": "essay", "es": "essay",
         "essay": "essay", "f": "short_text", "fib": "short_text", "fb": "short_text",
         "fmb": "", "sa": "short_text", "mt": "matching", "m": "matching"}


def is_listed(text: str) -> bool:
    """Whether a line holds nothing but numbers of questions, each with letters of options."""
    at = 0
    for match in LISTED.finditer(text):
        if match.start() != at:
            return False
        at = match.end()
    return 0 < at == len(text)


def truth(text: str) -> bool | None:
    """What a word says that stands for true or false, None for any other."""
    word = text.strip(" .").lower()
    return True if word in TRUE else False if word in FALSE else None
