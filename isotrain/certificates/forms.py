"""Forms of certificates."""

from __future__ import annotations

from wtforms import StringField, TextAreaField, validators

from isotrain.i18n import lazy
from isotrain.text import typed
from isotrain.web.forms import TOO_LONG, Form


class CodeForm(Form):
    """A verification code, typed from paper."""

    code = StringField(lazy("Verification code"),
                       [validators.InputRequired(lazy("Enter the verification code"))],
                       filters=[typed])


class NameForm(Form):
    """The holder's name, to have it confirmed."""

    name = StringField(lazy("Name on the certificate"),
                       [validators.InputRequired(lazy("Enter the name on the certificate")),
                        validators.Length(max=200, message=TOO_LONG)], filters=[typed])


class RevokeForm(Form):
    """Why a certificate is revoked."""

    reason = TextAreaField(lazy("Reason"),
                           [validators.InputRequired(lazy("Enter the reason in a sentence")),
                            validators.Length(max=1000, message=TOO_LONG)], filters=[typed])
