"""QTI as we write it comes back whole, or the export says what is missing."""

import io
import re
import zipfile
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import Draft, Option
from isotrain.questions.draft import true_false_options
from tests.formats.strategies import choices, drafts, texts

NAMES = ("qti12", "qti2")
THIRD, HALF = Fraction(1, 3), Fraction(1, 2)


def losses(name, *questions):
    return [problem.message for problem in formats.find_format(name).write(questions).problems]


def there_and_back(name, questions):
    """The drafts after writing and reading, without their places."""
    format_ = formats.find_format(name)
    imported = format_.read(format_.write(questions).data)
    assert not imported.errors
    return [replace(draft, place="") for draft in imported.questions]


def said_rule(draft):
    """The draft with the rule that its type has of its own."""
    own = {"multiple_choice": "balanced", "ordering": "all_or_nothing"}
    return replace(draft, rule=draft.rule or own.get(draft.type, ""))


def distinct(questions):
    """The questions with ids of their own, without signs that XML does not have."""
    clean = str.maketrans("\ufffe\uffff", "??")
    made = []
    for number, draft in enumerate(questions):
        told = [o._replace(text=o.text.translate(clean), feedback=o.feedback.translate(clean))
                for o in draft.options]
        id_ = draft.external_id and f"{draft.external_id}-{number}"
        made.append(replace(draft, external_id=id_, options=tuple(told),
                            stem=draft.stem.translate(clean),
                            explanation=draft.explanation.translate(clean)))
    return made


RULES = ("balanced", "all_or_nothing", "equal_parts", "per_option")


@given(st.lists(drafts(whole=True, rules=RULES), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_qti_12_keeps_everything(questions):
    questions = distinct(questions)
    assert there_and_back("qti12", questions) == [said_rule(draft) for draft in questions]


@given(st.lists(choices({"name": texts(), "explanation": texts(), "shuffle": st.booleans()},
                        ("balanced", "all_or_nothing")), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_qti_22_keeps_questions_options_keys_and_feedback(questions):
    questions = [replace(draft, name=" ".join(draft.name.split())) for draft in distinct(questions)]
    assert there_and_back("qti2", questions) == [said_rule(draft) for draft in questions]


FIVE = tuple(Option(each) for each in "abcde")


def several(rule, *shares):
    return Draft("", "multiple_choice", f"By {rule}", rule=rule, options=tuple(
        option._replace(share=Fraction(share)) for option, share in zip(FIVE, shares, strict=True)))


KEPT = (
    Draft("", "single_choice", "**What** is\n\nthis & that?", name="N", external_id="Q 1",
          options=(Option("a <b>", Fraction(1), "why"), Option("b  x", THIRD),
                   Option("c", stays=True)), explanation="Because."),
    several("balanced", THIRD, THIRD, THIRD, 0, 0),
    several("all_or_nothing", HALF, HALF, 0, 0, 0),
    several("equal_parts", HALF, HALF, 0, 0, 0),
    several("weights", Fraction(3, 4), Fraction(1, 4), -THIRD, 0, 0),
    Draft("", "true_false", "So?", options=true_false_options(False, "t", "f"), explanation="E"),
    Draft("", "short_text", "Who?", options=(Option("ISO", Fraction(1)), Option("I\\*O", THIRD),
                                             Option("me"))),
    Draft("", "short_text", "Who?", options=(Option("ISO", Fraction(1)), Option("iso", HALF)),
          more={"case": True}),
    Draft("", "numeric", "How many?", options=(Option("3.5", Fraction(1), "", "0.5"),
                                               Option("-2", HALF, "", "0"))),
    Draft("", "numeric", "How many?", options=(Option("3", Fraction(1), "", "0"),)),
    Draft("", "matching", "Match", pairs=(("Plan", "1 -> 2"), ("Do = done", "3"), ("", "4"))),
    Draft("", "categorising", "Sort", pairs=(("a", "X"), ("b", "X"), ("c", "Y"), ("", "Z"))),
    Draft("", "categorising", "Sort", pairs=(("a", "X"), ("b", "Y"))),
    Draft("", "ordering", "Sort", options=FIVE, rule="all_or_nothing"),
    Draft("", "gap_text", "A [[1]] and [[2]].", pairs=(("1", "x"), ("2", "y"), ("", "z"))),
    Draft("", "cloze", "The {1:MC:=a~b~c} and {1:MC:c~=d}.\nSo.", name="T"),
    Draft("", "essay", "Discuss.", explanation="So.", more={"points": ["one", "two"]}),
    Draft("", "essay", "Discuss."),
    Draft("", "information", "Read this.", name="N"),
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("draft", KEPT, ids=lambda draft: f"{draft.type} {draft.rule}".strip())
def test_every_type_comes_back_whole_and_without_a_loss(name, draft):
    assert there_and_back(name, [draft]) == [draft]
    partly = "Some programs take answers that earn part of a mark for wholly right ones"
    assert [told for told in losses(name, draft) if not told.startswith(partly)] == []


def test_part_of_a_mark_for_one_answer_is_told_where_programs_do_not_know_it():
    partly = [draft for draft in KEPT if losses("qti12", draft)]
    assert partly == [KEPT[0], KEPT[6], KEPT[7], KEPT[8]]
    assert losses("qti12", *partly) == [
        "Some programs take answers that earn part of a mark for wholly right ones (questions: 4)."]


ONLY_12 = (
    Draft("", "short_text", "Who?", options=(Option("*ISO*", Fraction(1), "yes"),)),
    Draft("", "numeric", "How many?", options=(Option("3", Fraction(1), "yes", "1"),
                                               Option("*", Fraction(0), "no"))),
    Draft("", "cloze", "The {1:SA:=a~=b} and {1:SA:=c}."),
)
ONLY_22 = (
    Draft("", "cloze", "The {1:MC:=a~b} and {2:SAC:=c} and {1:NM:=5:0.1}."),
    Draft("", "cloze", "The {3:MCS:=a~%50%b~c}."),
)


@pytest.mark.parametrize("draft", ONLY_12, ids=lambda draft: draft.type)
def test_qti_12_keeps_more_of_some(draft):
    assert there_and_back("qti12", [draft]) == [draft]
    assert losses("qti12", draft) == []


@pytest.mark.parametrize("draft", ONLY_22, ids=lambda draft: draft.stem)
def test_qti_22_keeps_more_kinds_of_cloze(draft):
    assert there_and_back("qti2", [draft]) == [draft]
    assert losses("qti2", draft) == []
    assert "were left out" in losses("qti12", draft)[0]


def test_rules_that_others_do_not_know_are_told_and_12_keeps_them_for_us():
    for draft in (several("per_option", HALF, HALF, 0, 0, 0),
                  Draft("", "ordering", "Sort", options=FIVE, rule="neighbours")):
        assert there_and_back("qti12", [draft]) == [draft]
        for name in NAMES:
            assert "by which rule" in losses(name, draft)[0]


def test_stars_that_others_take_for_letters_are_told_or_left_out():
    draft = Draft("", "short_text", "Who?", options=(Option("I*", Fraction(1)),))
    assert there_and_back("qti12", [draft]) == [draft]
    assert "no stars" in losses("qti12", draft)[0]
    assert "were left out" in losses("qti2", draft)[0]


FULL = Draft("", "single_choice", "Q?", tags=("t",), category="C", topic="iso", difficulty=1,
             module="m", facts=("A1",), use="exam", enemies="g", language="de",
             options=(Option("a", Fraction(1)), Option("b")))  # fmt: skip


def test_what_22_cannot_carry_about_a_question_is_told():
    assert len(losses("qti2", FULL)) == 8
    assert losses("qti12", FULL) == []
    [read] = there_and_back("qti2", [FULL])
    assert (read.language, read.tags, read.topic) == ("de", (), "")


def test_questions_that_cannot_be_written_are_left_out_and_told():
    scenario = Draft("", "scenario", "S")
    keyless = Draft("", "single_choice", "Q", options=(Option("a"), Option("b")))
    broken = Draft("", "cloze", "No parts")
    for name in NAMES:
        assert [told.partition("(")[0] for told in losses(name, scenario, keyless, broken)] == [
            losses(name, broken)[0].partition("(")[0], losses(name, scenario)[0].partition("(")[0],
            "Questions without a right answer were left out "]


def members(name, *questions):
    data = formats.find_format(name).write(questions).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


@given(texts(least=1))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_well_formed(text):
    draft = Draft("", "gap_text", text + "[[1]]", pairs=(("1", text), ("", "x")), name=text,
                  explanation=text)
    for name in NAMES:
        for content in members(name, draft, *KEPT).values():
            fromstring(content)


def test_the_same_questions_make_the_same_bytes():
    for name in NAMES:
        format_ = formats.find_format(name)
        assert format_.write(KEPT).data == format_.write(KEPT).data


def test_the_manifest_lists_every_item():
    written = members("qti2", *KEPT)
    manifest = written["imsmanifest.xml"].decode()
    assert all(f'href="{name}"' in manifest for name in written if name.startswith("items/"))
    assert len(written) == len(KEPT) + 1


def test_canvas_finds_what_it_looks_for():
    quiz = members("qti12", *KEPT)["isotrain-questions/isotrain-questions.xml"].decode()
    for kind in ("multiple_choice", "true_false", "multiple_answers", "short_answer", "numerical",
                 "matching", "categorization", "ordering", "multiple_dropdowns", "essay",
                 "text_only"):
        assert f"<fieldentry>{kind}_question</fieldentry>" in quiz


def written(name, *questions):
    """The XML files of an export."""
    archive = zipfile.ZipFile(io.BytesIO(formats.find_format(name).write(questions).data))
    return [archive.read(each).decode() for each in archive.namelist() if each.endswith(".xml")]


def test_what_other_programs_look_for_bears_the_names_they_look_for():
    typed = Draft("", "short_text", "Who?", options=(Option("ISO", 1),))
    assert sum('varname="SCORE"' in each for each in written("qti12", typed)) == 1
    told = written("qti2", typed, replace(typed, more={"case": True}))
    assert sum('caseSensitive="false"' in each for each in told) == 1
    assert sum('caseSensitive="true"' in each for each in told) == 1


def test_items_without_an_id_get_different_ones():
    [items] = [each for each in written("qti12", *[Draft("", "information", "Look.")] * 2)
               if "<item " in each]
    idents = re.findall(r'<item ident="([^"]+)"', items)
    assert len(set(idents)) == 2


def test_one_right_option_is_compared_and_parts_are_mapped():
    options = (Option("a", 1), Option("b"))
    single = Draft("", "single_choice", "Q", options=options)
    [plain] = [each for each in written("qti2", single) if "<assessmentItem" in each]
    partly = replace(single, options=(*options, Option("c", HALF)))
    [mapped] = [each for each in written("qti2", partly) if "<assessmentItem" in each]
    assert ("mapEntry" in plain, "mapEntry" in mapped) == (False, True)


def test_feedback_on_several_options_is_declared_for_several():
    options = (Option("a", HALF, "good"), Option("b", HALF), Option("c", feedback="bad"))
    told = Draft("", "multiple_choice", "Q", options=options, rule="balanced")
    [item] = [each for each in written("qti2", told) if "<assessmentItem" in each]
    assert '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple"' in item
    one = replace(told, type="single_choice", rule="")
    [item] = [each for each in written("qti2", one) if "<assessmentItem" in each]
    assert '<outcomeDeclaration identifier="FEEDBACK" cardinality="single"' in item


CLOZE = Draft("", "cloze", "A **new** {1:MC:=standard~law} and {1:MC:=b~c}.")


def test_emphasis_around_gaps_is_written_as_such():
    [item] = [each for each in written("qti2", CLOZE) if "<assessmentItem" in each]
    assert "<strong>new</strong>" in item and "**" not in item.partition("<itemBody")[2]
    assert there_and_back("qti2", [CLOZE]) == [CLOZE]


@pytest.mark.parametrize("name", NAMES)
def test_no_title_tells_what_fills_the_gaps(name):
    titles = [title for each in written(name, CLOZE)
              for title in re.findall('title="([^"]*)"', each)]
    assert "A **new** _____ and _____." in titles
    assert not any("standard" in title for title in titles)


def test_paragraphs_with_gaps_stand_apart():
    gapped = Draft("", "gap_text", "A [[1]].\n\nB [[2]].", pairs=(("1", "x"), ("2", "y")))
    [item] = [each for each in written("qti2", gapped) if "<assessmentItem" in each]
    assert item.count("\n<p>") == 2
    assert there_and_back("qti2", [gapped]) == [gapped]


def test_canvas_knows_a_gap_by_its_bare_name_and_its_answers_as_they_are_typed():
    typed = Draft("", "cloze", "The {1:SA:=R & D~=R and D}.")
    [items] = [each for each in written("qti12", typed) if "<item " in each]
    assert "<material><mattext>gap1</mattext></material>" in items
    assert '<mattext texttype="text/plain">R &amp; D</mattext>' in items
    assert there_and_back("qti12", [typed]) == [typed]


def test_a_word_with_emphasis_is_written_with_it():
    marked = Draft("", "gap_text", "A [[1]].", pairs=(("1", "**new** one"), ("", "old")))
    [items] = [each for each in written("qti12", marked) if "<item " in each]
    assert "&lt;strong&gt;new&lt;/strong&gt; one" in items
    assert there_and_back("qti12", [marked]) == [marked]


@pytest.mark.parametrize("draft", [
    Draft("", "short_text", "Who?", options=(
        Option("ISO", Fraction(1)), Option("me", feedback="no"), Option("you"))),
    Draft("", "numeric", "How many?", options=(
        Option("3", Fraction(1), "", "0"), Option("4", Fraction(0), "no", "0"),
        Option("5", Fraction(0), "", "0.5"))),
], ids=lambda draft: draft.type)  # fmt: skip
def test_canvas_takes_no_wrong_answer_for_a_right_one(draft):
    [items] = [each for each in written("qti12", draft) if "<item " in each]
    assert items.count("<setvar") == 1
    assert there_and_back("qti12", [draft]) == [draft]


def test_each_thing_in_its_category_earns_its_share():
    sorted_ = Draft("", "categorising", "Sort", pairs=(("a", "X"), ("b", "X"), ("c", "Y")))
    [items] = [each for each in written("qti12", sorted_) if "<item " in each]
    assert items.count("33.333333333333") == items.count("<setvar") == 3
    assert there_and_back("qti12", [sorted_]) == [sorted_]
