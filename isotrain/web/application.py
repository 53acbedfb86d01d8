"""The application: Flask, without what it would do at every request for nobody here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.templating import Environment

from isotrain.i18n import chosen_language

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from markupsafe import Markup


class Templates(Environment):
    """Templates whose globals are settled before the first of them is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals as a plain dict; a chain of two is searched at every use of a name."""
        return {**self.globals, **(d or {})}


class Application(Flask):
    """Flask with these templates and without coroutines."""

    jinja_environment = Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is: no view and no hook here is a coroutine."""
        return func


def install(app: Flask) -> None:
    """Give the templates `remembered(macro, ...)`."""
    app.jinja_env.globals["remembered"] = remembered


def remembered(macro: Callable[..., Markup], *values: str | int | bool) -> Markup:
    """Render a macro once for each language and these values, on which alone it may depend."""
    return _rendered(macro, chosen_language(), values)


@lru_cache(maxsize=4096, typed=True)
def _rendered(macro: Callable[..., Markup], _language: str, values: tuple[Any, ...]) -> Markup:
    return macro(*values)
