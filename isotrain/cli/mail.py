"""flask mail: empty the outbox."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.cli.running import reads
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.mail import emptying, queueing, sending
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("mail", help="Send the mail that waits in the outbox.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("send")
@click.option("--watch", type=click.IntRange(1), metavar="SECONDS",
              help="Look again every so many seconds, until stopped.")
@reads
def send(watch: int | None) -> None:
    """Send everything that is due."""
    if not queueing.is_set_up():
        raise Refusal(_("Mail is not set up. Set mail_host and mail_from: flask settings set ..."))
    while True:
        sent, failed = send_due()
        if sent or failed or not watch:
            click.echo(_("Sent %(sent)s, not delivered %(failed)s.", sent=sent, failed=failed))
        if not watch:
            return
        time.sleep(watch)


@group.command("status")
@reads
def status() -> None:
    """Count the mail that waits, was sent, failed or was dropped."""
    counts = sending.count_by_state()
    words = {"waiting": _("waiting"), "sent": _("sent"), "failed": _("failed"),
             "dropped": _("dropped")}
    click.echo("  ".join(f"{word}: {counts.get(state, 0)}" for state, word in words.items()))


def send_due() -> tuple[int, int]:
    """Send what is due and return how many letters were handed over and how many were not."""
    taken = list(emptying.empty(transaction))
    return sum(taken), len(taken) - sum(taken)
