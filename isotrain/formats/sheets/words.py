"""Words that the cells of a spreadsheet use for types, difficulties and yes or no."""

from functools import lru_cache

from isotrain.formats.sheets.headers import normal
from isotrain.questions import find_type
from isotrain.text import N_

CHOICE = "choice"
"""A choice whose number of right answers says whether it is single or multiple."""

_TYPES = {
    CHOICE: "choice|multiple choice|multichoice|mc|mcq|quiz|auswahl|choix multiple|qcm"
    "|opcion multiple|seleccion multiple|scelta multipla|multipla escolha|escolha multipla"
    "|meerkeuze|wybor wielokrotny|test|选择题|選択",
    "single_choice": "single choice|single answer|single select|multiple choice single answer|radio"
    "|radio button|sc|einfachauswahl|choix unique|qcu|opcion unica|seleccion unica|scelta singola"
    "|escolha unica|enkele keuze|jednokrotny wybor|单选|单选题",
    "multiple_choice": "multiple response|multiple answer|multiple answers|multiple select|checkbox"
    "|checkboxes|multiple choice multiple answer|mr|ma|multi select|mehrfachauswahl"
    "|scelte multiple|wielokrotny wybor|多选|多选题|不定项选择题",
    "true_false": "true false|true or false|truefalse|tf|t f|boolean|yes no|wahr falsch"
    "|richtig falsch|vrai faux|vrai ou faux|vf|verdadero falso|verdadero o falso|vero falso"
    "|vero o falso|verdadeiro falso|verdadeiro ou falso|waar onwaar|waar of onwaar|juist onjuist"
    "|prawda falsz|判断|判断题|是非题",
    "short_text": "short answer|shortanswer|short text|sa|fi|fb|fib|fill in the blank|fill in"
    "|fill in the blanks|type answer|text|kurzantwort|reponse courte|respuesta corta"
    "|risposta breve|resposta curta|kort antwoord|krotka odpowiedz|填空|填空题|简答题",
    "numeric": "numeric|numerical|number|ne|numerisch|zahl|numerique|numerico|numeriek"
    "|numeryczne|计算题",
    "matching": "matching|match|mt|pairs|zuordnung|appariement|association|emparejamiento"
    "|abbinamento|correspondencia|koppelen|dopasowanie|匹配题|连线题",
    "ordering": "ordering|order|reorder|ranking|sequence|rs|puzzle|jumble|reihenfolge|sortieren"
    "|ordre|classement|ordenar|ordinamento|ordenacao|volgorde|kolejnosc|排序题",
    "categorising": "categorising|categorizing|categorise|categorize|category|grouping"
    "|gruppieren|kategorisieren|classer|clasificar|分类题",
    "gap_text": "gap text|gap fill|gapfill|word bank|drag and drop text|drag the words"
    "|missing words|luckentext|texte a trous|选词填空",
    "cloze": "cloze|embedded answers|multianswer",
    "scenario": "scenario|case study|fallbeispiel|etude de cas|caso practico",
    "essay": "essay|es|free text|long answer|freitext|aufsatz|redaction|ensayo|tema aperto"
    "|dissertacao|opstel|wypracowanie|问答题|论述题",
    "information": "information|description|info|label|beschreibung|texte|hinweis",
}
_OTHERS = {
    N_("a poll"): "poll|survey|opinion|opinion poll|umfrage|sondage|encuesta|sondaggio|enquete"
    "|peiling|ankieta|投票|问卷|quiz poll",
    N_("a word cloud"): "word cloud|wordcloud|wortwolke|nuage de mots|nube de palabras|词云",
    N_("a rating"): "rating|scale|slider|nps|nps scale|likert|skala|echelle|escala|drop pin",
    N_("a brainstorm"): "brainstorm|brainstorming|discussion|forum",
    N_("a drawing"): "draw|drawing|hotspot|pin answer|labeling|labelling|graphing|math response",
    N_("a recording"): "audio response|video response|audio|video|file upload|upload",
}
_OTHER_OF = {
    word: what for what, words in _OTHERS.items() for word in words.replace(" ", "").split("|")
}
_SLIDES = frozenset(("slide", "slides", "content", "contentslide", "folie", "diapositive",
                     "diapositiva", "slajd", "dia", "幻灯片"))
_OPEN = frozenset(("open", "openended", "openquestion", "offen", "offenefrage", "questionouverte",
                   "preguntaabierta", "domandaaperta", "perguntaaberta", "openvraag",
                   "pytanieotwarte", "开放题", "开放式问题"))
_TYPE_OF = {
    word: type_ for type_, words in _TYPES.items() for word in words.replace(" ", "").split("|")
}
_LEVELS = (
    "1|easy|low|beginner|basic|leicht|einfach|facile|facil|baja|bajo|makkelijk|latwy|latwe|niski"
    "|易|简单|容易",
    "2|medium|middle|moderate|intermediate|normal|average|mittel|moyen|moyenne|medio|media"
    "|intermedio|gemiddeld|sredni|srednie|中|中等|一般",
    "3|hard|difficult|high|advanced|expert|schwer|schwierig|difficile|dificil|alta|alto|moeilijk|trudny|trudne|wysoki"
    "|难|困难|較難",
)
_LEVEL_OF = {word: level for level, words in enumerate(_LEVELS, 1) for word in words.split("|")}
_OFF = frozenset(("false", "no", "0", "off", "nein", "falsch", "non", "faux", "nee", "nie", "nao",
                  "否"))


def type_of(word: str) -> str | None:
    """A type of drafts, CHOICE, or None when the word is unknown."""
    if find_type(word):
        return word
    return _TYPE_OF.get(_joined(word))


def other_kind(word: str) -> str | None:
    """What a kind is called that has no right answer and is none of ours, else None."""
    return _OTHER_OF.get(_joined(word))


def is_slide(word: str) -> bool:
    """Whether the word means a page without a question."""
    return _joined(word) in _SLIDES


def is_open(word: str) -> bool:
    """Whether the word means a question that is answered freely, with or without a key."""
    return _joined(word) in _OPEN


@lru_cache(4_096)
def _joined(word: str) -> str:
    return normal(word).replace(" ", "")


@lru_cache(4_096)
def difficulty_of(word: str) -> int | None:
    """1 easy, 2 medium or 3 hard; None when the word is unknown."""
    return _LEVEL_OF.get(normal(word.removesuffix(".0")))


def is_off(word: str) -> bool:
    """Whether the word says no."""
    return normal(word) in _OFF
