"""A key is never guessed: each cell is decided by itself, and asked about where it can mean two."""

import pytest

from isotrain import formats
from tests.formats.reading import only, options, read, said


def sheet(text, **readings):
    return formats.read(text.encode(), "bank.csv", readings=readings or None)


def asked(imported):
    """Where something is to be chosen, and among which readings."""
    return [(p.place, [reading.name for reading in p.readings]) for p in imported.open]


def chosen(text, name):
    """The file read with the same choice for everything that it asks."""
    readings = {problem.asks: name for problem in sheet(text).open}
    return formats.read(text.encode(), "bank.csv", readings=readings)


def right(imported):
    return [[option.text for option in draft.right] for draft in imported.questions]


NUMBERS = "Question,A,B,C,Answer\nHow many?,2,4,6,2\nWho?,x,y,z,B\n"


def test_a_number_that_is_an_option_and_a_place_is_asked_about():
    imported = sheet(NUMBERS)
    assert asked(imported) == [("row 2, column Answer", ["from_1", "text"])]
    assert imported.open[0].asks == "from_1-or-text.c9559d37"  # banks keep what was chosen by it
    assert right(imported) == [[], ["y"]]
    assert [r.template % r.params for r in imported.open[0].readings] == [
        "Options are counted from 1: 4", "It is the text of an option: 2"]


@pytest.mark.parametrize(("name", "found"), [("text", "2"), ("from_1", "4")])
def test_a_choice_decides_what_was_asked_and_is_said(name, found):
    imported = chosen(NUMBERS, name)
    assert right(imported) == [[found], ["y"]] and not imported.open
    [told] = [each for each in imported.problems if each.asks]
    assert told.severity == "warning" and told.asks.endswith(f"={name}")
    assert told.message.startswith("As chosen for this header, ")


def test_a_choice_for_another_header_decides_nothing():
    other = sheet(NUMBERS).open[0].asks.partition(".")[0] + ".00000000"
    assert asked(formats.read(NUMBERS.encode(), "bank.csv", readings={other: "text"}))


def test_a_header_is_known_again_in_another_spelling():
    readings = {problem.asks: "text" for problem in sheet(NUMBERS).open}
    again = NUMBERS.replace("Question,A,B,C,Answer", " QUESTION ,a,b,c,answer")
    assert right(formats.read(again.encode(), "bank.csv", readings=readings))[0] == ["2"]


def test_a_choice_holds_strictly_where_the_chosen_way_says_nothing():
    text = "Question,A,B,C,Answer\nP?,2,4,6,2\nQ?,2,4,6,6\n"
    assert right(sheet(text)) == [[], ["6"]]
    places = chosen(text, "from_1")
    assert right(places) == [["4"]]
    assert [place for place, _said in said(places, "error")] == ["row 3, column Answer"]


def test_numbers_that_are_texts_and_places_of_the_same_option_are_not_asked_about():
    assert right(sheet("Question,A,B,C,Answer\nHow many?,1,2,3,2\n")) == [["2"]]


ZERO = "question,option0,option1,option2,answer\nP?,x,y,z,0\nQ?,x,y,z,1\nR?,x,y,z,3\n"


def test_options_numbered_from_0_are_asked_about_where_both_counts_fit():
    imported = sheet(ZERO)
    assert asked(imported) == [("row 3, column answer", ["from_0", "from_1"])]
    assert right(imported) == [["x"], [], ["z"]]
    assert right(chosen(ZERO, "from_0")) == [["x"], ["y"]]
    assert right(chosen(ZERO, "from_1")) == [["x"], ["z"]]


def test_a_0_beside_lettered_options_makes_every_number_a_question_but_no_letter():
    text = "Question,A,B,C,Answer\nP?,x,y,z,0\nQ?,x,y,z,2\nR?,x,y,z,C\nS?,x,y,z,y\n"
    assert asked(sheet(text)) == [(f"row {n}, column Answer", ["from_0", "from_1"]) for n in (2, 3)]
    assert right(sheet(text))[2:] == [["z"], ["y"]]
    assert right(chosen(text, "from_0")) == [["x"], ["z"], ["z"], ["y"]]
    assert right(chosen(text, "from_1")) == [["y"], ["z"], ["y"]]


def test_an_index_is_asked_about():
    text = "question,options,correct_index\nQ,x|y|z,1\n"
    assert right(sheet(text)) == [[]]
    assert right(chosen(text, "from_0")) == [["y"]]


STATEMENTS = "Question,A,B,Answer\nP,True,False,0\nQ,True,False,1\n"


def test_0_may_be_the_first_or_false():
    assert [names for _place, names in asked(sheet(STATEMENTS))] == [
        ["from_0", "from_1", "truth"]] * 2
    assert [draft.answer for draft in chosen(STATEMENTS, "truth").questions] == [False, True]
    assert [draft.answer for draft in chosen(STATEMENTS, "from_0").questions] == [True, False]


def test_1_and_0_are_true_and_false_where_the_type_says_so():
    imported = sheet("Type,Question,Answer\nTF,P,1\nTrue/False,Q,0\n")
    assert [draft.answer for draft in imported.questions] == [True, False]


def test_1_and_0_without_type_and_options_are_asked_about():
    text = "Question,Answer\nP,1\nQ,7\n"
    assert asked(sheet(text)) == [("row 2, column Answer", ["number", "truth"])]
    assert chosen(text, "truth").questions[0].answer is True
    assert [draft.type for draft in chosen(text, "number").questions] == ["numeric", "numeric"]


@pytest.mark.parametrize(("true", "false"), [
    ("wahr", "falsch"), ("对", "错"), ("V", "F"), ("Vrai", "Faux"), ("T", "F"), ("prawda", "fałsz"),
    ("waar", "onwaar"), ("√", "×"),
])
def test_statements_are_answered_in_many_words(true, false):
    imported = sheet(f"Question,Answer\nP,{true}\nQ,{false}\n")
    assert [draft.answer for draft in imported.questions] == [True, False]


def test_a_typo_in_one_key_changes_no_other():
    rows = ["How many gates?,2,3,4,1,{}", "Who rings?,Clerk,Guide,Baker,Guest,{}"]
    head = "Question,Option A,Option B,Option C,Option D,Correct answer"

    def keyed(first, second):
        return sheet("\n".join([head, rows[0].format(first), rows[1].format(second)]))

    for key in ("3", "4", "B"):
        clean, typo = keyed(key, "Guide"), keyed(key, "Giude")
        assert right(clean)[0] == right(typo)[0] and asked(clean) == asked(typo)
        assert [place for place, _said in said(typo, "error")] == ["row 3, column Correct answer"]


@pytest.mark.parametrize(("key", "found"), [
    ("B) lead", ["lead"]), ("b. lead", ["lead"]), ("B) le", ["lead"]), ("1,3", ["plan", "sell"]),
    ("A;C", ["plan", "sell"]), ("CC:1 CC:3", ["plan", "sell"]), ("Ｂ", ["lead"]),
])
def test_a_key_may_be_written_in_many_ways(key, found):
    assert right(sheet(f"Question\tA\tB\tC\tAnswer\nQ\tplan\tlead\tsell\t{key}\n")) == [found]


@pytest.mark.parametrize("key", ["B) sell", "B) plann", "ac", "D", "4", "A,D", "leed", "2.5"])
def test_a_key_that_contradicts_itself_or_names_nothing_is_refused(key):
    imported = sheet(f"Question\tA\tB\tC\tAnswer\nQ\tplan\tlead\tsell\t{key}\n")
    assert imported.questions == ()
    assert said(imported, "error")[0][0] == "row 2, column Answer"


def test_letters_in_the_cells_in_another_order_are_asked_about():
    text = "Question,A,B,C,Answer\nQ?,B) x,A) y,C) z,B\n"
    assert right(chosen(text, "label")) == [["x"]]
    assert right(chosen(text, "letter")) == [["y"]]


def test_stars_are_a_key_where_there_is_no_other():
    imported = sheet("Question,A,B,C\nP?,*x,y,z\nQ?,x,y*,z*\n")
    assert right(imported) == [["x"], ["y", "z"]]
    assert options(only(sheet("Question,A,B,Answer\nQ?,*x,y,B\n"))) == [("*x", 0), ("y", 1)]
    assert right(sheet("Question,A,B\nQ?,*x,*y\n")) == [[]]


def test_options_may_earn_parts_that_columns_say():
    text = ("Type,Question,Option A,Option B,Option C,Points A,Points B,Points C\n"
            "SC,P,x,y,z,100%,50%,0%\nMR,Q,x,y,z,50,50,-100\nMR,R,x,y,z,60,40,0\nMR,S,x,y,z,1,1,0\n")
    first, second, third, fourth = sheet(text).questions
    assert options(first) == [("x", 1), ("y", 0.5), ("z", 0)]
    assert (options(second), second.rule) == ([("x", 0.5), ("y", 0.5), ("z", -1)], "balanced")
    assert (options(third)[0], third.rule) == (("x", 0.6), "weights")
    assert (options(fourth), fourth.rule) == ([("x", 0.5), ("y", 0.5), ("z", 0)], "")


def test_points_that_can_be_meant_in_two_ways_are_asked_about():
    text = "Question,Option A,Option B,Points A,Points B\nQ,x,y,2,1\n"
    assert options(only(chosen(text, "best"))) == [("x", 1), ("y", 0.5)]
    summed = only(chosen(text, "sum"))
    assert (summed.type, summed.rule) == ("multiple_choice", "weights")


def test_a_mark_that_says_neither_yes_nor_no_is_an_error_of_its_cell():
    imported = sheet("Question,Option 1,Option 1 correct,Option 2,Option 2 correct\nQ,a,?,b,x\n")
    assert said(imported, "error")[0][0] == "row 2, column Option 1 correct"


def test_a_key_and_marks_that_differ_are_refused():
    text = "Question,Option A,Option B,A correct,B correct,Answer\nQ,x,y,x,,{}\n"
    assert right(sheet(text.format("A"))) == [["x"]]
    assert "different things" in said(sheet(text.format("B")), "error")[0][1]


def test_an_order_by_numbers_is_asked_about_unless_both_ways_agree():
    text = "Type,Question,Item 1,Item 2,Item 3,Answer\nOrdering,Q,x,y,z,{}\n"
    assert asked(sheet(text.format('"2,3,1"')))[0][1] == ["ranks", "sequence"]
    for key in ('"3,2,1"', "CBA", '"C,B,A"'):
        assert [o.text for o in only(sheet(text.format(key))).options] == ["z", "y", "x"]
    assert [o.text for o in only(sheet(text.format(""))).options] == ["x", "y", "z"]


@pytest.mark.parametrize(("key", "text", "off"), [
    ("3.5", "3.5", ""), ("3,5", "3.5", ""), ("3.5 ± 0.5", "3.5", "0.5"), ("10..20", "15", "5"),
    ("-4", "-4", ""), ("1.234.567", "1234567", ""), ("12 kg", "12", ""), ("4 bis 6", "5", "1"),
])
def test_numbers_are_read_with_ranges_and_tolerances(key, text, off):
    [option] = only(sheet(f"Type\tQuestion\tAnswer\nNumeric\tQ\t{key}\n")).options
    assert (option.text, option.share, option.tolerance) == (text, 1, off)


def test_thousands_and_decimals_are_asked_about():
    text = 'Type,Question,Answer\nNumeric,Q,"1,500"\n'
    assert only(chosen(text, "thousands")).options[0].text == "1500"
    assert only(chosen(text, "decimals")).options[0].text == "1.5"


def test_kinds_that_have_no_answer_are_called_what_they_are():
    imported = sheet(
        "Question,Type,Option 1,Option 2,Correct\nHello,Slide,,,\nWho calls?,Quiz,Clerk,Guest,1\n"
        "Nice?,Poll,Yes,No,\nAnything?,Open-ended,,,\nSafe?,True/False,True,False,2\n")
    assert [draft.type for draft in imported.questions] == [
        "information", "single_choice", "essay", "true_false"]
    told = " ".join(message for _place, message in said(imported))
    assert "a poll" in told and "a slide" in told and "an open question" in told
    assert "right answer is none" not in told and not imported.errors


def test_matching_and_gaps_are_read_where_a_convention_is_plain():
    imported = sheet(
        "Type,Question,Option 1,Option 2,Option 3,Answer,Match 1,Match 2\n"
        "Matching,P,x -> 1,y -> 2,,,,\nMatching,Q,x,y,,,1,2\n"
        "Gap text,The ___ is ___.,x,y,z,\"x,y\",,\n"
        "Matching,R,x,y,,,,\n")
    pairs = [draft.pairs for draft in imported.questions]
    assert pairs == [(("x", "1"), ("y", "2"))] * 2 + [(("1", "x"), ("2", "y"), ("", "z"))]
    assert imported.questions[2].stem == "The [[1]] is [[2]]."
    assert [place for place, _said in said(imported, "error")] == ["row 5"]


def test_running_numbers_are_taken_off_and_said_and_others_stay():
    imported = sheet("Question,A,B,Answer\n9. Door nine?,x,y,A\n10. Door ten?,x,y,A\n"
                     "11) Door eleven?,x,y,A\n5. Mai is what?,x,y,B\n2015 was when?,x,y,A\n")
    assert [draft.stem for draft in imported.questions] == [
        "Door nine?", "Door ten?", "Door eleven?", "5. Mai is what?", "2015 was when?"]
    assert said(imported, "warning") == [
        ("file", 'Numbers such as "9." were taken off the question texts: 3.')]


@pytest.mark.parametrize("header", [
    "Pytanie,Odpowiedź A,Odpowiedź B,Prawidłowa odpowiedź",
    "Vraag,Antwoord A,Antwoord B,Juiste antwoord",
    "Pergunta,Opção A,Opção B,Resposta correta", "Frage,Option A,Option B,Correct answer",
    "题干,选项A,选项B,答案", "Domanda,Risposta A,Risposta B,Risposta esatta",
])  # fmt: skip
def test_headers_of_more_languages_and_half_translated_ones_are_understood(header):
    assert right(sheet(f"{header}\nQ,x,y,B\n")) == [["y"]]


def test_a_guessed_encoding_shows_its_letters_and_others_are_asked_about():
    german = formats.read("Frage;A;B;Lösung\nWofür?;Öl;x;A\n".encode("cp1252"), "b.csv")
    assert "Lösung, Wofür, Öl" in said(german, "warning")[0][1]
    text = "Pytanie;Odpowiedź A;Odpowiedź B;Prawidłowa odpowiedź\nŻółć?;ąę;źń;B\n"
    polish = text.encode("cp1250")
    [problem] = formats.read(polish, "b.csv").open
    assert problem.asks == "encoding" and "cp1250" in [r.name for r in problem.readings]
    again = formats.read(polish, "b.csv", readings={"encoding": "cp1250"})
    assert only(again).right[0].text == "źń"


def test_a_choice_that_nothing_asks_does_no_harm():
    assert read("Q{T}", "gift") == formats.read(b"Q{T}", format_name="gift",
                                                readings={"x.y": "z", "encoding": "nonsense"})


def test_a_star_in_an_accepted_text_is_a_star():
    imported = sheet("Type,Question,Answer\nshort answer,Which file?,*.csv\n")
    assert right(imported) == [[r"\*.csv"]]


def test_parts_of_the_mark_may_have_a_decimal_comma():
    imported = sheet("Type;Question;A;Points A;B;Points B;C;Points C\n"
                     "multiple response;Q?;x;0,5;y;0,5;z;-0,25\n")
    assert options(only(imported)) == [("x", .5), ("y", .5), ("z", -.25)]


def test_a_truth_that_says_neither_is_named_at_its_cell():
    imported = sheet("Type,Question,Answer\ntrue false,Q?,maybe\n")
    assert ("row 2, column Answer", '"maybe" says neither true nor false.') in said(imported)


def test_one_and_zero_are_truths_where_a_truth_is_asked_for():
    text = "Type,Question,Answer\n" + "".join(f"true false,Q{n}?,{n}\n" for n in ("1", "0"))
    assert [draft.answer for draft in sheet(text).questions] == [True, False]


def test_a_number_has_the_unit_of_its_column():
    [draft] = sheet("Type,Question,Answer,Unit\nnumeric,How heavy?,5,kg\n").questions
    assert (draft.more, [o.text for o in draft.options]) == ({"unit": "kg"}, ["5"])


@pytest.mark.parametrize(("points", "shares"), [
    (("1", "0.5", "0"), [1, .5, 0]), (("100", "50", "0"), [1, .5, 0]),
    (("0.5", "0.25", "0.25"), [.5, .25, .25]), (("50%", "50%", "-50%"), [.5, .5, -.5])])
def test_what_options_earn_is_told_from_what_they_come_to(points, shares):
    told = ";".join(f"{name};{each}" for name, each in zip("xyz", points, strict=True))
    [draft] = sheet(f"Question;A;Points A;B;Points B;C;Points C\nQ?;{told}\n").questions
    assert [float(option.share) for option in draft.options] == shares


@pytest.mark.parametrize(("texts", "key"), [
    ("1;1000", "1,000"), ("1;1000", "1.000"), ("1.5;1500", "1.500"), ("-1;-1000", "-1,000")])
def test_a_number_that_may_be_thousands_or_have_decimals_is_taken_for_neither(texts, key):
    imported = sheet(f"Question;A;B;Answer\nHow many?;{texts};{key}\n")
    assert not imported.questions and [place for place, _said in said(imported, "error")] == [
        "row 2, column Answer"]


@pytest.mark.parametrize(("texts", "key", "found"), [
    ("2,500;3", "2.500", "2,500"), ("2.5;3", "2,50", "2.5"), ("0,5;5", "0.500", "0,5"),
    ("1000;2000", "1000", "1000"), ("12345;5", "12345.0", "12345"), ("5 %;7 %", "5%", "5 %")])
def test_a_number_is_known_by_either_sign_of_its_decimals(texts, key, found):
    assert right(sheet(f"Question;A;B;Answer\nHow many?;{texts};{key}\n")) == [[found]]
