"""Drawing the secret of an app: a picture for its camera, and letters for whoever types."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from markupsafe import Markup

from isotrain.second_factor import sealing
from isotrain.second_factor.models import AuthenticatorApp
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION

GROUP = 4
SHOWN = 40  # signs of a name: an app shows no more, and a picture has room for some 2,300 bytes


@dataclass(frozen=True)
class Drawn:
    """What an app takes a secret from."""

    qr: Markup
    letters: str


def draw(app: AuthenticatorApp, account: str) -> Drawn:
    """Return the secret of an app in both ways, or raise NoKey."""
    import segno  # loaded when it is drawn

    secret = sealing.unseal(app)
    address = pyotp.TOTP(secret).provisioning_uri(
        name=account[:SHOWN], issuer_name=f"Isotrain {values.value_of(ORGANIZATION)}"[:SHOWN])
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None)
    letters = " ".join(secret[at:at + GROUP] for at in range(0, len(secret), GROUP))
    return Drawn(Markup(drawn), letters)  # noqa: S704  (drawn from numbers only)
