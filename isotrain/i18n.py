"""Translation of every sentence a reader can see; English is the source language."""

from __future__ import annotations

from flask import has_request_context, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

LANGUAGES = ("en",)

babel = Babel()


def chosen_language() -> str:
    """Return the best of the languages we have for this browser."""
    if has_request_context():
        return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return LANGUAGES[0]


def say(template: str, params: object = None) -> str:
    """Translate a sentence that the pure core left as a template with parameters."""
    translated = _(template)
    return translated % params if params else translated


__all__ = [
    "LANGUAGES",
    "_",
    "babel",
    "chosen_language",
    "format_date",
    "format_datetime",
    "format_decimal",
    "lazy",
    "ngettext",
    "say",
]
