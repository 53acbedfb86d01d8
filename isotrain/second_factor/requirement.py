"""Who must have a second factor: whoever holds a role for which a setting says so."""

from __future__ import annotations

from isotrain.accounts import directory
from isotrain.accounts.permissions import Role
from isotrain.settings import values
from isotrain.settings.definitions import (
    FACTOR_ADMIN,
    FACTOR_AUDITOR,
    FACTOR_HR,
    FACTOR_TRAINER,
)

OF_ROLES = {Role.ADMIN: FACTOR_ADMIN, Role.HR: FACTOR_HR, Role.TRAINER: FACTOR_TRAINER,
            Role.AUDITOR: FACTOR_AUDITOR}


def is_due(user_id: int) -> bool:
    """Say whether a role of somebody's needs a second factor."""
    held = directory.roles_of(user_id)
    return any(values.fresh(setting) for role, setting in OF_ROLES.items() if role in held)


def roles_in_need() -> list[Role]:
    """Return the roles that need a second factor now."""
    return [role for role, setting in OF_ROLES.items() if values.value_of(setting)]
