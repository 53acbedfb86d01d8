"""Loading a course folder: whole or not at all, and the same twice is nothing."""

from __future__ import annotations

import copy

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.study import content, loading, rules
from isotrain.study.models import CourseVersion, FactVersion, ModuleVersion
from tests.factories import BY, committed


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(model))
        for model in (CourseVersion, ModuleVersion, FactVersion, Event)
    )


def test_the_shipped_course_reads_without_a_problem(files):
    assert files.problems == []


def test_loading_the_same_folder_twice_changes_nothing(each_app, files):
    with committed():
        loading.load(files, by=BY)
    before = counts()
    with committed():
        loading.load(files, by=BY)
    assert counts() == before


def test_a_changed_module_makes_one_new_version_and_keeps_the_old(each_app, files):
    with committed():
        loading.load(files, by=BY)
    before = counts()
    changed = copy.deepcopy(files)
    changed.modules[0]["goal"] += " And more."
    with committed():
        loading.load(changed, by=BY)
    after = counts()
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 0, 1]
    course = content.get_course("iso-certification")
    assert content.list_modules(course.version_id)[0].goal.endswith("And more.")


def test_going_back_to_an_earlier_text_takes_its_version_up_again(each_app, files):
    with committed():
        loading.load(files, by=BY)
    first = content.get_course("iso-certification").version_id
    changed = copy.deepcopy(files)
    changed.course["title"] = "Another title"
    with committed():
        loading.load(changed, by=BY)
    assert content.get_course("iso-certification").title == "Another title"
    with committed():
        loading.load(files, by=BY)
    assert content.get_course("iso-certification").version_id == first


def test_a_folder_with_problems_is_refused_with_every_one_of_them(app, tmp_path):
    (tmp_path / "course.yaml").write_text("id: x\nid: y\n")
    (tmp_path / "facts.yaml").write_text("- &a {id: A}\n- *a\n")
    with pytest.raises(Refusal) as refused:
        loading.read(tmp_path)
    said = str(refused.value)
    assert "'id' stands twice" in said
    assert "aliases are not taken" in said
    assert "glossary.yaml: the file is missing" in said


def test_a_missing_folder_is_refused(app, tmp_path):
    with pytest.raises(Refusal, match="There is no folder"):
        loading.read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "place", "change"),
    [
        ("facts", "the topic 'nowhere' is not known", {"topic": "nowhere"}),
        ("facts", "the edition 'iso-1' is not known", {"edition": "iso-1"}),
        ("facts", "the paragraph 'gone' is not known", {"paragraph": "gone"}),
        ("questions", "the fact 'Z99' is not known", {"fact": "Z99"}),
        ("terms", "use only letters", {"id": "a b"}),
        ("modules", "add the key 'goal'", {"goal": None}),
    ],
)
def test_a_wrong_reference_is_named_with_its_place(files, file, place, change):
    broken = copy.deepcopy(files)
    getattr(broken, file)[0].update(change)
    rules._check(broken)
    assert any(place in problem for problem in broken.problems)
