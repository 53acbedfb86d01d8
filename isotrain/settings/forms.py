"""The form that changes one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import IntegerField, RadioField, StringField, TextAreaField, validators
from wtforms.widgets import HiddenInput

from isotrain.i18n import lazy
from isotrain.settings.rules import OFF, ON, Span, Switch, Whole, Zone
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, Form, SelectChoice, TimeZoneField

if TYPE_CHECKING:
    from isotrain.settings.definitions import Defined


class SettingForm(Form):
    """Another value, and why; `base` is the number of the row that was looked at."""

    base = IntegerField("", widget=HiddenInput())
    reason = TextAreaField(
        lazy("Reason"), [validators.InputRequired(lazy("Enter the reason in a sentence")),
                         validators.Length(max=1000, message=TOO_LONG)],
        filters=[typed], render_kw={"rows": 3})


class SwitchForm(SettingForm):
    """On or off."""

    value = RadioField(lazy("Value"), choices=[SelectChoice(ON, lazy("On")),
                                               SelectChoice(OFF, lazy("Off"))],
                       validators=[validators.InputRequired(lazy("Choose on or off"))])


class NumberForm(SettingForm):
    """A number; the service knows its limits."""

    value = StringField(lazy("Value"), filters=[typed], render_kw={"inputmode": "numeric"})


class TextForm(SettingForm):
    """A line of text."""

    value = StringField(lazy("Value"), filters=[typed], render_kw={"maxlength": 200})


class ZoneForm(SettingForm):
    """A time zone."""

    value = TimeZoneField(lazy("Value"), validate_choice=False)


def form_for(setting: Defined) -> type[SwitchForm | NumberForm | TextForm | ZoneForm]:
    """Return the form that suits the kind of a setting."""
    if isinstance(setting.kind, Switch):
        return SwitchForm
    if isinstance(setting.kind, Zone):
        return ZoneForm
    return NumberForm if isinstance(setting.kind, (Whole, Span)) else TextForm
