"""Loading a course folder: whole or not at all, and the same twice is nothing."""

from __future__ import annotations

import copy
import re
import shutil

import pytest
import sqlalchemy as sa
import yaml

from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.standards import loading as editions
from isotrain.standards.rules import Known
from isotrain.study import content, loading, rules
from isotrain.study.models import CourseVersion, FactVersion, ModuleVersion, TermVersion
from tests.factories import BY, committed
from tests.study.conftest import FOLDER, texts


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(model))
        for model in (CourseVersion, ModuleVersion, FactVersion, TermVersion, Event)
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
    # Both courses list the module, so each has a new version.
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1, 0, 0, 2]
    course = content.get_course("iso-certification")
    assert content.list_modules(course.version_id)[0].goal.endswith("And more.")


def test_going_back_to_an_earlier_text_takes_its_version_up_again(each_app, files):
    with committed():
        loading.load(files, by=BY)
    first = content.get_course("iso-certification").version_id
    changed = copy.deepcopy(files)
    changed.courses[0]["title"] = "Another title"
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
    assert 'course.yaml line 2: The field "id" is given twice.' in said
    assert "facts.yaml line 1: Anchors (&) and aliases (*) are not read." in said
    assert "glossary.yaml: The file is missing." in said


def test_a_misspelt_key_is_named_with_its_line_and_the_nearest_known_one(app, tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "library")
    course = folder / "courses" / "iso-certification.yaml"
    text = course.read_text()
    course.write_text(text.replace("pass_mark:", "pas_mark:"))
    line = text[: text.index("pass_mark:")].count("\n") + 1
    with pytest.raises(Refusal) as refused:
        loading.read(folder)
    assert str(refused.value).splitlines() == [
        "1 problem; nothing was loaded.",
        f'courses/iso-certification.yaml line {line}, pas_mark: The key "pas_mark" is unknown:'
        " did you mean pass_mark? Write pass_mark, or remove the key."]


def test_a_missing_folder_is_refused(app, tmp_path):
    with pytest.raises(Refusal, match="There is no folder"):
        loading.read(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "item", "change", "problem"),
    [
        ("facts.yaml", 0, {"topic": "nowhere"}, 'topic: "nowhere" is not known here.'),
        ("facts.yaml", 0, {"edition": "iso-1"}, 'edition: "iso-1" is not known here.'),
        ("facts.yaml", 0, {"paragraph": "gone"}, 'paragraph: "gone" is not known here.'),
        ("facts.yaml", 0, {"module": "M9"}, 'module: "M9" is not known here.'),
        ("facts.yaml", 1, {"id": "A01"}, 'id: The id "A01" stands twice.'),
        ("banks/iso-certification.yaml", 0, {"fact": "Z99"}, 'fact: "Z99" is not known here.'),
        ("banks/iso-certification.yaml", 0, {"topic": "x"}, 'topic: "x" is not known here.'),
        ("banks/iso-certification.yaml", 0, {"module": "M9"}, 'module: "M9" is not known here.'),
        ("glossary.yaml", 0, {"id": "a b"}, "id: This is no id."),
        ("glossary.yaml", 0, {"facts": ["Z99"]}, 'facts: "Z99" is not known here.'),
    ],
)
def test_a_wrong_reference_is_named_with_its_place(file, item, change, problem):
    data = yaml.safe_load(texts()[file])
    data[item].update(change)
    found = said({**texts(), file: yaml.safe_dump(data, sort_keys=False).encode()})
    assert any(each.startswith(f"{file} line ") and problem in each for each in found), found


@pytest.mark.parametrize(("key", "value", "problem"), [
    ("goal", "", "goal: The key is missing."),
    ("terms", "[nothing]", 'terms: "nothing" is not known here.'),
    ("facts", "[Z99]", 'facts: "Z99" is not known here.'),
    ("related", "[M9]", 'related: "M9" is not known here.'),
    ("standards", "[iso-1]", 'standards: "iso-1" is not known here.'),
])
def test_what_a_module_names_has_to_be_there(key, value, problem):
    file = "modules/m01-what-iso-is.md"
    line = f"{key}: {value}" if value else ""
    text = re.sub(rf"^{key}:.*$", line, texts()[file].decode(), flags=re.MULTILINE)
    found = said({**texts(), file: text.encode()})
    assert any(each.startswith(f"{file} line ") and problem in each for each in found), found


def said(files):
    problems = rules.parse(files, Known.of(editions.read())).problems
    return [f"{problem.place}: {problem.message}" for problem in problems]
