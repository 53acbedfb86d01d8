"""From bytes to text."""

import pytest

from isotrain.formats import Unreadable
from isotrain.formats.contract import SIZE_LIMIT
from isotrain.formats.decoding import decoded, peek


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_by_its_mark(encoding):
    assert decoded("für 题目 😀\n".encode(encoding)) == ("für 题目 😀\n", ())


def test_other_bytes_are_read_as_windows_1252_with_a_warning():
    text, [problem] = decoded("für – ä".encode("cp1252"))
    assert text == "für – ä"
    assert problem.severity == "warning"


def test_line_ends_become_one_kind():
    assert decoded(b"a\r\nb\rc\n")[0] == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "empty", "file"),
        (b" \n\t", "empty", "file"),
        (b"\xef\xbb\xbf \n", "empty", "file"),
        (b"x" * (SIZE_LIMIT + 1), "too_large", "file"),
        (b"%PDF-1.7", "binary", "file"),
        (b"\xd0\xcf\x11\xe0", "binary", "file"),
        (b"one\ntwo\0three", "binary", "line 2"),
        (bytes(range(1, 32)) * 10, "binary", "file"),
        ("gut für ä ö\n".encode() + b"\xff", "encoding", "line 2"),
        (b"caf\xe9 \x81", "encoding", "line 1"),
        (b"\xff\xfe\x00\xd8a\x00", "encoding", "line 1"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(data, code, place):
    with pytest.raises(Unreadable) as refusal:
        decoded(data)
    assert (refusal.value.code, refusal.value.problem.place) == (code, place)
    assert refusal.value.hint


def test_peeking_never_fails_and_survives_a_letter_cut_in_half():
    assert peek("ä".encode() * 40_000).startswith("ä")
    assert peek(b"\xff\xfe\x00") == ""
    assert peek("für".encode("cp1252")) == "für"


def test_any_kind_of_line_break_shows_what_a_text_is():
    assert peek(b"a\rb\r\nc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(("western", "odd", "asks"), [
    (20, 0, False), (18, 2, False), (17, 3, True), (0, 20, True)])
def test_an_encoding_is_asked_for_unless_nine_of_ten_letters_are_western(western, odd, asks):
    data = f"Q {'é' * western}{'¦' * odd} {{T}}".encode("cp1252")
    _text, problems = decoded(data)
    assert [problem.severity for problem in problems] == ["question" if asks else "warning"]
