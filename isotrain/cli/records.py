"""flask records: exporting completion records, verifying exports, correcting a record."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.certificates import signing_keys
from isotrain.cli.running import reads, writes
from isotrain.cli.saying import a_day, end_with, sentence_of
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, lazy, ngettext
from isotrain.ledger.public_keys import Belief
from isotrain.people.files.rules import EMPLOYMENT_TYPES
from isotrain.people.models import Site, Unit
from isotrain.records import correcting, exporting, verifying
from isotrain.records.exporting import Export
from isotrain.records.filters import PEOPLE, Filter
from isotrain.records.forms import STATES
from isotrain.study.models import Course
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("records", help="Export, verify and correct completion records.")
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def install(app: Flask) -> None:
    app.cli.add_command(group)


def _check_names(asked: dict[str, Any]) -> None:
    """Refuse a name that nothing has: it would let nobody through, and prove that to auditors."""
    for name, column, sentence in (
        ("course", Course.slug, lazy("There is no course %(code)s.")),
        ("unit", Unit.code, lazy("There is no unit %(code)s.")),
        ("site", Site.code, lazy("There is no site %(code)s.")),
    ):
        value = asked[name]
        if value and db.session.scalar(sa.select(column).where(column == value)) is None:
            raise Refusal(str(sentence) % {"code": repr(value)})


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--search", "text", default="", help="Beginnings of a name, number or address.")
@click.option("--course", default="", help="Course, by its short name.")
@click.option("--unit", default="", help="Code of a unit; units below it are included.")
@click.option("--site", default="", help="Code of a site.")
@click.option("--status", type=click.Choice(STATES), default=None)
@click.option("--due-from", type=a_day, metavar="DATE", default=None)
@click.option("--due-to", type=a_day, metavar="DATE", default=None)
@click.option("--people", type=click.Choice(PEOPLE), default=PEOPLE[0], show_default=True)
@click.option("--bom", is_flag=True, help="Begin a CSV file with a byte order mark, for Excel.")
@reads
def export(file: Path, bom: bool, **asked: Any) -> None:
    """Write FILE (.csv or .xlsx) and FILE.manifest.json with exactly what is asked for."""
    asked |= {"status": asked["status"] or ""}
    _check_names(asked)
    kind = file.suffix.lower().removeprefix(".")
    with Export(Filter(**asked)) as source:
        with transaction():
            signer = exporting.announce(source, kind, by=Actor.command())
        if kind == "xlsx":
            facts = exporting.write_xlsx(source, file)
        else:
            with file.open("wb") as target:
                facts = exporting.write_csv(source, target, mark=bom)
        manifest = exporting.signed_manifest(source, file.name, facts, signer)
    beside = file.with_name(f"{file.name}.manifest.json")
    beside.write_bytes(manifest)
    click.echo(ngettext("Wrote %(num)s row to %(file)s and the manifest to %(beside)s.",
                        "Wrote %(num)s rows to %(file)s and the manifest to %(beside)s.",
                        facts.rows, file=file, beside=beside))


@group.command("verify")
@click.argument("file", type=a_file)
@click.argument("manifest", type=a_file)
@click.option("--keys", type=a_file,
              help="The published keys (/verify/keys.json); without it, this database's keys.")
@reads
def verify(file: Path, manifest: Path, keys: Path | None) -> None:
    """Check an exported FILE against its MANIFEST; offline when --keys is given."""
    public = (signing_keys.read_published(keys.read_bytes()) if keys
              else signing_keys.published())
    checked = verifying.check(file, manifest.read_bytes(), public)
    for reason in checked.reasons:
        click.echo(sentence_of(reason))
    if checked.belief is not Belief.VALID:
        end_with(checked.belief)
    payload = checked.payload
    asked = ", ".join(f"{name}={value}" for name, value in sorted(payload["filter"].items()))
    click.echo(_("export: %(export_id)s, %(exported_at)s", **payload))
    click.echo(_("issuer: %(issuer)s, %(software)s", **payload))
    click.echo(_("filter: %(filter)s", filter=asked or _("none")))
    click.echo(_("rows: %(rows)s, columns: %(columns)s", rows=payload["rows"],
                 columns=len(payload["columns"])))
    end_with(Belief.VALID)


@group.command("correct")
@click.argument("record_id", type=int)
@click.option("--reason", required=True, help="Why, in a sentence; auditors can read it.")
@click.option("--name")
@click.option("--personnel-no")
@click.option("--unit", help="Code of a unit.")
@click.option("--site", help="Code of a site.")
@click.option("--job-role", help="Code of a job role.")
@click.option("--employment-type", type=click.Choice(EMPLOYMENT_TYPES))
@click.option("--manager-no", help="Personnel number of the manager then.")
@writes
def correct(record_id: int, reason: str, **right: str | None) -> None:
    """Correct what record ID says about a person; the old record stays readable."""
    if not any(value is not None for value in right.values()):
        raise Refusal(_("Say what is right: %(options)s", options=", ".join(
            f"--{f.name.replace('_', '-')}" for f in fields(correcting.Statement))))
    given = {name: value for name, value in right.items() if value is not None}
    newer = correcting.correct(record_id, replace(correcting.present(record_id), **given),
                               reason=reason, by=Actor.command())
    if newer is None:
        click.echo(_("A second person confirms this first, under To confirm."))
        return
    click.echo(_("Record %(newer)s takes the place of record %(older)s.", newer=newer.id,
                 older=record_id))
