"""flask backup, restore, verify: keeping an installation safe, and showing that it is whole."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotrain import schema
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads
from isotrain.cli.saying import sentence_of
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, say, say_place
from isotrain.keeping import backing_up, restoring, verifying
from isotrain.keeping.rules import Sample
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.keeping.verifying import Report

SHOWN = 50
archive_file = click.Path(dir_okay=False, path_type=Path)


def install(app: Flask) -> None:
    for command in (backup, restore, verify):
        app.cli.add_command(command)


@click.command("backup")
@click.argument("file", type=archive_file)
@reads
def backup(file: Path) -> None:
    """Write database, signing keys and open variables to FILE, while the server goes on."""
    with db.engine.connect() as connection:
        if schema.current(connection) is None:
            raise Refusal(_("The database is empty: there is nothing to back up."))
    with transaction():
        private = backing_up.signing_key(by=Actor.command())
    done = backing_up.back_up(file.absolute(), private)
    with transaction():
        backing_up.note_backup(done, by=Actor.command())
    click.echo(_("Wrote %(file)s (rows: %(rows)s, bytes: %(size)s), sealed with %(key)s.",
                 file=file, rows=done.rows, size=done.size, key=done.key_id))
    click.echo(f"SHA-256 {done.sha256}")
    click.echo(
        _("Keep the file as secret as the keys in it, and its SHA-256 in another place."))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sha256", metavar="HEX", help="Take only the archive with this SHA-256.")
@reads
def restore(file: Path, sha256: str | None) -> None:
    """Put the archive FILE into this empty place, bring it up to date, see that it can serve.

    Everything that came before is gone through afterwards: flask verify --resume.
    """
    done = restoring.restore(file, sha256=sha256)
    with transaction():
        restoring.settle(done, by=Actor.command())
    manifest = done.manifest
    click.echo(_("Restored as it was at %(moment)s. Rows: %(rows)s.",
                 rows=sum(manifest.rows.values()), moment=manifest.made_at))
    click.echo(_("Sealed with key %(key)s. Everybody signs in again.", key=done.key_id))
    if done.differing:
        click.echo(_("These variables were different there:"))
        for name, value in sorted(done.differing.items()):
            click.echo(f"  {name}={value}")
    _show(verifying.check_servable(), _("It can serve. Now go through the past, while it serves or"
                                        " before: flask --app app verify --resume"))


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--resume", is_flag=True, help="Go on where a run with --resume was broken off, or"
              " begin one.")
@click.option("--pieces", type=click.IntRange(1), metavar="N",
              help="With --resume: stop after N pieces.")
@click.option("--sample", type=click.IntRange(1), metavar="N",
              help="Of attempts, certificates and so on look only at N of each.")
@click.option("--seed", metavar="WORD", help="Draw the sample by this word: always the same.")
@reads
def verify(
    as_json: bool, resume: bool, pieces: int | None, sample: int | None, seed: str | None
) -> None:
    """Check everything that must hold, whatever happened; exit 1 with findings in words."""
    drawn = _sample(sample, seed)
    if pieces and not resume:
        raise click.UsageError(_("--pieces goes with --resume."))
    if not resume:
        _tell(verifying.verify(drawn), drawn, as_json=as_json)
        return
    with verifying.resumed(drawn) as run:
        for _seen in itertools.islice(run.pieces(), pieces):
            pass
        if not run.is_over:
            raise click.exceptions.Exit(_unfinished(run.report()))
        _tell(run.report(), drawn, as_json=as_json)


def _sample(size: int | None, seed: str | None) -> Sample | None:
    if (size is None) != (seed is None):
        raise click.UsageError(_("--sample and --seed go together."))
    return None if size is None or seed is None else Sample(size, seed)


def _unfinished(report: Report) -> int:
    """Say how far a run is, and return the exit code: 1 where something was found already."""
    seen, found = (sum(counts) for counts in zip(
        *((check.seen, len(check.findings)) for check in report.checks), strict=True))
    click.echo(_("Seen so far: %(seen)s, findings: %(found)s. It is not over: go on with"
                 " --resume.", seen=seen, found=found))
    return int(found > 0)


def _tell(report: Report, drawn: Sample | None, *, as_json: bool) -> None:
    if as_json:
        said = {"size": drawn.size, "seed": drawn.seed} if drawn else None
        click.echo(json.dumps({"sample": said, **report.to_data()}, indent=2, ensure_ascii=False))
        if not report.sound:
            raise click.exceptions.Exit(1)
        return
    if drawn:
        click.echo(_("Of each kind of thing at most %(size)s were drawn by the seed “%(seed)s”;"
                     " the same options draw the same again.", size=drawn.size, seed=drawn.seed))
    _show(report, _("Everything holds."))


def _show(report: Report, verdict_if_sound: str) -> None:
    for check in report.checks:
        verdict = _("ok") if not check.findings else _("%(count)s WRONG",
                                                       count=len(check.findings))
        click.echo(f"{check.name:<9}{verdict:<10}{check.seen:>9}  {say(check.promise)}")
        for finding in check.findings[:SHOWN]:
            click.echo(f"    {say_place(finding.place)}: {sentence_of(finding)}")
        if len(check.findings) > SHOWN:
            click.echo("    " + _("and %(count)s more", count=len(check.findings) - SHOWN))
    if not report.sound:
        raise click.exceptions.Exit(1)
    click.echo(verdict_if_sound)
