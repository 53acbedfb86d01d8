"""The commands that say who looks after something, the same for courses, libraries and banks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.cli.users import found
from isotrain.i18n import _, say
from isotrain.study import membership
from isotrain.study.models import OWNER
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from isotrain.study.membership import Kind


HELP = {"course": N_("Who looks after a course."), "library": N_("Who looks after a library."),
        "bank": N_("Who looks after a bank.")}
NOBODY = {"course": N_("Nobody looks after the course %(slug)s."),
          "library": N_("Nobody looks after the library %(slug)s."),
          "bank": N_("Nobody looks after the bank %(slug)s.")}


def member_group(kind: Kind, find: Callable[[str], int]) -> AppGroup:
    """Make the group `member` with add, owner, remove and list; `find` gives the id of a slug."""
    group = AppGroup("member", help=HELP[kind.name])

    @group.command("add")
    @click.argument("slug")
    @click.argument("person")
    @writes
    def add(slug: str, person: str) -> None:
        """Let the trainer with this personnel number or address look after SLUG."""
        membership.add(kind, find(slug), person, by=Actor.command(), oversees=True)
        click.echo(_("Added."))

    @group.command("owner")
    @click.argument("slug")
    @click.argument("person")
    @writes
    def owner(slug: str, person: str) -> None:
        """Name the trainer who owns SLUG from now on; the owner before stays a member."""
        membership.hand_over(kind, find(slug), person, by=Actor.command(), oversees=True)
        click.echo(_("Named."))

    @group.command("remove")
    @click.argument("slug")
    @click.argument("person")
    @writes
    def remove(slug: str, person: str) -> None:
        """Take SLUG out of somebody's hands; its owner and the last one keep it."""
        membership.remove(kind, find(slug), found(person).id, by=Actor.command())
        click.echo(_("Removed."))

    @group.command("list")
    @click.argument("slug")
    @reads
    def list_(slug: str) -> None:
        """List who looks after SLUG."""
        members = membership.list_members(kind, find(slug))
        for member in members:
            role = f" ({_('owner')})" if member.role == OWNER else ""
            click.echo(f"{member.personnel_no:<12} {member.name}{role}")
        if not members:
            click.echo(say(NOBODY[kind.name], {"slug": slug}))

    return group
