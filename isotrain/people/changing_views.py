"""Adding and changing people, letting them go, giving roles."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts import directory as accounts
from isotrain.accounts import registering
from isotrain.accounts.permissions import Permission
from isotrain.i18n import _
from isotrain.people import directory, employing, granting, placing, profile, resolving
from isotrain.people.forms import LeavingForm, NewPersonForm, PersonForm, PlaceForm, RolesForm
from isotrain.people.pages import bp
from isotrain.settings import house
from isotrain.web.answering import answered
from isotrain.web.forms import Form, given
from isotrain.web.gate import actor, requires
from isotrain.web.stepping_up import steps_up
from isotrain.web.transaction import transaction


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def add() -> ResponseReturnValue:
    """Add one person with their first placement."""
    form = NewPersonForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                position = resolving.position(form.words(), manager=form.manager.data or "",
                                              user_id=None)
                user_id = employing.hire(form.person(), position, by=actor(),
                                         hired_on=given(form.from_on, date))
            flash(_("%(name)s is added. Make an access link next.", name=form.name.data),
                  "success")
            return _person(user_id)
    if request.method == "GET":
        form.from_on.data = house.today()
    return _page("people/add.html", form, options=directory.options())


@bp.route("/people/<int:user_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
@steps_up("POST")
def edit(user_id: int) -> ResponseReturnValue:
    """Change somebody's name, number or address."""
    identity = accounts.get_identity(user_id)
    form = PersonForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                changed = registering.change({user_id: form.person()}, by=actor())
            flash(_("Saved.") if changed else _("Nothing was changed."), "success")
            return _person(user_id)
    if request.method == "GET":
        form = PersonForm(obj=identity)
    return _page("people/edit.html", form, identity=identity)


@bp.route("/people/<int:user_id>/placement", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def place(user_id: int) -> ResponseReturnValue:
    """Change where somebody works, from a day on."""
    about = profile.get(user_id, by=actor())
    form = PlaceForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                position = resolving.position(form.words(), manager=form.manager.data or "",
                                              user_id=user_id)
                changed = placing.place({user_id: position}, by=actor(),
                                        from_on=given(form.from_on, date))
            flash(_("Saved.") if changed else _("Nothing was changed."), "success")
            return _person(user_id)
    if request.method == "GET":
        form = PlaceForm(data=_present(about))
    return _page("people/place.html", form, about=about, options=directory.options())


def _present(about: profile.About) -> dict[str, object]:
    present: dict[str, object] = {"from_on": house.today()}
    if about.place:
        present |= {"unit": about.place.unit, "site": about.place.site,
                    "job_role": about.place.job_role, "manager": about.place.manager_no,
                    "employment_type": about.place.employment_type}
    return present


@bp.route("/people/<int:user_id>/deactivate", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def deactivate(user_id: int) -> ResponseReturnValue:
    """Let somebody go, after saying what that means and asking why."""
    identity = accounts.get_identity(user_id)
    form = LeavingForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                employing.leave({user_id: given(form.left_on, date)}, reason=form.reason.data,
                                by=actor())
            flash(_("%(name)s is deactivated.", name=identity.name), "success")
            return _person(user_id)
    if request.method == "GET":
        form.left_on.data = house.today()
    return _page("people/deactivate.html", form, identity=identity)


@bp.post("/people/<int:user_id>/reactivate")
@requires(Permission.PEOPLE_EDIT)
def reactivate(user_id: int) -> ResponseReturnValue:
    """Have somebody back."""
    with transaction():
        employing.come_back({user_id: None}, on=house.today(), by=actor())
    flash(_("The account is active again."), "success")
    return _person(user_id)


@bp.route("/people/<int:user_id>/roles", methods=["GET", "POST"])
@requires(Permission.ROLES_GRANT)
@steps_up("POST")
def roles(user_id: int) -> ResponseReturnValue:
    """Give and take roles."""
    identity = accounts.get_identity(user_id)
    form = RolesForm.of_request()
    if form.sent():
        with answered(form):
            with transaction():
                waits = granting.give_roles(user_id, form.chosen(), by=actor())
            flash(_("The roles hold once another administrator confirms them.") if waits
                  else _("The roles are saved and hold from the next click on."), "success")
            return _person(user_id)
    if request.method == "GET":
        form.roles.data = [role.value for role in accounts.roles_of(user_id)]
    return _page("people/roles.html", form, identity=identity)


def _person(user_id: int) -> ResponseReturnValue:
    return redirect(url_for("people.person", user_id=user_id), 303)


def _page(template: str, form: Form, **more: object) -> ResponseReturnValue:
    return render_template(template, form=form, **more), form.status
