"""The application: Flask, without what it would do at every request for nobody here."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.templating import Environment

from isotrain.i18n import chosen_language
from isotrain.web.addresses import Reading, refuse_unasked

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from flask.typing import ResponseReturnValue
    from flask.wrappers import Request
    from itsdangerous import URLSafeTimedSerializer
    from markupsafe import Markup
    from werkzeug.routing import MapAdapter

    from isotrain.config import Installation

# A monitor or a proxy asks for these by the address of the machine.
ASKED_BY_MACHINES = ("/healthz", "/readyz")


class Cookies(SecureCookieSessionInterface):
    """Cookies signed with HMAC-SHA-256; those of version 0.3.0 (HMAC-SHA-1) are still read.

    Nobody is signed out by an upgrade in the middle of an exam; a session ends within a day.
    """

    digest_method = staticmethod(hashlib.sha256)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.fallback_signers = [
                {"key_derivation": self.key_derivation, "digest_method": hashlib.sha1}]
        return serializer


class Templates(Environment):
    """Templates whose globals are settled before the first of them is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals as a plain dict; a chain of two is searched at every use of a name."""
        return {**self.globals, **(d or {})}


class Application(Flask):
    """Flask with these templates and cookies, without coroutines, for hosts that it knows."""

    jinja_environment = Templates
    session_interface = Cookies()
    request_class = Reading

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Refuse a request that calls this host by a name that is not its own."""
        if request is not None and request.path not in ASKED_BY_MACHINES:
            installation: Installation = self.config["INSTALLATION"]
            request.trusted_hosts = installation.hosts
        return super().create_url_adapter(request)

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer with the page, unless its address names what the page knows nothing of."""
        answer = self.make_response(super().dispatch_request())
        refuse_unasked(answer)
        return answer

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
