"""flask attempt: derive forms again, look at attempts, close those whose time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.attempts import closing, replaying
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.attempts.replaying import Kept

ROW_ID = click.IntRange(1, 2**63 - 1)

group = AppGroup("attempt", help="Replay, show and close attempts.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("replay")
@click.argument("attempt_id", type=ROW_ID)
@reads
def replay(attempt_id: int) -> None:
    """Derive form and result of attempt ID again; say "equal", or what differs (exit 1)."""
    kept = replaying.get_kept(attempt_id)
    differences = [f"{d.place}: {d.message}" for d in replaying.replay(kept)]
    if not replaying.is_intact(kept):
        differences.append("form: The stored questions are not those the hash was taken of.")
    differences += [f"result: {d.message}" for d in replaying.remark(kept)]
    if differences:
        click.echo("\n".join(differences))
        raise click.exceptions.Exit(1)
    click.echo(f"equal: attempt {attempt_id}, form {kept.form.hash}")


@group.command("show")
@click.argument("attempt_id", type=ROW_ID)
@reads
def show(attempt_id: int) -> None:
    """Show what is stored of attempt ID; neither answers nor keys."""
    for name, value in _lines(replaying.get_kept(attempt_id)):
        click.echo(f"{name:<12}{value}")


def _lines(kept: Kept) -> list[tuple[str, object]]:
    attempt, form, result = kept.attempt, kept.form, kept.result
    closed = attempt.closed_at is not None
    lines: list[tuple[str, object]] = [
        ("attempt", f"{attempt.id}, number {attempt.number} of user {attempt.user_id}"),
        ("quiz", f"{kept.version.title}, version {kept.version.number} ({kept.quiz.kind})"),
        ("state", attempt.state),
        ("started", attempt.started_at.isoformat(timespec="seconds")),
        ("deadline", attempt.deadline_at or "none"),
        ("closed", attempt.closed_at or "not yet"),
        ("answered", f"{kept.answered} of {len(kept.items)}"),
        ("result", f"{result.percent} %, {'passed' if result.passed else 'failed'}"
         if result else "waits to be marked" if closed else "not yet"),
        ("algorithm", form.algorithm),
        ("marking", form.marking),
        ("blueprint", form.receipt["blueprint"]),
        *(("pool", pool) for pool in form.pools),
        ("history", form.receipt["history"]),
        ("seed", form.seed if closed else "told when the attempt is closed"),
        ("form", form.hash),
    ]
    return lines


@group.command("close-overdue")
@reads
def close_overdue() -> None:
    """Close and mark every attempt whose time is over; safe to run at any time, by cron."""
    closed = 0
    while True:
        with transaction():
            done = closing.close_some_overdue(by=Actor.command())
        closed += done
        if not done:
            break
    click.echo(f"{closed} attempts closed.")
