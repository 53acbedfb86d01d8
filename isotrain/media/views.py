"""The address of a picture."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.media import gallery
from isotrain.web.gate import requires
from isotrain.web.headers import KEPT_FOR_EVER

bp = Blueprint("media", __name__)


@bp.get("/pictures/<sha256>")
@requires(Permission.OWN_ACCOUNT)
def picture(sha256: str) -> ResponseReturnValue:
    """Hand out a picture to whoever is signed in; its address never means another."""
    served = gallery.get(sha256)
    response = Response(served.data, mimetype=served.media_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = KEPT_FOR_EVER
    response.set_etag(sha256)
    return response.make_conditional(request)
