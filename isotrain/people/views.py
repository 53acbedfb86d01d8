"""Lists of people, units and sites; the page of a person."""

from __future__ import annotations

from dataclasses import asdict
from operator import itemgetter
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts.permissions import ROLE_NAMES, Permission
from isotrain.i18n import _
from isotrain.jobs import asking
from isotrain.lists import Listing
from isotrain.people import access_views, changing_views, days, directory, profile, site_views
from isotrain.people.directory import Filter, Place
from isotrain.people.files import exporting
from isotrain.people.files import views as file_views
from isotrain.people.files.rules import COLUMNS
from isotrain.people.forms import TYPE_NAMES
from isotrain.people.pages import bp
from isotrain.people.placements import Place as Stay
from isotrain.people.profile import About
from isotrain.text import typed
from isotrain.web import lists
from isotrain.web.addresses import chosen, numbered
from isotrain.web.answering import answered
from isotrain.web.filters import day
from isotrain.web.gate import actor, me, requires
from isotrain.web.lists import Links
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction

__all__ = ["access_views", "bp", "changing_views", "file_views", "site_views"]


@bp.get("/people")
@requires(Permission.PEOPLE_READ)
def index() -> ResponseReturnValue:
    """List people."""
    wanted = asked_filter()
    page = directory.listing(wanted).page(lists.asked())
    return render_template("people/index.html", wanted=wanted, page=page,
                           links=Links("people.index", page, address_of(wanted)),
                           options=directory.options())


@bp.get("/people/export.csv")
@requires(Permission.PEOPLE_READ)
@steps_up("GET")
def export() -> ResponseReturnValue:
    """Give out exactly the people that are listed, as a people file."""
    wanted = asked_filter()
    return lists.as_file("people", COLUMNS, exporting.rows(wanted, lists.asked().sort),
                         scope="people", wanted=address_of(wanted))


@bp.post("/people/export")
@requires(Permission.PEOPLE_READ)
@steps_up("POST")
def prepare() -> ResponseReturnValue:
    """Have exactly the people that are listed prepared as an Excel workbook by a worker."""
    wanted = asked_filter()
    params = {"filter": asdict(wanted), "sort": lists.asked().sort}
    with answered():
        with transaction():
            work = asking.ask(exporting.KIND, params, user_id=me().id)
        return redirect(url_for("work.show", work_id=work.id), 303)
    address: dict[str, Any] = address_of(wanted)
    return redirect(url_for("people.index", **address), 303)


@bp.get("/people/units")
@requires(Permission.PEOPLE_READ)
def units() -> ResponseReturnValue:
    """List units with how many people they have."""
    return _places(directory.units(_searched()), "unit")


@bp.get("/people/sites")
@requires(Permission.PEOPLE_READ)
def sites() -> ResponseReturnValue:
    """List sites with how many people they have."""
    return _places(directory.sites(_searched()), "site")


def _places(found: Listing[Place], kind: str) -> ResponseReturnValue:
    asked, wanted = lists.asked(), {"q": _searched()}
    if lists.file_asked():
        header = [_("Name"), _("Part of"), _("People directly here"), _("With all below")]
        rows = ((each.name, each.parent, each.people, each.people_below)
                for each in found.every(asked.sort))
        return lists.as_file(f"{kind}s", header, rows, scope="people", wanted=wanted)
    page = found.page(asked)
    return render_template("people/places.html", page=page, kind=kind, wanted=wanted,
                           zones=days.zones_of_sites() if kind == "site" else {},
                           links=Links(f"people.{kind}s", page, wanted))


def _searched() -> str:
    return typed(request.args.get("q"))[:100]


@bp.get("/people/<int:user_id>")
@requires(Permission.PEOPLE_READ)
def person(user_id: int) -> ResponseReturnValue:
    """Show who somebody is, where they worked when, and how they get in."""
    about = profile.get(user_id, by=actor())
    return render_template(
        "people/person.html", about=about, own=user_id == me().id, type_names=TYPE_NAMES,
        history=_history(about), roles=[ROLE_NAMES[role] for role in sorted(about.roles)],
    )


def _history(about: About) -> list[dict[str, str]]:
    """Return placements and endings of employment as a timeline, newest first."""
    events = [(left_on, {
        "title": _("Left"), "text": _("Hired on %(day)s.", day=day(hired_on)),
        "at": day(left_on), "icon": "log-out",
    }) for hired_on, left_on in about.spells if left_on]
    events += [(place.valid_from, _stay(place)) for place in about.places]
    return [event for _on, event in sorted(events, key=itemgetter(0), reverse=True)]


def _stay(place: Stay) -> dict[str, str]:
    first, last = day(place.valid_from), day(place.valid_to)
    words = [word for word in (place.unit, place.job_role, place.site) if word]
    text = str(TYPE_NAMES[place.employment_type])
    if place.manager:
        text = _("%(employment)s, managed by %(name)s", employment=text, name=place.manager)
    return {
        "title": " · ".join(words) or _("Placed without a unit"), "text": text, "icon": "map-pin",
        "at": _("%(first)s until %(last)s", first=first, last=last) if place.valid_to
        else _("since %(day)s", day=first),
        "tone": "" if place.valid_to else "info",
    }


def asked_filter() -> Filter:
    """Read the filter from the address; what makes no sense is refused."""
    return Filter(q=_searched(), unit_id=numbered("unit"), site_id=numbered("site"),
                  job_role_id=numbered("role"),
                  state=chosen("state", directory.STATES, "active"))


def address_of(wanted: Filter) -> dict[str, object]:
    """Return a filter as an address carries it."""
    return {"q": wanted.q, "unit": wanted.unit_id, "site": wanted.site_id,
            "role": wanted.job_role_id, "state": wanted.state if wanted.state != "active" else ""}
