"""What the gallery page needs to show every component once."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

from flask import Blueprint, render_template
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from isotrain import clock
from isotrain.accounts.permissions import Permission
from isotrain.i18n import day_there, lazy
from isotrain.web.forms import Form, PersonForm, SelectChoice
from isotrain.web.gate import requires

bp = Blueprint("gallery", __name__)


class GalleryForm(Form):
    """One field of each kind."""

    title = StringField(lazy("Title"), default="Context of the organization")
    minutes = IntegerField(lazy("Time limit"), default=20)
    language = SelectField(
        lazy("Language"), choices=[SelectChoice("en", "English"), SelectChoice("pl", "Polski")]
    )
    due_on = DateField(lazy("Due date"))
    note = TextAreaField(lazy("Note"))
    bank_file = FileField(lazy("Question bank"))
    order = RadioField(
        lazy("Order of questions"),
        choices=[
            SelectChoice("shuffled", lazy("Shuffled")),
            SelectChoice("blueprint", lazy("As in the blueprint")),
        ],
    )
    topics = SelectMultipleField(
        lazy("Topics"),
        choices=[
            SelectChoice("a", lazy("What ISO is")),
            SelectChoice("b", lazy("Certification")),
        ],
    )
    two_people = BooleanField(lazy("Two people approve"))


def sample() -> dict[str, object]:
    """Return the gallery's variables: a form with two errors, and days around today."""
    form = GalleryForm()
    form.title.errors = [lazy("Enter the title")]
    form.order.errors = [lazy("Choose an order")]
    today = day_there(clock.now())
    return {
        "form": form, "today": today,
        "soon": today + timedelta(days=3),
        "late": today - timedelta(days=12),
        "now": clock.now(),
        "editions": [_edition(today)],
        "page_url": "#page-{}".format,
        "person": PersonForm(None),
        "keepers": {"own_id": 1, "may_change": True, "may_name": True, "may_add": True, "members": [
            {"user_id": n, "name": name, "personnel_no": f"T{n}", "role": role}
            for n, (name, role) in enumerate(
                (("Amina Haddad", "owner"), ("Théo Laurent", "member")), 1)]},
        "grid_items": [
            {
                "position": number,
                "label": "20–22" if number == 20 else str(number),
                "size": 3 if number == 20 else 1,
                "done": 2 if number == 20 else int(number < 7),
                "flagged": number in (2, 9),
                "current": number == 7,
            }
            for number in range(1, 21)
        ],
    }


def _edition(today: date) -> SimpleNamespace:
    """Return an edition that is being replaced, as pages take it."""
    dates = SimpleNamespace(
        published_on=today - timedelta(days=4000), withdrawn_on=today - timedelta(days=70),
        new_certificates_until=today + timedelta(days=400),
        certificates_until=today + timedelta(days=1000))
    return SimpleNamespace(label="ISO 9001:2015", replaced_by="ISO 9001:2026", on=today,
                           state="being_replaced", dates=dates)


@bp.get("/gallery")
@requires(Permission.SETTINGS)
def page() -> str:
    """Show every component once."""
    return render_template("gallery.html", **sample())
