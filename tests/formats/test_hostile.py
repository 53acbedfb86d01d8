"""Input made to break readers: each gets an answer in words, in linear time, and runs nothing."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import FORMATS, Import, Unreadable
from tests.formats.reading import only, read, said
from tests.formats.strategies import TRAPS

NAMES = [format_.name for format_ in FORMATS]
TEXT_NAMES = [name for name in NAMES if name not in ("xlsx", "docx")]
GRAMMAR = st.lists(
    st.one_of(st.sampled_from((*TRAPS, "\n", "\n\n", "{=", "~%33%", "}", "\nA) x", "\nB) y")),
              st.sampled_from(("<quiz>", '<question type="cloze">', "<text>", "</text>",
                               "{1:MC:", "{2:SA:=", "</question>", "</quiz>", "<![CDATA[")),
              st.sampled_from(("Question,A,B,Answer\n", "\n- id: ", "  stem: ", "type: ")),
              st.sampled_from(("\n1. ", "\n2) ", "\n*a) ", "\n[*] ", "\n= ", "\nAnswer: B",
                               "\n```")),
              st.text(string.printable, max_size=5)),
    max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_bytes_make_a_reader_fail(name, data):
    check_answer(data, name)


@pytest.mark.parametrize("name", TEXT_NAMES)
@given(GRAMMAR)
@settings(max_examples=150, deadline=None)
def test_no_text_makes_a_reader_fail(name, text):
    check_answer(text.encode("utf-8", "replace"), name)


def check_answer(data, name):
    """The answer is an import whose problems read well, or a refusal in words."""
    try:
        imported = formats.read(data, format_name=name)
    except Unreadable as refusal:
        assert refusal.message
        assert refusal.hint
        return
    report = formats.report(imported)
    assert all(problem["message"] and problem["place"] for problem in report["problems"])
    assert Import.from_data(imported.to_data()) == imported


PAYLOADS = (
    "{{7*7}}",
    "{% import os %}",
    "%(message)s %s %n",
    "${jndi:ldap://x}",
    "__class__.__mro__",
    'a:1:{s:1:"b";}',
    "!!python/object/apply:os.system [id]",
    "'; DROP TABLE question;--",
    "\x1b[31mred",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "Z\u0489a\u0489l\u0489go",
    "İstanbul ıi",
    "👩‍👩‍👧‍👦",
    "..\\..\\etc\\passwd",
    "<!--#exec cmd='id'-->",
)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["yaml", "csv", "gift", "aiken"])
def test_payloads_stay_the_text_they_are(name, payload):
    format_ = formats.find_format(name)
    [plain] = read("Q\nA) x\nB) y\nANSWER: A", "aiken").questions
    option = plain.options[0]._replace(text=payload)
    draft = type(plain)("", plain.type, payload, options=(option, plain.options[1]))
    [back] = format_.read(format_.write([draft]).data).questions
    assert (back.stem, back.options[0].text) == (payload, payload)


@pytest.mark.parametrize("payload", [each for each in PAYLOADS if "\x1b" not in each])
def test_payloads_stay_the_text_they_are_in_moodle_xml(payload):
    test_payloads_stay_the_text_they_are("moodlexml", payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_files_of_others_stay_the_text_they_are(payload):
    cell = payload.replace('"', '""')
    assert only(read(f'Question,A,B,Answer\nQ,"{cell}",y,A\n', "csv")).options[0].text == payload
    assert only(read(f"Q\nA) {payload}\nB) y\nANSWER: A", "aiken")).options[0].text == payload


REPEATED = {
    "gift": ["=", "~", "#", "{", "}", "\\", ":", "%", "[", "<b>", "&amp;", "::", "//", "->", "<!--",
             "\n{T}\n\n", "~= ", "// [id:", "{1:SA:", "<a ", "\n0\n", "$CATEGORY: a\n", " "],
    "aiken": ["A) x\n", "ANSWER: A\n", "x\n", "\n", "A", "A A ", "ANSWER: " + "A " * 50, "("],
    "csv": [",", '"', ";", "\n", "a,", '""', "'", "=", "\t", "Question,", " "],
    "yaml": ["- ", "a: ", "[", "{", "'", '"', "#", "&a ", "\n", "- x\n", " ", "!"],
    "numbered": ["A. x   ", "\tB) x", "*", "(", "1. ", "1. \n", "A. x\n", "a\n", "**", "[ ] x\n",
                 "Answers:\n1. A\n", "Answer: B\n", "1 A ", " (correct)", "@ x\n", "•", "x: "],
    "text2qti": ["= ", "1. x\n", "a) x\n", "```\n", "% \n", "COMMENT\n", "GROUP\n", "*", "- !x\n",
                 "![](", "= [1, 2]\n", "...", " x\n", "\n", "____\n", "Text: x\n"],
    "cloze": ["{1:MC:", "{1:SA:=a}", "~", "#", "\\", "}", "%50%", "{1:MR:=a~b}", "&", "<b>"],
    "moodlexml": ["<a>", "<a/>", "<question/>", "&lt;b>", "&amp;", "<![CDATA[", "]]>", "<!--",
                  "{1:MC:", "{1:SA:=a}", "<text>", "<file>A</file>", "[[1]]", "&lt;!--", " "],
}  # fmt: skip
CASES = [(name, piece) for name, pieces in REPEATED.items() for piece in pieces]
FRAMES = {
    "gift": "Q{{{}}}",
    "aiken": "Q\nA) {}\nB) y\nANSWER: A",
    "csv": "Question,A,B,Answer\nQ,{},y,A\n",
    "yaml": "- stem: {}",
    "numbered": "1. Q\nA. {}\n*B. y\n",
    "text2qti": "1. Q\n*a) x\nb) {}\n",
    "cloze": "{{1:MC:=a~b{}}}",
    "moodlexml": '<quiz><question type="cloze"><questiontext format="html"><text>{}</text>'
                 "</questiontext></question></quiz>",
}


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("gift", "Q {=a ~b", "line 1"),
        ("gift", "Q\n{ {=a ~b} }", None),
        ("gift", "Q {" + "=" * 100_000 + "}", "line 1"),
        ("gift", "$CATEGORY: ../../etc/passwd\n\nQ{T}", None),
        ("gift", "Q {#5..1}", "line 1"),
        ("gift", "Q {#1e99:1e-99}", None),
        ("gift", "Q {#1e999}", "line 1"),
        ("gift", "{T}", "line 1, stem"),
        ("gift", "Q {=a ~A }", "line 1, option 2"),
        ("moodlexml", "<quiz><question type='essay'><questiontext><text>Q</text><file name="
         "'/etc/passwd' encoding='base64'>@</file></questiontext></question></quiz>", ""),
        ("moodlexml", "<quiz><question type='numerical'><answer fraction='1e-99'><text>1e99</text>"
         "</answer></question></quiz>", "question 1, stem"),
        ("aiken", "Q\nA) x\nB) y\n\nQ2\nA) x\nB) y\nANSWER: Z", "line 1"),
        ("aiken", "Q\nA) x\nB) y\nANSWER: Z", "line 4"),
        ("csv", "Question,A,B,Answer\nQ,x,X ,A\n", "row 2, option 2"),
        ("csv", "Question,A,B,Answer\n,x,y,A\n", "row 2, stem"),
        ("csv", f"ID,Question,A,B,Answer\n{2**63},Q,x,y,A\n{2**63},P,x,y,A\n", "row 3"),
        ("yaml", "- {type: single_choice, stem: S, options: [{text: a, right: true}]}",
         "line 1, options"),
        ("yaml", "- {type: single_choice, stem: S, options: [{text: a, share: -2}, {text: b}]}",
         "line 1, option 1, share"),
        ("yaml", "- {type: single_choice, stem: S, options: [{text: a, share: .nan}, {text: b}]}",
         "line 1, option 1, share"),
    ],
)  # fmt: skip
def test_hostile_questions_get_an_error_at_their_place_or_are_read(name, text, place):
    imported = read(text, name)
    errors = [where for where, _ in said(imported, "error")]
    assert (place in errors) if place else (imported.questions and not errors)
