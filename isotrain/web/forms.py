"""The base of all forms: clean, hand over one value, take back refusals."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Self, TypeVar

from flask import request
from wtforms import Field, PasswordField, SelectField, StringField
from wtforms import Form as PlainForm

# Newer than the stubs of the library; everybody else takes it from here.
from wtforms.fields import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length

from isotrain.accounts.rules import LONGEST
from isotrain.i18n import lazy, say
from isotrain.text import N_, typed
from isotrain.zone_words import choices

if TYPE_CHECKING:
    from isotrain.errors import Refusal


T = TypeVar("T")


def given(field: Field, kind: type[T]) -> T:
    """Return what a required field holds once its form was found in order."""
    assert isinstance(field.data, kind)
    return field.data


TOO_LONG = lazy("Use at most %(max)d characters")
# What fields say by themselves, so that it stands in the catalogue.
FIELDS_SAY = (
    N_("Not a valid choice."), N_("Not a valid integer value."), N_("Not a valid date value."),
    N_("Invalid Choice: could not coerce."),
    N_("'%(value)s' is not a valid choice for this field."),
    N_("'%(value)s' are not valid choices for this field."),
    N_("This field is required."), N_("Invalid input."),
    N_("Field must be at least %(min)d character long."),
    N_("Field must be at least %(min)d characters long."),
    N_("Field cannot be longer than %(max)d character."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Field must be between %(min)d and %(max)d characters long."),
    N_("Number must be at least %(min)s."), N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
)


class _Speaker:
    """Says what the form library has to say through our catalogues."""

    gettext = staticmethod(say)

    def ngettext(self, one: str, many: str, num: int) -> str:
        return say(one if num == 1 else many)


_SPEAKER = _Speaker()


class Form(PlainForm):
    """A form of this application; `refuse` shows a service's refusal at its field."""

    class Meta(DefaultMeta):
        def get_translations(self, _form: Any) -> _Speaker:
            return _SPEAKER

    refusal: Refusal | None = None
    refusals: tuple[str, ...] = ()

    @classmethod
    def of_request(cls, **kwargs: Any) -> Self:
        """Build the form from what the browser sent; empty for a GET.

        Files are for the view to take: one that was sent for a text is none of the form's.
        """
        return cls(None if request.method == "GET" else request.form, **kwargs)

    def sent(self) -> bool:
        """Say whether the browser sent this form and every field is in order."""
        return request.method == "POST" and self.validate()

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form; what was sent and not done is no 200.
        """
        if self.refusal is not None:
            return self.refusal.status
        return 422 if request.method == "POST" else 200

    def take_over(self, other: Form) -> None:
        """Show what another form was refused, in its place."""
        if other.refusal is not None:
            self.refuse(other.refusal)

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at the field it names, on top of the form otherwise."""
        self.refusal = refusal
        self.refusals += refusal.lines
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.refusals = (refusal.sentence, *self.refusals)
        else:
            field.errors = [*field.errors, refusal.sentence]


def same_letters(password: str | None) -> str:
    """Give a password one spelling, whatever way a keyboard composes its accents."""
    return unicodedata.normalize("NFC", password or "")


def password_field(label: str, missing: str, autocomplete: str) -> PasswordField:
    """Return a field for a password, one there is or one to be."""
    return PasswordField(
        label, [InputRequired(missing), Length(max=LONGEST, message=TOO_LONG)],
        filters=[same_letters], render_kw={"autocomplete": autocomplete},
    )


class TimeZoneField(SelectField):
    """A time zone, chosen by part of the world and place."""

    def offer(self, without: str = "") -> None:
        """Fill the list; `without` says what holds where none is chosen, if that may be."""
        self.choices = [
            *([SelectChoice("", without)] if without else []),
            *(SelectChoice(name, words, optgroup=part)
              for part, places in choices(self.data or "").items() for name, words in places)]


class PersonForm(Form):
    """Somebody, named as people sign in."""

    name = StringField(lazy("Personnel number or e-mail address"),
                       [InputRequired(lazy("Enter a personnel number or an e-mail address")),
                        Length(max=254, message=TOO_LONG)], filters=[typed])
