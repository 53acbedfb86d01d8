"""News of quizzes, for the features above: sent inside the transaction that makes it true."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

# Sent with the closed Attempt as sender and `result`, `by` (Actor) as keywords.
attempt_finished = _signals.signal("attempt-finished")
