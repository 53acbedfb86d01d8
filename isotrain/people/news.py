"""News of people, for the features above: sent inside the transaction that makes it true."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

# Sent with a list of user ids whose placement, employment or roles changed, and `by` (Actor).
placements_changed = _signals.signal("placements-changed")
