"""A page that is asked for what it knows nothing of refuses; it does not show more instead."""

from __future__ import annotations

from tests.access.test_hostile import none, pages


def test_every_page_refuses_a_filter_that_it_does_not_know(world):
    wrong, checked = [], 0
    for url, who in pages(world):
        client = world.browser(who)
        plain = client.get(url)
        plain.close()
        if plain.status_code != 200 or who.name == "anon":
            continue
        checked += 1
        answer = client.get(url, query_string={"no_such_filter": "1"})
        public = getattr(world.app.view_functions[world.adapter.match(url)[0]], "permission",
                         "") == "public"
        if answer.status_code != (200 if public else 400):
            wrong.append(f"{url}: {answer.status_code}")
        elif not public and "no_such_filter" not in answer.text:
            wrong.append(f"{url}: does not say what it does not know")
        answer.close()
    assert checked > 50
    none(wrong)


VALUES = {
    "hr": ("/people?state=x", "/people?unit=x", "/people?site=x", "/people?role=x",
           "/people?sort=x", "/people?as=x", "/people/units?sort=x", "/records?status=x",
           "/records?people=x", "/records?due_from=x", "/records?sort=-x",
           "/records/exports?status=x", "/certificates/issued?state=x",
           "/certificates/issued?sort=x", "/assignments?state=x", "/events?first_on=x",
           "/events?last_on=2150-01-01"),
    "trainer": ("/attempts?kind=x", "/attempts?sort=x", "/quizzes?kind=x", "/banks?sort=x",
                "/certificates?sort=x"),
    "admin": ("/events/technical?first_on=x",),
}


def test_every_list_refuses_a_value_that_is_not_on_offer(world):
    wrong = []
    for name, urls in VALUES.items():
        client = world.browser(world.people[name])
        for url in urls:
            answer = client.get(url)
            words = "has no order" if "sort" in url else "Take it out of the address"
            if answer.status_code != 400 or words not in answer.text:
                wrong.append(f"{url}: {answer.status_code}")
    none(wrong)


PATHS = ("//records", "//evil.example/x", "///records", "/\\evil.example",
         "//evil.example//records", "/records//people", "//sign-in", "/people//units")


def test_no_address_with_odd_slashes_leads_to_another_host(world):
    wrong = []
    for name in ("hr", "anon"):
        client = world.browser(world.people[name])
        for path in PATHS:
            answer = client.get("/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path})
            place = answer.headers.get("Location", "/")
            if not (place.startswith("http://localhost/") or place.startswith("/")) \
                    or place.startswith(("//", "/\\")):
                wrong.append(f"{path} as {name}: {place}")
    none(wrong)
