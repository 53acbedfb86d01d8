"""Options that make sense only where their writer put them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from isotrain.questions import SingleChoice
from isotrain.questions.draft import Draft, Option
from isotrain.questions.staying import letters_in, settled
from tests.questions.strategies import laws, seeds, texts


def a_draft(*options, **more):
    return Draft("line 1", "single_choice", "Which?",
                 options=tuple(Option(text) for text in options), **more)


@pytest.mark.parametrize("text", [
    "All of the above", "None of these.", "all of these answers", "None of the options is right",
    "Alle genannten", "Keine der genannten Antworten", "Alle Antworten sind richtig",
    "Toutes les réponses ci-dessus", "Aucune de ces réponses", "Todas las anteriores",
    "Ninguna de las anteriores", "Tutte le precedenti", "Nessuna delle precedenti",
    "Alle bovenstaande", "Geen van bovenstaande", "Wszystkie powyższe", "Żadna z powyższych",
    "Todas as alternativas acima", "Nenhuma das respostas", "以上都是", "以上都不是", "以上皆非",
])
def test_an_option_that_points_at_the_others_keeps_its_place(text):
    draft, said = settled(a_draft("Paper", "Glass", text, "Metal"))
    assert [option.stays for option in draft.options] == [False, False, True, False]
    assert draft.shuffle and said.place == "line 1, option 3"
    assert said.severity == "warning" and text[:60] in said.message


@pytest.mark.parametrize("text", [
    "Both A and B", "A and C", "A, B and D", "only a or c", "Sowohl A und B", "A et C",
    "A y B son correctas", "(a) and (b)", "A、B",
])
def test_an_option_that_names_letters_keeps_these_and_itself_in_place(text):
    draft, said = settled(a_draft("Class A", "Class D", "Neither", "Class F", text))
    staying = [option.stays for option in draft.options]
    assert draft.shuffle and said.place == "line 1, option 5"
    assert staying[4] and staying[0] and not all(staying)
    assert "".join("abcde"[n] for n, stays in enumerate(staying[:4]) if stays) == letters_in(text)


@pytest.mark.parametrize("options", [
    ("1", "2", "3"), ("10 %", "20 %", "30 %", "100 %"), ("3 days", "2 days", "1 days"),
    ("1,000", "2,000", "10,000"), ("0.5", "1", "1.5"), ("−5 °C", "0 °C", "5 °C"),
])
def test_numbers_in_order_keep_it(options):
    draft, said = settled(a_draft(*options))
    assert not draft.shuffle and said.place == "line 1, options"


@pytest.mark.parametrize("options", [
    ("Paper", "Glass", "Metal"), ("2", "1", "3"), ("1 kg", "2 m", "3 s"), ("1", "2"),
    ("All employees of the organization", "Only managers", "Nobody"),
    ("Everything above 5 kg", "All waste", "A bin"), ("None of the above", "All of these"),
    ("A", "B", "C"), ("A standard and a certificate", "An audit", "A body"),
])
def test_other_options_may_move(options):
    assert settled(a_draft(*options)) == (a_draft(*options), None)


def test_what_its_writer_decided_stands():
    fixed = a_draft("Paper", "All of the above", shuffle=False)
    assert settled(fixed) == (fixed, None)
    decided = a_draft("None of these", "Paper")
    decided = Draft(**{**vars(decided), "options": (
        decided.options[0], decided.options[1]._replace(stays=True))})
    assert settled(decided) == (decided, None)


@laws()
@given(st.lists(texts, min_size=2, max_size=8), st.data(), seeds)
def test_what_stays_is_shown_where_it_was_written(options, data, seed):
    stays = data.draw(st.sets(st.integers(0, len(options) - 1)))
    draft = Draft("", "single_choice", "Which?", options=tuple(
        Option(text, stays=number in stays) for number, text in enumerate(options)))
    question = SingleChoice.from_draft(draft)
    shown = question.arranged(Dice(seed))
    ids = [option.id for option in question.options]
    assert sorted(shown) == sorted(ids)
    assert all(shown[number] == ids[number] for number in stays)


@given(st.text(max_size=200))
@laws()
def test_no_text_is_beyond_looking_at(text):
    settled(a_draft(text, text + "1", "3"))
