"""CSV and its kin: separators, encodings, headers and keys as people write them."""

import pytest

from isotrain import formats
from isotrain.formats import Unreadable
from tests.formats.reading import only, options, read, said

HEAD = "Question,Option A,Option B,Option C,Answer\n"


def sheet(text):
    return read(text, "csv")


def key_of(key, *texts, others=""):
    """Which of the texts a key makes right."""
    header = ["Question", *(f"Option {n}" for n in range(1, len(texts) + 1)), "Answer"]
    rows = ["\t".join(header), "\t".join(["Q", *texts, key]), others]
    imported = sheet("\n".join(rows))
    return [option.text for option in imported.questions[0].right]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separators_and_encodings_are_found_out(separator, encoding):
    rows = [["Frage", "Antwort A", "Antwort B", "Lösung"], ["Wofür?", "für ä", "für ö", "B"]]
    text = "\n".join(separator.join(row) for row in rows)
    imported = formats.read(text.encode(encoding), "bank.csv")
    assert imported.format == "csv"
    assert options(only(imported)) == [("für ä", 0), ("für ö", 1)]
    assert bool(said(imported, "warning")) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "header",
    [
        "Question,Option A,Option B,Correct answer",
        "Frage,Antwort 1,Antwort 2,Richtige Antwort",
        "Question,Réponse 1,Réponse 2,Bonne réponse",
        "Pregunta,Opción A,Opción B,Respuesta correcta",
        "题目,选项A,选项B,正确答案",
        "Domanda,Opzione A,Opzione B,Risposta corretta",
        "Pergunta,Alternativa A,Alternativa B,Gabarito",
        "question_text,choice1,choice2,ANSWER",
        "QuestionText,OptionA,OptionB,CorrectAnswer",
        "Question - max 120 characters,Answer 1 - max 75 characters,Answer 2 (max 75),"
        "Correct answer(s) - choose at least one",
        "Question?,(A),(B),Key",
    ],
)
def test_headers_in_many_words_are_understood(header):
    imported = sheet(f"{header}\nWhat?,x,y,2\n")
    assert only(imported).stem == "What?"
    assert options(only(imported)) == [("x", 0), ("y", 1)]


def test_the_header_may_stand_below_a_title():
    imported = sheet(f"Our quiz,,,,\n,,,,\n{HEAD}What?,x,y,z,C\n")
    assert only(imported).place == "row 4"
    assert options(only(imported)) == [("x", 0), ("y", 0), ("z", 1)]


def test_a_separator_named_in_the_first_line_counts():
    assert only(sheet("sep=;\nQuestion;A;B;Answer\nWhat, who?;x;y;A\n")).stem == "What, who?"


def test_without_a_header_the_file_is_unreadable_and_says_what_was_seen():
    with pytest.raises(Unreadable) as refusal:
        sheet("slot,which,mark\n1,random,2\n")
    assert refusal.value.code == "no_header"
    assert "slot, which, mark" in refusal.value.message


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("B", ["lead"]),
        ("b)", ["lead"]),
        ("2", ["lead"]),
        ("2.0", ["lead"]),
        ("lead", ["lead"]),
        (" LEAD ", ["lead"]),
        ("Option 2", ["lead"]),
        ("option_b", ["lead"]),
        ("B) lead", ["lead"]),
        ("A,C", ["plan", "sell"]),
        ("1;3", ["plan", "sell"]),
        ("1.3", ["plan", "sell"]),
        ("A and C", ["plan", "sell"]),
        ("AC", ["plan", "sell"]),
        ("plan; sell", ["plan", "sell"]),
        ("plan|sell", ["plan", "sell"]),
    ],
)
def test_a_key_may_be_a_letter_a_number_a_text_or_a_list(key, right):
    assert key_of(key, "plan", "lead", "sell") == right


def test_a_number_that_is_an_option_and_no_place_is_a_text():
    assert key_of("4", "2", "4", "6", others="P\t1\t3\t5\t1\n") == ["4"]


def test_letters_keep_their_meaning_beside_blank_options():
    assert options(only(sheet(f"{HEAD}What?,x,,z,C\n"))) == [("x", 0), ("z", 1)]


def test_a_key_that_names_no_option_is_an_error_of_its_cell():
    imported = sheet(f"{HEAD}What?,x,y,z,Q\nGood?,x,y,z,A\n")
    assert only(imported).stem == "Good?"
    assert said(imported, "error") == [
        ("row 2, column Answer", 'The right answer "Q" is none of the options.')
    ]


def test_a_missing_key_is_an_error_of_a_listed_question():
    imported = sheet(f"{HEAD}What?,x,y,z,\n")
    assert only(imported).right == ()
    assert said(imported, "error") == [("row 2, options", "No option is right.")]


def test_answer_columns_beside_lettered_options_are_keys():
    text = "questionname,questiontext,A,B,C,D,Answer 1,Answer 2\nn,What?,a,b,c,d,A,D\n"
    draft = only(sheet(text))
    assert (draft.name, draft.stem, draft.type) == ("n", "What?", "multiple_choice")
    assert [option.text for option in draft.right] == ["a", "d"]


def test_right_and_wrong_answers_may_have_columns_of_their_own():
    draft = only(sheet("Question,Correct Answer,Wrong 1,Incorrect answer 2\nQ,r,w1,w2\n"))
    assert options(draft) == [("r", 1), ("w1", 0), ("w2", 0)]
    listed = only(sheet("question;correct_answer;incorrect_answers\nQ;r;w1|w2\n"))
    assert options(listed) == [("r", 1), ("w1", 0), ("w2", 0)]


@pytest.mark.parametrize("cell", ["x|y|z", "A) x | B) y | C) z", "['x', 'y', 'z']", "x, y, z"])
def test_options_may_share_a_cell(cell):
    draft = only(sheet(f"Question\tOptions\tAnswer\nQ\t{cell}\tB\n"))
    assert options(draft) == [("x", 0), ("y", 1), ("z", 0)]


def test_options_may_have_rows_of_their_own():
    imported = sheet(
        "QuestionID,QuestionText,OptionText,IsCorrect\n"
        "1,Why?,a,TRUE\n1,Why?,b,FALSE\n2,Who?,c,no\n2,Who?,d,yes\n,,e,x\n"
    )
    assert [draft.place for draft in imported.questions] == ["row 2", "row 4"]
    assert options(imported.questions[0]) == [("a", 1), ("b", 0)]
    assert options(imported.questions[1]) == [("c", 0), ("d", 0.5), ("e", 0.5)]


def test_options_may_have_marks_beside_them():
    draft = only(sheet("Question,Option 1,Option 1 correct,Option 2,Option 2 correct\nQ,a,,b,x\n"))
    assert options(draft) == [("a", 0), ("b", 1)]


def test_columns_that_mean_nothing_to_us_are_named():
    imported = sheet("Question,A,B,Answer,Time limit,Points\nQ,x,y,A,20,1\n")
    assert said(imported) == [("file", "Columns that were not read: Time limit, Points.")]


@pytest.mark.parametrize(
    ("key", "answer"),
    [("True", True), ("WAHR", True), ("T", True), ("Faux", False), ("falso", False), ("错", False)],
)
def test_a_truth_without_options_is_true_false(key, answer):
    draft = only(sheet(f"Question,Answer\nISO certifies,{key}\n"))
    assert (draft.type, draft.answer) == ("true_false", answer)


def test_two_options_true_and_false_are_true_false():
    draft = only(sheet("Question,A,B,Answer\nISO certifies,True,False,B\n"))
    assert (draft.type, draft.answer) == ("true_false", False)


def test_yes_and_no_are_true_false_only_where_the_type_says_so():
    assert only(sheet("Type,Question,Answer\nTF,So?,No\n")).answer is False
    assert only(sheet("Question,Answer\nSo?,No\n")).type == "short_text"


def test_other_columns_are_kept():
    draft = only(
        sheet(
            "ID;Kategorie;Frage;A;B;Lösung;Erklärung;Thema;Schwierigkeit;Tags;Feedback A\n"
            "Q7;Audit;Wer?;x;y;B;Weil;iso;leicht;a; b;Nein\n".replace("a; b", '"a; b"')
        )
    )
    assert (draft.external_id, draft.category, draft.explanation) == ("Q7", "Audit", "Weil")
    assert (draft.topic, draft.difficulty, draft.tags) == ("iso", 1, ("a", "b"))
    assert [option.feedback for option in draft.options] == ["Nein", ""]


@pytest.mark.parametrize(
    ("word", "type_"),
    [("Multiple Choice", "single_choice"), ("SC", "single_choice"), ("MR", "multiple_choice"),
     ("multiple_choice", "multiple_choice"), ("", "single_choice")],
)  # fmt: skip
def test_a_type_in_common_words_is_understood(word, type_):
    assert only(sheet(f"Type,Question,A,B,Answer\n{word},Q,x,y,A\n")).type == type_


def test_unknown_words_are_left_out_with_a_warning_at_their_cell():
    imported = sheet("Type,Question,A,B,Answer,Difficulty,Use\nfoo,Q,x,y,A,bar,baz\n")
    assert [place for place, _ in said(imported, "warning")] == [
        "row 2, column Use",
        "row 2, column Difficulty",
        "row 2, column Type",
    ]


def test_a_quote_that_is_never_closed_is_told_by_its_first_line():
    with pytest.raises(Unreadable) as refusal:
        sheet(f'{HEAD}Fine?,x,y,z,A\nBad?,"x,y,z,A\n' + "More?,x,y,z,A\n" * 50)
    assert (refusal.value.code, refusal.value.problem.place) == ("csv_quote", "line 3")


def test_a_quote_inside_a_quoted_text_is_told_by_its_line():
    with pytest.raises(Unreadable) as refusal:
        sheet(f'{HEAD}Bad?,"x "y" z",y,z,A\n')
    assert (refusal.value.code, refusal.value.problem.place) == ("csv_quote", "line 2")


def test_quoted_texts_may_hold_lines_separators_and_doubled_quotes():
    draft = only(sheet(f'{HEAD}"Two\nlines, ""so""?",x,y,z,A\n'))
    assert draft.stem == 'Two\nlines, "so"?'


def test_rows_of_another_width_are_named():
    imported = sheet(f"{HEAD}One, two?,x,y,z,A\nShort?,x,y\nGood?,x,y,z,A\n")
    assert said(imported, "error")[0] == ("row 2", "The row has 6 cells, the header 5.")
    assert said(imported, "warning")[0] == ("row 3", "The row has 3 cells, the header 5.")
    assert [draft.place for draft in imported.questions] == ["row 3", "row 4"]


def test_blank_rows_running_numbers_and_a_repeated_header_are_no_questions():
    header = "No,Question,A,B,Answer\n"
    imported = sheet(f"{header}1,Q,x,y,A\n\n2,,,,\n{header}3,P,x,y,B\n")
    assert [draft.place for draft in imported.questions] == ["row 2", "row 6"]
    assert said(imported) == [("file", "Columns that were not read: No.")]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd", "＝1"])
def test_a_cell_like_a_formula_is_kept_as_text_and_warned_about(cell):
    imported = sheet(f"{HEAD}What?,{cell},y,z,B\n")
    assert options(only(imported))[0] == (cell, 0)
    assert said(imported) == [
        ("row 2, column Option A", "The cell begins like a formula; it was kept as text.")
    ]


def test_numbers_with_a_sign_are_no_formulas():
    assert said(sheet(f"{HEAD}What?,-5,+3.2,- none,A\n")) == []


def test_an_id_that_a_spreadsheet_program_damaged_is_warned_about():
    imported = sheet("ID,Question,A,B,Answer\n1E+10,Q,x,y,A\n")
    assert "probably changed" in said(imported, "warning")[0][1]


def test_a_byte_order_mark_in_the_middle_does_no_harm():
    assert only(sheet(f"\ufeff{HEAD}\ufeffWhat?,x,y,z,A\n")).stem == "What?"


def test_a_huge_cell_and_too_many_rows_are_refused_in_words():
    huge = sheet(f"{HEAD}{'x' * 70_000},x,y,z,A\n")
    assert said(huge, "error")[0] == (
        "row 2, column Question",
        "The cell has more than 65536 characters.",
    )
    with pytest.raises(Unreadable) as refusal:
        sheet(HEAD + "Q,x,y,z,A\n" * 20_001)
    assert refusal.value.code == "too_many"


def test_a_nul_character_is_refused_with_its_line():
    with pytest.raises(Unreadable) as refusal:
        sheet(f"{HEAD}Wh\0at?,x,y,z,A\n")
    assert refusal.value.problem.place == "line 2"


def test_a_file_that_is_too_large_is_told_how_large_it_may_be():
    with pytest.raises(Unreadable) as refusal:
        formats.check_content(b"x" * (formats.SIZE_LIMIT + 1))
    assert refusal.value.problem.params == {"limit": formats.SIZE_LIMIT // 1024 // 1024}
    formats.check_content(b"x" * formats.SIZE_LIMIT)
