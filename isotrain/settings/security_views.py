"""What a stranger reads who has found a weakness: security.txt, as RFC 9116 has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response

from isotrain import clock, config
from isotrain.errors import NotFound
from isotrain.settings import security_text, values
from isotrain.settings.definitions import LANGUAGE, SECURITY_CONTACT
from isotrain.web.gate import public

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("security", __name__)


@bp.get(security_text.PATH)
@public
def contact() -> ResponseReturnValue:
    """Say where weaknesses are reported; nothing is here until the organization has said it."""
    told = values.value_of(SECURITY_CONTACT)
    if not told:
        raise NotFound
    response = make_response(security_text.written(
        told, public_url=config.current().public_url, language=values.value_of(LANGUAGE),
        now=clock.now()))
    response.mimetype = "text/plain"
    return response
