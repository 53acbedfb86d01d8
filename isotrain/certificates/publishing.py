"""Publishing what was revoked, for those who check certificates without asking this server."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.certificates import signing_keys
from isotrain.certificates.models import Certificate, Revocation
from isotrain.db import db, end_reading
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.ledger import revocations
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from isotrain.ledger.revocations import Body

# A long list is written by one thread, which the others wait for.
_writing = Lock()


def revocation_list() -> bytes:
    """Return the signed list of what is revoked at this moment."""
    as_of = clock.now()
    key = signing_keys.find_in_use()
    if key is None:
        raise NotFound(_("No certificate was issued yet, so none was revoked."))
    issuer = values.value_of(ORGANIZATION)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Revocation)) or 0
    end_reading()
    with _writing:
        listed = _body(db.engine, count)
    key_id, private = key
    return revocations.sign(listed, as_of=as_of, issuer=issuer, key_id=key_id, private_pem=private)


@lru_cache(maxsize=1)
def _body(_engine: Engine, _count: int) -> Body:
    """Write the list; nothing is ever taken off it, so their number tells whether it has grown."""
    rows = db.session.execute(
        sa.select(Certificate.code, Revocation.revoked_at)
        .join(Revocation, Revocation.certificate_id == Certificate.id)).all()
    end_reading()
    return revocations.body({row.code: row.revoked_at for row in rows})
