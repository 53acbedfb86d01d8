"""Translation of every sentence a reader can see; English is the source language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import flask_babel
from flask import has_request_context, request
from markupsafe import Markup

if TYPE_CHECKING:
    from datetime import date, datetime

    from flask import Flask

LANGUAGES = ("en",)

babel = flask_babel.Babel()


def _(sentence: str, **params: Any) -> str:
    """Translate a sentence and fill in its parameters."""
    return str(flask_babel.gettext(sentence, **params))


def lazy(sentence: str, **params: Any) -> str:
    """Translate a sentence when it is shown: what is built with the module knows no reader yet."""
    later: str = flask_babel.lazy_gettext(sentence, **params)
    return later


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """Translate a sentence with a count in it."""
    return str(flask_babel.ngettext(one, many, num, **params))


def format_date(day: date | datetime, form: str = "medium") -> str:
    """Show a day in the reader's language."""
    return str(flask_babel.format_date(day, form))


def format_datetime(instant: datetime, form: str = "medium") -> str:
    """Show an instant in the reader's language and time zone."""
    return str(flask_babel.format_datetime(instant, form))


def format_decimal(value: float) -> str:
    """Show a number with the separators of the reader's language."""
    return str(flask_babel.format_decimal(value))


def chosen_language() -> str:
    """Return the best of the languages we have for this browser."""
    if len(LANGUAGES) > 1 and has_request_context():
        return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return LANGUAGES[0]


def install(app: Flask) -> None:
    """Translate in this application; its templates get callables that remember sentences.

    A page holds a hundred sentences, and looking up the language for each of them would cost more
    than the page.
    """
    babel.init_app(app, locale_selector=chosen_language)
    app.jinja_env.globals.update(_=_in_page, gettext=_in_page, ngettext=_counted_in_page)


def _in_page(sentence: str, **params: Any) -> Markup:
    if not params:
        return _finished(chosen_language(), sentence)
    return _translated(chosen_language(), sentence) % params


def _counted_in_page(one: str, many: str, num: int, **params: Any) -> Markup:
    text = _translated_count(chosen_language(), one, many, num)
    return text % {"num": num if abs(num) < 1000 else format_decimal(num), **params}


@lru_cache(maxsize=4096)
def _finished(language: str, sentence: str) -> Markup:
    """Return a sentence without parameters; "%%" in it becomes "%" as it does beside them."""
    return _translated(language, sentence) % {}


@lru_cache(maxsize=4096)
def _translated(_language: str, sentence: str) -> Markup:
    return Markup(_plain(sentence))  # noqa: S704  sentences of ours, never a reader's


@lru_cache(maxsize=4096)
def _translated_count(_language: str, one: str, many: str, num: int) -> Markup:
    return Markup(flask_babel.get_translations().ungettext(one, many, num))  # noqa: S704  as above


def _plain(sentence: str) -> str:
    """Translate without filling in parameters."""
    return str(flask_babel.get_translations().ugettext(sentence))


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
    "install",
    "lazy",
    "ngettext",
    "say",
]
