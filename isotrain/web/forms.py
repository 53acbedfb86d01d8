"""The base of all forms: clean, hand over one value, take back refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField
from wtforms import Form as PlainForm

# Newer than the stubs of the library; everybody else takes it from here.
from wtforms.fields import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from isotrain.i18n import lazy
from isotrain.text import typed

if TYPE_CHECKING:
    from isotrain.errors import Refusal


T = TypeVar("T")


def given(field: Field, kind: type[T]) -> T:
    """Return what a required field holds once its form was found in order."""
    assert isinstance(field.data, kind)
    return field.data


class Form(PlainForm):
    """A form of this application; `refuse` shows a service's refusal at its field."""

    refusal: Refusal | None = None
    refusals: tuple[str, ...] = ()

    @classmethod
    def of_request(cls, **kwargs: Any) -> Self:
        """Build the form from what the browser sent; empty for a GET."""
        if request.method == "GET":
            return cls(None, **kwargs)
        values: MultiDict[str, Any] = MultiDict(request.form)
        values.update(request.files)
        return cls(values, **kwargs)

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


class PersonForm(Form):
    """Somebody, named as people sign in."""

    name = StringField(lazy("Personnel number or e-mail address"),
                       [InputRequired(lazy("Enter a personnel number or an e-mail address")),
                        Length(max=254)], filters=[typed])
