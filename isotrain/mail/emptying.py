"""Emptying the outbox: every letter that is due is claimed, handed over, and noted."""

from __future__ import annotations

from collections.abc import Iterator

from isotrain.errors import Refusal
from isotrain.i18n import ngettext
from isotrain.jobs.job import Transaction
from isotrain.mail import delivering, queueing, sending


def empty(transaction: Transaction) -> Iterator[bool]:
    """Hand over what is due, letter by letter; say of each whether the server took it."""
    with delivering.mailbox(delivering.server()) as box:
        while True:
            with transaction():
                letter = sending.claim()
            if letter is None:
                return
            try:
                box.hand_over(letter.message)
            except delivering.FAILURES as error:
                with transaction():
                    sending.note_failed(letter.id, f"{type(error).__name__}: {error}")
                yield False
            else:
                with transaction():
                    sending.note_sent(letter.id)
                yield True


def send(transaction: Transaction) -> Iterator[int]:
    """Empty the outbox, as a job; refuses at the end when a letter was not taken."""
    if not queueing.is_set_up():
        return
    failed = 0
    for taken in empty(transaction):
        failed += not taken
        yield int(taken)
    if failed:
        raise Refusal(ngettext(
            "%(num)s letter was not taken by the mail server. It is tried again.",
            "%(num)s letters were not taken by the mail server. They are tried again.", failed))
