"""What every question type promises, run over each type's own examples and over drawn ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from isotrain.ledger.canonical import canonical_bytes, parse
from isotrain.questions import TYPES, find_type, get_type
from isotrain.questions.contract import FIELD, BadData, BadResponse, KeyMissing

from .strategies import QUESTIONS, laws, one, perfect, questions, responses, seeds, zero

EXAMPLES = [example for type_ in TYPES for example in type_.examples()]
few = laws()


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_earns_what_it_says(example):
    assert example.question.mark(example.response) == example.share


@pytest.mark.parametrize("type_", TYPES)
def test_the_examples_show_full_marks_no_marks_and_no_answer(type_):
    examples = type_.examples()
    assert {one, zero} <= {example.share for example in examples}
    assert None in [example.response for example in examples]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_has_no_problem(example):
    assert example.question.problems() == ()


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_found_by_its_name(type_):
    assert get_type(type_.name) is type_ is find_type(type_.name)


def test_an_unknown_type_is_not_found():
    assert find_type("guessing") is None
    with pytest.raises(KeyError):
        get_type("guessing")


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_is_tested_here(type_):
    assert type_ in QUESTIONS


@few
@given(questions)
def test_content_and_key_join_to_the_same_question(question):
    assert type(question).join(question.content(), question.key()) == question


@few
@given(questions)
def test_the_form_written_in_banks_reads_back_to_the_same_question(question):
    data = question.to_data()
    assert data["type"] == question.name
    assert type(question).from_data(data) == question


@few
@given(st.data())
def test_everything_stored_survives_canonical_json(data):
    question = data.draw(questions)
    response = data.draw(responses(question))
    arrangement = question.arranged(Dice("0" * 32))
    stored = [question.content(), question.key(), question.to_data(), question.solution()]
    for value in (*stored, response, arrangement):
        assert parse(canonical_bytes(value)) == value


@few
@given(questions)
def test_nothing_drawn_here_has_an_error(question):
    assert [p for p in question.problems() if p.severity == "error"] == []


@few
@given(st.data())
def test_marks_lie_between_nothing_and_all(data):
    question = data.draw(questions)
    assert zero <= question.mark(data.draw(responses(question))) <= one


@few
@given(questions)
def test_the_solution_earns_all_and_no_answer_earns_nothing(question):
    assert question.mark(perfect(question)) == one
    assert question.mark(None) == zero


@few
@given(questions)
def test_the_solution_for_the_review_page_shows_what_is_right(question):
    right = [id_ for id_, option in question.solution()["options"].items() if option["right"]]
    response = perfect(question)
    assert right == (response if isinstance(response, list) else [response])
    assert question.solution()["explanation"] == question.explanation


@few
@given(questions, seeds)
def test_an_arrangement_is_a_permutation_of_the_options(question, seed):
    arrangement = question.arranged(Dice(seed))
    assert sorted(arrangement) == sorted(question.solution()["options"])
    assert arrangement == question.arranged(Dice(seed))


@few
@given(questions, seeds)
def test_what_is_asked_shows_positions_and_the_texts_in_that_order(question, seed):
    arrangement = question.arranged(Dice(seed))
    asked = question.asked(arrangement)
    texts = question.solution()["options"]
    assert asked.stem == question.stem
    assert [option.value for option in asked.options] == [str(n) for n in range(len(arrangement))]
    assert [option.text for option in asked.options] == [texts[id_]["text"] for id_ in arrangement]


@few
@given(st.data(), seeds)
def test_a_response_filled_in_reads_back_the_same(data, seed):
    question = data.draw(questions)
    response = data.draw(responses(question))
    arrangement = question.arranged(Dice(seed))
    assert question.read(question.filled(response, arrangement), arrangement) == response


@few
@given(st.data(), seeds)
def test_a_question_without_its_key_is_asked_and_read_just_the_same(data, seed):
    question = data.draw(questions)
    response = data.draw(responses(question))
    bare = type(question).join(question.content())
    arrangement = bare.arranged(Dice(seed))
    assert arrangement == question.arranged(Dice(seed))
    assert bare.asked(arrangement) == question.asked(arrangement)
    assert bare.read(bare.filled(response, arrangement), arrangement) == response


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("method", ["key", "to_data", "problems", "solution"])
def test_a_question_without_its_key_refuses_what_needs_it(type_, method):
    bare = type_.join(type_.examples()[0].question.content())
    with pytest.raises(KeyMissing):
        getattr(bare, method)()


@pytest.mark.parametrize("type_", TYPES)
def test_a_question_without_its_key_cannot_be_marked(type_):
    example = type_.examples()[0]
    bare = type_.join(example.question.content())
    for response in (example.response, None):
        with pytest.raises(KeyMissing):
            bare.mark(response)


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize(
    "sent", [["99"], ["-1"], ["a"], [""], ["0", "0"], ["0 "], ["٠"], ["0", "99"], ["true"]]
)
def test_a_submission_that_was_not_on_the_page_is_refused(type_, sent):
    question = type_.examples()[0].question
    with pytest.raises(BadResponse):
        question.read({FIELD: sent}, question.arranged(Dice("0" * 32)))


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("sent", [{}, {FIELD: []}, {"other": ["0"]}])
def test_nothing_sent_is_no_answer(type_, sent):
    question = type_.examples()[0].question
    assert question.read(sent, question.arranged(Dice("0" * 32))) is None


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("response", ["zz", "", ["zz"], [], 7, True, {"a": 1}, ["b", "a"]])
def test_a_stored_response_of_another_question_cannot_be_marked(type_, response):
    with pytest.raises(BadResponse):
        type_.examples()[0].question.mark(response)


@pytest.mark.parametrize("type_", TYPES)
def test_only_where_several_may_be_chosen_does_the_page_offer_it(type_):
    question = type_.examples()[0].question
    asked = question.asked(question.arranged(Dice("0" * 32)))
    assert (asked.type, asked.rule) == (type_.name, type_.rule)
    two = {FIELD: ["0", "1"]}
    if asked.several:
        assert len(question.read(two, question.arranged(Dice("0" * 32)))) == 2
    else:
        with pytest.raises(BadResponse):
            question.read(two, question.arranged(Dice("0" * 32)))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "right", "share", "feedback", "x"]) | st.integers(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
fields = ["stem", "options", "answer", "explanation", "shuffle", "feedback_true", "type"]


@laws(150)
@given(st.sampled_from(TYPES), anything | st.dictionaries(st.sampled_from(fields), anything))
def test_data_of_any_shape_is_read_or_refused_in_words(type_, data):
    try:
        question = type_.from_data(data)
    except BadData as refusal:
        assert refusal.problems
        assert all(problem.message and problem.hint for problem in refusal.problems)
    else:
        assert all(problem.message and problem.hint for problem in question.problems())


def same_content(question):
    """The question with every canary of the key taken away: other right answers, other texts."""
    key = question.key()
    changed = {**key, "explanation": "", "feedback": {}, "feedback_true": "", "feedback_false": ""}
    if "answer" in key:
        changed = {**changed, "answer": not key["answer"]}
        del changed["feedback"]
    else:
        ids = [option["id"] for option in question.content()["options"]]
        changed = {**changed, "right": [i for i in ids if i not in key["right"]], "shares": {}}
        del changed["feedback_true"], changed["feedback_false"]
    return type(question).join(question.content(), changed)


@few
@given(questions, seeds)
def test_what_a_learner_may_see_does_not_change_with_the_key(question, seed):
    other = same_content(question)
    assert canonical_bytes(other.content()) == canonical_bytes(question.content())
    assert other.arranged(Dice(seed)) == question.arranged(Dice(seed))
    arrangement = other.arranged(Dice(seed))
    assert other.asked(arrangement) == question.asked(arrangement)


CANARY = "canary-7f3a"


@pytest.mark.parametrize("type_", TYPES)
def test_no_text_of_the_key_reaches_the_learner(type_):
    question = type_.examples()[0].question
    data = {**question.to_data(), "explanation": CANARY}
    data["feedback_true"] = data["feedback_false"] = CANARY
    data["options"] = [{**part, "feedback": CANARY} for part in data.get("options", [])]
    marked = type_.from_data(data)
    assert CANARY in repr(marked.key())
    assert CANARY not in repr(marked.content())
    assert CANARY not in repr(marked.asked(marked.arranged(Dice("0" * 32))))
