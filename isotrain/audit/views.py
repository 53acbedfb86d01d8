"""Who did what: events about people, training, banks and records, and technical ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import Permission
from isotrain.audit import history
from isotrain.audit.history import RECORDS, TECHNICAL, Calendar, Filter
from isotrain.web import lists
from isotrain.web.addresses import dated
from isotrain.web.gate import requires
from isotrain.web.lists import Links
from isotrain.wired import wired

bp = Blueprint("audit", __name__)

TEXTS = ("action", "who", "object_type", "object_id", "request_id")


@bp.get("/events")
@requires(Permission.AUDIT_RECORDS)
def index() -> ResponseReturnValue:
    """List events about people, training, banks and records."""
    return _list(RECORDS, "audit.index", "audit.event")


@bp.get("/events/technical")
@requires(Permission.AUDIT_TECHNICAL)
def technical() -> ResponseReturnValue:
    """List technical events."""
    return _list(TECHNICAL, "audit.technical", "audit.technical_event")


@bp.get("/events/<int:event_id>")
@requires(Permission.AUDIT_RECORDS)
def event(event_id: int) -> ResponseReturnValue:
    """Show everything about one event."""
    return _show(event_id, RECORDS, "audit.index")


@bp.get("/events/technical/<int:event_id>")
@requires(Permission.AUDIT_TECHNICAL)
def technical_event(event_id: int) -> ResponseReturnValue:
    """Show everything about one technical event."""
    return _show(event_id, TECHNICAL, "audit.technical")


def _list(scopes: Collection[str], here: str, one: str) -> ResponseReturnValue:
    wanted, asked = _asked(), lists.asked()
    address = asdict(wanted)
    found = history.listing(wanted, scopes=scopes, zone=wired(Calendar).zone())
    if lists.file_asked():
        header = ["event", "occurred_at", "action", "actor_kind", "actor_id", "object_type",
                  "object_id", "reason", "request_id", "before_hash", "after_hash"]
        rows = ([each.id, each.occurred_at.isoformat(), *(getattr(each, name)
                                                          for name in header[2:])]
                for each in found.every(asked.sort))
        scope = "technical" if scopes == TECHNICAL else "records"
        return lists.as_file("events", header, rows, scope=scope, wanted=address)
    page = found.page(asked)
    return render_template(
        "audit/index.html", page=page, links=Links(here, page, address), wanted=wanted,
        names=history.names_of(page.rows), actions=history.list_actions(scopes),
        technical=scopes == TECHNICAL, here=here, one=one, in_words=history.in_words,
        detail=history.detail,
    )


def _show(event_id: int, scopes: Collection[str], back: str) -> str:
    found = history.get(event_id, scopes=scopes)
    return render_template("audit/event.html", event=found, names=history.names_of([found]),
                           back=back, in_words=history.in_words,
                           detail=history.detail)


def _asked() -> Filter:
    """Read the filter from the address."""
    texts = {name: request.args.get(name, "")[:100].replace("\0", "").strip()
             for name in TEXTS}
    return Filter(**texts, first_on=dated("first_on"), last_on=dated("last_on"))
