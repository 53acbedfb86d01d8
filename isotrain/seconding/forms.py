"""Declining needs a reason."""

from __future__ import annotations

from wtforms import TextAreaField, validators

from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import Form


class DeclineForm(Form):
    """Why somebody declines."""

    reason = TextAreaField(lazy("Reason"), [validators.Length(max=1000)], filters=[typed])
