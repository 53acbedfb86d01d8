"""One table says what every kind of file may say; what it does not know is named with its line."""

from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from isotrain.formats import yaml_kinds
from isotrain.formats.yaml_kinds import course_question_of, question_of
from isotrain.formats.yaml_shape import check, nearest
from isotrain.formats.yaml_tree import Fields, parse
from isotrain.questions import TYPES
from tests.formats.reading import read

VALUES = {"text": "Some text", "id": "an-id", "number": 12, "truth": True, "difficulty": 2,
          "day": "2027-05-31", "use": "exam", "any": "anything"}
TABLE = {name: kind for name, kind in vars(yaml_kinds).items()
         if name.isupper() and isinstance(kind, dict)}


def question_kinds():
    for type_ in TYPES:
        named = Fields()
        named["type"] = type_.name
        yield f"{type_.name} uploaded", question_of(named), type_.name
        yield f"{type_.name} of a course", course_question_of(named), type_.name


KINDS = {**TABLE, **{name: kind for name, kind, _type in question_kinds()}}
TYPE_OF = {name: type_ for name, _kind, type_ in question_kinds()}


def place(line, key):
    return f"line {line}, {key}"


def example(rule):
    """A value that a rule allows, with every key there is."""
    if isinstance(rule, str):
        return VALUES[rule]
    if callable(rule):  # the keys of a question within another, by the type it names
        return {**example(rule({"type": "matching"})), "type": "matching"}
    if isinstance(rule, dict):
        return {key.removesuffix("?"): example(inner) for key, inner in rule.items()}
    return [example(rule[0]), example(rule[0])]


def keys_of(value, path=()):
    """Every key in a value, by its path."""
    if isinstance(value, list):
        return keys_of(value[0], (*path, 0)) if value else []
    if not isinstance(value, dict):
        return []
    inner = [found for key, part in value.items() for found in keys_of(part, (*path, key))]
    return [(*path, key) for key in value] + inner


def renamed(value, path, name):
    """The value with the key at a path under another name."""
    first, *rest = path
    if isinstance(value, list):
        return [renamed(part, rest, name) if n == first else part for n, part in enumerate(value)]
    return {(name if key == first and not rest else key):
            (renamed(part, rest, name) if key == first and rest else part)
            for key, part in value.items()}


def siblings(value, path):
    for part in path[:-1]:
        value = value[part]
    return set(value)


@st.composite
def misspelt(draw, name):
    """A word with one letter too many, too few, another, or two swapped."""
    at = draw(st.integers(0, len(name) - 1))
    letter = draw(st.sampled_from(string.ascii_lowercase + "_"))
    after = name[at + 1 :]
    swapped = name[:at] + after[:1] + name[at] + after[1:]
    wrong = draw(st.sampled_from((
        name[:at] + after, name[:at] + letter + after, name[:at] + letter + name[at:],
        name + letter, swapped, name.upper())))
    return wrong if wrong else letter


def one_letter_apart(one, other):
    """Whether a word becomes another by one letter more, less or else, or by a swap."""
    if len(one) == len(other):
        differ = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        swap = len(differ) == 2 and sorted(one) == sorted(other) and differ[1] == differ[0] + 1
        return len(differ) == 1 or swap
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


@pytest.mark.parametrize("name", KINDS)
def test_an_example_of_every_kind_has_no_problem(name):
    value = example(KINDS[name])
    checked = check(parse(yaml.safe_dump(value)), KINDS[name], place)
    assert checked.problems == ()
    assert set(checked.value) == {key.removesuffix("?") for key in KINDS[name]}


@pytest.mark.parametrize("name", KINDS)
def test_what_may_be_left_out_may_be_left_out(name):
    needed = {key: example(rule) for key, rule in KINDS[name].items() if not key.endswith("?")}
    if needed:
        assert check(parse(yaml.safe_dump(needed)), KINDS[name], place).problems == ()


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_every_misspelt_key_is_told_with_its_line_and_the_key_that_is_meant(name, data):
    value = example(KINDS[name])
    path = data.draw(st.sampled_from(keys_of(value)))
    key = path[-1]
    wrong = data.draw(misspelt(key).filter(lambda word: word not in siblings(value, path)))
    text = yaml.safe_dump(renamed(value, path, wrong), sort_keys=False)
    [problem] = check(parse(text), KINDS[name], place).problems
    lines = [n for n, line in enumerate(text.split("\n"), 1)
             if line.strip("- ").startswith((f"{wrong}:", f"'{wrong}':"))]
    meant = problem.params["near"]
    assert problem.severity == "error" and problem.place in {place(n, wrong) for n in lines}
    assert meant == key or one_letter_apart(wrong, meant)
    assert f"did you mean {meant}?" in problem.message and meant in problem.hint % problem.params


@pytest.mark.parametrize(("wrong", "meant"), [
    ("pas_mark", "pass_mark"), ("titel", "title"), ("dificulty", "difficulty"), ("ID", "id"),
    ("explantion", "explanation"), ("frobnicate", None), ("x", None),
])  # fmt: skip
def test_the_nearest_key_is_found_where_one_is_near(wrong, meant):
    known = ("id", "title", "pass_mark", "pass_mark_basis", "difficulty", "explanation")
    assert nearest(wrong, known) == meant


def test_a_key_like_none_is_told_with_all_that_there_are():
    [problem] = check(parse("id: A\nfrobnicate: 1"), {"id": "id", "name?": "text"}, place).problems
    assert (problem.place, problem.message) == (
        "line 2, frobnicate", 'The key "frobnicate" is unknown.')
    assert problem.hint % problem.params == "Remove it, or write one of these: id, name."


@pytest.mark.parametrize(("word", "text", "value"), [
    ("text", "1.10", "1.10"), ("text", "no", "no"), ("id", "M1-R1", "M1-R1"),
    ("number", "007", 7), ("truth", "false", False), ("day", "2027-05-31", "2027-05-31"),
    ("difficulty", "3", 3), ("use", "practice", "practice"), ("any", "[a, {b: c}]",
                                                              ["a", {"b": "c"}]),
])  # fmt: skip
def test_a_value_is_read_as_its_word_says(word, text, value):
    checked = check(parse(f"key: {text}"), {"key": word}, place)
    assert (checked.value, checked.problems) == ({"key": value}, ())
    assert checked.lines[("key",)] == 1


@pytest.mark.parametrize(("word", "text", "wanted"), [
    ("text", "[a]", "A text is expected here."), ("text", '""', "A text is expected here."),
    ("id", "a b", "This is no id."), ("number", "-1", "A whole number is expected here."),
    ("number", "8e1", "A whole number is expected here."),
    ("number", "٣", "A whole number is expected here."),
    ("truth", "yes", "Neither true nor false."), ("day", "31.5.2027", "A day is expected here."),
    ("day", "20270531", "A day is expected here."), ("day", "2027-02-30", "A day is expected"),
    ("difficulty", "4", "The difficulty is not 1, 2 or 3."), ("use", "fun", "The use is unknown."),
])  # fmt: skip
def test_a_value_of_another_kind_is_told_with_its_line_and_left_out(word, text, wanted):
    checked = check(parse(f"other: x\nkey: {text}"), {"key": word, "other": "text"}, place)
    [problem] = checked.problems
    assert problem.place == "line 2, key" and wanted in problem.message and problem.hint
    assert checked.value == {"other": "x"}


@pytest.mark.parametrize(("rule", "text", "where", "wanted"), [
    (["text"], "a: b", "line 1, ", "A list is expected here."),
    ({"part": ["text"]}, "part: a", "line 1, part", "A list is expected here."),
    ({"part": {"id": "id"}}, "\npart: a", "line 2, part", "Fields with names are expected here."),
    ({"part": {"id": "id"}}, "part:\n  name: a", "line 2, name", 'The key "name" is unknown.'),
    ([{"id": "id", "title": "text"}], "- {id: A, title: a}\n\n- id: B", "line 3, title",
     "The key is missing."),
])  # fmt: skip
def test_a_part_of_the_wrong_shape_is_told_with_its_line(rule, text, where, wanted):
    problems = check(parse(text), rule, place).problems
    assert (where, wanted) in [(problem.place, problem.message) for problem in problems]


def test_a_misspelt_key_is_not_told_as_missing_too():
    [problem] = check(parse("titel: x"), {"title": "text"}, place).problems
    assert "did you mean title?" in problem.message


def test_an_empty_value_that_may_be_left_out_is_left_out():
    checked = check(parse("id: A\nalso:"), {"id": "id", "also?": ["text"]}, place)
    assert (checked.value, checked.problems) == ({"id": "A"}, ())


def test_a_misspelt_key_of_an_uploaded_question_is_its_error_wherever_it_stands():
    text = ("- type: single_choice\n  stem: S\n  options:\n    - {text: a, right: true}\n"
            "    - text: b\n      fedback: no\n")
    imported = read(text, "yaml")
    [problem] = imported.errors
    assert problem.place == "line 1, fedback on line 6"
    assert "did you mean feedback?" in problem.message
    assert imported.questions == () and imported.faulty_places() == {"line 1"}


def test_nobody_knows_the_keys_of_a_foreign_type():
    imported = read("- {type: hotspot, stem: S, pairs: [[a, b]], topik: x}", "yaml")
    [problem] = imported.errors
    assert (problem.place, problem.message) == ("line 1, type", 'The type "hotspot" is unknown.')


def test_a_key_that_may_stand_for_two_is_one_problem():
    """ "facs" is near "facts" and "fact": whichever was meant, it is not missing as well."""
    kind = {"id": "id", "fact": "text", "facts?": ["text"]}
    [problem] = check(parse("id: A\nfacs: F01"), kind, place).problems
    assert "did you mean fact" in problem.message


@pytest.mark.parametrize(("word", "text", "value"), [
    ("truth", "true", True), ("truth", "false", False), ("number", "007", 7),
    ("number", "123456789", 123_456_789), ("difficulty", "2", 2), ("use", "exam", "exam"),
    ("use", "practice", "practice"), ("day", "2027-05-31", "2027-05-31"), ("id", "A.b-1", "A.b-1"),
    ("text", "x", "x"),
])
def test_a_single_value_is_read_as_what_it_means(word, text, value):
    checked = check(parse(f"a: '{text}'"), {"a": word}, place)
    assert checked.value == {"a": value} and type(checked.value["a"]) is type(value)
    assert not checked.problems


@pytest.mark.parametrize(("word", "text"), [
    ("truth", "yes"), ("truth", "True"), ("number", "1234567890"), ("number", "-1"),
    ("number", "1.0"), ("number", "٣"), ("difficulty", "4"), ("difficulty", "0"), ("use", "Exam"),
    ("day", "2027-5-31"), ("day", "20270531"), ("day", "2027-02-30"),
    ("id", "a b"), ("text", ""), ("id", "ä"),
])
def test_a_single_value_of_another_kind_is_named_and_left_out(word, text):
    checked = check(parse(f"a: '{text}'"), {"a": word}, place)
    [problem] = checked.problems
    assert (checked.value, problem.place) == ({}, "line 1, a") and problem.hint


def test_a_question_of_a_course_says_more_and_names_its_facts_one_way():
    said = {"type": "single_choice"}
    free, one = question_of(said), course_question_of({**said, "fact": "f"})
    many = course_question_of({**said, "facts": ""})
    needed = {"id", "topic", "difficulty", "fact", "use", "explanation"}
    assert needed <= set(one) and {f"{name}?" for name in needed} <= set(free)
    assert needed - {"fact"} <= set(many) and "fact?" in many
    assert {key.strip("?") for key in one} == {key.strip("?") for key in free}


def test_keys_of_an_unknown_type_are_all_allowed_since_the_type_is_wrong_first():
    assert {"stem?", "other?"} <= set(question_of({"type": "nothing", "stem": "", "other": ""}))
