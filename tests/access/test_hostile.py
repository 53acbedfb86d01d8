"""Hostile values in every parameter and field: never a 500, never markup, never a header."""

from __future__ import annotations

import ast
import re
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from tests.access.addresses import kinds, maker
from tests.access.crawling import crawl
from tests.access.forms import Form, forms_of
from tests.access.world import PASSWORD, ROLES
from tests.house import policy
from tests.house.test_floors import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.access.world import Somebody, World

    Posted = dict[tuple[str, ...], tuple[str, Somebody, Form]]

PAYLOADS = {
    "sql": "' OR '1'='1' --",
    "sql drop": '"; DROP TABLE "user"; --',
    "script": "<script>xss7351()</script>",
    "attribute": "\"'><img src=x onerror=xss7351()>",
    "template": "{{7351*7351}}${7351*7351}<%=7351*7351%>",
    "nul": "a\0b",
    "huge": "9" * 30,
    "negative": "-1",
    "float": "1e309",
    "not a number": "NaN",
    "line break": "a\r\nX-Evil: 1\r\n\r\n<script>xss7351()</script>",
    "long": "A" * 70_000,
    "odd unicode": "Z̷͔̍\u202e\u200b\ufeff\U0001d54f\u0085\u2028İı",
    "other digits": "１２３٣",
    "path": "../../../../etc/passwd",
    "format": "%s%n{0.__class__}%(x)s",
    "last day": "9999-12-31",
    "not a day": "0000-00-00",
    "address word": "javascript",
}
TELLING = ("attribute", "huge", "last day", "nul")  # sent in each field alone, too
OTHERS = [kind for kind in PAYLOADS if kind not in TELLING]
RAW = re.compile(rb"<script>xss|<img src=x|54037201|<!--#")
# Names that url_for and friends give a meaning of their own.
SPECIAL = ("_external", "_scheme", "_anchor", "_method", "endpoint", "values", "self", "page")
# One request each: hashing passwords or starting a process is slow.
SLOW = {"accounts.sign_in", "accounts.change_password", "access.use", "banks.uploads.new",
        "people.upload"}
NEXT = [
    f"{lead}{host}" for host in ("evil.example", "evil.example/x", "evil.example%2f.localhost")
    for lead in ("//", "///", "/////", "/\\", "\\\\", "https://", "http:", "https:/",
                 "//localhost@", "http://localhost@", "/%09/", "/\t/", "/\n/", "\x00//", " //", "javascript://",
                 "data:text/html,", "//%5c", "/.//", "/..//")
]


def words_in_code() -> set[str]:
    """Return every word the code looks up in an address."""
    found = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and "get" in ast.unparse(node.func) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) \
                        and re.fullmatch(r"[a-z_]{1,20}", first.value) \
                        and "args" in ast.unparse(node.func):
                    found.add(first.value)
    return found


def fault(response: TestResponse, what: str) -> str | None:
    """Say what a hostile value did; None when it did nothing."""
    data = response.get_data()
    response.close()
    if response.status_code >= 500:
        return f"{what}: {response.status_code}"
    if "X-Evil" in response.headers or any("\n" in value for value in response.headers.values()):
        return f"{what}: a header of its own"
    if response.mimetype == "text/html" and RAW.search(data):
        return f"{what}: markup of its own"
    if re.search(rb"""(?:href|src|action)=["'](?:javascript|data:text)""", data):
        return f"{what}: a link of its own"
    return None


def none(wrong: list[str | None]) -> None:
    """Fail with the first lines of what is wrong."""
    lines = [each for each in wrong if each]
    if lines:
        pytest.fail("\n".join([f"{len(lines)} of {len(wrong)}", *lines[:60]]), pytrace=False)


def pages(world: World) -> Iterator[tuple[str, Somebody]]:
    """Return every address of GET with somebody who may open it."""
    rules = policy.read()
    for rule in world.app.url_map.iter_rules():
        reach = rules.rules.get(rule.endpoint, {}).get("GET", {})
        who = next((name for name in ("trainer", "hr", "manager", "admin", "employee", "anon")
                    if name in reach), None)
        if who and maker(rule.endpoint, rule.arguments) and rule.endpoint != "static":
            person = world.people[who]
            asked = kinds(world, rule.endpoint, rule.arguments, person)
            values = next(asked[kind] for kind in ("own", "none", "foreign") if kind in asked)
            yield world.adapter.build(rule.endpoint, values), person


@pytest.mark.slow
def test_no_query_parameter_of_any_page_does_harm(world):
    # Where a list goes on, web/lists.py asks by a name of its own.
    usual, wrong, count = sorted(words_in_code() | {"after", "before"}), [], 0
    names = [*usual, *SPECIAL]
    assert {"q", "sort", "next"} <= set(usual)
    for turn, (url, who) in enumerate(pages(world)):
        client = world.browser(who)
        for kind in (*TELLING, *OTHERS[turn % 4::4]):  # each of the others on every fourth page
            query = dict.fromkeys(names if kind in TELLING else usual, PAYLOADS[kind][:3_000])
            wrong.append(fault(client.get(url, query_string=query), f"{url} {kind}: {who.name}"))
            count += 1
    assert count > 500
    none(wrong)


@pytest.mark.slow
def test_every_query_parameter_alone_does_no_harm_where_lists_are_filtered(world):
    """One at a time, so that a parameter that is refused does not hide the next."""
    wrong, seen = [], set()
    for name in ROLES:
        who = world.people[name]
        for visit in crawl(world, who, ("/",), each=1):
            words = {word for form in forms_of(visit.text) if visit.is_html
                     and form.method == "get" for word in (*form.names, "after", "before", "sort")}
            for word in words:
                if (visit.endpoint, word) in seen:
                    continue
                seen.add((visit.endpoint, word))
                path = urlsplit(visit.url).path
                wrong += [fault(world.browser(who).get(path, query_string={word: payload}),
                                f"{path}?{word}= {kind}")
                          for kind in TELLING for payload in [PAYLOADS[kind]]]
    assert len(seen) > 20
    none(wrong)


def posted(world: World) -> Posted:
    """Return every form that posts, of every page that any role reaches, once."""
    found: Posted = world.kept.setdefault("forms", {})
    if found:
        return found
    addresses: dict[str, list[str]] = {}
    for url, who in pages(world):
        addresses.setdefault(who.name, []).append(url)
    for name in ("anon", *ROLES):
        who, starts = world.people[name], (*world.shared["more"], "/", *addresses.get(name, ()))
        for visit in crawl(world, who, starts, each=3, skip=frozenset({"gallery.page"})):
            for form in forms_of(visit.text) if visit.is_html else ():
                if form.method == "post":
                    url = urljoin(visit.url, form.action) if form.action else visit.url
                    key = (_poster(world, url), *sorted({_plain(n) for n in form.names}))
                    found.setdefault(key, (url, who, form))
    return found


def _poster(world: World, url: str) -> str:
    try:
        return world.adapter.match(urlsplit(url).path, method="POST")[0]
    except HTTPException:
        raise AssertionError(f"a form posts to {url}, which takes no form") from None


def _plain(name: str) -> str:
    """Take numbered and gridded fields of one kind as one."""
    return re.sub(r"[\d:].*", "", name)


def attack(world: World, url: str, who: Somebody, form: Form, *,
           changes: dict[str, str]) -> TestResponse:
    """Send a form with some of its fields replaced."""
    data: dict[str, Any] = {}
    for name, value in form.values:
        data.setdefault(name, []).append(value)
    data |= {**changes, "csrf_token": who.token}
    # A file is read by a process of its own, so it comes where all fields are hostile at once.
    for name in form.files if len(changes) > 1 or not form.names else ():
        value = next(iter(changes.values()))
        data[name] = (BytesIO(value.encode()), f"{value[:200]}.csv")
    return world.browser(who).post(url, data=data)


@pytest.mark.slow
def test_no_field_of_any_form_does_harm(world, watch):
    wrong, count, met = [], 0, set()
    for (endpoint, *_names), (url, who, form) in posted(world).items():
        fields = {_plain(name): name for name in form.names}
        single = [] if endpoint in SLOW else [
            {name: PAYLOADS[TELLING[(turn + more) % 4]]}
            for turn, name in enumerate(fields.values()) for more in (0, 1)]
        # Above 500 kB the client writes the body to a file that it leaves open.
        room = 400_000 // max(1, len(form.names))
        # What answers several forms is sent everything once, and with each form what tells most.
        sent = TELLING if endpoint in met else PAYLOADS
        met.add(endpoint)
        together = [dict.fromkeys(form.names, PAYLOADS[kind][:room]) for kind in sent]
        for changes in (*single, *together):
            if not changes and not form.files:
                continue
            what = f"{url} {list(changes)[:2]} {next(iter(changes.values()), '')[:20]!r}"
            wrong.append(fault(attack(world, url, who, form, changes=changes or {"x": "x"}), what))
            count += 1
        if watch.touched():
            watch.restore()
    assert count > 500
    none(wrong)


def test_a_file_for_a_text_and_a_text_for_a_file_do_no_harm(world, watch):
    wrong, files = [], 0
    for url, who, form in posted(world).values():
        data: dict[str, Any] = {name: value for name, value in form.values
                                if name == "csrf_token"}
        data |= {name: (BytesIO(b"a text"), "name.txt") for name in form.names}
        data |= dict.fromkeys(form.files, "a text")
        files += len(form.files)
        response = world.browser(who).post(url, data=data, content_type="multipart/form-data")
        wrong.append(fault(response, url))
        if watch.touched():
            watch.restore()
    assert files >= 2
    none(wrong)


def test_what_was_stored_is_shown_as_it_was_typed_and_never_as_markup(world, watch):
    """Fill every text field with markup, keep what is accepted, then look at every page."""
    payload, stored = '<img src=x onerror=xss7351()>"\'<b>', 0
    for (endpoint, *_names), (url, who, form) in posted(world).items():
        texts = {name for name, value in form.values if name not in ("csrf_token", "base")
                 and not re.fullmatch(r"[\d-]*|[a-z_]+", value)} | {"title", "reason", "name"}
        if endpoint.startswith("accounts.") or endpoint in SLOW:
            continue
        response = attack(world, url, who, form,
                          changes=dict.fromkeys(texts & set(form.names), payload) or {"x": "x"})
        assert response.status_code < 500, url
        stored += watch.touched()
    assert stored > 5
    wrong, shown = [], 0
    for name in ("anon", *ROLES):
        for visit in crawl(world, world.people[name], ("/",), each=2):
            shown += visit.is_html and "&lt;img src=x" in visit.text
            if visit.status >= 500 or (visit.is_html and RAW.search(visit.data)):
                wrong.append((name, visit.url, visit.status))
    assert shown and wrong == []


@pytest.mark.parametrize("target", NEXT)
def test_next_never_leads_off_this_site(world, target):
    for name in ("employee", "anon"):
        who = world.people[name]
        response = world.browser(who).post(
            "/sign-in", query_string={"next": target},
            data={"csrf_token": who.token, "name": "W900", "password": "x"}
        ) if name == "anon" else world.browser(who).get("/sign-in", query_string={"next": target})
        location = response.headers.get("Location", "/")
        assert urlsplit(urljoin("http://localhost/sign-in", location)).netloc == "localhost"
        assert location.startswith("/") and not location.startswith(("//", "/\\"))


def test_next_leads_on_within_this_site(world):
    who = world.people["anon"]
    response = world.browser(who).post(
        "/sign-in?next=/certificates",
        data={"csrf_token": who.token, "name": "W001", "password": PASSWORD})
    assert response.status_code == 303 and response.location == "/certificates"


@pytest.mark.parametrize("headers", [
    {header: value}
    for header in ("Host", "X-Forwarded-Host", "X-Host", "X-Original-URL", "Forwarded")
    for value in ("evil.example", "localhost:80@evil.example", "evil.example:443",
                  "host=evil.example", "localhost.evil.example")
], ids=str)
def test_no_host_header_changes_a_link(world, headers):
    """Links that leave the page (a printed address, a one-time link) follow PUBLIC_URL."""
    hr, employee = world.people["hr"], world.people["employee"]
    asked = [
        world.browser(hr).post(f"/people/{world.people['other'].user_id}/access-link",
                               data={"csrf_token": hr.token}, headers=headers),
        world.browser(employee).get(f"/certificates/{employee.objects['certificate']}",
                                    headers=headers),
        world.browser(employee).get("/", headers=headers),
        world.browser(world.people["anon"]).get("/account", headers=headers),
        world.browser(world.people["anon"]).get("/no-such-page", headers=headers),
    ]
    for response in asked:
        assert response.status_code < 500
        assert "evil" not in response.text and "evil" not in str(response.headers)


def test_a_form_of_fifty_thousand_parts_is_refused_at_once(world):
    who = world.people["anon"]
    body = b"".join(b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % n
                    for n in range(50_000)) + b"--x--\r\n"
    began = time.monotonic()
    response = world.browser(who).post("/sign-in", data=body,
                                       content_type="multipart/form-data; boundary=x")
    assert response.status_code == 413 and time.monotonic() - began < 5


@pytest.mark.parametrize(("content_type", "body"), [
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="name"'),
    ("multipart/form-data; boundary=x", b"\r" * 100_000),
    ("application/x-www-form-urlencoded", b"name=%FF%FE&password=%ZZ&%00=%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(20_000))),
    ("application/json", b'{"name": '),
    ("text/plain; charset=no-such", b"name=x"),
    ("", b"name=x"),
])
def test_broken_bodies_are_refused_in_words(world, content_type, body):
    for name, url in (("anon", "/sign-in"), ("trainer", "/banks/new"),
                      ("employee", f"/attempt/{world.people['employee'].objects['attempt']}/1")):
        response = world.browser(world.people[name]).post(url, data=body,
                                                          content_type=content_type)
        assert 400 <= response.status_code < 500, (name, response.status_code)


@pytest.mark.parametrize("header", ["User-Agent", "Accept", "Accept-Language", "Cookie",
                                    "Referer", "X-Forwarded-For", "X-Forwarded-Proto",
                                    "If-None-Match", "If-Modified-Since", "Range", "X-Request-Id"])
def test_no_header_does_harm(world, header):
    wrong = []
    for kind, payload in PAYLOADS.items():
        if "\n" in payload or "\0" in payload:
            continue  # no server passes these on
        value = payload[:8_000].encode().decode("latin-1")
        for url in ("/sign-in", "/static/css/isotrain.css", "/verify/x"):
            response = world.app.test_client().get(url, headers={header: value})
            wrong.append(fault(response, f"{url} {header} {kind}"))
    none(wrong)


def test_a_browser_with_a_hostile_name_is_listed_by_its_kind(world):
    who = world.people["anon"]
    client = world.browser(who)
    client.post("/sign-in", headers={"User-Agent": PAYLOADS["script"]},
                data={"csrf_token": who.token, "name": "W001", "password": PASSWORD})
    page = client.get("/account")
    assert page.status_code == 200 and not RAW.search(page.data)


def test_a_forged_or_broken_session_cookie_is_nobody(world):
    name = world.app.config["SESSION_COOKIE_NAME"]
    good = world.people["admin"].cookie
    for cookie in (good[:-2] + "xx", good + ".x", "x" * 4_000, ".", "..", "eyJfdXNlcl9pZCI6MX0.x.y",
                   good.replace(".", "", 1)):
        client = world.app.test_client()
        client.set_cookie(name, cookie)
        response = client.get("/account")
        assert response.status_code == 303 and response.location.startswith("/sign-in")


def test_every_form_of_the_policy_is_attacked(world):
    endpoints = {key[0] for key in posted(world)}
    wanted = {endpoint for endpoint, methods in policy.read().rules.items() if "POST" in methods}
    # An export is prepared only above 10,000 rows, a language chosen only where there are two;
    # the one field of each is one of a few words. Nobody here tried too often to sign in. What
    # passkeys sign is asked for by a script, with the fields of a form that is attacked, and the
    # password again only some time after signing in. Nobody here sits in two browsers, or brings
    # a file that can be read in two ways. What becomes of many questions answers a form, and is no
    # page to come by.
    assert wanted - endpoints == {"accounts.prove", "records.prepare", "language.choose",
                                  "people.forgive", "second_factor.ask_new_passkey",
                                  "second_step.ask_passkey", "attempts.sit_here",
                                  "banks.uploads.choose", "banks.batches.create"}
