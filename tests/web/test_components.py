"""The components say what they mean to eyes, ears and keyboards alike."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import get_template_attribute, render_template
from werkzeug.datastructures import MultiDict

from isotrain.errors import Refusal
from isotrain.lists import Count
from isotrain.web.assets import gallery
from tests.conftest import ROOT

COMPONENTS = sorted((ROOT / "templates" / "_components").glob("*.html"))
VOID = {"input", "meta", "link", "br", "hr", "img", "path", "circle", "rect", "line"}


class Page(HTMLParser):
    """Every element with its attributes; fails on tags that do not match."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.stray = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.stray.append(tag)

    def all(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]

    def values(self, name):
        return [attrs[name] for _tag, attrs in self.elements if name in attrs]


@pytest.fixture(autouse=True)
def in_a_request(face):
    with face.test_request_context():
        yield


def macro(file, name):
    return get_template_attribute(f"_components/{file}.html", name)


@pytest.fixture
def html(in_a_request):
    viewer = {"name": "Ada", "detail": "HR", "account_url": "/account",
              "time_zone_url": "/zone", "sign_out_url": "/out"}
    items = [{"label": "Gallery", "url": "/gallery", "icon": "table", "current": True}]
    return render_template("gallery.html", **gallery.sample(), viewer=lambda: viewer,
                           signed_in_id=lambda: 1, kept_words=lambda: "{}",
                           navigation=lambda: [{"label": "Admin", "items": items}],
                           home_url=lambda: "/")


@pytest.fixture
def page(html):
    return Page(html)


def test_the_gallery_shows_every_component():
    shown = (ROOT / "templates" / "gallery.html").read_text("utf-8")
    for file in COMPONENTS:
        if file.name == "chrome.html":
            continue
        source = file.read_text("utf-8")
        for name in re.findall(r"macro ([a-z]\w*)\(", source):
            assert re.search(rf"\b{name}[(,]", shown + source.split("-#}", 1)[1].replace(
                f"macro {name}(", "")), f"{file.name}: {name}"


def test_the_gallery_is_well_formed_with_one_headline_and_unique_ids(page):
    assert page.stray == [] and page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids)) > 10
    assert sum(tag == "h1" for tag, _attrs in page.elements) == 2  # the page's and a verdict's


def test_no_style_or_script_stands_in_the_page(page):
    for tag, attrs in page.elements:
        assert tag != "style" and "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        assert tag != "script" or "src" in attrs


def test_every_reference_between_elements_holds(page):
    ids = set(page.values("id"))
    for name in ("for", "aria-describedby", "popovertarget"):
        assert {one for value in page.values(name) for one in value.split()} <= ids


def test_every_form_that_changes_something_carries_its_token(html):
    posts = [form.split("</form>")[0] for form in html.split('<form method="post"')[1:]]
    assert len(posts) >= 4
    assert all('name="csrf_token"' in form for form in posts)


def test_what_people_typed_is_shown_and_never_run():
    evil = "<script>alert(1)</script>"
    for html in (macro("status", "badge")(evil), macro("page", "page_header")(evil, evil),
                 macro("blocks", "stat")(evil, evil, "/"), macro("blocks", "copyable")(evil, evil),
                 macro("buttons", "button")(evil, name="a", value='"><script>'),
                 macro("tables", "filter_bar")("/", search='"><script>'),
                 macro("exam", "option")("radio", "a", "0", evil)):
        assert "<script>" not in html and "&lt;script&gt;" in html


def test_every_state_has_a_word_and_an_icon():
    source = (ROOT / "templates" / "_components" / "status.html").read_text("utf-8")
    keys = re.findall(r'^  "(\w+)":|, "(\w+)": \(', source, re.M)
    names = [a or b for a, b in keys]
    assert len(names) >= 20
    words = [str(macro("status", "status_word")(name)) for name in names]
    assert len(set(words)) == len(words)
    assert all(word not in names for word in words)
    assert all("<svg" in macro("status", "status")(name) for name in names)


def test_a_state_may_be_told_in_other_words():
    html = macro("status", "status")("due_soon", "Due 30 Nov")
    assert "Due 30 Nov" in html and "Due soon" not in html and "warning" in html


def a_form(**values):
    form = gallery.GalleryForm(MultiDict(values))
    form.validate()
    return form


def test_an_error_is_tied_to_its_field_and_linked_from_the_summary():
    form = a_form()
    form.refuse(Refusal("Enter another title", "title"))
    html = macro("forms", "field")(form.title, hint="As people see it.")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="title-hint title-error"' in html
    summary = macro("forms", "error_summary")(form)
    assert '<a href="#title">Enter another title</a>' in summary
    assert 'role="alert"' in summary and "autofocus" in summary


def test_the_error_of_a_group_leads_to_its_first_choice():
    form = a_form()
    form.refuse(Refusal("Choose an order", "order"))
    assert 'href="#order-0"' in macro("forms", "error_summary")(form)
    html = macro("forms", "field")(form.order)
    assert 'id="order-0"' in html and "<legend>" in html and "order-error" in html


def test_a_refusal_without_a_field_stands_in_the_summary():
    form = a_form(order="shuffled", language="en")
    form.refuse(Refusal("The bank is in use"))
    assert "<li>The bank is in use</li>" in macro("forms", "error_summary")(form)


def test_a_form_in_order_has_no_summary():
    form = gallery.GalleryForm()
    assert str(macro("forms", "error_summary")(form)).strip() == ""


def test_choices_show_what_was_chosen():
    form = a_form(order="blueprint", topics="b", two_people="y")
    order = Page(macro("forms", "field")(form.order)).all("input")
    assert [("checked" in one) for one in order] == [False, True]
    topics = Page(macro("forms", "field")(form.topics)).all("input")
    assert [("checked" in one) for one in topics] == [False, True]
    assert "checked" in macro("forms", "field")(form.two_people)


@pytest.mark.parametrize(("links", "shown"), [
    ({"first": "/a", "previous": "/b", "next": "/c"}, ["/a", "/b", "/c"]),
    ({"first": "", "previous": "", "next": "/c"}, ["/c"]),
    ({"first": "/a", "previous": "/b", "next": ""}, ["/a", "/b"]),
    ({"first": "", "previous": "", "next": ""}, []),
])
def test_the_pages_beside_this_one_are_links_that_say_which_way_they_lead(links, shown):
    found = Page(str(macro("tables", "pager")(links))).all("a")
    assert [one["href"] for one in found] == shown
    assert [one["rel"] for one in found if "rel" in one] == [
        word for word, name in (("prev", "previous"), ("next", "next")) if links[name]]


def test_one_page_needs_no_pages():
    assert str(macro("tables", "pager")({})).strip() == ""


def test_a_count_that_ended_early_says_so():
    counted = macro("tables", "counted")
    assert str(counted(Count(7), "7 rows")).strip() == "7 rows"
    assert str(counted(Count(1000, more=True), "1,000 rows")).strip() == "More than 1,000 rows"


def test_a_sorted_column_says_so():
    html = macro("tables", "column")("Name", url="?sort=-name", sorted="ascending")
    assert 'aria-sort="ascending"' in html
    assert "aria-sort" not in macro("tables", "column")("Site", url="?sort=site")


def test_the_grid_tells_each_question_in_words_and_shape():
    grid = macro("exam", "question_grid")([
        {"position": 1, "label": "1", "size": 1, "done": 1, "flagged": False, "current": False},
        {"position": 2, "label": "2", "size": 1, "done": 0, "flagged": True, "current": True},
        {"position": 3, "label": "3–5", "size": 3, "done": 2, "flagged": False, "current": False}])
    first, second, third = re.findall(r"<button.*?</button>", grid, re.S)
    assert ", answered" in first and "<svg" not in first and "aria-current" not in first
    assert ", not answered" in second and ", flagged" in second and "<svg" in second
    assert 'aria-current="step"' in second
    assert "Questions" in third and "3–5" in third and "2 of 3 answered" in third
    assert 'class="partly"' in third and 'value="3"' in third


def test_the_last_question_leads_to_the_check_page():
    assert 'value="check"' in macro("exam", "turns")(next=False)
    assert 'value="next"' in macro("exam", "turns")()


@pytest.mark.parametrize(("chosen", "right", "word"), [
    (True, True, "right"), (False, True, "right"), (True, False, "wrong"), (False, False, ""),
    (True, None, ""),
])
def test_a_reviewed_option_tells_only_what_it_was_given(chosen, right, word):
    html = macro("exam", "reviewed_option")("An answer", chosen, right)
    assert f'class="{word}"' in html
    assert ("Right answer" in html) == bool(right)
    assert ("Your answer" in html) == chosen


def test_a_ring_and_a_bar_say_their_number_in_words():
    ring = macro("pictures", "ring")(41, "41 % completed", text="41 %")
    assert 'aria-label="41 % completed"' in ring and 'stroke-dasharray="41 100"' in ring
    assert "ring-value" not in macro("pictures", "ring")(0, "Nothing yet")
    bar = macro("pictures", "progress")(7, 20, "7 of 20 answered")
    assert '<progress value="7" max="20" aria-label="7 of 20 answered">' in bar
