"""The words by which people name the columns of a question sheet, in ten languages."""

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Chinese, Japanese;
# without accents and case. The first words of a role are its best ones.
ROLES = {
    "id": "id|question id|item id|external id|idnumber|identifier|kennung|frage id|fragen id"
    "|id question|id pregunta|id domanda|id pergunta|vraag id|id pytania|编号|题号",
    "type": "type|question type|item type|qtype|typ|fragetyp|fragentyp|frageart|type de question"
    "|tipo|tipo de pregunta|tipo di domanda|tipo de pergunta|tipo de questao|vraagtype"
    "|type vraag|typ pytania|rodzaj pytania|题型|类型|题目类型",
    "name": "question name|name|title|question title|titel|titre|titulo|titolo|tytul|nazwa"
    "|nom de la question|nombre de la pregunta|标题|名称",
    "stem": "question text|question stem|stem|question|item|prompt|statement|text|fragetext"
    "|fragestellung|frage|fragen|aussage|enonce|intitule|affirmation|texte de la question"
    "|pregunta|preguntas|enunciado|afirmacion|texto de la pregunta|domanda|quesito|testo"
    "|testo della domanda|pergunta|questao|texto da pergunta|vraagtekst|vraag|stelling|pytanie"
    "|tresc pytania|tresc|вопрос|题目内容|题干|题目|问题|试题|問題|設問",
    "explanation": "explanation|answer explanation|general feedback|feedback|rationale|reason"
    "|justification|comment|erklarung|erlauterung|begrundung|ruckmeldung|hinweis|kommentar"
    "|explication|retroaction|commentaire|explicacion|retroalimentacion|justificacion"
    "|spiegazione|commento|explicacao|comentario|justificativa|uitleg|toelichting|wyjasnienie"
    "|uzasadnienie|komentarz|解析|答案解析|解释|说明|解説",
    "topic": "topic|subject|theme|thema|themengebiet|sujet|tema|argomento|assunto|onderwerp"
    "|temat|主题|知识点|科目",
    "difficulty": "difficulty|difficulty level|level|schwierigkeit|schwierigkeitsgrad|niveau"
    "|difficulte|niveau de difficulte|dificultad|nivel|difficolta|livello|dificuldade"
    "|moeilijkheid|moeilijkheidsgraad|trudnosc|poziom trudnosci|poziom|难度|难易度|難易度",
    "category": "category|section|chapter|module|group|kategorie|kapitel|bereich|categorie"
    "|chapitre|categoria|seccion|capitulo|sezione|capitolo|hoofdstuk|rubriek|kategoria|rozdzial"
    "|类别|分类|章节",
    "tags": "tags|tag|keywords|labels|schlagworte|stichworte|mots cles|etiquettes|etiquetas"
    "|palabras clave|etichette|parole chiave|trefwoorden|tagi|标签|关键词",
    "module": "module id",
    "fact": "fact|facts",
    "use": "use",
    "language": "language|lang|sprache|langue|idioma|lingua|taal|jezyk|语言",
    "shuffle": "shuffle|shuffle answers|shuffle options|mischen|antworten mischen|melanger",
    "enemies": "enemies",
    "rule": "rule|marking rule",
    "case": "case|case sensitive|match case|gross kleinschreibung",
    "unit": "unit|units|einheit|unite|unidad|unita|unidade|eenheid|jednostka|单位",
    "tolerance": "tolerance|margin|error margin|toleranz|marge|tolerancia|tolleranza|tolerancja",
    "marking": "marking points|rubric|model points",
    "right": "correct answer|correct answers|right answer|right answers|correct option"
    "|correct options|correct choice|correct choices|correct response|correct ans|correct index"
    "|correct answer index|correct letter|correct|right|answer key|key|solution|answer|answers|ans"
    "|richtige antwort|richtige antworten|korrekte antwort|richtige option|richtige losung|richtig"
    "|korrekt|losung|antwort|bonne reponse|bonnes reponses|reponse correcte|reponses correctes"
    "|reponse|respuesta correcta|respuestas correctas|opcion correcta|correcta|respuesta|solucion"
    "|clave|risposta corretta|risposte corrette|risposta esatta|opzione corretta|corretta"
    "|risposta|soluzione|resposta correta|respostas corretas|opcao correta|alternativa correta"
    "|resposta certa|correta|gabarito|resposta|juiste antwoord|juiste antwoorden"
    "|correct antwoord|goede antwoord|antwoord|poprawna odpowiedz|poprawne odpowiedzi"
    "|prawidlowa odpowiedz|prawidlowe odpowiedzi|poprawna|klucz|odpowiedz|правильный ответ|ответ"
    "|正确答案|标准答案|参考答案|正确选项|答案|正解|解答",
    "flag": "is correct|correct|is right|right|richtig|ist richtig|korrekt|est correct|correcte"
    "|juste|correcto|correcta|es correcta|corretto|corretta|correto|correta|juist|poprawna"
    "|prawidlowa|正确|是否正确",
    "option": "option text|option|choice text|choice|answer text|answer option|answer choice"
    "|alternative|answer|antworttext|antwortoption|antwort|choix|proposition|reponse|opcion"
    "|texto de la opcion|respuesta|opzione|risposta|opcao|alternativa|resposta|optie|antwoord"
    "|antwoordoptie|opcja|odpowiedz|tresc odpowiedzi|选项|选项内容|選択肢",
    "options": "options|choices|answer options|answer choices|possible answers|alternatives"
    "|antwortmoglichkeiten|antwortoptionen|antworten|optionen|propositions|opciones|alternativas"
    "|opzioni|opcoes|opties|antwoordopties|opcje|odpowiedzi|选项列表",
    "share": "points|score|grade|fraction|weight|percent|marks|punkte|gewicht|prozent|poids"
    "|puntos|punti|pontos|punten|punkty|分值|得分",
}
INDEXED = frozenset(("correctindex", "correctanswerindex", "answerindex", "rightindex"))
"""Words for a key that programs count from 0 more often than people do."""

ANSWER = ("answer|ans|antwort|reponse|respuesta|risposta|resposta|antwoord|odpowiedz|ответ|答案")
CHOICE = (
    "option|opt|choice|alternative|response|possible answer|answer option|answer choice|item"
    "|antwortoption|antwortmoglichkeit|auswahl|choix|proposition|opcion|alternativa|opzione|opcao"
    "|optie|antwoordoptie|opcja|вариант|选项|選択肢"
)
RIGHT = (
    "correct|correct answer|right answer|correct option|richtige antwort|bonne reponse"
    "|respuesta correcta|risposta corretta|resposta correta|juiste antwoord|poprawna odpowiedz"
    "|正确答案"
)
WRONG = (
    "(?:incorrect|wrong|false|bad)(?: answer| option| choice)?|distractor|distractors"
    "|falsche antwort|falsch|distraktor|mauvaise reponse|distracteur|respuesta incorrecta"
    "|incorrecta|risposta errata|risposta sbagliata|resposta errada|resposta incorreta"
    "|fout antwoord|onjuist antwoord|bledna odpowiedz|错误答案|干扰项"
)
WRONG_ALONE = f"{WRONG}|incorrect answers|wrong answers|distractors|falsche antworten"
FEEDBACK = "feedback|rationale|explanation|ruckmeldung|begrundung|retroaction|retroalimentacion"
MARK = "correct|right|is correct|richtig|korrekt|correcte|correcta|corretta|correta|juist|poprawna"
SHARE = "points|point|score|mark|marks|grade|fraction|weight|percent|share|punkte|puntos|punti"
MATCH = ("match|matches|pair|partner|category|target|definition|zuordnung|paar|correspondance"
         "|pareja|coppia|par")
