"""Forms of records, and the filter as an address carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import SelectField, StringField, TextAreaField, validators

from isotrain.assignments import rules
from isotrain.i18n import lazy
from isotrain.records.filters import DUE_SOON, EXPIRING, PEOPLE, TO_DO, Filter
from isotrain.text import typed
from isotrain.web.addresses import chosen, dated
from isotrain.web.forms import Form, SelectChoice

TYPE_WORDS = {"employee": lazy("Employee"), "temporary": lazy("Temporary"),
              "contractor": lazy("Contractor"), "apprentice": lazy("Apprentice")}
STATES = (rules.OVERDUE, DUE_SOON, TO_DO, *(s for s in rules.STATUSES if s != rules.OVERDUE),
          EXPIRING)
_TEXTS = {"q": "text", "course": "course", "unit": "unit", "site": "site"}


def filter_asked() -> Filter:
    """Read a filter from the address; what cannot be understood is refused."""
    texts: dict[str, Any] = {name: typed(request.args.get(key))[:100]
                             for key, name in _TEXTS.items()}
    return Filter(**texts, status=chosen("status", STATES), due_from=dated("due_from"),
                  due_to=dated("due_to"), people=chosen("people", PEOPLE, PEOPLE[0]))


def address_of(wanted: Filter) -> dict[str, str]:
    """Return a filter as an address carries it."""
    keys = {name: key for key, name in _TEXTS.items()}
    return {keys.get(name, name): value for name, value in wanted.to_data().items()}


class CorrectionForm(Form):
    """What a record should say about a person, and why."""

    name = StringField(lazy("Name"), [validators.Length(max=200)], filters=[typed])
    personnel_no = StringField(lazy("Personnel number"), [validators.Length(max=64)],
                               filters=[typed])
    unit = SelectField(lazy("Unit"), validate_choice=False)
    site = SelectField(lazy("Site"), validate_choice=False)
    job_role = SelectField(lazy("Job role"), validate_choice=False)
    employment_type = SelectField(lazy("Employment"), validate_choice=False)
    manager_no = StringField(lazy("Manager's personnel number"), [validators.Length(max=254)],
                             filters=[typed])
    reason = TextAreaField(lazy("Reason"), [validators.Length(max=1000)], filters=[typed])

    def offer(self, choices: Mapping[str, list[tuple[str, str]]]) -> None:
        """Fill the lists to choose from; what the record says stays on offer."""
        for name, pairs in choices.items():
            field = self[name]
            assert isinstance(field, SelectField)
            known = {code for code, _label in pairs}
            kept = [] if field.data in (*known, "", None) else [(field.data, field.data)]
            if name == "employment_type":
                pairs = [(code, TYPE_WORDS.get(code, code)) for code, _label in pairs]
            field.choices = [SelectChoice(*pair) for pair in (("", "–"), *kept, *pairs)]
