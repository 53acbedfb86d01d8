"""How many forms hold a question."""

from __future__ import annotations

from isotrain.attempts import exposure
from isotrain.attempts.models import Form
from isotrain.db import db
from tests.factories import a_user
from tests.sittings import begin


def test_forms_are_counted_once_whichever_version_they_hold(each_course_app, monkeypatch):
    assert exposure.count_forms([1]) == (0, 0)
    attempts = [begin(a_user()) for _ in range(3)]
    items = {id_: [item[0] for item in db.session.get_one(Form, id_).items] for id_ in attempts}
    for wanted in ([items[attempts[0]][0]], items[attempts[0]][:2], [10**9]):
        held = sum(any(version in wanted for version in found) for found in items.values())
        assert exposure.count_forms(wanted) == (held, 3)
    monkeypatch.setattr(exposure, "LOOKED_AT", 2)
    assert exposure.count_forms(items[attempts[0]])[1] == 2
