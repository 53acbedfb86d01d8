"""Which column of a spreadsheet holds what, by the words of its header row in many languages."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

_ROLES = {
    "id": "id|question id|item id|external id|idnumber|identifier|kennung|frage id|编号|题号",
    "type": "type|question type|item type|qtype|typ|fragetyp|frageart|type de question|tipo"
    "|tipo de pregunta|tipo de questao|vraagtype|题型|类型|题目类型",
    "name": "question name|name|title|question title|titel|titre|titulo|标题|名称",
    "stem": "question text|question stem|stem|question|item|prompt|statement|text|fragetext"
    "|fragestellung|frage|aussage|enonce|intitule|affirmation|pregunta|enunciado|afirmacion|domanda"
    "|quesito|testo|pergunta|questao|vraagtekst|vraag|stelling|pytanie|вопрос|题目内容|题干|题目|问题|试题"
    "|問題|設問",
    "explanation": "explanation|answer explanation|general feedback|feedback|rationale|reason"
    "|justification|comment|erklarung|erlauterung|begrundung|ruckmeldung|hinweis|explication"
    "|retroaction|commentaire|explicacion|retroalimentacion|justificacion|spiegazione|explicacao"
    "|comentario|uitleg|toelichting|wyjasnienie|解析|答案解析|解释|说明|解説",
    "topic": "topic|subject|theme|thema|themengebiet|sujet|tema|argomento|assunto|onderwerp"
    "|主题|知识点|科目",
    "difficulty": "difficulty|difficulty level|level|schwierigkeit|schwierigkeitsgrad|niveau"
    "|difficulte|dificultad|nivel|difficolta|dificuldade|moeilijkheid|难度|难易度|難易度",
    "category": "category|section|chapter|module|group|kategorie|kapitel|bereich|categorie|chapitre"
    "|categoria|capitulo|类别|分类|章节",
    "tags": "tags|tag|keywords|labels|schlagworte|stichworte|mots cles|etiquettes|etiquetas"
    "|palabras clave|标签|关键词",
    "module": "module id",
    "fact": "fact|facts",
    "use": "use",
    "language": "language|lang|sprache|langue|idioma|lingua|taal|语言",
    "shuffle": "shuffle|shuffle answers|shuffle options|mischen",
    "enemies": "enemies",
    "right": "correct answer|correct answers|right answer|right answers|correct option"
    "|correct options|correct choice|correct choices|correct response|correct ans|correct index"
    "|correct answer index|correct letter|correct|right|answer key|key|solution|answer|answers|ans"
    "|richtige antwort|richtige antworten|korrekte antwort|richtige option|richtige losung|richtig"
    "|korrekt|losung|antwort|bonne reponse|bonnes reponses|reponse correcte|reponses correctes"
    "|reponse|respuesta correcta|respuestas correctas|opcion correcta|correcta|respuesta|solucion"
    "|clave|risposta corretta|risposte corrette|corretta|risposta|soluzione|resposta correta"
    "|resposta certa|correta|gabarito|resposta|juiste antwoord|correct antwoord|antwoord"
    "|poprawna odpowiedz|prawidlowa odpowiedz|правильный ответ|ответ|正确答案|标准答案|参考答案"
    "|正确选项|答案|正解|解答",
    "flag": "is correct|correct|is right|right|richtig|ist richtig|korrekt|est correct|correcto"
    "|correcta|es correcta|corretto|correto|juist|正确|是否正确",
    "option": "option text|option|choice text|choice|answer text|answer option|answer choice"
    "|alternative|answer|antworttext|antwortoption|antwort|choix|proposition|reponse|opcion"
    "|texto de la opcion|respuesta|opzione|risposta|opcao|alternativa|resposta|optie|antwoord"
    "|选项|选项内容|選択肢",
    "options": "options|choices|answer options|answer choices|possible answers|alternatives"
    "|antwortmoglichkeiten|antwortoptionen|antworten|optionen|propositions|opciones|alternativas"
    "|opzioni|opcoes|opties|选项列表",
}
_SYNONYMS = {role: words.replace(" ", "").split("|") for role, words in _ROLES.items()}
_SINGLE = tuple(role for role in _ROLES if role not in ("right", "flag", "option", "options"))

_ANSWER = "answer|ans|antwort|reponse|respuesta|risposta|resposta|antwoord|odpowiedz|ответ|答案"
_CHOICE = (
    "option|opt|choice|alternative|response|possible answer|answer option|answer choice"
    "|antwortoption|auswahl|choix|proposition|opcion|alternativa|opzione|opcao|optie|opcja"
    "|вариант|选项|選択肢"
)
_RIGHT = (
    "correct|correct answer|right answer|correct option|richtige antwort|bonne reponse|正确答案"
)
_WRONG = (
    "(?:incorrect|wrong|false|bad)(?: answer| option| choice)?|distractor|distractors"
    "|falsche antwort|falsch|distraktor|mauvaise reponse|distracteur|respuesta incorrecta"
    "|incorrecta|risposta errata|resposta errada|fout antwoord|错误答案|干扰项"
)
_LABEL = r"(?:\s?(?P<near>[a-j]|\d{1,2})|\s(?P<far>[k-t]))"
_GROUPS = {"wrong": _WRONG, "right": _RIGHT, "answer": _ANSWER, "choice": _CHOICE}
_NUMBERED = [(group, re.compile(f"(?:{words}){_LABEL}")) for group, words in _GROUPS.items()]
_WRONG_ALONE = re.compile(f"{_WRONG}|incorrect answers|wrong answers|distractors")
_BARE = re.compile(r"(?P<near>[a-t])")
_FEEDBACK = re.compile(
    rf"(?:feedback|rationale|explanation|ruckmeldung)(?: for)?(?: (?:{_CHOICE}|{_ANSWER}))?{_LABEL}"
    rf"|(?:{_CHOICE}|{_ANSWER})\s?(?P<before>[a-t]|\d{{1,2}}) (?:feedback|rationale|explanation)"
)
_MARKED = re.compile(
    rf"(?:{_CHOICE}|{_ANSWER})\s?(?P<before>[a-t]|\d{{1,2}}) (?:is )?"
    "(?:correct|right|richtig|korrekt)"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONE_IN_BRACKETS = re.compile(r"[(\[]([a-zA-Z0-9])[)\]]")
_REMARK = re.compile(r"\s[-–—]\s|[(\[（,;\n]")
_JOINTS = re.compile(r"[\s_\-./:*#?!'\"]+")


HEADER_LENGTH = 200
"""How much of a header cell is looked at."""


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet by index; `named` holds those that occur once.

    `options`, `right` and `wrong` are in the order of the sheet; `feedback` and `marks` map the
    column of an option to that of its feedback and to that which marks it as right. A sheet with
    one option per row has `option` and `flag`, one with all options in a cell has `list`.
    """

    header: tuple[str, ...]
    named: dict[str, int] = field(default_factory=dict)
    options: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()
    feedback: dict[int, int] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    option: int | None = None
    flag: int | None = None
    list: int | None = None

    @property
    def usable(self) -> bool:
        """Whether questions can be read from these columns."""
        answers = self.right or self.wrong or self.options or self.flag is not None
        return "stem" in self.named and bool(answers)

    @property
    def score(self) -> int:
        """How many columns were recognised."""
        return len(self.used)

    @property
    def used(self) -> frozenset[int]:
        """The columns that are read."""
        single = (index for index in (self.option, self.flag, self.list) if index is not None)
        beside = (*self.named.values(), *self.feedback.values(), *self.marks.values(), *single)
        return frozenset((*self.options, *self.right, *self.wrong, *beside))


def normal(cell: str) -> str:
    """A header reduced to what counts: no case, accents, punctuation or remark in brackets."""
    text = _LONE_IN_BRACKETS.sub(r" \1", _CAMEL.sub(" ", cell.strip()))
    text = _REMARK.split(text, maxsplit=1)[0] or text
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return _JOINTS.sub(" ", text).strip()


def columns(row: Sequence[str]) -> Columns:
    """What the columns of a header row hold; not usable when it is no header row."""
    spaced = [normal(cell[:HEADER_LENGTH]) if cell else "" for cell in row]
    words = [word.replace(" ", "") for word in spaced]
    groups = _numbered(spaced)
    options = _options(groups)
    right = [*groups["right"].values(), *_all(words, "right")]
    if options is not groups["answer"]:
        right += groups["answer"].values()
    found = Columns(
        header=tuple(row),
        named={role: best for role in _SINGLE for best in _best(words, role)},
        options=tuple(options.values()),
        right=tuple(right),
        wrong=tuple(groups["wrong"].values()) or _first(spaced, _WRONG_ALONE),
        feedback=_beside(spaced, options, _FEEDBACK),
        marks=_beside(spaced, options, _MARKED),
    )
    return found if options or found.wrong else _in_rows(found, words)


def _in_rows(found: Columns, words: Sequence[str]) -> Columns:
    """The columns again, looking for a list of options in one cell or one option in each row."""
    lists, flags = _all(words, "options"), _all(words, "flag")
    texts = [index for index in _all(words, "option") if index not in flags]
    if lists:
        return replace(found, list=lists[0])
    if flags and texts:
        return replace(found, option=texts[0], flag=flags[0], right=())
    return found


def _all(words: Sequence[str], role: str) -> list[int]:
    return [index for index, word in enumerate(words) if word in _SYNONYMS[role]]


def _best(words: Sequence[str], role: str) -> list[int]:
    """The column whose word comes first among the synonyms of the role, if there is one."""
    ranked = sorted(_all(words, role), key=lambda index: _SYNONYMS[role].index(words[index]))
    return ranked[:1]


def _numbered(words: Sequence[str]) -> dict[str, dict[str, int]]:
    """Columns such as "option a" or "answer 2" by group, then by label."""
    groups: dict[str, dict[str, int]] = {
        group: {} for group in ("wrong", "right", "answer", "choice", "bare")
    }
    for index, word in enumerate(words):
        for group, pattern in (*_NUMBERED, ("bare", _BARE)):
            match = pattern.fullmatch(word)
            if match:
                groups[group].setdefault(_label(match), index)
                break
    return groups


def _options(groups: dict[str, dict[str, int]]) -> dict[str, int]:
    """The group that holds the options: "answer 2" may also name the second right answer."""
    for group in ("choice", "bare", "answer"):
        if len(groups[group]) > 1:
            return groups[group]
    return {}


def _beside(
    words: Sequence[str], options: dict[str, int], pattern: re.Pattern[str]
) -> dict[int, int]:
    """The columns that say something about an option, by the column of the option."""
    found = {}
    for index, word in enumerate(words):
        match = pattern.fullmatch(word)
        if match and _label(match) in options:
            found[options[_label(match)]] = index
    return found


def _label(match: re.Match[str]) -> str:
    return str(next(filter(None, match.groupdict().values())))


def _first(words: Sequence[str], pattern: re.Pattern[str]) -> tuple[int, ...]:
    return tuple(index for index, word in enumerate(words) if pattern.fullmatch(word))[:1]
