"""Revoking a certificate, with a reason, for good."""

from __future__ import annotations

from isotrain import clock
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.certificates import holdings, standing
from isotrain.certificates.models import Revocation
from isotrain.db import added
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _


def revoke(certificate_id: int, *, reason: str, by: Actor) -> None:
    """Revoke a certificate; it stays readable, and says that it was revoked."""
    view = holdings.get(certificate_id, owner=None)
    reason = checked_reason(reason)
    if by.kind == "user" and view.user_id == by.user_id:
        raise Refusal(_("You cannot revoke your own certificate. Ask a colleague."))
    if not added(Revocation(certificate_id=certificate_id, revoked_at=clock.now(),
                            revoked_by=by.user_id, reason=reason)):
        raise Conflict(_("This certificate was revoked before."))
    standing.rewrite([view.user_id])
    note("certificate.revoked", by, scope="records", on=("certificate", certificate_id),
         reason=reason)
