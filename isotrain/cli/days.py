"""Days as commands are given them."""

from __future__ import annotations

from datetime import date

import click

from isotrain.i18n import _


def a_day(text: str) -> date:
    """Return the day that somebody wrote, such as 2026-03-31; whose day, the command knows."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_("%(text)s is not a day such as 2026-03-31.",
                                   text=repr(text))) from None
