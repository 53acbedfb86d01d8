"""Every page that a role can reach by links is well made and leads nowhere wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.access.crawling import Visit, crawl
from tests.access.world import COURSE, ROLES
from tests.house import markup, policy

if TYPE_CHECKING:
    from tests.access.world import World

HEADLINES = {"gallery.page": 2}  # shows the head of a result beside its own
SAME_PAGE = {"attempts.audit_receipt": "attempts.receipt"}  # for others and for oneself
EACH = 3  # pages of one kind: enough to see first, next and odd ones
STARTS = ("/", "/verify", "/forgotten", "/no-such-page")


def visits(world: World, name: str) -> list[Visit]:
    """Walk as a role, once for all tests: the world is the same for each, and so are its pages."""
    walked = world.kept.setdefault("visits", {})
    if name not in walked:
        walked[name] = list(crawl(world, world.people[name], STARTS, each=EACH))
    found: list[Visit] = walked[name]
    return found


@pytest.mark.parametrize("name", ["anon", *ROLES])
def test_every_page_a_role_reaches_is_well_made(world, name):
    bad = {}
    for visit in visits(world, name):
        assert visit.status < 500, visit.url
        if visit.is_html and visit.status < 300:
            faults = markup.faults(visit.text, headlines=HEADLINES.get(visit.endpoint, 1))
            if faults:
                bad[visit.url] = faults[:3]
    assert bad == {}


@pytest.mark.parametrize("name", ["anon", *ROLES])
def test_no_link_leads_to_a_page_that_is_refused_or_missing(world, name):
    dead = [(visit.url, visit.status) for visit in visits(world, name)
            if visit.status >= 400 and visit.url not in STARTS]
    assert dead == []


@pytest.mark.parametrize("name", ["anon", *ROLES])
def test_titles_tell_pages_apart_and_no_page_may_be_kept_by_caches(world, name):
    titles: dict[str, str] = {}
    for visit in visits(world, name):
        if not visit.is_html or visit.status >= 300:
            continue
        assert "Cache-Control: no-store" in visit.headers, visit.url
        title = re.search(r"<title>(.*?)</title>", visit.text, re.DOTALL)[1]
        page = SAME_PAGE.get(visit.endpoint, visit.endpoint)
        before = titles.setdefault(title, page)
        assert before == page, f"{title} is the title of {before} and {page}"


@pytest.mark.parametrize("name", ["anon", *ROLES])
def test_every_answer_says_what_it_is_and_how_its_letters_are_written(world, name):
    odd = {visit.url: kind for visit in visits(world, name)
           for kind in re.findall(r"^Content-Type: (.*)$", visit.headers, re.MULTILINE) or [""]
           if visit.data and not re.fullmatch(
               r"text/[a-z]+; charset=utf-8|image/svg\+xml.*|font/woff2"
               r"|application/(json|pdf|zip|octet-stream)",
               kind.strip())}
    assert odd == {}


@pytest.mark.slow
def test_every_page_that_is_open_to_somebody_is_reached_by_links(world):
    """A page nobody can find does not exist for its reader."""
    reached = {visit.endpoint for name in ("anon", *ROLES) for visit in visits(world, name)}
    wanted = {endpoint for endpoint, methods in policy.read().rules.items() if "GET" in methods}
    # Reached by a letter, a monitor, a printed code, or by sending a form.
    from_outside = {"access.use", "health.alive", "health.ready", "security.contact",
                    "certificates.keys", "certificates.verify", "attempts.check", "attempts.paper",
                    "banks.uploads.check", "banks.uploads.problems", "banks.uploads.annotated",
                    "media.picture", "people.preview",
                    "second_factor.app", "second_step.prove"}
    for_those_who_build = {"gallery.page"}
    assert sorted(wanted - reached - from_outside - for_those_who_build) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", ["/no-such-page", f"/courses/{COURSE}x/exam", "/banks/1"])
def test_error_pages_are_well_made_too(world, address, method):
    for name in ("anon", "employee"):
        who = world.people[name]
        response = world.browser(who).open(address, method=method, data={"csrf_token": who.token},
                                           follow_redirects=True)
        assert markup.faults(response.text) == []
