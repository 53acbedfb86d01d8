"""flask certificate: checking certificates offline, revoking, and the signing key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from isotrain import clock, zones
from isotrain.audit.noting import Actor
from isotrain.certificates import checking, holdings, revoking, rules, signing_keys, unprintable
from isotrain.certificates.models import Certificate
from isotrain.certificates.printing import Printed
from isotrain.cli.running import reads, writes
from isotrain.cli.saying import a_moment, end_with, sentence_of
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _, say
from isotrain.ledger.public_keys import IN_USE, RETIRED, STOLEN, Belief, moment_of, written
from isotrain.ledger.revocations import NOT_CHECKED
from isotrain.text import N_

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from isotrain.certificates.rules import Verdict

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
group = AppGroup("certificate", help="Verify, print and revoke certificates, make signing keys.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("verify")
@click.argument("file", type=a_file)
@click.option("--keys", type=a_file,
              help="The published keys (/verify/keys.json); without it, this database's keys.")
@click.option("--revocations", type=a_file,
              help="The published list (/verify/revocations.json) to look the certificate up in.")
@reads
def verify(file: Path, keys: Path | None, revocations: Path | None) -> None:
    """Check a signed certificate file; offline when --keys is given."""
    public = signing_keys.read_published(keys.read_bytes()) if keys else signing_keys.published()
    listed = (checking.read_revocations(revocations.read_bytes(), public)
              if revocations else None)
    verdict = (rules.verify(file.read_bytes(), public, today=zones.day(clock.now(), zones.here()))
               if keys else checking.check(file.read_bytes()))
    for reason in verdict.reasons:
        click.echo(sentence_of(reason))
    if not verdict.authentic:
        end_with(Belief.DOUBTFUL if verdict.doubtful else Belief.NOT_VALID)
    stated = verdict.payload
    _say_what_it_states(verdict)
    if listed:
        known = listed.judge(stated["code"], moment_of(stated["issued_at"]))
    else:
        known = NOT_CHECKED if keys else checking.look_up(stated)
    click.echo(f"{say(known.template, known.params)} {say(known.hint)}".strip())
    if verdict.expired and known.belief is not Belief.NOT_VALID:
        click.echo(_("EXPIRED"))
        raise click.exceptions.Exit(1)
    end_with(known.belief)


def _say_what_it_states(verdict: Verdict) -> None:
    stated = verdict.payload
    click.echo(_("number: %(number)s", number=stated["number"]))
    click.echo(_("holder: %(name)s", name=verdict.disclosed.get("name", _("not disclosed"))))
    click.echo(_("course: %(title)s, version %(version)s", **stated["course"]))
    click.echo(_("standards: %(standards)s", standards=", ".join(stated["standards"]) or "–"))
    click.echo(_("score: %(score_percent)s %%, pass mark: %(pass_mark_percent)s %%", **stated))
    click.echo(_("issued: %(issued_at)s by %(issuer)s", **stated))
    click.echo(_("valid until: %(valid_until)s", **stated))
    click.echo(_("The signature is right."))


@group.command("revoke")
@click.argument("number")
@click.option("--reason", required=True)
@writes
def revoke(number: str, reason: str) -> None:
    """Revoke the certificate with this number."""
    revoking.revoke(_id_of(number), reason=reason, by=Actor.command())
    click.echo(_("Revoked."))


@group.command("print")
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@reads
def print_one(number: str, file: Path) -> None:
    """Write the PDF of a certificate, and the signed file beside it."""
    view = holdings.get(_id_of(number), owner=None)
    kept = holdings.find_pdf(view.id)
    printed = Printed(kept) if kept else holdings.print_pdf(view)
    file.write_bytes(printed.pdf)
    file.with_suffix(".json").write_bytes(holdings.document(view))
    click.echo(_("Wrote %(file)s and %(beside)s.", file=file, beside=file.with_suffix(".json")))
    if printed.unset:
        click.echo(_("No font here has %(signs)s: codes are printed in place of them.",
                     signs=" ".join(printed.unset)))


@group.command("names")
@reads
def names() -> None:
    """List the people whose names certificates cannot print in full."""
    people = unprintable.list_people()
    for person in people:
        click.echo(f"{person.personnel_no}  {person.name}  {' '.join(person.gap.signs)}")
    if not people:
        click.echo(_("Certificates print every name in full."))
    for package in sorted({person.gap.package for person in people} - {""}):
        click.echo(_("The package %(package)s has letters for some of them: make cjk",
                     package=package))


@group.command("new-key")
@writes
def new_key() -> None:
    """Make a new signing key; what the earlier ones signed still verifies."""
    key_id, _private = signing_keys.make(by=Actor.command())
    click.echo(_("Signing with %(key)s from now on. Back up the keys folder.", key=key_id))


@group.command("keys")
@reads
def list_keys() -> None:
    """List the signing keys with their lives."""
    for key_id, key in signing_keys.published().items():
        times = {"made": key.made_at, "retired": key.retired_at, "stolen": key.stolen_at}
        known = {name: written(at) for name, at in times.items() if at}
        click.echo(f"{key_id}  {say(_LIVES[key.status], known)}")


_LIVES = {
    IN_USE: N_("in use, made %(made)s"),
    RETIRED: N_("retired, made %(made)s, retired %(retired)s"),
    STOLEN: N_("stolen, made %(made)s, retired %(retired)s, stolen since %(stolen)s"),
}


@group.command("key-stolen")
@click.argument("key_id")
@click.option("--since", type=a_moment, required=True, metavar="MOMENT",
              help="From when on nothing it signed can be believed, such as 2026-03-31T08:30Z.")
@click.option("--reason", required=True, help="How that is known, in a sentence.")
@writes
def key_stolen(key_id: str, since: datetime, reason: str) -> None:
    """Report a stolen signing key, for good; one in use is replaced at once."""
    newer = signing_keys.report_stolen(key_id, since=since, reason=reason, by=Actor.command())
    click.echo(_("Nothing that %(key)s signed from %(since)s on can be believed any more. Tell"
                 " those who verify offline to take /verify/keys.json again.",
                 key=key_id, since=written(since)))
    if newer:
        click.echo(_("Signing with %(key)s from now on. Back up the keys folder.", key=newer))


def _id_of(number: str) -> int:
    stored = rules.read_number(number) or ""
    found = db.session.scalar(sa.select(Certificate.id).where(Certificate.number == stored))
    if found is None:
        raise NotFound(_("There is no certificate with the number %(number)s.",
                         number=repr(number)))
    return found
