"""Forms of assignments."""

from __future__ import annotations

from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
    validators,
)

from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import Form, SelectChoice

TARGETS = [SelectChoice("everybody", lazy("Everybody")),
           SelectChoice("unit", lazy("A unit, with the units below it")),
           SelectChoice("person", lazy("Single people"))]


class AssignForm(Form):
    """Which course, for whom, by when."""

    course = SelectField(lazy("Course"), validate_choice=False)
    target = RadioField(lazy("Who has to complete it"), choices=TARGETS, default="everybody",
                        validators=[validators.InputRequired(
                            lazy("Choose who has to complete it"))])
    unit = SelectField(lazy("Unit"), validate_choice=False)
    people = TextAreaField(lazy("People"), [validators.Length(max=20_000)], filters=[typed])
    due_on = DateField(lazy("Due date"),
                       [validators.InputRequired(lazy("Enter the due date"))])
    joiner_days = IntegerField(
        lazy("Days for those who join later"), default=30,
        validators=[validators.InputRequired(lazy("Enter 0 to 365 days"))])

    def offer(self, courses: list[tuple[str, str]], units: list[tuple[str, str]]) -> None:
        """Fill the lists to choose from, each a code with its name."""
        self.course.choices = [SelectChoice(*pair) for pair in courses]
        self.unit.choices = [SelectChoice("", lazy("Choose a unit")),
                             *(SelectChoice(*pair) for pair in units)]

    def names(self) -> list[str]:
        """Return the people that were typed, one per line or with commas between."""
        return [part for line in (self.people.data or "").splitlines()
                for part in line.replace(";", ",").split(",")]


class DueForm(Form):
    """Another due date."""

    due_on = DateField(lazy("New due date"),
                       [validators.InputRequired(lazy("Enter the due date"))])
