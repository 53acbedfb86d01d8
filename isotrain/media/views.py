"""The address of a picture."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.media import gallery
from isotrain.web.gate import requires

bp = Blueprint("media", __name__)


@bp.get("/pictures/<sha256>")
@requires(Permission.OWN_ACCOUNT)
def picture(sha256: str) -> ResponseReturnValue:
    """Hand out a picture to whoever is signed in.

    No browser keeps it for itself: what an exam shows goes with the form that holds it.
    """
    served = gallery.get(sha256)
    response = Response(served.data, mimetype=served.media_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
