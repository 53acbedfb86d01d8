"""flask bank batches and undo: what was done to many questions at once, and taking it back."""

from __future__ import annotations

import click

from isotrain.audit.noting import Actor
from isotrain.banks import directory
from isotrain.banks.batches import history, undoing
from isotrain.banks.pooling import EVERY
from isotrain.cli.running import reads, writes
from isotrain.i18n import _, ngettext


@click.command("batches")
@click.argument("bank")
@reads
def batches_(bank: str) -> None:
    """List what files brought and what was done to many questions at once, the newest first."""
    for batch in history.listing(directory.get_bank_by_slug(bank, member=None).id).every():
        state = _("undone %(at)s", at=f"{batch.undone_at:%Y-%m-%d}") if batch.undone_at else ""
        told = _("%(new)s, %(changed)s",
                 new=ngettext("%(num)s new question", "%(num)s new questions", batch.added),
                 changed=ngettext("%(num)s new version", "%(num)s new versions", batch.changed)
                 ) if batch.upload_id else ngettext("%(num)s question", "%(num)s questions",
                                                    batch.changed)
        click.echo(f"{batch.id:>6}  {batch.at:%Y-%m-%d %H:%M}  {batch.by or '-':<24} "
                   f"{batch.title}: {told} {state}".rstrip())


@click.command("undo")
@click.argument("bank")
@click.argument("batch", type=click.IntRange(1, 2**63 - 1))
@click.option("--leave-short", is_flag=True, help="Undo it also where nobody could start a"
              " published quiz any more, for its rows then lack questions.")
@writes
def undo(bank: str, batch: int, leave_short: bool) -> None:
    """Take back what was done at once; BATCH is its number in `flask bank batches`.

    Each question stands again as before. Forms that asked what came keep it, and the same file can
    be applied again.
    """
    by, bank_id = Actor.command(), directory.get_bank_by_slug(bank, member=None).id
    foreseen = undoing.foresee(bank_id, batch, by=by)
    outlook = undoing.undo(bank_id, batch, by=by, foreseen=foreseen,
                           agreed=EVERY if leave_short else ())
    click.echo(_("Undone."))
    if outlook.later:
        click.echo(ngettext("%(num)s question was changed since and stays as it is now.",
                            "%(num)s questions were changed since and stay as they are now.",
                            outlook.later))
