"""Lists of people, units and sites; the page of a person."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for

from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.people import access_views, changing_views, directory, profile
from isotrain.people.directory import PAGE, Filter
from isotrain.people.files import exporting
from isotrain.people.files import views as file_views
from isotrain.people.forms import TYPE_NAMES
from isotrain.people.pages import bp
from isotrain.people.placements import Place
from isotrain.people.profile import About
from isotrain.web.filters import day
from isotrain.web.gate import actor, me, requires
from isotrain.web.navigation import ROLE_NAMES

__all__ = ["access_views", "bp", "changing_views", "file_views"]


@bp.get("/people")
@requires(Permission.PEOPLE_READ)
def index() -> Any:
    """List people."""
    wanted = asked_filter()
    sort = request.args.get("sort", "name")
    descending = sort.startswith("-")
    page = _number(request.args.get("page")) or 1
    total = directory.count_people(wanted)
    return render_template(
        "people/index.html", wanted=wanted, filtered=wanted != Filter(), total=total,
        people=directory.list_people(wanted, sort=sort.lstrip("-"), descending=descending,
                                   page=page),
        page=page, pages=-(-total // PAGE), sort=sort, columns=_columns(sort),
        options=directory.options(), link=link,
    )


@bp.get("/people/export.csv")
@requires(Permission.PEOPLE_READ)
def export() -> Any:
    """Give out exactly the people that are listed, as a people file."""
    rows = stream_with_context(exporting.as_csv(asked_filter()))
    return Response(rows, mimetype="text/csv",
                    headers={"Content-Disposition": "attachment; filename=people.csv"})


@bp.get("/people/units")
@requires(Permission.PEOPLE_READ)
def units() -> Any:
    """List units with how many people they have."""
    return render_template("people/places.html", places=directory.list_units(), kind="unit")


@bp.get("/people/sites")
@requires(Permission.PEOPLE_READ)
def sites() -> Any:
    """List sites with how many people they have."""
    return render_template("people/places.html", places=directory.list_sites(), kind="site")


@bp.get("/people/<int:user_id>")
@requires(Permission.PEOPLE_READ)
def person(user_id: int) -> Any:
    """Show who somebody is, where they worked when, and how they get in."""
    about = profile.get(user_id, by=actor())
    return render_template(
        "people/person.html", about=about, own=user_id == me().id, type_names=TYPE_NAMES,
        history=_history(about), roles=[ROLE_NAMES[role] for role in sorted(about.roles)],
    )


def _columns(sort: str) -> list[dict[str, str]]:
    labels = {"name": _("Name"), "unit": _("Unit"), "site": _("Site"), "role": _("Job role"),
              "manager": _("Manager")}
    directions = {key: "ascending" for key in labels if sort == key}
    directions |= {key: "descending" for key in labels if sort == f"-{key}"}
    return [
        {"label": label, "url": link(sort=f"-{key}" if sort == key else key),
         "sorted": directions.get(key, "")}
        for key, label in labels.items()
    ] + [{"label": _("Status")}]


def _history(about: About) -> list[dict[str, str]]:
    """Return placements and endings of employment as a timeline, newest first."""
    events = [(left_on, {
        "title": _("Left"), "text": _("Hired on %(day)s.", day=day(hired_on)),
        "at": day(left_on), "icon": "log-out",
    }) for hired_on, left_on in about.spells if left_on]
    events += [(place.valid_from, _stay(place)) for place in about.places]
    return [event for _on, event in sorted(events, key=itemgetter(0), reverse=True)]


def _stay(place: Place) -> dict[str, str]:
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
    """Read the filter from the address; what makes no sense is left out."""
    state = request.args.get("state", "active")
    return Filter(
        q=request.args.get("q", "")[:100], unit_id=_number(request.args.get("unit")),
        site_id=_number(request.args.get("site")), job_role_id=_number(request.args.get("role")),
        state=state if state in directory.STATES else "active",
    )


def link(endpoint: str = "people.index", **changed: Any) -> str:
    """Return the address of a people list with the present filter, but for what is changed."""
    known = ("q", "unit", "site", "role", "state", "sort")
    kept = {name: value for name in known if (value := request.args.get(name))}
    return url_for(endpoint, **{**kept, **changed})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
