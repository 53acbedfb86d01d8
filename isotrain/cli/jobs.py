"""flask worker, flask jobs: what is done without anybody asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup

from isotrain.cli.running import reads
from isotrain.errors import Refusal
from isotrain.i18n import _, ngettext, say
from isotrain.jobs import leasing, overview, running, working
from isotrain.jobs.job import Jobs
from isotrain.text import N_
from isotrain.web.transaction import transaction
from isotrain.wired import wired
from isotrain.zone_words import format_exactly

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

STATES = {"waiting": N_("waiting"), "running": N_("running"), "late": N_("late"),
          "failed": N_("failed"), "done": N_("done")}

group = AppGroup("jobs", help="List jobs and run one by hand.")


def install(app: Flask) -> None:
    app.cli.add_command(group)
    app.cli.add_command(worker)


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
@click.option("--parent", type=click.IntRange(1), metavar="PID",
              help="End when the parent is no longer the process PID.")
@reads
def worker(once: bool, parent: int | None) -> None:
    """Run the jobs that are due, again and again, until told to stop (SIGTERM)."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        done = working.work_once(app, transaction=transaction)
        click.echo(ngettext("%(num)s job or piece of long work ran.",
                            "%(num)s jobs and pieces of long work ran.", done))
        return
    working.work(app, transaction=transaction, parent=parent)


@group.command("list")
@reads
def list_jobs() -> None:
    """List every job: how it stands, when it last ended, when it is due, how it went."""
    for standing in overview.overview().standings:
        run = standing.run
        ended, due = (run.ended_at, run.next_at) if run else (None, None)
        said = (run.sentence or _("%(count)s done", count=run.done)) if run and ended else ""
        click.echo(f"{standing.job.name:<20}{say(STATES[standing.state]):<9}{_moment(ended):<26}"
                   f"{_moment(due):<26}{said}".rstrip())


@group.command("run")
@click.argument("name")
@reads
def run(name: str) -> None:
    """Run the job NAME now, due or not; exit 1 in words when it fails."""
    job = wired(Jobs).get(name)
    leasing.enrol([job])
    lease = leasing.take_early(name)
    if lease is None:
        raise Refusal(_("%(job)s is running already, by a worker or another command.", job=name))
    failure = running.run(job, lease, transaction=transaction, stopping=lambda: False)
    if failure:
        raise Refusal(failure)
    click.echo(_("Done."))


def _moment(instant: datetime | None) -> str:
    return format_exactly(instant) if instant else "-"
