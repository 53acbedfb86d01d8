"""Who looks after a course, a library and a bank: added, removed, and what is refused."""

from __future__ import annotations

import pytest

from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import directory, tending
from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.study import library, membership
from isotrain.study.models import Course, Library
from tests.banks.making import at_once
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed, csrf, post

LONG, SHORT = "iso-certification", "iso-in-15-minutes"
KINDS = {"course": membership.COURSE, "library": membership.LIBRARY, "bank": tending.BANK}
THINGS = {"course": Course, "library": Library, "bank": Bank}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def thing_of(kind, slug=LONG):
    return db.session.query(THINGS[kind.name].id).filter_by(slug=slug).scalar()


def add(kind, name, *, by=BY, oversees=False, slug=LONG):
    with committed():
        membership.add(kind, thing_of(kind, slug), name, by=by, oversees=oversees)


def remove(kind, user, *, by=BY, slug=LONG):
    with committed():
        membership.remove(kind, thing_of(kind, slug), user, by=by)


def names(kind, slug=LONG):
    return [member.name for member in membership.list_members(kind, thing_of(kind, slug))]


def a_trainer(number, name=""):
    return a_user("trainer", number=number, name=name)


def test_a_member_adds_a_colleague_who_then_may_do_the_same(course_app, kind):
    tara, theo = a_trainer("T1", "Tara"), a_trainer("T2", "Theo")
    a_trainer("T3", "Tess")
    add(kind, "T1")
    add(kind, "t2", by=Actor("user", tara))
    add(kind, "T3", by=Actor("user", theo))
    assert names(kind) == ["Tara", "Tess", "Theo"]
    if kind is membership.COURSE:
        assert names(kind, SHORT) == []


def test_who_does_not_look_after_it_changes_nothing(course_app, kind):
    tara, theo = a_trainer("T1", "Tara"), a_trainer("T2", "Theo")
    add(kind, "T1")
    with pytest.raises(NotFound, match="does not exist"):
        add(kind, "T2", by=Actor("user", theo))
    with pytest.raises(NotFound, match="does not exist"):
        remove(kind, tara, by=Actor("user", theo))
    assert names(kind) == ["Tara"]


@pytest.mark.parametrize("name", ["T99", "", "nobody@example.com"])
def test_an_unknown_person_is_refused_at_the_field(course_app, kind, name):
    with pytest.raises(Refusal, match="Nobody signs in") as refused:
        add(kind, name)
    assert refused.value.field == "name"


def test_who_is_no_trainer_is_refused(course_app, kind):
    a_user("employee", "hr", number="E1")
    with pytest.raises(Refusal, match="not a trainer"):
        add(kind, "E1")


def test_a_trainer_who_left_is_refused(course_app, kind):
    from isotrain.accounts import registering

    tara = a_trainer("T1")
    with committed():
        registering.deactivate([tara], by=BY, reason="left")
    with pytest.raises(Refusal, match="Nobody signs in"):
        add(kind, "T1")


def test_adding_somebody_twice_is_once(course_app, kind):
    a_trainer("T1", "Tara")
    for _ in range(2):
        add(kind, "T1")
    assert names(kind) == ["Tara"]
    assert db.session.query(Event).filter_by(action=f"{kind.name}.member_added").count() == 1


def test_the_last_one_stays(course_app, kind):
    tara, theo = a_trainer("T1", "Tara"), a_trainer("T2", "Theo")
    add(kind, "T1")
    add(kind, "T2")
    remove(kind, theo, by=Actor("user", tara))
    with pytest.raises(Refusal, match="Somebody must look after it"):
        remove(kind, tara, by=Actor("user", tara))
    with pytest.raises(NotFound, match="not among those"):
        remove(kind, theo, by=Actor("user", tara))
    assert names(kind) == ["Tara"]


def test_two_who_leave_at_once_do_not_leave_it_to_nobody(each_course_app):
    kind = membership.COURSE
    one, two = a_trainer("T1"), a_trainer("T2")
    add(kind, "T1")
    add(kind, "T2")
    course = thing_of(kind)
    at_once(each_course_app, [
        lambda: membership.remove(kind, course, one, by=Actor("user", one)),
        lambda: membership.remove(kind, course, two, by=Actor("user", two)),
    ])
    db.session.rollback()
    assert len(names(kind)) == 1


def test_who_oversees_names_somebody_only_where_there_is_nobody(course_app, kind):
    admin = Actor("user", a_user("admin"))
    a_trainer("T1", "Tara")
    a_trainer("T2", "Theo")
    add(kind, "T1", by=admin, oversees=True)
    with pytest.raises(Refusal, match="Somebody looks after it already"):
        add(kind, "T2", by=admin, oversees=True)
    assert names(kind) == ["Tara"]


def test_changes_of_members_are_noted(course_app, kind):
    a_trainer("T1")
    theo = a_trainer("T2")
    add(kind, "T1")
    add(kind, "T2")
    remove(kind, theo)
    noted = [(e.action, e.scope) for e in db.session.query(Event)
             if e.action.startswith(f"{kind.name}.member")]
    scope = "banks" if kind is tending.BANK else "training"
    added, removed = f"{kind.name}.member_added", f"{kind.name}.member_removed"
    assert noted == [(added, scope), (added, scope), (removed, scope)]


def test_only_own_libraries_and_courses_are_listed(course_app):
    tara, theo = a_trainer("T1"), a_trainer("T2")
    add(membership.LIBRARY, "T1")
    add(membership.COURSE, "T2", slug=SHORT)
    assert [each.slug for each in library.list_libraries(tara)] == [LONG]
    assert library.list_libraries(theo) == []
    assert [each.slug for each in library.list_kept_courses(theo)] == [SHORT]
    assert library.list_kept_courses(tara) == []
    assert [each.slug for each in library.list_kept_courses(None)] == [LONG, SHORT]


def test_trainers_with_a_bank_and_no_course_are_listed(course_app):
    for number, name in (("T1", "Tara"), ("T2", "Theo")):
        a_trainer(number, name)
        add(tending.BANK, number)
    assert [each.name for each in directory.list_unplaced()] == ["Tara", "Theo"]
    add(membership.COURSE, "T2", slug=SHORT)
    (left,) = directory.list_unplaced()
    assert (left.name, left.personnel_no, left.bank) == (
        "Tara", "T1", "ISO standards and certification")


# -- pages


PAGES = {"course": f"/courses/{LONG}/members", "library": f"/libraries/{LONG}"}


@pytest.fixture(params=PAGES)
def page(request):
    """A page and the kind it is about."""
    return PAGES[request.param], KINDS[request.param]


def acted(client, url, data=None, *, to=""):
    base = url if url.endswith("/members") else f"{url}/members"
    return post(client, url, data, to=f"{base}{to}")


def test_a_member_adds_and_removes_a_colleague_on_the_page(course_app, page):
    url, kind = page
    tara, theo = a_trainer("T1", "Tara"), a_trainer("T2", "Theo")
    add(kind, "T1")
    client = client_of(course_app, tara)
    assert acted(client, url, {"name": "T2"}).status_code == 303
    assert "Theo" in client.get(url).text and names(kind) == ["Tara", "Theo"]
    assert acted(client, url, to=f"/{theo}/remove").status_code == 303
    assert names(kind) == ["Tara"]


def test_a_wrong_name_is_told_at_the_field_and_the_last_one_stays(course_app, page):
    url, kind = page
    tara = a_trainer("T1", "Tara")
    add(kind, "T1")
    client = client_of(course_app, tara)
    refused = acted(client, url, {"name": "T9"})
    assert refused.status_code == 422 and "Nobody signs in" in refused.text
    empty = acted(client, url, {"name": ""})
    assert empty.status_code == 422 and "Enter a personnel number" in empty.text
    acted(client, url, to=f"/{tara}/remove")
    assert names(kind) == ["Tara"]


def test_who_leaves_is_led_to_what_is_left(course_app, page):
    url, kind = page
    a_trainer("T1", "Tara")
    theo = a_trainer("T2", "Theo")
    add(kind, "T1")
    add(kind, "T2")
    client = client_of(course_app, theo)
    assert acted(client, url, to=f"/{theo}/remove").location == "/libraries"
    assert client.get(url).status_code == 404


def test_a_foreign_page_does_not_exist(course_app, page):
    url, kind = page
    a_trainer("T1", "Tara")
    add(kind, "T1")
    outsider = client_of(course_app, a_trainer("T2"))
    assert outsider.get(url).status_code == 404
    base = url if url.endswith("/members") else f"{url}/members"
    token = {"csrf_token": csrf(outsider, "/account"), "name": "T2"}
    assert outsider.post(base, data=token).status_code == 404
    assert outsider.post(f"{base}/1/remove", data=token).status_code == 404


def test_an_administrator_names_the_first_one_and_no_other(course_app, page):
    url, _kind = page
    admin = client_of(course_app, a_user("admin"))
    tara = a_trainer("T1", "Tara")
    assert "Nobody looks after it yet" in admin.get(url).text
    assert acted(admin, url, {"name": "T1"}).status_code == 303
    text = admin.get(url).text
    assert "Tara" in text and "/remove" not in text and "Name another owner" in text
    base = url if url.endswith("/members") else f"{url}/members"
    token = {"csrf_token": csrf(admin, "/account"), "name": "T1"}
    assert admin.post(base, data=token).status_code == 422
    assert admin.post(f"{base}/{tara}/remove", data=token).status_code == 403


def test_the_list_says_what_nobody_looks_after_and_who_has_no_course(course_app):
    admin = client_of(course_app, a_user("admin"))
    a_trainer("T1", "Tara")
    add(tending.BANK, "T1")
    text = admin.get("/libraries").text
    assert text.count("Nobody") == 3 and "Tara" in text
    assert "Trainers with a question bank but no course" in text


def test_a_trainer_sees_own_libraries_and_courses_only(course_app):
    tara = a_trainer("T1")
    client = client_of(course_app, tara)
    assert "You look after no library yet" in client.get("/libraries").text
    add(membership.COURSE, "T1", slug=SHORT)
    text = client.get("/libraries").text
    assert f"/courses/{SHORT}/members" in text and f"/courses/{LONG}/members" not in text
    assert "but no course" not in text


def test_pages_of_members_ask_the_database_a_fixed_number_of_times(course_app):
    tara = a_trainer("T1")
    for kind in KINDS.values():
        add(kind, "T1")
    client = client_of(course_app, tara)
    for path, limit in (("/libraries", 3), (PAGES["library"], 6), (PAGES["course"], 4)):
        client.get(path)
        with counted() as queries:
            client.get(path)
        assert len(queries) <= limit, (path, len(queries), queries)


# -- commands


@pytest.fixture
def run(course_app):
    return lambda *args: course_app.test_cli_runner().invoke(args=list(args))


@pytest.mark.parametrize("group", ["course", "library"])
def test_members_are_added_removed_and_listed_by_command(run, group):
    a_trainer("T1", "Tara")
    a_trainer("T2", "Theo")
    assert f"Nobody looks after the {group} {LONG}" in run(group, "member", "list", LONG).output
    for number in ("T1", "T2"):
        assert run(group, "member", "add", LONG, number).exit_code == 0
    told = run(group, "member", "list", LONG).output
    assert "Tara" in told and "Theo" in told
    assert run(group, "member", "remove", LONG, "T2").exit_code == 0
    assert names(KINDS[group]) == ["Tara"]


@pytest.mark.parametrize("group", ["course", "library"])
def test_commands_refuse_in_words(run, group):
    a_trainer("T1")
    run(group, "member", "add", LONG, "T1")
    for args, words in (
        (("add", "no-such", "T1"), f"This {group} does not exist"),
        (("add", LONG, "T9"), "Nobody signs in"),
        (("remove", LONG, "T9"), "Nobody has the personnel number"),
        (("remove", LONG, "T1"), "Somebody must look after it"),
    ):
        done = run(group, "member", *args)
        assert done.exit_code == 1 and words in done.output


def test_courses_and_libraries_are_listed_with_who_looks_after_them(run):
    a_trainer("T1", "Tara")
    run("course", "member", "add", SHORT, "T1")
    told = run("course", "list").output
    assert f"{LONG:<28} ISO standards and certification awareness: nobody" in told
    assert "ISO standards in 15 minutes: 1" in told
    assert "ISO standards and certification: nobody" in run("library", "list").output
    add(tending.BANK, "T1")
    assert run("course", "list", "--unplaced").output == ""
    a_trainer("T2", "Theo")
    add(tending.BANK, "T2")
    title = "ISO standards and certification"
    assert f"Theo: bank {title}, library {title}" in run("course", "list", "--unplaced").output
