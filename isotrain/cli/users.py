"""flask user: accounts from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.accounts import directory, inviting, registering, signing_in
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.accounts.rules import in_groups, masked
from isotrain.audit.noting import Actor
from isotrain.cli.running import writes
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.people import employing, granting
from isotrain.second_factor import resetting
from isotrain.settings import house
from isotrain.zone_words import format_exactly

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.accounts.models import User

group = AppGroup("user", help="Add people and change what they may do.")
role_choice = click.Choice([role.value for role in Role])


def install(app: Flask) -> None:
    app.cli.add_command(group)


def found(name: str) -> User:
    """Return the user with a personnel number or address, or fail in words."""
    user = directory.find_by_name(name)
    if user is None:
        raise NotFound(_("Nobody has the personnel number or address %(name)s.", name=repr(name)))
    return user


@group.command("add")
@click.argument("personnel_no")
@click.option("--name", required=True, help="Full name.")
@click.option("--email", default=None, help="E-mail address, if there is one.")
@click.option("--role", "roles", multiple=True, type=role_choice, default=("employee",),
              show_default=True)
@writes
def add(personnel_no: str, name: str, email: str | None, roles: tuple[str, ...]) -> None:
    """Add a person and give them the link for a first password."""
    wanted = frozenset(map(Role, roles))
    user_id = granting.admit(Person(personnel_no, name, email), wanted, by=Actor.command())
    click.echo(_("Added %(name)s.", name=name))
    if wanted - directory.roles_of(user_id):
        click.echo(_("The roles hold once an administrator confirms them."))
    _print_link(user_id)


@group.command("role")
@click.argument("name")
@click.option("--give", multiple=True, type=role_choice)
@click.option("--take", multiple=True, type=role_choice)
@writes
def role(name: str, give: tuple[str, ...], take: tuple[str, ...]) -> None:
    """Give and take roles of the person with this personnel number or address."""
    user = found(name)
    roles = (directory.roles_of(user.id) | set(map(Role, give))) - set(map(Role, take))
    if granting.give_roles(user.id, roles, by=Actor.command()):
        click.echo(_("The roles hold once an administrator confirms them."))
        return
    click.echo(_("Roles now: %(roles)s.", roles=", ".join(sorted(roles)) or _("none")))


@group.command("deactivate")
@click.argument("name")
@click.option("--reason", default=None)
@writes
def deactivate(name: str, reason: str | None) -> None:
    """Close the account of this person; nothing is deleted."""
    employing.leave({found(name).id: house.today()}, by=Actor.command(), reason=reason)
    click.echo(_("Deactivated."))


@group.command("access-link")
@click.argument("name")
@writes
def access_link(name: str) -> None:
    """Mail a new one-time link to who has an address, print it where no mail can be sent."""
    _print_link(found(name).id)


@group.command("unlock")
@click.argument("name")
@writes
def unlock(name: str) -> None:
    """Let this person try again at once to sign in, however often it was tried."""
    signing_in.let_try_again(found(name).id, by=Actor.command())
    click.echo(_("They can try again now."))


@group.command("sign-out")
@click.argument("name")
@writes
def sign_out(name: str) -> None:
    """End every session of this person."""
    registering.sign_out(found(name).id, by=Actor.command())
    click.echo(_("Signed out everywhere."))


second_factor = AppGroup("second-factor", help="What people have beside their password.")
group.add_command(second_factor)


@second_factor.command("reset")
@click.argument("name")
@click.option("--reason", default="", help="How you know that it is this person; events keep it.")
@writes
def reset_second_factor(name: str, reason: str) -> None:
    """Take away a second factor that this person has lost; they set up another."""
    if resetting.reset(found(name).id, reason=reason, by=Actor.command()):
        click.echo(_("It is reset once an administrator confirms it."))
        return
    click.echo(_("The second factor is reset. Signed out everywhere."))


def _print_link(user_id: int) -> None:
    link = inviting.let_in(user_id, by=Actor.command())
    if link is None:
        address = masked(directory.get_identity(user_id).email or "")
        click.echo(_("The link is sent to %(address)s.", address=address))
        return
    until = format_exactly(link.expires_at)
    click.echo(_("One-time link, good until %(until)s: %(url)s", until=until, url=link.url))
    click.echo(_("To type instead: %(address)s, with the personnel number and the code %(code)s.",
                 address=link.typed_at, code=in_groups(link.code)))
