"""Answers in sheets by the type of their question, where nothing is chosen among options."""

from fractions import Fraction

import pytest

from tests.formats.reading import only, options, read, said

HEAD = "Question,Type,A,B,C,Answer"
WIDE = "Question,Type,Answer,Tolerance,Unit,Case sensitive,Model points"


def sheet(*rows, head=HEAD):
    return read("\n".join([head, *rows]) + "\n", "csv")


def one(row, head=HEAD):
    imported = sheet(row, head=head)
    assert not said(imported, "error")
    return only(imported)


def refused(row, head=HEAD):
    imported = sheet(row, head=head)
    assert not imported.questions
    return said(imported, "error")


@pytest.mark.parametrize(("row", "texts"), [
    ("Q?,short_text,,,,color | colour;", ["color", "colour"]),
    ("Q?,short_text,red,,pink,", ["red", "pink"]),
    ("Q?,short_text,red,,,blue", ["blue"]),
    ("Q?,short_text,,,,2*3", [r"2\*3"]),
])
def test_words_that_are_accepted_stand_in_the_key_or_else_in_the_options(row, texts):
    draft = one(row)
    assert draft.type == "short_text" and options(draft) == [(text, 1) for text in texts]


@pytest.mark.parametrize(("said", "more"), [
    ("yes", {"case": True}), ("no", {}), ("0", {}), ("", {}), ("x", {"case": True})])
def test_case_counts_where_its_column_does_not_say_no(said, more):
    assert one(f"Who?,short_text,York,,,{said},", WIDE).more == more


@pytest.mark.parametrize(("row", "told"), [
    ("N?,numeric,5,0.5,kg,,", ("5", "0.5", "kg")),
    ("N?,numeric,5,-0.5,,,", ("5", "0.5", "")),
    ("N?,numeric,5,,,,", ("5", "", "")),
    ("N?,numeric,5 ± 0.1,0.5,,,", ("5", "0.1", "")),
    ('N?,numeric,"1,5 kg",,,,', ("1.5", "", "kg")),
    ("N?,numeric,7 m,,cm,,", ("7", "", "cm")),
    ("N?,numeric,3..9,,,,", ("6", "3", "")),
    ("N?,numeric,4 to 4,,,,", ("4", "0", "")),
    ("N?,numeric,0.5..1,,,,", ("0.75", "0.25", "")),
    ("N?,numeric,−3,,,,", ("-3", "", "")),
    ("N?,numeric,0.125,,,,", ("0.125", "", "")),
    ('N?,numeric,"0,125",,,,', ("0.125", "", "")),
    ("N?,numeric,-0.250,,,,", ("-0.25", "", "")),
    ("N?,numeric,0.100..0.500,,,,", ("0.3", "0.2", "")),
    ("N?,numeric,5 ± 0.025,,,,", ("5", "0.025", "")),
    ("N?,numeric,1'234'567,,,,", ("1234567", "", "")),
    ('N?,numeric,"1.234.567,25",,,,', ("1234567.25", "", "")),
    ('N?,numeric,"1,234,567.5",,,,', ("1234567.5", "", "")),
    ("N?,numeric,12 345,,,,", ("12345", "", "")),
    ("N?,numeric,2e3,,,,", ("2000", "", "")),
])
def test_a_number_has_its_tolerance_and_unit(row, told):
    draft = one(row, WIDE)
    [option] = draft.options
    assert (option.text, option.tolerance, draft.more.get("unit", "")) == told
    assert option.share == 1 and draft.type == "numeric"


def test_several_numbers_are_all_right_and_may_stand_in_the_options():
    assert options(one("N?,numeric,,,,1|2")) == [("1", 1), ("2", 1)]
    assert options(one("N?,numeric,7,,8,")) == [("7", 1), ("8", 1)]
    assert options(one("N?,numeric,7,,8,9")) == [("9", 1)]


@pytest.mark.parametrize(("row", "told"), [
    ("N?,numeric,5,many,,,", ("row 2, column Tolerance", '"many" is no number.')),
    ("N?,numeric,abc,,,,", ("row 2, column Answer", '"abc" is no number.')),
    ("N?,numeric,1-2-3,,,,", ("row 2, column Answer", '"1-2-3" is no number.')),
    ("N?,numeric,1.2.3,,,,", ("row 2, column Answer", '"1.2.3" is no number.')),
    ("N?,numeric,9..3,,,,", ("row 2, column Answer", "The range ends before it begins.")),
    ("N?,numeric,,,,,", ("row 2", "No right answer is given.")),
    ("Q?,short_text,,,,,", ("row 2", "No right answer is given.")),
    ("Case?,scenario,x,,,,", ("row 2", "A scenario cannot be read from a sheet.")),
    ("Put in order,ordering,x,,,,", ("row 2", "The question has too few items to be put in "
                                      "order.")),
])
def test_what_no_answer_can_be_made_of_is_refused_at_its_cell(row, told):
    assert refused(row, WIDE) == [told]


@pytest.mark.parametrize("length", [99, 100, 101])
def test_a_number_may_be_a_hundred_characters_long(length):
    number = "1" * length
    imported = sheet(f"N?,numeric,,,,{number}")
    assert [o.text for draft in imported.questions for o in draft.options] == [number[:100]]


@pytest.mark.parametrize(("row", "items"), [
    ('O?,ordering,x,y,z,"C,A,B"', "zxy"), ("O?,ordering,x,y,z,cab", "zxy"),
    ("O?,ordering,x,y,z,(C) (A) (B)", "zxy"), ("O?,ordering,x,y,z,C > A > B", "zxy"),
    ("O?,ordering,x,y,z,", "xyz"), ("O?,ordering,x,,z,", "xz"), ("O?,ordering,,,,z|x|y", "zxy"),
    ("O?,ordering,x,y,z,213", "yxz"), ('O?,ordering,x,y,z,"3,2,1"', "zyx"),
])
def test_items_are_in_the_order_of_the_key_or_else_as_they_stand(row, items):
    draft = one(row)
    assert draft.type == "ordering" and [option.text for option in draft.options] == list(items)
    assert {option.share for option in draft.options} == {Fraction(0)}


@pytest.mark.parametrize("key", ["A,A,B", "A,B", "A,B,C,D", "0,1,2", "1,2,4", "first", "1;2;300"])
def test_a_key_that_does_not_name_every_item_once_is_refused(key):
    assert refused(f'O?,ordering,x,y,z,"{key}"') == [
        ("row 2, column Answer", f'The key "{key}" does not name every item once.')]


@pytest.mark.parametrize(("name", "items"), [("sequence", "yzx"), ("ranks", "zxy")])
def test_numbers_for_items_are_their_order_or_their_ranks_and_asked_about(name, items):
    text = f'{HEAD}\nO?,ordering,x,y,z,"2,3,1"\n'
    [problem] = read(text, "csv").open
    assert problem.place == "row 2, column Answer"
    told = {reading.name: reading.params["told"] for reading in problem.readings}
    assert told[name] == "; ".join(items)


@pytest.mark.parametrize(("row", "pairs"), [
    ("M?,matching,x -> 1,y -> 2,,", (("x", "1"), ("y", "2"))),
    ("M?,matching,,,,x=1|y = 2", (("x", "1"), ("y", "2"))),
    ("M?,matching,a=b -> 1,c=d -> 2,,", (("a=b", "1"), ("c=d", "2"))),
    ("M?,matching,x: 1,y: 2,: 3,", (("x", "1"), ("y", "2"), ("", "3"))),
    ("M?,categorising,cup → in,,plate → out,", (("cup", "in"), ("plate", "out"))),
])
def test_pairs_are_joined_by_the_sign_that_all_of_them_hold(row, pairs):
    assert one(row).pairs == pairs


@pytest.mark.parametrize(("row", "lonely"), [
    ("M?,matching,x,y,,", "x"), ("M?,matching,x -> 1,y ->,,", "x -> 1"),
    ("M?,matching,-> 1,-> 2,,", ""), ("M?,matching,,,,", "")])
def test_what_has_no_partner_is_refused_by_its_name(row, lonely):
    assert refused(row) == [("row 2", f'Nothing says what "{lonely}" belongs to.')]


@pytest.mark.parametrize(("row", "stem", "pairs"), [
    ('The ___ is ____.,gap_text,red,blue,green,"red,blue"', "The [[1]] is [[2]].",
     (("1", "red"), ("2", "blue"), ("", "green"))),
    ("The …… is.,gap_text,off,,,on", "The [[1]] is.", (("1", "on"), ("", "off"))),
    ("The [[1]] is [[2]].,gap_text,,,,red|blue", "The [[1]] is [[2]].",
     (("1", "red"), ("2", "blue"))),
])
def test_the_words_of_the_key_fill_the_gaps_and_other_options_do_not(row, stem, pairs):
    draft = one(row)
    assert (draft.type, draft.stem, draft.pairs) == ("gap_text", stem, pairs)


@pytest.mark.parametrize(("stem", "key", "counts"), [
    ("The ___.", "red|blue", (1, 2)), ("The gap.", "red", (0, 1)), ("The gap.", "", (0, 0)),
    ("The _.", "red", (0, 1))])
def test_as_many_words_as_gaps_are_needed(stem, key, counts):
    assert refused(f"{stem},gap_text,,,,{key}") == [
        ("row 2", f"The text has {counts[0]} gaps, and the key has {counts[1]} words.")]


def test_gaps_may_have_their_words_beside_them():
    head = "Question,Type,Option 1,Match 1,Option 2,Match 2"
    assert one("The [[1]] [[2]],gap_text,1,lid,2,on", head).pairs == (("1", "lid"), ("2", "on"))
    assert one("Which?,matching,a,x,b,y", head).pairs == (("a", "x"), ("b", "y"))
    third = f"{head},Option 3,Match 3"
    assert one("Which?,matching,a,x,b,y,,z", third).pairs == (("a", "x"), ("b", "y"), ("", "z"))


def test_the_points_of_an_essay_have_a_column_and_other_types_have_none():
    assert one("Why?,essay,,,,,one | two;", WIDE).more == {"points": ["one", "two"]}
    assert one("Read.,information,,,,,one | two", WIDE).more == {}


@pytest.mark.parametrize(("key", "told"), [
    ("true", "True"), ("F", "False"), ("1", "True"), ("0", "False"), ("1.0", "True"),
    ("0.0", "False"), ("yes", "True")])
def test_a_statement_is_true_or_false_by_its_key(key, told):
    draft = one(f"S,true_false,,,,{key}")
    assert draft.type == "true_false" and [option.text for option in draft.right] == [told]


def test_a_key_that_says_neither_is_refused_at_its_cell_and_none_is_an_error():
    assert refused("S,true_false,,,,perhaps") == [
        ("row 2, column Answer", '"perhaps" says neither true nor false.')]
    imported = sheet("S,true_false,,,,")
    assert only(imported).right == () and imported.errors


@pytest.mark.parametrize(("key", "type_", "answers"), [
    ("true", "true_false", ["True"]), ("no idea", "short_text", ["no idea"]),
    ("42", "numeric", ["42"]), ("42 kg", "short_text", ["42 kg"]), ("3..4", "short_text", ["3..4"]),
    ("4 ± 1", "numeric", ["4"])])
def test_a_question_with_a_key_alone_is_of_the_kind_that_its_key_is(key, type_, answers):
    draft = one(f"Q?,{key}", "Question,Answer")
    assert (draft.type, [option.text for option in draft.right]) == (type_, answers)


@pytest.mark.parametrize(("name", "type_", "answer"), [
    ("number", "numeric", "0"), ("truth", "true_false", "False")])
def test_a_key_of_0_alone_is_a_number_or_a_truth_and_asked_about(name, type_, answer):
    from isotrain import formats

    text = b"Question,Answer\nQ?,0\n"
    [problem] = formats.read(text, "bank.csv").open
    draft = only(formats.read(text, "bank.csv", readings={problem.asks: name}))
    assert (draft.type, [option.text for option in draft.right]) == (type_, [answer])


def test_two_keys_of_a_question_without_options_are_words_that_are_both_accepted():
    draft = one("Q?,0,1", "Question,Correct 1,Correct 2")
    assert (draft.type, [option.text for option in draft.right]) == ("short_text", ["0", "1"])
