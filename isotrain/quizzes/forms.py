"""Forms of quizzes: the blueprint a trainer composes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from isotrain.i18n import lazy
from isotrain.ledger.canonical import JsonObject
from isotrain.questions.sets import FEWEST, MOST
from isotrain.quizzes.composition import Composition
from isotrain.quizzes.rules import EXAM, PRACTICE, Rules
from isotrain.text import typed
from isotrain.web.forms import Form, SelectChoice

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

# How the fields of the grid begin, and what their cells name; "cell-3" is about sets of three.
CELLS = {"cell": "topic", "module": "module"}
SIZES = {str(size) for size in range(FEWEST, MOST + 1)}
NUMBER = InputRequired(lazy("Enter a whole number"))


class QuizForm(Form):
    """A new quiz: for which course, of which kind, under which title."""

    course = SelectField(lazy("Course"), coerce=int, choices=[])
    kind = RadioField(lazy("Kind"), choices=[
        SelectChoice(EXAM, lazy("Exam: with a pass mark, a record and a certificate")),
        SelectChoice(PRACTICE, lazy("Practice: without a record, by rules of its own")),
    ], default=EXAM)
    title = StringField(lazy("Title"), filters=[typed])

    def offer(self, courses: list[tuple[int, str]]) -> None:
        """Let these courses (id and title) be chosen."""
        self.course.choices = [SelectChoice(str(id_), title) for id_, title in courses]


class RulesForm(Form):
    """The title and rules of a quiz; the grid of counts comes beside it, by `cells_of`."""

    base = HiddenField("")
    title = StringField(lazy("Title"), filters=[typed])
    minutes = IntegerField(lazy("Time"), validators=[NUMBER])
    pass_mark = IntegerField(lazy("Pass mark"), validators=[NUMBER])
    pass_mark_basis = TextAreaField(lazy("Why this pass mark"), filters=[typed])
    attempts = IntegerField(lazy("Attempts"), validators=[NUMBER])
    wait_hours = IntegerField(lazy("Wait between two attempts"), validators=[NUMBER])
    order = RadioField(lazy("Order of the questions"), choices=[
        SelectChoice("shuffled", lazy("Shuffled for every form")),
        SelectChoice("blueprint", lazy("Topic by topic, as in the blueprint")),
    ])
    feedback = RadioField(lazy("After handing in, learners see"), choices=[
        SelectChoice("explanations", lazy("Score, and an explanation for each missed question")),
        SelectChoice("topics", lazy("Score by topic only")),
        SelectChoice("answers", lazy("Score, explanations and the right answers, which are then"
                                     " known")),
    ])

    @classmethod
    def filled(cls, composition: Composition, base: str) -> RulesForm:
        """Return the form with what is composed so far."""
        rules = composition.rules.to_data()
        return cls(None, data={"title": composition.title, "base": base, **rules})

    def composition(self, cells: list[JsonObject]) -> Composition:
        """Return what the form and the grid say together."""
        rules = {name: self[name].data for name in Rules.__dataclass_fields__}
        return Composition(self.title.data or "", cells, Rules.from_data(rules))


def cells_of(values: MultiDict[str, str]) -> list[JsonObject]:
    """Read the grid: the count of each topic or module and difficulty of each bank, in order.

    What is not a whole number comes back as a count of -1, which no blueprint takes.
    """
    cells = []
    for name, text in values.items():
        prefix, _, place = name.partition(":")
        prefix, _, size = prefix.partition("-")
        parts = place.split(":", 2)
        if prefix not in CELLS or len(parts) != 3 or not parts[2] or text.strip() in ("", "0"):
            continue
        bank, band, code = parts
        count = int(text) if text.strip().isdecimal() and len(text) < 6 else -1
        difficulty = int(band) if band in ("1", "2", "3") else 0
        cells.append({"bank": bank, CELLS[prefix]: code, "difficulty": difficulty, "count": count,
                      **({"set": int(size)} if size in SIZES else {})})
    return cells
