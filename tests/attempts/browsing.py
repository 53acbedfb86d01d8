"""What the tests of pages share: pressing the buttons a browser without script would press."""

from __future__ import annotations

import re
from html import unescape

from isotrain.attempts.models import Answer
from isotrain.db import db
from tests.attempts.sitting import EXAM
from tests.factories import csrf, post


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def squeezed(text: str) -> str:
    """Return a text without spaces and marks of emphasis, as `read_of` gives what a page says."""
    return re.sub(r"[\s*`]", "", text)


def read_of(response) -> str:
    """Return what a page says, to look for texts in that may stand in it with emphasis."""
    return squeezed(text_of(response))


def form_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the exam's form."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return {name: unescape(value) for name, value in fields.items()}


def press(browser, attempt, position, go, values=None):
    """Fill in the page of a question and press a button, as a browser without script would."""
    url = f"/attempt/{attempt}/{position}"
    page = browser.get(url).text
    ticked = re.findall(r'name="answer" value="(\d+)" checked', page)
    answer = ticked if values is None else values
    return browser.post(url, data={**form_fields(page), "answer": answer, "go": go})


def begin(browser, slug=EXAM) -> int:
    response = post(browser, f"/quiz/{slug}")
    assert response.status_code == 303, response.text
    return int(response.location.rsplit("/", 1)[1])


def rows(attempt):
    db.session.rollback()
    return {a.position: a for a in db.session.query(Answer).filter_by(attempt_id=attempt)}


def tell(browser, attempt, position, values, *, rev=1, token=None, flagged="0"):
    data = {"csrf_token": token or csrf(browser, f"/attempt/{attempt}/1"), "rev": rev,
            "flagged": flagged, "answer": values}
    return browser.post(f"/attempt/{attempt}/{position}", data=data,
                        headers={"Accept": "application/json"})
