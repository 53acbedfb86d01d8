"""Forms of accounts."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, Form, TimeZoneField, password_field


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

    password = password_field(lazy("Password"), lazy("Enter your password"), "current-password")


class CodeForm(NameForm):
    """Asks for the code of a one-time link, and whose it is."""

    code = StringField(
        lazy("Code on your sheet"),
        [DataRequired(lazy("Enter the code on your sheet")), Length(max=40, message=TOO_LONG)],
        filters=[typed],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    """Asks for a password to be."""

    password = password_field(lazy("New password"), lazy("Enter a new password"), "new-password")


class ChangePasswordForm(NewPasswordForm):
    """Asks for the present password and the one to be."""

    current = password_field(lazy("Present password"), lazy("Enter your present password"),
                             "current-password")


class TimeZoneForm(Form):
    """Asks in which time zone somebody reads times."""

    time_zone = TimeZoneField(lazy("Show times in"), validate_choice=False)
