"""Fields of a question within its set: named apart, and no text passes for one."""

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from isotrain.questions.sets import asked_within, edited_within

from .strategies import laws

typed = st.text(st.sampled_from('name="answer" id=do value\n<>&\'-1'), max_size=40)


def test_fields_that_ask_are_named_by_their_question():
    html = '<input name="answer" value="answer"><select\n  name="answer-0-1"></select>'
    assert asked_within(html, "b") == (
        '<input name="answer-b" value="answer"><select\n  name="answer-b-0-1"></select>')
    other = '<input name="answers"> name=answer'
    assert asked_within(other, "b") == other


def test_all_that_an_editor_names_begins_with_the_number_of_its_question():
    html = ('<label for="stem">stem</label><textarea id="stem" name="stem" aria-describedby='
            '"stem-hint stem-error">x</textarea>'
            '<button name="do" value="remove-2" data-into="stem" aria-labelledby="a b"></button>')
    assert edited_within(html, "question-3-") == (
        '<label for="question-3-stem">stem</label><textarea id="question-3-stem"'
        ' name="question-3-stem" aria-describedby="question-3-stem-hint question-3-stem-error">x'
        '</textarea><button name="do" value="question-3-remove-2" data-into="question-3-stem"'
        ' aria-labelledby="question-3-a question-3-b"></button>')


@laws(200)
@given(typed)
def test_no_text_passes_for_a_field(text):
    shown = str(escape(text))
    for html in (f"<p>{shown}</p>", f'<option value="{shown}">{shown}</option>'):
        assert asked_within(html, "a") == html == edited_within(html, "question-1-")


@laws(100)
@given(typed)
def test_what_was_typed_stays_while_its_field_is_named(text):
    html = f'<input name="answer" value="{escape(text)}">'
    assert re.fullmatch(r'<input name="answer-a" value="(.*)">', asked_within(html, "a"),
                        re.DOTALL)[1] == str(escape(text))
