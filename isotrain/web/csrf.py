"""Tokens that prove that a form came from a page of ours: a secret of the session, masked.

A page is compressed with what its address asked for beside the token, and the length of such a
page tells bit by bit what stands in it (BREACH). So every answer shows the secret under another
random pad; all of them are good for as long as the session has the secret.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from flask import abort, flash, g, redirect, request, session

from isotrain.i18n import _
from isotrain.web import gate

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

FIELD = "csrf_token"  # of forms, and of the session
READING = ("GET", "HEAD", "OPTIONS")


def install(app: Flask) -> None:
    """Refuse what is sent without a token; give the templates `csrf_token()`."""
    app.before_request(_refuse_forged)
    app.jinja_env.globals[FIELD] = token


def token() -> str:
    """Return the token of this answer, the same for all of its forms."""
    if FIELD not in g:
        if FIELD not in session:
            session[FIELD] = secrets.token_hex(20)
        g.csrf_token = masked(session[FIELD])
    shown: str = g.csrf_token
    return shown


def masked(secret: str) -> str:
    """Return a secret under a fresh pad, and the pad."""
    plain = secret.encode()
    pad = secrets.token_bytes(len(plain))
    return urlsafe_b64encode(pad + _both(plain, pad)).decode()


def unmasked(sent: str) -> bytes:
    """Return the secret in a token; of what is no token, nothing."""
    try:
        whole = urlsafe_b64decode(sent)
    except ValueError:
        return b""
    half = len(whole) // 2
    return _both(whole[half:], whole[:half]) if len(whole) == 2 * half else b""


def _both(one: bytes, other: bytes) -> bytes:
    """Lay one over the other (XOR); they are of one length."""
    mixed = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return mixed.to_bytes(len(one), "big")


def _refuse_forged() -> Response | None:
    if request.method in READING or request.endpoint is None:
        return None
    secret: str = session.get(FIELD, "")
    sent = unmasked(request.form.get(FIELD, ""))
    if secret and hmac.compare_digest(secret.encode(), sent):
        return None
    if gate.carry():  # sent from a page of an earlier session of this browser
        return redirect(request.path, 303)
    if gate.is_of_ours() and gate.is_public():  # somebody else was signed in meanwhile
        flash(_("This page was open for too long. Nothing was done. Try again."), "warning")
        return redirect(request.full_path.rstrip("?"), 303)
    abort(400)
