"""Words that the cells of a spreadsheet use for types, difficulties and yes or no."""

from isotrain.formats.model import is_type
from isotrain.formats.sheets.headers import normal

CHOICE = "choice"
"""A choice whose number of right answers says whether it is single or multiple."""

_TYPES = {
    CHOICE: "choice|multiple choice|multichoice|mc|mcq|quiz|auswahl|choix multiple|qcm"
    "|opcion multiple|seleccion multiple|选择题|選択",
    "single_choice": "single choice|single answer|single select|multiple choice single answer|radio"
    "|radio button|sc|einfachauswahl|choix unique|qcu|opcion unica|单选|单选题",
    "multiple_choice": "multiple response|multiple answer|multiple answers|multiple select|checkbox"
    "|checkboxes|multiple choice multiple answer|mr|ma|multi select|mehrfachauswahl|多选|多选题",
    "true_false": "true false|true or false|truefalse|tf|t f|boolean|yes no|wahr falsch"
    "|richtig falsch|vrai faux|verdadero falso|vero falso|verdadeiro falso|判断|判断题|是非题",
    "short_text": "short answer|shortanswer|short text|sa|fi|fb|fib|fill in the blank|fill in"
    "|fill in the blanks|open|open ended|text|kurzantwort|luckentext|reponse courte"
    "|respuesta corta|填空|填空题|简答题",
    "numeric": "numeric|numerical|number|ne|numerisch|numerique|numerico|计算题",
    "matching": "matching|match|mt|zuordnung|appariement|emparejamiento|匹配题",
    "ordering": "ordering|order|ranking|sequence|rs|reihenfolge|排序题",
    "essay": "essay|es|free text|long answer|freitext|aufsatz|redaction|ensayo|问答题|论述题",
    "information": "information|description|info",
}
_TYPE_OF = {
    word: type_ for type_, words in _TYPES.items() for word in words.replace(" ", "").split("|")
}
_LEVELS = (
    "1|easy|low|beginner|basic|leicht|einfach|facile|facil|baja|bajo|makkelijk|易|简单|容易",
    "2|medium|middle|moderate|intermediate|normal|average|mittel|moyen|moyenne|medio|media"
    "|intermedio|gemiddeld|中|中等|一般",
    "3|hard|difficult|high|advanced|expert|schwer|schwierig|difficile|dificil|alta|alto|moeilijk"
    "|难|困难|較難",
)
_LEVEL_OF = {word: level for level, words in enumerate(_LEVELS, 1) for word in words.split("|")}
_OFF = frozenset(("false", "no", "0", "off", "nein", "falsch", "non", "faux", "否"))


def type_of(word: str) -> str | None:
    """A type of drafts, CHOICE, or None when the word is unknown."""
    if is_type(word):
        return word
    return _TYPE_OF.get(normal(word).replace(" ", ""))


def difficulty_of(word: str) -> int | None:
    """1 easy, 2 medium or 3 hard; None when the word is unknown."""
    return _LEVEL_OF.get(normal(word.removesuffix(".0")))


def is_off(word: str) -> bool:
    """Whether the word says no."""
    return normal(word) in _OFF
