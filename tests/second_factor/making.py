"""Second factors for tests: an app whose codes are known, and tries from a device or a stranger."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyotp

from isotrain import clock
from isotrain.accounts import devices
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.second_factor import enrolling, holding, proving, sealing
from isotrain.second_factor.models import AuthenticatorApp
from isotrain.second_factor.rules import step_of
from tests.factories import committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isotrain.accounts.throttling import Tries


class App:
    """What an authenticator app shows, at the clock's time or some steps beside it."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, steps: int = 0) -> str:
        return self.totp.generate_otp(step_of(clock.now()) + steps)

    def wrong(self) -> str:
        near = {self.code(steps) for steps in range(-2, 3)}
        return next(code for code in map("{:06}".format, range(9)) if code not in near)


def begun(user: int) -> App:
    """Begin to set up an app for somebody."""
    with committed():
        enrolling.begin_app(user)
    app = holding.find_begun(user)
    assert app is not None
    return App(sealing.unseal(app))


def an_app(user: int) -> tuple[App, list[str]]:
    """Set up an app for somebody; return what it shows, and the recovery codes."""
    app = begun(user)
    with committed():
        codes = enrolling.confirm_app(user, app.code(), session_id=0, by=Actor("user", user))
    forget_steps(user)
    return app, codes


def forget_steps(user: int) -> None:
    """Let the code of this half minute be good again, as half a minute later."""
    with committed():
        db.session.query(AuthenticatorApp).filter_by(user_id=user).update({"last_step": 0})


def a_stranger(user: int) -> Tries:
    return proving.tries_of(user, devices.read(None))


def a_device_of(user: int) -> Tries:
    return proving.tries_of(user, devices.read(None).knowing(user))


def proves(user: int, text: str, tries: Tries | None = None) -> str | None:
    """Try one code as pages do."""
    tries = tries or a_stranger(user)
    with committed():
        proving.admit(user, tries, None)
    with committed():
        return proving.prove_code(user, text, tries=tries, by=Actor("user", user))


@contextmanager
def another_key(text: str | None) -> Iterator[None]:
    """Put something else in the place of the key file, or nothing, for a while."""
    file = sealing.path()
    away = file.rename(file.with_name("away"))
    if text is not None:
        file.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        away.replace(file)
