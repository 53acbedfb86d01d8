"""How much waits for whoever looks, beside the entries of the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from isotrain.accounts.permissions import Role


@dataclass(frozen=True)
class Counts:
    """What the rooms above say of how much waits for a person behind entries, by endpoint."""

    each: Mapping[str, Callable[[int, frozenset[Role]], int]]
