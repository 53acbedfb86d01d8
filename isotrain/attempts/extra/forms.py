"""Forms of extra attempts: who gets one, and why."""

from __future__ import annotations

from wtforms import TextAreaField, validators

from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, PersonForm


class ExtraForm(PersonForm):
    """One more attempt for somebody."""

    reason = TextAreaField(lazy("Reason"),
                           [validators.InputRequired(lazy("Enter the reason in a sentence")),
                            validators.Length(max=1000, message=TOO_LONG)], filters=[typed])
