"""Forms of accounts."""

from __future__ import annotations

import unicodedata

from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from isotrain.accounts.rules import LONGEST
from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, Form, TimeZoneField


def same_letters(password: str | None) -> str:
    """Give a password one spelling, whatever way a keyboard composes its accents."""
    return unicodedata.normalize("NFC", password or "")


def _password(label: str, missing: str, autocomplete: str) -> PasswordField:
    return PasswordField(
        label, [InputRequired(missing), Length(max=LONGEST, message=TOO_LONG)],
        filters=[same_letters], render_kw={"autocomplete": autocomplete},
    )


class NameForm(Form):
    """Asks who somebody is: a personnel number or an e-mail address."""

    name = StringField(
        lazy("Personnel number or e-mail address"),
        [DataRequired(lazy("Enter your personnel number or e-mail address")),
         Length(max=254, message=TOO_LONG)],
        filters=[typed],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class SignInForm(NameForm):
    """Asks for a name and its password."""

    password = _password(lazy("Password"), lazy("Enter your password"), "current-password")


class NewPasswordForm(Form):
    """Asks for a password to be."""

    password = _password(lazy("New password"), lazy("Enter a new password"), "new-password")


class ChangePasswordForm(NewPasswordForm):
    """Asks for the present password and the one to be."""

    current = _password(lazy("Present password"), lazy("Enter your present password"),
                        "current-password")


class TimeZoneForm(Form):
    """Asks in which time zone somebody reads times."""

    time_zone = TimeZoneField(lazy("Show times in"), validate_choice=False)
