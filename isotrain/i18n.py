"""Translation of every sentence a reader can see, and how dates and numbers stand in it.

English is the source language. A language is there when its catalogue was compiled
(`translations/extracting.py`); which one a reader gets is decided in `accounts/language_views.py`,
and in which time zone in `accounts/zone_views.py`.
"""

from __future__ import annotations

import gettext
import unicodedata
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale, dates, numbers
from flask import current_app, g
from flask_babel import LazyString
from markupsafe import Markup

from isotrain import zones
from isotrain.questions.problem import Word, parts_of_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from flask import Flask

SOURCE = "en"
FOLDER = Path(__file__).parent / "translations"
MACHINE_FILE = Path("LC_MESSAGES", "messages.mo")
KEY = "isotrain.languages"
DATES = {"medium": "d MMM y", "long": "d MMMM y", "short": "HH:mm"}
# Where a letter with a mark is a letter of its own, after which one it stands.
OWN_LETTERS = {
    "pl": "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż",
    "cs": "abcčdefghijklmnopqrřsštuvwxyzž",
    "sk": "aäbcčdefghijklmnoôpqrsštuvwxyzž",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "fi": "abcdefghijklmnopqrstuvwxyzåäö",
    "da": "abcdefghijklmnopqrstuvwxyzæøå",
    "nb": "abcdefghijklmnopqrstuvwxyzæøå",
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "hu": "abcdefghijklmnoöpqrstuüvwxyz",
    "tr": "abcçdefgğhıijklmnoöpqrsştuüvwxyz",
    "ro": "aăâbcdefghiîjklmnopqrsștțuvwxyz",
    "et": "abcdefghijklmnopqrsšzžtuvwõäöüxy",
    "lt": "aąbcčdeęėfghiįjklmnopqrsštuųūvwxyzž",
    "lv": "aābcčdeēfgģhiījkķlļmnņoprsštuūvwxyzž",
    "hr": "abcčćdđefghijklmnopqrsštuvwxyzž",
    "sl": "abcčdefghijklmnopqrsštuvwxyzž",
}

class Languages:
    """The languages of one application, the source first, and who chooses among them.

    A page holds a hundred sentences, so what it says each of them with looks up as little as can
    be: nothing where there is one language, and a finished text where it was said before.
    """

    def __init__(self, catalogues: Mapping[str, gettext.NullTranslations]) -> None:
        self.choose: Callable[[], str] = lambda: SOURCE
        self.choose_zone: Callable[[], ZoneInfo] = zones.universal
        self.hold(catalogues)

    def hold(self, catalogues: Mapping[str, gettext.NullTranslations]) -> None:
        """Speak these languages from now on."""
        self.catalogues = catalogues
        alone = len(catalogues) == 1
        self.only = next(iter(catalogues)) if alone else None
        self._sole = next(iter(catalogues.values())) if alone else None

    def catalogue(self) -> gettext.NullTranslations:
        """Return the catalogue of the language of the moment."""
        return self._sole or self.catalogues[chosen_language()]

    def in_page(self, sentence: str, **params: Any) -> Markup:
        """Say a sentence in a template."""
        if not params:
            return _finished(self._sole or self.catalogue(), sentence)
        return _translated(self._sole or self.catalogue(), sentence) % params

    def counted_in_page(self, one: str, many: str, num: int, **params: Any) -> Markup:
        """Say a sentence with a count in it in a template."""
        text = _translated_count(self._sole or self.catalogue(), one, many, num)
        return text % {"num": _count(num), **params}


def install(app: Flask) -> None:
    """Translate in this application and its templates."""
    here = app.extensions[KEY] = Languages(app.config.get("CATALOGUES") or installed())
    app.jinja_env.globals.update(
        _=here.in_page, gettext=here.in_page, ngettext=here.counted_in_page, say=say,
        say_place=say_place, lang=language_tag, text_direction=text_direction)


def installed() -> dict[str, gettext.NullTranslations]:
    """Return the catalogues that were compiled at set-up."""
    catalogues: dict[str, gettext.NullTranslations] = {SOURCE: gettext.NullTranslations()}
    for file in sorted(FOLDER.glob(f"*/{MACHINE_FILE}")):
        with file.open("rb") as stream:
            catalogues[file.relative_to(FOLDER).parts[0]] = gettext.GNUTranslations(stream)
    return catalogues


def languages() -> list[str]:
    """List the languages of this application, the source first."""
    return list(_here().catalogues)


def name_of_language(language: str) -> str:
    """Return what those who speak a language call it."""
    locale = Locale.parse(language)
    name = locale.get_display_name(locale) or language
    return name[:1].upper() + name[1:]


def language_tag() -> str:
    """Return the language of the moment as HTML and mail name it: "pt-BR"."""
    return chosen_language().replace("_", "-")


def text_direction() -> str:
    """Return "rtl" where the language of the moment is written from right to left."""
    return str(current_locale().text_direction)


def chosen_language() -> str:
    """Return the language of the moment, decided once in a request."""
    if not current_app:
        return SOURCE
    here = _here()
    if here.only:
        return here.only
    if "language" not in g:
        g.language = here.choose()
    language: str = g.language
    return language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything within a block in one language, such as that of who gets a letter."""
    before = g.get("language")
    g.language = language if language in _here().catalogues else SOURCE
    try:
        yield
    finally:
        g.pop("language")
        if before is not None:
            g.language = before


def _here() -> Languages:
    here: Languages = current_app.extensions[KEY]
    return here


def _catalogue() -> gettext.NullTranslations:
    return _here().catalogue() if current_app else gettext.NullTranslations()


def _(sentence: str, **params: Any) -> str:
    """Translate a sentence and fill in its parameters."""
    text = _catalogue().gettext(sentence)
    return text % params if params else text


def lazy(sentence: str, **params: Any) -> str:
    """Translate a sentence when it is shown: what is built with the module knows no reader yet."""
    shown: str = LazyString(_, sentence, **params)
    return shown


def later(template: str) -> str:
    """Translate a template when it is shown."""
    shown: str = LazyString(say, template)
    return shown


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """Translate a sentence with a count in it."""
    return _catalogue().ngettext(one, many, num) % {"num": _count(num), **params}


def say(template: str, params: object = None) -> str:
    """Translate a sentence that the pure core left as a template with parameters."""
    translated = _catalogue().gettext(template) if template else ""
    if isinstance(params, dict) and any(isinstance(each, Word) for each in params.values()):
        params = {name: say(str(each)) if isinstance(each, Word) else each
                  for name, each in params.items()}
    return translated % params if params else translated


def say_place(place: str) -> str:
    """Translate where something stands: "row 3, column Name"."""
    return ", ".join(say(template, {"n": n}) if template else n
                     for template, n in parts_of_place(place))


def format_day(day: date | datetime) -> str:
    """Show a day, e.g. "30 Nov 2026"; an instant counts in the reader's time zone."""
    return str(dates.format_date(_there(day), _form("medium"), current_locale()))


def format_day_in_full(day: date | datetime) -> str:
    """Show a day with its month in letters, as certificates do: "30 November 2026"."""
    return str(dates.format_date(_there(day), _form("long"), current_locale()))


def format_moment(instant: datetime) -> str:
    """Show a day and the time to the minute, e.g. "30 Nov 2026, 10:42"."""
    both = str(dates.get_datetime_format("medium", current_locale()))
    return both.replace("{1}", format_day(instant)).replace("{0}", format_time(instant))


def format_time(instant: datetime) -> str:
    """Show hours and minutes, e.g. "10:42"."""
    there = instant.astimezone(reading_zone())
    return str(dates.format_time(there, _form("short"), locale=current_locale()))


def day_there(value: date | datetime) -> date:
    """Return the reader's day of an instant; a day is one already."""
    return zones.day(value, reading_zone()) if isinstance(value, datetime) else value


def reading_zone() -> ZoneInfo:
    """Return the time zone in which days and times are shown, decided once in a request."""
    if not current_app:
        return zones.universal()
    if "zone" not in g:
        g.zone = _here().choose_zone()
    zone: ZoneInfo = g.zone
    return zone


@contextmanager
def timed_in(zone: ZoneInfo) -> Iterator[None]:
    """Show every time within a block in one zone, such as that of who gets a letter."""
    before = g.get("zone")
    g.zone = zone
    try:
        yield
    finally:
        g.pop("zone")
        if before is not None:
            g.zone = before


def _there(value: date | datetime) -> date | datetime:
    """Return an instant in the time zone of the reader."""
    return value.astimezone(reading_zone()) if isinstance(value, datetime) else value


def format_decimal(value: float) -> str:
    """Show a number with the separators of the reader's language."""
    return str(numbers.format_decimal(value, locale=current_locale()))


def writes_decimal_comma() -> bool:
    """Whether decimals have a comma in the reader's language, so that it cannot part cells."""
    return str(numbers.get_decimal_symbol(current_locale())) == ","


def format_percent(value: float | str) -> str:
    """Show a share of a hundred."""
    return _("%(number)s\N{NO-BREAK SPACE}%%", number=format_decimal(float(value)))


def _form(name: str) -> str:
    """Return the form of a date; plain English has the day first and 24 hours, as in Europe."""
    return DATES[name] if chosen_language() == SOURCE else name


def current_locale() -> Locale:
    """Return how the language of the moment writes dates and numbers."""
    return _locale_of(chosen_language())


@lru_cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(language)


def _count(num: int) -> int | str:
    return num if abs(num) < 1000 else format_decimal(num)


def sort_key(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Return what puts names in the order of the reader's language.

    For lists sorted here; those that the database sorts and pages stand as their index does.
    """
    return _ordering(chosen_language().partition("_")[0], unicodedata.normalize("NFC", text))


@lru_cache(maxsize=4096)
def _ordering(language: str, text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Compare letters first, each at its place in the alphabet, then marks and capitals."""
    own = OWN_LETTERS.get(language, "")
    folded = "".join(letter if letter in own else _bare(letter) for letter in text.casefold())
    return tuple((ord("a"), own.index(letter)) if letter in own else (ord(letter), 0)
                 for letter in folded), text


def _bare(letter: str) -> str:
    """Return a letter without its marks."""
    parts = unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=4096)
def _finished(catalogue: gettext.NullTranslations, sentence: str) -> Markup:
    """Return a sentence without parameters; "%%" in it becomes "%" as it does beside them."""
    return _translated(catalogue, sentence) % {}


@lru_cache(maxsize=4096)
def _translated(catalogue: gettext.NullTranslations, sentence: str) -> Markup:
    return Markup(catalogue.gettext(sentence))  # noqa: S704  sentences of ours, never a reader's


@lru_cache(maxsize=4096)
def _translated_count(
    catalogue: gettext.NullTranslations, one: str, many: str, num: int
) -> Markup:
    return Markup(catalogue.ngettext(one, many, num))  # noqa: S704  as above


__all__ = [
    "SOURCE",
    "Languages",
    "_",
    "chosen_language",
    "current_locale",
    "day_there",
    "format_day",
    "format_day_in_full",
    "format_decimal",
    "format_moment",
    "format_percent",
    "format_time",
    "install",
    "installed",
    "languages",
    "later",
    "lazy",
    "name_of_language",
    "ngettext",
    "reading_zone",
    "say",
    "say_place",
    "sort_key",
    "speaking",
    "text_direction",
    "timed_in",
]
