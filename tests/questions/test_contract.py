"""What every question type promises, run over each type's own examples and over drawn ones.

Nothing here knows the shape of a question, an arrangement or a response.
"""

import re
from dataclasses import fields as parts_of
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from isotrain.ledger.canonical import canonical_bytes, parse
from isotrain.questions import TYPES, find_type, marked_by
from isotrain.questions.contract import (
    PENDING,
    AsWritten,
    BadData,
    BadResponse,
    KeyMissing,
    is_answer,
)
from isotrain.questions.draft import Draft
from tests.questions.pairing import Pairing

from .strategies import QUESTIONS, TYPED, known, laws, one, questions, responses, seeds, zero

HELD = (*TYPES, Pairing)
# Whose answers are chosen among what the page shows.
CHOSEN = tuple(type_ for type_ in (*QUESTIONS, Pairing) if type_ not in TYPED)
# Whose key decides a mark without a person.
DECIDED = tuple(type_ for type_ in (*QUESTIONS, Pairing)
                if type_.asks and not type_.marked_by_person)
EXAMPLES = [example for type_ in HELD for example in type_.examples()]
SEED = "0" * 32
few = laws()


def keys_of(type_):
    """The keys that banks write for a type."""
    return {key.removesuffix("?") for key in type_.data_keys}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_earns_what_it_says(example):
    assert example.question.mark(example.response) == example.share


@pytest.mark.parametrize("type_", HELD)
def test_the_examples_show_full_marks_no_marks_and_no_answer(type_):
    examples = type_.examples()
    shares = {example.share for example in examples}
    assert {one, zero} <= shares or (type_.marked_by_person and PENDING in shares) \
        or not type_.asks
    assert None in [example.response for example in examples]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_has_no_problem(example):
    assert example.question.problems() == ()


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_found_by_its_name_and_by_its_marking_rule(type_):
    assert find_type(type_.name) is type_
    assert type_.markings
    for marking in type_.markings:
        assert marked_by(marking) is type_
    assert type_.blank().marking == type_.markings[0]


def test_an_unknown_type_or_marking_rule_is_not_found():
    assert find_type("guessing") is None
    with pytest.raises(KeyError):
        marked_by("guessing")


def test_no_two_types_share_a_name_or_a_marking_rule():
    assert len({type_.name for type_ in TYPES}) == len(TYPES)
    rules = [marking for type_ in TYPES for marking in type_.markings]
    assert len(set(rules)) == len(rules)


@few
@given(questions)
def test_a_question_goes_on_being_marked_by_the_rule_its_version_keeps(question):
    assert question.marking in type(question).markings
    again = type(question).join(question.content(), question.key())
    assert again.marking == question.marking


@pytest.mark.parametrize("example", [
    next(each for each in EXAMPLES if each.question == question)
    for question in dict.fromkeys(example.question for example in EXAMPLES)])
def test_pure_guessing_earns_what_the_question_says(example):
    """10,000 random responses; the mean strays from what is right by less than 0.02."""
    question, dice = example.question, Dice(SEED)
    arrangement = question.arranged(dice)
    marks = [question.mark(question.guessed(dice, arrangement)) for _ in range(10_000)]
    assert abs(float(sum(marks)) / len(marks) - float(question.chance())) < 0.02


@few
@given(questions, seeds)
def test_a_guess_is_a_response_that_the_page_could_send(question, seed):
    dice = Dice(seed)
    arrangement = question.arranged(dice)
    response = question.guessed(dice, arrangement)
    assert question.read(question.filled(response, arrangement), arrangement) == response
    assert zero <= question.chance() <= one


@few
@given(questions)
def test_content_and_key_join_to_the_same_question(question):
    assert type(question).join(question.content(), question.key()) == question


@few
@given(questions)
def test_the_form_written_in_banks_reads_back_to_the_same_question(question):
    data = question.to_data()
    assert data["type"] == question.name
    assert set(data) <= {"type", *keys_of(type(question))}
    assert type(question).from_data(data) == question


@few
@given(questions)
def test_a_draft_says_all_of_a_question_and_survives_json(question):
    draft = question.draft()
    assert draft.place == ""
    again = type(question).from_draft(Draft.from_data(draft.to_data()))
    assert again.content() == question.content()
    assert (again.judging(), again.explanation) == (
        type(question).from_draft(draft).judging(), question.explanation)
    assert again.draft() == draft


@few
@given(st.data())
def test_everything_stored_survives_canonical_json(data):
    question = data.draw(questions)
    response = data.draw(responses(question))
    arrangement = question.arranged(Dice(SEED))
    stored = [question.content(), question.key(), question.to_data(), question.judging()]
    for value in (*stored, question.solution(), response, arrangement):
        assert parse(canonical_bytes(value)) == value


@few
@given(questions)
def test_nothing_drawn_here_has_an_error(question):
    assert [p for p in question.problems() if p.severity == "error"] == []


@few
@given(st.data())
def test_marks_lie_between_nothing_and_all(data):
    question = data.draw(questions)
    mark = question.mark(data.draw(responses(question)))
    assert mark is PENDING or zero <= mark <= one


@few
@given(questions)
def test_the_solution_earns_all_and_no_answer_earns_nothing(question):
    assert question.solution() is None or question.mark(question.solution()) in (one, PENDING)
    assert question.mark(None) == zero


@few
@given(questions, seeds)
def test_the_same_dice_arrange_a_question_the_same(question, seed):
    assert question.arranged(Dice(seed)) == question.arranged(Dice(seed))


@few
@given(questions, seeds)
def test_what_is_asked_names_the_question(question, seed):
    asked = question.asked(question.arranged(Dice(seed)))
    assert (asked.type, asked.stem, asked.instruction) == (
        question.name, question.plain_stem, question.instruction)
    assert asked.script is question.script


@few
@given(st.data(), seeds)
def test_a_response_filled_in_reads_back_the_same(data, seed):
    question = data.draw(questions)
    response = data.draw(responses(question))
    arrangement = question.arranged(Dice(seed))
    fields = question.filled(response, arrangement)
    assert all(is_answer(name) and any(values) for name, values in fields.items())
    assert bool(fields) == (response is not None) == bool(question.answered(response))
    assert question.answered(response) <= question.size or not question.asks
    assert question.read(fields, arrangement) == response


@few
@given(st.data(), seeds)
def test_a_question_without_its_key_is_asked_read_and_reviewed_just_the_same(data, seed):
    question = data.draw(questions)
    response = data.draw(responses(question))
    bare = type(question).join(question.content())
    arrangement = bare.arranged(Dice(seed))
    assert arrangement == question.arranged(Dice(seed))
    assert bare.asked(arrangement) == question.asked(arrangement)
    assert bare.read(bare.filled(response, arrangement), arrangement) == response
    reviewed = bare.review(response, arrangement, key=False)
    assert reviewed == question.review(response, arrangement, key=False)
    assert reviewed.answered == (response is not None)


@pytest.mark.parametrize("type_", HELD)
@pytest.mark.parametrize(
    "method", ["key", "judging", "to_data", "draft", "problems", "solution", "chance"])
def test_a_question_without_its_key_refuses_what_needs_it(type_, method):
    bare = type_.join(type_.examples()[0].question.content())
    with pytest.raises(KeyMissing):
        getattr(bare, method)()


@pytest.mark.parametrize("type_", HELD)
def test_a_question_without_its_key_cannot_be_marked(type_):
    example = type_.examples()[0]
    bare = type_.join(example.question.content())
    for response in (example.response, None):
        with pytest.raises(KeyMissing):
            bare.mark(response)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize(
    "value", ["99", "-1", "a", "0 ", "٠", "true", "\0", "x" * 1000]
)
def test_a_submission_that_was_not_on_the_page_is_refused_or_can_be_marked(example, value):
    question, arrangement = example.question, example.question.arranged(Dice(SEED))
    names = question.filled(question.solution(), arrangement)
    for name in names:
        for sent in ([value], [value, value], [*names[name], value]):
            try:
                response = question.read({**names, name: sent}, arrangement)
            except BadResponse:
                continue
            assert type(question) not in CHOSEN and question.mark(response) is not None


@pytest.mark.parametrize("example", EXAMPLES)
def test_nothing_sent_is_no_answer(example):
    question = example.question
    assert question.read({}, question.arranged(Dice(SEED))) is None


@pytest.mark.parametrize("type_", HELD)
@pytest.mark.parametrize("response", ["zz", "", ["zz"], [], {}, 7, True, {"a": 1}, ["b", "a"]])
def test_a_stored_response_of_another_question_is_refused_or_earns_a_mark(type_, response):
    try:
        mark = type_.examples()[0].question.mark(response)
    except BadResponse:
        return
    assert type_ not in CHOSEN and (mark is PENDING or zero <= mark <= one)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "right", "left", "share", "feedback", "x"]) | st.integers(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
names = [*sorted({name for type_ in HELD for name in keys_of(type_)}), "type"]


@laws(150)
@given(st.sampled_from(HELD), anything | st.dictionaries(st.sampled_from(names), anything))
def test_data_of_any_shape_is_read_or_refused_in_words(type_, data):
    try:
        question = type_.from_data(data)
    except BadData as refusal:
        assert refusal.problems
        assert all(problem.message and problem.hint for problem in refusal.problems)
    else:
        assert all(problem.message and problem.hint for problem in question.problems())


sent_fields = st.dictionaries(
    st.sampled_from(["stem", "explanation", "right", "answer", "shuffle", "strict", "option-1",
                     "option-2", "option-2-share", "option-20", "pair-1-left", "pair-1-right",
                     "pair-1-gap", "pair-1-word", "pair-2-item", "pair-3-category", "rule",
                     "feedback_true"]) | st.text(max_size=8),
    st.lists(st.sampled_from(["1", "2", "1/3", "9/0", "true"]) | st.text(max_size=6), max_size=3),
)  # fmt: skip
acts = st.sampled_from(["", "add", "remove-1", "remove-9", "remove-x", "add-5", "remove"])


@laws(150)
@given(st.sampled_from(HELD), sent_fields, acts | st.text(max_size=5))
def test_whatever_an_editor_sends_makes_a_question_whose_problems_can_be_said(type_, sent, act):
    question = type_.edited(sent, act)
    assert all(problem.message and problem.place for problem in question.problems())
    assert isinstance(type_.from_draft(question.draft()), type_)


@pytest.mark.parametrize("type_", HELD)
def test_an_editor_begins_with_a_question_that_says_what_is_missing(type_):
    assert [p.place for p in type_.blank().problems() if p.severity == "error"]


def reworded(value):
    """What a key holds, in the same shape with other texts and shares."""
    if isinstance(value, list):
        return [reworded(each) for each in value]
    return "1/7" if re.fullmatch("-?([01]|[0-9]+/[0-9]+)", value) else ""


def changed_key(question):
    """The question with another key: what decides and what is told later are both different."""
    key, other = question.key(), dict(question.key())
    for name, value in key.items():
        if isinstance(value, bool):
            other[name] = not value
        elif isinstance(value, str):
            other[name] = ""
        elif name == "right":
            ids = [option["id"] for option in question.content()["options"]]
            other[name] = [id_ for id_ in ids if id_ not in value]
        elif name == "rights":
            turned = [*list(value.values())[1:], *list(value.values())[:1]]
            other[name] = dict(zip(value, turned, strict=True))
        elif name == "pairs":
            turned = [*value[1:], *value[:1]]
            other[name] = [[left, right] for (left, _), (_, right) in zip(value, turned,
                                                                          strict=True)]
        elif name == "order":
            other[name] = value[::-1]
        elif name == "parts":
            other[name] = [changed_key(part).key() for part in question.parts]
        elif isinstance(value, list):
            other[name] = reworded(value)
        else:
            other[name] = {}
    return type(question).join(question.content(), other)


@few
@given(known, seeds)
def test_what_a_learner_may_see_does_not_change_with_the_key(question, seed):
    other = changed_key(question)
    assert type(question) not in DECIDED or other.judging() != question.judging()
    assert canonical_bytes(other.content()) == canonical_bytes(question.content())
    assert other.arranged(Dice(seed)) == question.arranged(Dice(seed))
    arrangement = other.arranged(Dice(seed))
    assert other.asked(arrangement) == question.asked(arrangement)
    for response in (None, question.solution()):
        assert other.review(response, arrangement, key=False) == question.review(
            response, arrangement, key=False)


CANARY = "canary-7f3a"


@pytest.mark.parametrize("type_", HELD)
def test_no_text_of_the_key_reaches_the_learner_before_it_may(type_):
    question = type_.examples()[0].question
    draft = question.draft()
    options = tuple(option._replace(feedback=CANARY) for option in draft.options)
    marked = type_.from_draft(replace(draft, explanation=CANARY, options=options))
    order = marked.arranged(AsWritten())
    assert CANARY in repr(marked.key())
    for seen in (marked.content(), marked.asked(order),
                 marked.review(marked.solution(), order, key=False)):
        assert CANARY not in repr(seen)


@pytest.mark.parametrize("type_", DECIDED)
def test_a_translation_judges_the_same_and_a_change_of_the_key_does_not(type_):
    question = type_.examples()[0].question
    translated = replace(question, stem="Auf Deutsch?", explanation="So ist es.")
    assert translated.judging() == question.judging()
    assert changed_key(question).judging() != question.judging()


@pytest.mark.parametrize("type_", HELD)
def test_a_type_has_the_fields_that_everybody_relies_on(type_):
    assert {"stem", "explanation", "keyed"} <= {part.name for part in parts_of(type_)}
    assert all(marking.startswith(f"{type_.name}-") for marking in type_.markings)
    assert "stem" in keys_of(type_)
