"""Forms of second factors: showing one, setting one up, taking one away."""

from __future__ import annotations

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, Form, password_field

_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "10"}
_ANSWER = 20_000  # what a browser says of a passkey is some hundred bytes


class CodeForm(Form):
    """Asks for the code that an app shows."""

    code = StringField(lazy("Code from your app"),
                       [DataRequired(lazy("Enter the six digits that your app shows"))],
                       filters=[typed], render_kw=_DIGITS)


class RecoveryForm(Form):
    """Asks for a recovery code."""

    recovery = StringField(
        lazy("Recovery code"), [DataRequired(lazy("Enter one of your recovery codes"))],
        filters=[typed], render_kw={"autocomplete": "off", "autocapitalize": "none",
                                    "spellcheck": "false", "maxlength": "60"})


class PasskeyForm(Form):
    """Takes what a browser says that a passkey signed."""

    passkey = HiddenField("", [DataRequired(lazy("Your passkey did not answer. Try again.")),
                               Length(max=_ANSWER, message=TOO_LONG)])


class PasswordForm(Form):
    """Asks for the present password before something changes."""

    current = password_field(lazy("Your password"), lazy("Enter your password"),
                             "current-password")


class AppForm(CodeForm, PasswordForm):
    """Asks for the first code of an app that is being set up, and for the password."""


class LabelForm(Form):
    """Asks what a new passkey is to be called, and takes it."""

    label = StringField(lazy("Name of the passkey"),
                        [DataRequired(lazy("Enter a name, such as Laptop")),
                         Length(max=60, message=TOO_LONG)], filters=[typed])
    passkey = HiddenField("", [Length(max=_ANSWER, message=TOO_LONG)])


class ResetForm(Form):
    """Asks how an administrator knows who asked."""

    reason = TextAreaField(
        lazy("How you know that it is this person"),
        [DataRequired(lazy("Enter in a sentence how you made sure")),
         Length(max=1000, message=TOO_LONG)], filters=[typed])
