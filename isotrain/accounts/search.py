"""Searching for people, as lists do."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain.accounts.models import Identity, SignInName
from isotrain.text import fold


def partly(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that a name, or what somebody signs in with, contains a folded text."""
    signs = sa.select(SignInName.user_id).where(SignInName.folded.contains(text, autoescape=True))
    return sa.or_(Identity.name_folded.contains(text, autoescape=True),
                  Identity.user_id.in_(signs))


def named(text: str) -> sa.Select[int]:
    """Return a query of the ids of who is called so, or has this number or address."""
    numbered = sa.select(SignInName.user_id).where(SignInName.folded == fold(text))
    return sa.select(Identity.user_id).where(sa.or_(
        Identity.name_folded.contains(fold(text), autoescape=True),
        Identity.user_id.in_(numbered)))
