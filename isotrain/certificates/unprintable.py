"""Names that certificates cannot print in full: which signs have no font, and what would help."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import sqlalchemy as sa

from isotrain.accounts.models import Identity, User
from isotrain.certificates import printing
from isotrain.db import db, end_reading

CJK_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC")
MOST = 50  # people that the page on health looks for
AT_ONCE = 100  # names that fonts are asked about together


@dataclass(frozen=True)
class Gap:
    """Signs that no font here has."""

    signs: tuple[str, ...]

    @property
    def package(self) -> str:
        """The package with letters for some of them, where one is known that is not installed."""
        is_cjk = any(unicodedata.name(sign, "").startswith(CJK_SCRIPTS) for sign in self.signs)
        there = printing.CJK_PACKAGE in printing.font_packages()
        return printing.CJK_PACKAGE.replace("_", "-") if is_cjk and not there else ""


@dataclass(frozen=True)
class Named:
    """A person whose name a certificate cannot print in full."""

    personnel_no: str
    name: str
    gap: Gap


@dataclass(frozen=True)
class Overview:
    """How many of these people there are, or that there are more, and what would help."""

    count: int
    more: bool
    gap: Gap


def gap_in(name: str) -> Gap | None:
    """Return what a certificate cannot print of a name, None where it prints all of it."""
    signs = printing.unset_in(name)
    return Gap(signs) if signs else None


def list_people(most: int | None = None) -> list[Named]:
    """List the active people whose names certificates cannot print in full, by their ids."""
    found: list[Named] = []
    unusual = _unusual_names()
    for start in range(0, len(unusual), AT_ONCE):
        people = unusual[start : start + AT_ONCE]
        printing.learn("".join(name for _number, name in people))
        for personnel_no, name in people:
            if gap := gap_in(name):
                found.append(Named(personnel_no, name, gap))
                if len(found) == most:
                    return found
    return found


def overview() -> Overview | None:
    """Return how many there are, counted to a limit; None where certificates print every name."""
    people = list_people(MOST + 1)
    if not people:
        return None
    signs = dict.fromkeys(sign for person in people for sign in person.gap.signs)
    return Overview(min(len(people), MOST), len(people) > MOST, Gap(tuple(signs)))


def _unusual_names() -> list[tuple[str, str]]:
    """Return the names that are more than ASCII, read before the first is tried."""
    rows = db.session.execute(
        sa.select(Identity.personnel_no, Identity.name)
        .join(User, User.id == Identity.user_id)
        .where(User.deactivated_at.is_(None), Identity.name.regexp_match("[^ -~]"))
        .order_by(Identity.user_id)).all()
    end_reading()
    return [(row.personnel_no, row.name) for row in rows]
