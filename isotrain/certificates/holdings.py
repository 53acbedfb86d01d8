"""Showing certificates: lists, one with its status, the printed page and the signed file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts import preferring, search
from isotrain.certificates import printing, rules, standing, unprintable
from isotrain.certificates.models import (
    Certificate,
    CertificateFile,
    Holder,
    Revocation,
    Standing,
    Supersession,
)
from isotrain.db import db, end_reading, upsert
from isotrain.errors import NotFound
from isotrain.i18n import _, chosen_language, format_day_in_full, format_percent, speaking
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import sha256_hex
from isotrain.lists import Few, Key, Listing, among, tried
from isotrain.settings import house
from isotrain.standards import directory as editions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isotrain.certificates.printing import Printed
    from isotrain.certificates.unprintable import Gap
    from isotrain.standards.directory import EditionView

PAGE = 25
STATES = ("valid", "expired", "superseded", "revoked")
SORTS = {
    "issued": (Key(Standing.issued_at, descending=True),
               Key(Standing.certificate_id, descending=True)),
    "name": (Key(Standing.name_folded, nullable=True, apart=True), Key(Standing.certificate_id)),
    "valid_until": (Key(Standing.valid_until), Key(Standing.certificate_id)),
}


@dataclass(frozen=True)
class CertificateView:
    """A certificate as pages show it."""

    id: int
    number: str
    code: str
    user_id: int
    attempt_id: int
    holder: str
    payload: JsonObject
    signature: str
    disclosed: JsonObject
    issued_at: datetime
    valid_until: date
    revoked_at: datetime | None
    revocation_reason: str | None
    superseded_at: datetime | None

    @property
    def state(self) -> str:
        """valid, expired, superseded or revoked; the gravest one counts."""
        if self.revoked_at:
            return "revoked"
        if self.superseded_at:
            return "superseded"
        return "expired" if self.valid_until < house.today() else "valid"

    @property
    def issued_on(self) -> date:
        return rules.issued_on(self.payload)

    @property
    def course_title(self) -> str:
        return str(self.payload["course"]["title"])

    @property
    def score(self) -> str:
        return format_percent(self.payload["score_percent"])

    @property
    def pass_mark(self) -> str:
        return format_percent(self.payload["pass_mark_percent"])

    @property
    def gap(self) -> Gap | None:
        """What its paper cannot print of the holder's name."""
        return unprintable.gap_in(self.holder)

    @property
    def is_named(self) -> bool:
        """Whether the holder's name is still kept here."""
        return "name" in self.disclosed

    @property
    def grouped_code(self) -> str:
        return rules.grouped(self.code)

    @property
    def editions(self) -> list[EditionView]:
        """The editions it names, with where they stand today; what it says itself is frozen."""
        return editions.by_label(self.payload["standards"], house.today())

    @property
    def address(self) -> str:
        """Where the certificate can be verified online."""
        return f"{config.current().public_url}/verify/{self.code}"


def _select() -> sa.Select[Any]:
    return (
        sa.select(Certificate, Holder.disclosed, Revocation.revoked_at, Revocation.reason,
                  Supersession.superseded_at)
        .outerjoin(Holder, Holder.certificate_id == Certificate.id)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(Supersession, Supersession.certificate_id == Certificate.id)
    )


def _view(row: Any) -> CertificateView:
    certificate, disclosed, revoked_at, reason, superseded_at = row
    disclosed = disclosed or {}
    return CertificateView(
        id=certificate.id, number=certificate.number, code=certificate.code,
        user_id=certificate.user_id, attempt_id=certificate.attempt_id,
        holder=disclosed.get("name", {}).get("value", _("Holder data deleted")),
        payload=certificate.payload, signature=certificate.signature, disclosed=disclosed,
        issued_at=certificate.issued_at, valid_until=certificate.valid_until,
        revoked_at=revoked_at, revocation_reason=reason, superseded_at=superseded_at,
    )


def list_of(user_id: int) -> list[CertificateView]:
    """List a person's certificates, newest first."""
    query = _select().where(Certificate.user_id == user_id)
    query = query.order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    return [_view(row) for row in db.session.execute(query)]


def find_by_code(code: str) -> CertificateView | None:
    """Return the certificate with a verification code."""
    row = db.session.execute(_select().where(Certificate.code == code)).first()
    return _view(row) if row else None


def get(certificate_id: int, *, owner: int | None) -> CertificateView:
    """Return a certificate or raise NotFound; with an owner, only that person's."""
    query = _select().where(Certificate.id == certificate_id)
    if owner is not None:
        query = query.where(Certificate.user_id == owner)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("This certificate does not exist."))
    return _view(row)


def listing(*, text: str = "", state: str = "", sort: str = "") -> Listing[CertificateView]:
    """Return the list of all certificates, for one of its orders ("-" before it from the end)."""
    keys = sa.select(Standing.certificate_id)
    in_order = keys.where(*_of_state(state, tried(Standing.valid_until)))
    few, many = keys.where(*_of_state(state, Standing.valid_until)), False
    if text:
        numbered = sa.select(Certificate.id).where(
            Certificate.number == (rules.read_number(text) or "")).scalar_subquery()
        ids, many = search.first_ids(text)
        in_order = in_order.where(sa.or_(
            search.matches(Standing.user_id, text) if many else among(tried(Standing.user_id), ids),
            Standing.certificate_id == numbered))
        named = keys.where(among(Standing.user_id, ids), *_of_state(
            state, tried(Standing.valid_until), tried(Standing.ending)))
        both = sa.union_all(named, few.where(Standing.certificate_id == numbered)).subquery()
        few = sa.select(both.c.certificate_id)
    return Listing(in_order, _within(state, sort), _views, size=PAGE,
                   few=Few(few, Standing.certificate_id, keys, only_some=many))


def _views(keys: Sequence[tuple[int]]) -> list[CertificateView]:
    ids = [certificate_id for certificate_id, in keys]
    found = {row[0].id: _view(row) for row in db.session.execute(
        _select().where(Certificate.id.in_(ids)))}
    return [found[certificate_id] for certificate_id in ids]


def _of_state(
    state: str, until: sa.SQLColumnExpression[date],
    ending: sa.SQLColumnExpression[str] = Standing.ending,
) -> list[sa.ColumnElement[bool]]:
    today = house.today()
    if state in ("revoked", "superseded"):
        return [ending == state]
    if state not in STATES:
        return []
    return [ending == "none", until < today if state == "expired" else until >= today]


def _within(state: str, sort: str) -> dict[str, tuple[Key, ...]]:
    """Return the orders, and the range of the one that is asked for in which a state lies.

    Those that expired lie together at one end of it, those that hold at the other.
    """
    name, today = sort.removeprefix("-"), house.today()
    name = name if name in SORTS else "issued"
    first, *rest = SORTS[name]
    if name == "valid_until" and state == "valid":
        first = replace(first, low=today)
    if name == "valid_until" and state == "expired":
        first = replace(first, high=today)
    if name == "issued" and state == "valid":
        first = replace(first, low=standing.issued_after(today))
    if name == "issued" and state == "expired":
        first = replace(first, high=standing.issued_before(today))
    return {**SORTS, name: (first, *rest)}


def document(view: CertificateView) -> bytes:
    """Return the signed file that verifies offline."""
    return rules.signed_document(view.payload, signature=view.signature, disclosed=view.disclosed)


def find_pdf(certificate_id: int) -> bytes | None:
    """Return the kept PDF, None when it was not printed yet, or only in part."""
    row = db.session.execute(sa.select(CertificateFile.pdf, CertificateFile.notices).where(
        CertificateFile.certificate_id == certificate_id)).one_or_none()
    return None if row is None or row.notices else row.pdf


def print_pdf(view: CertificateView) -> Printed:
    """Print a certificate; slow, so no transaction is held meanwhile."""
    language = preferring.language_of(view.user_id)
    end_reading()
    with speaking(language):
        return printing.render(_facts(view))


def _facts(view: CertificateView) -> printing.CertificateFacts:
    payload = view.payload
    return printing.CertificateFacts(
        name=view.holder, course_title=view.course_title,
        course_version=payload["course"]["version"], standards=tuple(payload["standards"]),
        score=view.score, pass_mark=view.pass_mark,
        issued_on=format_day_in_full(view.issued_on),
        valid_until=format_day_in_full(view.valid_until), number=view.number,
        code=view.code, verify_url=view.address, issuer=payload["issuer"],
        issued_at=view.issued_at, labels=printing.labels(),
        language=chosen_language(),
    )


def keep_pdf(certificate_id: int, printed: Printed) -> None:
    """Keep a printed certificate, if nothing lacks: the first one kept stays.

    One that shows codes for what no font has is handed out and printed again when next asked for.
    """
    if printed.unset:
        return
    partial = db.session.get(CertificateFile, certificate_id)
    if partial and partial.notices:
        db.session.delete(partial)
        db.session.flush()
    db.session.execute(upsert(CertificateFile.__table__).values(
        certificate_id=certificate_id, pdf=printed.pdf, sha256=sha256_hex(printed.pdf),
        notices=[], rendered_at=clock.now(),
    ).on_conflict_do_nothing())
