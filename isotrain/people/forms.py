"""Forms of people."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.i18n import lazy
from isotrain.people.files.plan import Options
from isotrain.people.files.rules import LONGEST
from isotrain.people.resolving import Words
from isotrain.settings import house
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, Form, SelectChoice, TimeZoneField, given

ANSWER = "answer:"  # what the fields of answers begin with
TYPE_NAMES = {
    "employee": lazy("Employee"), "temporary": lazy("Temporary"),
    "contractor": lazy("Contractor"), "apprentice": lazy("Apprentice"),
}

ROLE_SENTENCES = {
    "employee": lazy("Employee: studies, practises and sits exams"),
    "trainer": lazy("Trainer: keeps question banks and composes quizzes"),
    "hr": lazy("HR: keeps people, assigns courses, exports records"),
    "manager": lazy("Manager: sees the status of the own team, no scores"),
    "auditor": lazy("Auditor: reads records, certificates and events"),
    "admin": lazy("Administrator: gives roles, sees health and technical events"),
}


def _text(label: str, column: str, missing: str = "", **render: str) -> StringField:
    needed = DataRequired(missing) if missing else Optional()
    return StringField(label, [needed, Length(max=LONGEST[column], message=TOO_LONG)],
                       filters=[typed], render_kw=render)


def _choices(names: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in names.items()]


def _day(label: str) -> DateField:
    return DateField(label, [InputRequired(lazy("Enter the day"))])


class PersonForm(Form):
    """Who somebody is."""

    personnel_no = _text(lazy("Personnel number"), "personnel_no",
                         lazy("Enter the personnel number"))
    name = _text(lazy("Name"), "name", lazy("Enter the name"))
    email = _text(lazy("E-mail address"), "email", type="email")

    def person(self) -> Person:
        """Return what was typed as a value."""
        return Person(given(self.personnel_no, str), given(self.name, str), self.email.data or None)


class PlaceForm(Form):
    """Where somebody works, from a day on."""

    unit = _text(lazy("Unit"), "unit", list="units")
    site = _text(lazy("Site"), "site", list="sites")
    job_role = _text(lazy("Job role"), "job_role", list="job-roles")
    manager = _text(lazy("Manager"), "manager")
    employment_type = SelectField(lazy("Employment"), choices=_choices(TYPE_NAMES))
    from_on = _day(lazy("From"))

    def words(self) -> Words:
        """Return what was typed as a value."""
        return Words(self.unit.data or "", self.site.data or "", self.job_role.data or "",
                     self.employment_type.data)


class SiteForm(Form):
    """Where the days of a site begin and end."""

    time_zone = TimeZoneField(lazy("Time zone"), validate_choice=False)


class NewPersonForm(PersonForm, PlaceForm):
    """Somebody new: who they are, and where they begin."""

    from_on = _day(lazy("Hired on"))


class LeavingForm(Form):
    """Why and when somebody leaves."""

    left_on = _day(lazy("Last day"))
    reason = TextAreaField(
        lazy("Reason"), [DataRequired(lazy("Enter the reason")),
                         Length(max=500, message=TOO_LONG)], filters=[typed])


class RolesForm(Form):
    """Which roles somebody holds."""

    roles = SelectMultipleField(lazy("Roles"), choices=_choices(ROLE_SENTENCES))

    def chosen(self) -> frozenset[Role]:
        """Return the roles that were ticked."""
        return frozenset(map(Role, self.roles.data or ()))


class OptionsForm(Form):
    """How a people file is meant."""

    complete = BooleanField(lazy("The file names everybody"))
    effective_on = DateField(lazy("It holds from"), [Optional()])

    def options(self, sent: Mapping[str, str]) -> Options:
        """Return what was chosen as a value, with the answers that were sent beside it."""
        return Options(
            complete=self.complete.data, effective_on=self.effective_on.data or house.today(),
            answers={name.removeprefix(ANSWER): sent[name] for name in sent
                     if name.startswith(ANSWER)})


class FileForm(OptionsForm):
    """A people file and how it is meant."""

    file = FileField(lazy("File"), render_kw={"accept": ".csv,.tsv,.txt,.xlsx"})
