"""The gate: who is asking, and may they? Whatever is not marked is refused.

Here also stands what a browser keeps while somebody signs in, and of who has signed in on it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from isotrain import config
from isotrain.accounts import devices, signing_in
from isotrain.accounts.permissions import Permission
from isotrain.audit.noting import Actor, source
from isotrain.db import end_reading
from isotrain.errors import NotFound
from isotrain.i18n import _, ngettext
from isotrain.web.addresses import path_of, safe_next
from isotrain.web.filters import moment
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from werkzeug.wrappers import Response

    from isotrain.accounts.devices import Device
    from isotrain.accounts.signing_in import HalfWay, SignedIn, Started
    from isotrain.accounts.throttling import Failed

View = TypeVar("View", bound="Callable[..., Any]")
PUBLIC = "public"
TOLD = 5  # of what others did, at a sign-in; the account page has all
HALF_WAY = "half_way"  # under which a browser keeps what it has to go on with to the second step
CARRIED = "carried"  # what was sent while its sender was signed out, until they see it again
LONGEST_CARRIED = 2_000  # a cookie holds no more

login_manager = LoginManager()
login_manager.session_protection = None  # sessions are rows here, ended on the server


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission it needs."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anybody may see."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def carries(whose: Callable[..., int]) -> Callable[[View], View]:
    """Mark a view to which what was sent by who is signed out comes back after signing in.

    The view shows it to its sender, who sends it again; its address must answer GET as well.
    `whose` says by the parts of the address for whom alone it is kept, or raises NotFound.
    """

    def mark(view: View) -> View:
        view.carries = whose  # type: ignore[attr-defined]
        return view

    return mark


def me() -> SignedIn:
    """Return the signed-in user of this request."""
    user: SignedIn = current_user._get_current_object()
    return user


def actor() -> Actor:
    """Return who acts in this request, for the audit events."""
    if current_user.is_authenticated:
        return Actor("user", me().id, g.get("request_id"))
    return Actor.system(g.get("request_id"))


def known_id() -> int | None:
    """Return who asks if this request has looked that up; never looks it up itself."""
    user = g.get("_login_user")
    return user.id if user is not None and user.is_authenticated else None


def ask_no_more() -> None:
    """Let nothing that follows in this request look up who asks: the look-up may be what failed."""
    if "_login_user" not in g:
        g._login_user = login_manager.anonymous_user()


def install(app: Flask) -> None:
    """Put the gate in front of every request."""
    # init_app would look for a cookie that remembers people, which nobody is given here, in the
    # session of every answer; static files would then depend on who asks for them.
    app.login_manager = login_manager  # type: ignore[attr-defined]
    app.jinja_env.globals["current_user"] = current_user
    app.before_request(_note_source)
    app.teardown_request(_forget_source)
    app.before_request(_guard)
    app.after_request(_end_old_session)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> SignedIn | None:
    found = signing_in.find_session(token)
    if isinstance(found, signing_in.Old):
        g.old_session = found
        return None
    return found


def _end_old_session(response: Response) -> Response:
    """End a session that has had its time once its request is over, whatever that was writing."""
    old = g.pop("old_session", None)
    if old is not None:
        with suppress(OperationalError), transaction():  # the next request tries again
            signing_in.end(old.id, old.user_id, by=Actor.system(g.get("request_id")))
    return response


def _note_source() -> None:
    """Have the events of this request say where it came from, where that is kept."""
    address = request.remote_addr
    source.set(lambda: signing_in.source_of(address))


def _forget_source(_error: BaseException | None) -> None:
    source.set(None)


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the 404 tells nothing
    view = current_app.view_functions[request.endpoint]
    mark = getattr(view, "permission", None)
    if mark == PUBLIC:
        return None
    if mark is None:
        current_app.logger.error("endpoint %s carries no permission", request.endpoint)
        abort(403)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    user = me()
    if mark not in user.permissions:
        if user.enrolling and request.accept_mimetypes.best != "application/json":
            return redirect(url_for("second_factor.index"), 303)
        abort(403)
    if user.stale:
        with transaction():
            signing_in.touch(user.session_id)
    elif request.method not in ("GET", "HEAD"):
        end_reading()  # what is sent may take long to read; a page goes on reading where this began
    return None


def _ask_to_sign_in() -> Response:
    """Send the browser to the sign-in page and remember where it wanted to go."""
    if session.pop("_user_id", None) is not None:
        flash(_("You have been signed out. Sign in to go on."), "info")
    if request.accept_mimetypes.best == "application/json":
        abort(401)
    onward = request.full_path.rstrip("?")
    if request.method not in ("GET", "HEAD"):
        kept = carry()
        onward = request.path if kept else safe_next(path_of(request.referrer)) or "/"
        if not kept and request.endpoint != "accounts.sign_out":
            flash(_("What you sent last was not done. Sign in and send it again."), "warning")
    return redirect(url_for("accounts.sign_in", next=onward), 303)


def is_of_ours() -> bool:
    """Say whether a page of ours sent this, and no script: other sites cannot say so."""
    ours = request.headers.get("Origin", "") == request.host_url.rstrip("/")
    return ours and request.accept_mimetypes.best != "application/json"


def is_public() -> bool:
    """Say whether whoever asks this address may have its page, too."""
    view: Any = current_app.view_functions[request.endpoint or ""]
    reads = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return reads and getattr(view, "permission", "") == PUBLIC


def carry() -> bool:
    """Keep in the browser what it sent to a view that carries; say whether that was done.

    Only what a page of ours sent: another site could lay an answer under somebody's hand.
    """
    view = current_app.view_functions[request.endpoint or ""]
    if not hasattr(view, "carries") or not is_of_ours():
        return False
    sent = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if sum(len(name) + len(value) for name, value in sent) > LONGEST_CARRIED:
        return False
    session[CARRIED] = [request.path, request.endpoint, request.view_args, sent]
    return True


def carried() -> MultiDict[str, str] | None:
    """Return what came back to this page after signing in, once."""
    path, *_address, sent = session.get(CARRIED, ("", []))
    if path != request.path:
        return None
    session.pop(CARRIED)
    return MultiDict((name, value) for name, value in sent)


def _carried_for(user_id: int) -> list[Any] | None:
    """Return what this browser keeps until its sender is back, if it is this person's."""
    kept: list[Any] | None = session.get(CARRIED)
    if kept is None:
        return None
    _path, endpoint, address, _sent = kept
    view: Any = current_app.view_functions[endpoint]
    with suppress(NotFound):
        if view.carries(**address) == user_id:
            return kept
    return None


def this_device() -> Device:
    """Return the device that the browser of this request shows."""
    return devices.read(request.cookies.get(_cookie()))


def let_in(started: Started, onward: str) -> Response:
    """Have this browser be signed in, remember the person, tell what happened, and lead on."""
    kept = _carried_for(started.signed_in.id)
    if kept is None and CARRIED in session:
        onward = "/"  # where it led is somebody else's
    session.clear()
    if kept is not None:
        session[CARRIED] = kept
    login_user(started.signed_in)
    _say_failed(started.failed)
    _tell(started.told)
    response = redirect(onward, 303)
    known = this_device().knowing(started.signed_in.id)
    response.set_cookie(
        _cookie(), devices.written(known), max_age=devices.LIFETIME,
        secure=config.current().secure_cookies, httponly=True, samesite="Lax")
    return response


def lead_half_way(half_way: HalfWay, onward: str) -> Response:
    """Lead to the second step; this browser alone knows what stands half way."""
    session[HALF_WAY] = half_way.token
    return redirect(url_for("second_step.prove", next=onward), 303)


def half_way() -> str:
    """Return the token of what stands half way in this browser, "" where nothing does."""
    token = session.get(HALF_WAY, "")
    return token if isinstance(token, str) else ""


def _say_failed(failed: Failed) -> None:
    if failed.count:
        flash(ngettext(
            "%(num)s try to sign in as you failed since you were last here, on %(at)s. If that was"
            " not you, change your password.",
            "%(num)s tries to sign in as you failed since you were last here, the last on %(at)s."
            " If that was not you, change your password.", failed.count, at=moment(failed.at)),
            "warning")


def _tell(sentences: Sequence[str]) -> None:
    """Tell who signs in what others did with their account meanwhile."""
    for sentence in sentences[-TOLD:]:
        flash(_("%(what)s If that is not right, tell your administrator.", what=sentence),
              "warning")
    if len(sentences) > TOLD:
        flash(_("More was changed: see Your account."), "warning")


def _cookie() -> str:
    return "__Host-isotrain-device" if config.current().secure_cookies else "isotrain-device"
