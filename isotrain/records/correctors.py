"""Who corrected which record, as the events tell it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from isotrain.accounts.models import Identity
from isotrain.audit.models import Event
from isotrain.lists import chunks


def by_record(connection: Connection) -> dict[int, str]:
    """Return for each record that is a correction who made and who confirmed it.

    By personnel numbers as they are today; corrections are few.
    """
    rows = connection.execute(
        sa.select(Event.object_id, Event.actor_kind, Event.actor_id, Event.details)
        .where(Event.action == "record.corrected")).all()
    people = {int(row.object_id): [row.actor_id or row.actor_kind,
                                   *filter(None, [row.details.get("second")])] for row in rows}
    ids = {one for each in people.values() for one in each if isinstance(one, int)}
    numbers: dict[object, str] = {}
    for some in chunks(ids):
        query = sa.select(Identity.user_id, Identity.personnel_no)
        numbers.update((row.user_id, row.personnel_no) for row in connection.execute(
            query.where(Identity.user_id.in_(some))))
    return {record: "; ".join(numbers.get(one, str(one)) for one in each)
            for record, each in people.items()}
