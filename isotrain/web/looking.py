"""Noting who looks at whose records, from the pages that show them."""

from __future__ import annotations

from isotrain.audit import looking
from isotrain.web.gate import actor, me
from isotrain.web.transaction import transaction


def looks_at(user_id: int) -> None:
    """Note that the reader of this page looks at a person's records; not at their own."""
    if user_id == me().id or looking.is_noted(user_id, viewer_id=me().id):
        return
    with transaction():
        looking.note_look(user_id, by=actor())
