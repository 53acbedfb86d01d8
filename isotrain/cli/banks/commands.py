"""flask bank list and export: banks from the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.banks import directory, inventory, tending
from isotrain.banks.files import exporting
from isotrain.cli.banks.files import print_problems
from isotrain.cli.members import member_group
from isotrain.cli.running import reads, writes
from isotrain.errors import Refusal
from isotrain.formats.contract import ARCHIVES
from isotrain.i18n import _, ngettext

group = AppGroup("bank", help="List banks, import and export question files, say who looks after"
                              " a bank.")
group.add_command(member_group(
    tending.BANK, lambda slug: directory.get_bank_by_slug(slug, member=None).id))


@group.command("list")
@reads
def list_() -> None:
    """List the banks with their questions."""
    for bank in inventory.banks(None).every():
        states = bank.states
        told = _("%(approved)s approved, %(changed)s with a newer draft, %(draft)s drafts,"
                 " %(retired)s retired",
                 **{state: states.get(state, 0)
                    for state in ("approved", "changed", "draft", "retired")})
        click.echo(f"{bank.slug:<28} {bank.title}: {told}")


@group.command("export")
@click.argument("bank")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path),
                required=False)
@click.option("--format", "format_name",
              type=click.Choice([format_.name for format_ in exporting.WRITTEN]),
              help="By default the end of the file's name says it.")
@click.option("--language", default="", metavar="CODE",
              help="The translations into this language, such as de, under the same ids.")
@click.option("--separator", type=click.Choice(list(exporting.SEPARATORS)),
              help="What parts the cells of a CSV file; by default that of the language.")
@writes
def export(bank: str, file: Path | None, format_name: str | None, language: str,
           separator: str | None) -> None:
    """Write the questions of a bank to FILE, or to the standard output without it."""
    bank_id = directory.get_bank_by_slug(bank, member=None).id
    name = format_name or _format_of(file)
    exported = exporting.write(bank_id, name, member=None, language=language,
                               separator=separator or "")
    if file and exported.name.endswith(".zip") and file.suffix.lower() not in ARCHIVES:
        raise Refusal(_("The questions show pictures, so the file is a zip archive. Give it a name"
                        " that ends with .zip, and --format %(name)s.", name=name))
    exporting.note_export(bank_id, name, exported, by=Actor.command())
    print_problems(exported.problems)
    if file is None:
        sys.stdout.buffer.write(exported.data)
    else:
        file.write_bytes(exported.data)
        click.echo(ngettext("%(num)s question written to %(file)s.",
                            "%(num)s questions written to %(file)s.", exported.count, file=file),
                   err=True)


def _format_of(file: Path | None) -> str:
    end = file.suffix.lower() if file else ""
    fitting = [format_.name for format_ in exporting.WRITTEN if end in format_.extensions]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(format_.name for format_ in exporting.WRITTEN)
    raise Refusal(_("Say the format with --format: %(names)s.", names=names))
