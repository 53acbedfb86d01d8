"""flask attempt: derive forms again, look at attempts, close overdue ones, give one more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.attempts import closing, replaying, reviewing
from isotrain.attempts.extra import giving
from isotrain.attempts.kept import get_kept
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, ngettext, say
from isotrain.quizzes import retiring
from isotrain.text import N_
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.attempts.kept import Kept
    from isotrain.attempts.models import Result

ROW_ID = click.IntRange(1, 2**63 - 1)

group = AppGroup("attempt", help="Replay, show and close attempts, give one more.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("replay")
@click.argument("attempt_id", type=ROW_ID)
@reads
def replay(attempt_id: int) -> None:
    """Derive form and result of attempt ID again; say "equal", or what differs (exit 1)."""
    kept = get_kept(attempt_id)
    differences = [f"{d.place}: {say(d.template, d.params)}" for d in replaying.replay(kept)]
    if not replaying.is_intact(kept):
        differences.append(_("form: The stored questions are not those the hash was taken of."))
    differences += [_("result: %(difference)s", difference=say(d.template, d.params))
                    for d in replaying.remark(kept)]
    if differences:
        click.echo("\n".join(differences))
        raise click.exceptions.Exit(1)
    click.echo(_("equal: attempt %(id)s, form %(hash)s", id=attempt_id, hash=kept.form.hash))


@group.command("show")
@click.argument("attempt_id", type=ROW_ID)
@reads
def show(attempt_id: int) -> None:
    """Show what is stored of attempt ID; neither answers nor keys."""
    for name, value in _lines(get_kept(attempt_id)):
        click.echo(f"{name}: {value}")


def _lines(kept: Kept) -> list[tuple[str, object]]:
    attempt, form, result = kept.attempt, kept.form, kept.result
    closed, (done, count) = attempt.closed_at is not None, kept.answered()
    lines: list[tuple[str, object]] = [
        (_("attempt"), _("%(id)s, number %(number)s of user %(user)s", id=attempt.id,
                         number=attempt.number, user=attempt.user_id)),
        (_("quiz"), _("%(title)s, version %(number)s (%(kind)s)", title=kept.version.title,
                      number=kept.version.number, kind=say(KINDS[kept.quiz.kind]))),
        (_("extra attempt"), _("yes") if kept.extra else _("no")),
        (_("state"), say(STATES[attempt.state])),
        (_("started"), attempt.started_at.isoformat(timespec="seconds")),
        (_("deadline"), attempt.deadline_at or _("none")),
        (_("closed"), attempt.closed_at or _("not yet")),
        (_("had seen the keys"), say(SEEN[attempt.saw_keys])),
        (_("somebody else had changed how they sign in, within a day before"),
         say(SEEN[attempt.after_reset])),
        (_("answers after the end"), _late_words(attempt.id)),
        (_("answered"), _("%(done)s of %(count)s", done=done, count=count)),
        (_("result"), _outcome(result, closed=closed)),
        (_("algorithm"), form.algorithm),
        (_("marking"), form.marking),
        (_("blueprint"), form.receipt["blueprint"]),
        *((_("pool"), pool) for pool in form.pools),
        (_("narrowed to"), ", ".join(form.narrowed or ()) or _("nothing: the whole blueprint")),
        (_("history"), form.receipt["history"]),
        (_("seed"), form.seed if closed else _("told when the attempt is closed")),
        (_("form"), form.hash),
    ]
    return lines


def _late_words(attempt_id: int) -> str:
    """Name the positions whose answers came too late, and those that came after the result."""
    late = reviewing.list_late(attempt_id)
    after = [str(position) for position, seen in late.items() if seen]
    words = ", ".join(map(str, late)) or _("none")
    if after:
        return _("%(all)s; after the result had been seen: %(after)s", all=words,
                 after=", ".join(after))
    return words


SEEN = {True: N_("yes"), False: N_("no"), None: N_("not noted")}
KINDS = {"exam": N_("exam"), "practice": N_("practice")}
STATES = {"open": N_("open"), "submitted": N_("submitted"), "expired": N_("expired")}


def _outcome(result: Result | None, *, closed: bool) -> str:
    if result is None:
        return _("waits to be marked") if closed else _("not yet")
    if result.passed:
        return _("%(percent)s %%, passed", percent=result.percent)
    return _("%(percent)s %%, failed", percent=result.percent)


@group.command("close-overdue")
@reads
def close_overdue() -> None:
    """Close and mark every attempt whose time is over; safe to run at any time, by cron."""
    closed, failure = 0, None
    try:
        for done in closing.close_each_overdue(transaction, by=Actor.command()):
            closed += done
    except Refusal as refusal:
        failure = refusal
    click.echo(ngettext("%(num)s attempt closed.", "%(num)s attempts closed.", closed))
    if failure is not None:
        raise failure


@group.command("give")
@click.argument("quiz")
@click.argument("person")
@click.option("--reason", required=True, help="Why, in a sentence; the person can read it.")
@writes
def give(quiz: str, person: str, reason: str) -> None:
    """Give PERSON one more attempt at the exam QUIZ, when all are used.

    PERSON is a personnel number or an address. Whoever looks after the course can do the same on
    the page of the exam.
    """
    found = next((each for each, _title in retiring.list_titles() if each.slug == quiz), None)
    if found is None:
        raise NotFound(_("There is no quiz %(slug)s.", slug=quiz))
    row = giving.give(found.id, person, reason=reason, by=Actor.command())
    click.echo(_("Given: attempt number %(number)s.", number=row.after_number + 1))
