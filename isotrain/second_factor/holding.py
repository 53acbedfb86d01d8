"""What people have of second factors: looking it up."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from isotrain.accounts.models import User, UserRole
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.second_factor import requirement, sealing
from isotrain.second_factor.models import AuthenticatorApp, Passkey, RecoveryCode


@dataclass(frozen=True)
class Held:
    """Everything that somebody has beside the password."""

    app: AuthenticatorApp | None
    passkeys: tuple[Passkey, ...]
    codes: int

    @property
    def any(self) -> bool:
        """Whether there is a factor at all."""
        return self.app is not None or bool(self.passkeys)


@dataclass(frozen=True)
class Standing:
    """How second factors stand in the installation, for who looks after it."""

    without: int
    problem: str | None


def held(user_id: int) -> Held:
    """Return everything that somebody has."""
    return Held(find_app(user_id), tuple(list_passkeys(user_id)), count_codes(user_id))


def find_app(user_id: int) -> AuthenticatorApp | None:
    """Return the app whose codes count."""
    return db.session.scalars(_apps(user_id, AuthenticatorApp.confirmed_at.is_not(None))).first()


def find_begun(user_id: int) -> AuthenticatorApp | None:
    """Return the app that is being set up."""
    return db.session.scalars(_apps(user_id, AuthenticatorApp.confirmed_at.is_(None))).first()


def _apps(user_id: int, state: sa.ColumnElement[bool]) -> sa.Select[AuthenticatorApp]:
    return sa.select(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id, state)


def list_passkeys(user_id: int) -> list[Passkey]:
    """List somebody's passkeys, the oldest first."""
    query = sa.select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return list(db.session.scalars(query))


def get_passkey(user_id: int, passkey_id: int) -> Passkey:
    """Return one of somebody's passkeys or raise NotFound."""
    query = sa.select(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound(_("There is no such second factor."))
    return row


def count(user_id: int) -> int:
    """Count the factors that somebody has; recovery codes are none."""
    return (find_app(user_id) is not None) + len(list_passkeys(user_id))


def count_codes(user_id: int) -> int:
    """Count the recovery codes that somebody has not used."""
    query = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id,
                                             RecoveryCode.used_at.is_(None))
    return db.session.scalar(query) or 0


def lock(user_id: int) -> None:
    """Keep others from changing what somebody has until this transaction ends."""
    db.session.execute(sa.select(User.id).where(User.id == user_id).with_for_update())


def standing() -> Standing:
    """Return how many who must have a second factor have none, and what ails the key file."""
    has = sa.or_(
        sa.exists().where(AuthenticatorApp.user_id == User.id,
                          AuthenticatorApp.confirmed_at.is_not(None)),
        sa.exists().where(Passkey.user_id == User.id))
    query = sa.select(sa.func.count()).select_from(User).where(
        User.deactivated_at.is_(None), ~has,
        sa.exists().where(UserRole.user_id == User.id,
                          UserRole.role.in_(requirement.roles_in_need())))
    return Standing(db.session.scalar(query) or 0, sealing.find_problem())
