"""The page that checks a file: it counts what it lists, calls things by their names, shows keys."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from isotrain.formats import key_in_short
from isotrain.media import keeping
from isotrain.questions import TYPES
from isotrain.questions.draft import Draft, Option
from tests.banks.files.test_choosing import asks_of, choose, upload
from tests.banks.test_command import run  # noqa: F401 - a fixture
from tests.factories import committed
from tests.formats.test_sheet_keys import NUMBERS
from tests.media.making import PICTURE as RED

PICTURE = "picture:" + "a" * 64 + "/40x40"
GIFT = "Who certifies? {=A certification body ~ISO}\n\nHow many? {#3:0.5}\n"


def test_what_is_to_be_chosen_is_not_counted_among_what_is_listed(client, bank_id):
    page = client.get(upload(client, bank_id, NUMBERS)).text
    listed = page.partition('<ul class="problem-list">')[2].partition("</ul>")[0]
    [told] = re.findall(r"(\d+) things? to look at", page)
    assert int(told) == listed.count("<li")
    assert "are shown." not in page


def test_a_question_that_waits_for_a_choice_has_no_error(client, bank_id):
    page = client.get(upload(client, bank_id, NUMBERS)).text
    assert "Waits for your choice" in page and "Has errors" not in page
    assert 'aria-label="Wrong"' not in page


def test_what_was_chosen_is_said_in_its_own_words(client, bank_id):
    check = upload(client, bank_id, NUMBERS)
    asks = asks_of(client.get(check).text)
    choose(client, check, {asks: "from_1"})
    page = client.get(check).text
    assert "As chosen for this header, options are counted from 1." in page
    assert asks not in page


def test_a_command_says_what_was_chosen_and_the_option_that_chose_it(run, tmp_path):  # noqa: F811
    file = tmp_path / "bank.csv"
    file.write_text(NUMBERS)
    asks = re.search(r"--reading (\S+)=text", run("check", str(file)).stderr).group(1)
    said = run("check", str(file), "--reading", f"{asks}=from_1").stderr
    assert "As chosen for this header, options are counted from 1." in said
    assert f"  --reading {asks}=from_1\n" in said


def test_a_picture_is_shown_by_its_words(client, bank_id):
    text = (f"- type: single_choice\n  stem: '![A red sign]({PICTURE}) means?'\n  options:\n"
            f"    - {{text: '![Stop]({PICTURE})', right: true}}\n    - {{text: Go}}\n")
    page = client.get(upload(client, bank_id, text, "q.yaml")).text
    assert "[A red sign] means?" in page and "picture:" not in page


def test_a_right_answer_that_is_a_picture_is_seen_beside_its_words(client, bank_id):
    with committed():
        keeping.keep([RED])
    address = f"picture:{RED.sha256}/8x6"
    text = (f"- type: single_choice\n  stem: Which one?\n  options:\n"
            f"    - {{text: '![Stop]({address})', right: true}}\n"
            f"    - {{text: '![Go]({address})'}}\n")
    page = client.get(upload(client, bank_id, text, "q.yaml")).text
    [key] = re.findall(r'<span class="preview-key">(.*?)</summary>', page, re.DOTALL)
    assert "[Stop]" in key and 'alt="Stop"' in key and 'alt="Go"' not in key


def test_the_right_answer_stands_under_each_question(client, bank_id):
    page = client.get(upload(client, bank_id, GIFT, "q.gift")).text
    keys = re.findall(r'<span class="preview-key">(.*?)</span>\s*</summary>', page, re.DOTALL)
    assert ["A certification body" in keys[0], "3 ± 0.5" in keys[1]] == [True, True]


@pytest.mark.parametrize(("draft", "short"), [
    (Draft("", "multiple_choice", "?", options=(
        Option("a", Fraction(1, 2)), Option("b"), Option("c", Fraction(1, 2)))), "a · c"),
    (Draft("", "ordering", "?", options=(Option("one"), Option("two"))), "one → two"),
    (Draft("", "matching", "?", pairs=(("a", "1"), ("b", "2"), ("", "3"))), "a → 1 · b → 2"),
    (Draft("", "cloze", "A {1:MC:=x~y} {1:MR:=a~=b~c}"), "x · a, b"),
    (Draft("", "short_text", "?", options=(
        Option("ISO", Fraction(1)), Option("I", Fraction(1, 2)))), "ISO · I (50%)"),
    (Draft("", "single_choice", "?", options=(Option(f"![Stop]({PICTURE})", Fraction(1)),)),
     "[Stop]"),
    (Draft("", "essay", "?", more={"points": ["x"]}), ""),
    (Draft("", "scenario", "?", parts=(
        Draft("", "numeric", "?", options=(Option("3", Fraction(1)),)),
        Draft("", "single_choice", "?", options=(Option("a", Fraction(1)),)))), "1. 3 · 2. a"),
])
def test_a_key_is_told_in_short(draft, short):
    assert key_in_short(draft) == short


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)
def test_every_type_that_has_a_key_tells_it(type_):
    told = key_in_short(type_.examples()[0].question.draft())
    assert bool(told) == (type_.name not in ("essay", "information"))
