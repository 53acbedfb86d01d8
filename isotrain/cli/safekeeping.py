"""flask backup, restore, verify: keeping an installation safe, and showing that it is whole."""

from __future__ import annotations

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
    """Put the archive FILE into this empty place, bring it up to date and verify it."""
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
    _show(verifying.verify())


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@reads
def verify(as_json: bool) -> None:
    """Check everything that must hold, whatever happened; exit 1 with findings in words."""
    report = verifying.verify()
    if as_json:
        click.echo(json.dumps(report.to_data(), indent=2, ensure_ascii=False))
        if not report.sound:
            raise click.exceptions.Exit(1)
        return
    _show(report)


def _show(report: Report) -> None:
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
    click.echo(_("Everything holds."))
