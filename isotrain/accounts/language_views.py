"""Which language a page is in, and choosing another, signed in or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from isotrain.accounts import preferring
from isotrain.i18n import KEY, Languages, chosen_language, languages, name_of_language
from isotrain.web.addresses import safe_next
from isotrain.web.gate import me, public
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask, Response

bp = Blueprint("language", __name__)


def install(app: Flask) -> None:
    """Decide for every page, and give each what it needs to offer the others."""
    here: Languages = app.extensions[KEY]
    here.choose = _choose
    app.jinja_env.globals.update(languages_offered=_offered, here_again=_here_again)
    app.after_request(_say_which)


def _choose() -> str:
    """Return the language of a request, outside of one the organization's.

    What a person has chosen stands in their account and holds wherever they sign in; what somebody
    chose who is not signed in stands in the session.
    """
    if not has_request_context():
        return preferring.house_language()
    known = languages()
    for chosen in (me().language if current_user.is_authenticated else None,
                   session.get("language"), request.accept_languages.best_match(known)):
        if chosen in known:
            return str(chosen)
    return preferring.house_language()


def _offered() -> list[tuple[str, str, bool]]:
    """List code, name and whether it is the one in use; nothing where there is no choice."""
    known = languages()
    return [(code, name_of_language(code), code == chosen_language())
            for code in known] if len(known) > 1 else []


def _here_again() -> str:
    """Return the address of this page, to come back to in another language."""
    return request.full_path.rstrip("?")


def _say_which(response: Response) -> Response:
    here: Languages = current_app.extensions[KEY]
    language = here.only or g.get("language")
    if language and response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", language.replace("_", "-"))
        if not here.only:
            response.vary.update(("Accept-Language", "Cookie"))
    return response


@bp.post("/language")
@public
def choose() -> ResponseReturnValue:
    """Go back to the same page in another language; this browser and its person keep it."""
    language = request.form.get("language", "")
    preferring.check(language)
    if current_user.is_authenticated:
        with transaction():
            preferring.prefer(me().id, language)
    session["language"] = language
    return redirect(safe_next(request.form.get("next")) or url_for("accounts.home"), 303)
