"""The printed certificate: the right words, archivable and accessible, the same bytes each time."""

import re
import socket
import threading
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import page
import pytest
import segno
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain.certificates import printing, rules

LABELS = printing.labels()
FACTS = printing.CertificateFacts(
    name="Katarzyna Nowak",
    course_title="ISO certification awareness",
    course_version="2026.1",
    standards=("ISO 9001:2015 + Amd 1:2024", "ISO/IEC 27001:2022 + Amd 1:2024"),
    score="92.5 %",
    pass_mark="80 %",
    issued_on="23 November 2026",
    valid_until="23 November 2028",
    number="26-K7QF-3M9D",
    code="3QK7F3M9D2XAB8TZ5PWRE6HNV4",
    verify_url="https://training.example.com/verify/3QK7F3M9D2XAB8TZ5PWRE6HNV4",
    issuer="Northwind Bearings Ltd",
    signer="Helena Łęcka",
    signer_role="Head of Quality and Training",
    issued_at=datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=UTC),
    labels=LABELS,
)
HOSTILE_NAMES = [
    '#read("/etc/passwd")',
    '#eval("1 + 1")',
    '#image("https://example.com/x.png")',
    '#import "@preview/cetz:0.4.2"',
    '#include "certificate.typ"',
    "#sys.inputs.data",
    "#panic()",
    "*bold* _emphasis_",
    "$x^2$",
    "`raw`",
    "= Heading",
    "- item",
    "+ item",
    "/ term: text",
    "@reference",
    "<label>",
    "// comment",
    "/* comment */",
    "\\u{41} \\",
    "a ~ b -- c --- d ...",
    "[content] {code}",
    '"},"number":"00-0000-0000","x":"',
    "<script>alert(1)</script>",
    "<b>Bob</b> &amp; Co",
    "\\input{/etc/passwd} \\write18{id}",
    "{{ 7 * 7 }} {% raw %}",
    "${7*7} #{7*7} %(name)s {0}",
    "Robert'); DROP TABLE person;--",
    "=cmd|' /C calc'!A0",
    "https://example.com/ (Tj) ET <</S/JavaScript>>",
]


# ---- reading a PDF, as far as ours go: Flate streams, Identity-H fonts with ToUnicode

# A string may hold balanced parentheses, one within the other, without a backslash.
LITERAL = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)"
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def objects(pdf):
    """Each object's dictionary and, unpacked, its stream."""
    for found in re.finditer(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S):
        head, _, rest = found[2].partition(b"\nstream\n")
        body = rest.rpartition(b"\nendstream")[0]
        yield int(found[1]), head, zlib.decompress(body) if b"FlateDecode" in head else body


def unescaped(literal):
    def plain(found):
        code = found[1]
        return bytes([int(code, 8)]) if code.isdigit() else ESCAPES.get(code, code)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, literal, flags=re.S)


def character_map(cmap):
    """Glyph number to text, from a ToUnicode table."""
    table = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for glyph, text in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            table[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return table


def text_of(pdf):
    """The words of the page in the order they are set, one line for each run of text."""
    parts = {number: (head, body) for number, head, body in objects(pdf)}
    fonts = {
        name: character_map(
            parts[int(re.search(rb"/ToUnicode (\d+)", parts[int(number)][0])[1])][1]
        )
        for head, _ in parts.values()
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", head)
    }
    runs, font = [], {}
    pattern = rb"/(f\d+) [\d.]+ Tf|\[((?:%s|[^\](])*)\]\s*TJ|%s\s*Tj" % (LITERAL, LITERAL)
    for _, body in parts.values():
        if b"BT" not in body or b"beginbfchar" in body:
            continue
        for found in re.finditer(pattern, body, re.S):
            if found[1]:
                font = fonts[found[1]]
                continue
            shown = found[2] if found[2] is not None else found[0]
            glyphs = b"".join(unescaped(part[1:-1]) for part in re.findall(LITERAL, shown, re.S))
            pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
            runs.append("".join(font.get(high << 8 | low, "") for high, low in pairs))
    return "\n".join(runs)


def squeezed(text):
    """The text without spaces and without the break marks that overlong words get."""
    return "".join(text.replace("\u200b", "").split())


def assert_conforms(pdf):
    for profile in ("2a", "ua1"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [failure.message for failure in report.failures]
        assert report.rules.total > 100
        assert report.document.page_count == 1


def printed(**changes):
    return printing.render(replace(FACTS, **changes))


# ---- what is on it


def test_the_page_says_who_completed_what_and_how_to_check_it():
    shown = printed()
    text = squeezed(text_of(shown.pdf))
    for words in (
        "Certificate of completion",
        "Katarzyna Nowak has completed the course and passed its exam ISO certification awareness",
        "Course version 2026.1",
        "Standards covered: ISO 9001:2015 + Amd 1:2024, ISO/IEC 27001:2022 + Amd 1:2024",
        "Score 92.5 %",
        "Pass mark 80 %",
        "Issued 23 November 2026",
        "Valid until 23 November 2028",
        "Issued by Helena Łęcka Head of Quality and Training",
        "Northwind Bearings Ltd",
        "Certificate number 26-K7QF-3M9D",
        "Verify this certificate at training.example.com/verify",
        "3QK7-F3M9-D2XA-B8TZ-5PWR-E6HN-V4",
        rules.STATEMENT,
    ):
        assert squeezed(words) in text
    assert shown.unset == ()


def test_the_address_and_the_qr_code_lead_to_this_certificate(monkeypatch):
    addresses = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda url, **how: addresses.append(url) or make(url, **how))
    pdf = printed().pdf
    assert addresses == [FACTS.verify_url]
    assert f"/URI({FACTS.verify_url})".encode() in pdf
    assert b"/Figure" in pdf


def test_the_words_never_say_that_a_person_is_certified():
    text = " ".join(LABELS.values())
    assert LABELS["statement"] == rules.STATEMENT
    assert not re.search(r"\bcertified\b|competen|complian", text, re.IGNORECASE)


def test_without_a_signer_the_issuer_stands_in():
    text = squeezed(text_of(printed(signer="", signer_role="").pdf))
    assert squeezed("Issued by Northwind Bearings Ltd") in text


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Phương Thảo-Đặng",
        "Wawrzyniec Brzęczyszczykiewicz-Żółkiewski",
        "Αλέξανδρος Παπαδόπουλος",
        "Дмитрий Щербаков",
        "Māris Bērziņš",
        "Zoe\u0308 A\u030angstro\u0308m",
    ],
)
def test_names_of_many_alphabets_are_set_in_full(name):
    shown = printed(name=name)
    assert squeezed(unicodedata.normalize("NFC", name)) in squeezed(text_of(shown.pdf))
    assert shown.unset == ()


@pytest.mark.parametrize("name", [
    "محمد علي", "محمد بن عبد الله الأحمد", "شيرين قنديل", "گلناز پژمان", "דוד לוי"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_name_written_from_the_right_is_copied_letter_by_letter_in_its_order(name, language):
    # As the eye meets them from left to right, which programs turn round within a word.
    words = [run[::-1] for run in text_of(printed(name=name, language=language).pdf).splitlines()]
    assert [word for word in words if word in name.split()] == name.split()


CJK = printing.CJK_PACKAGE in printing.font_packages()


@pytest.mark.parametrize(("name", "missing"), [
    ("王小明", "王小明"), ("佐藤 花子", "佐藤花子"), ("김민준", "김민준"), ("𠮷野家", "𠮷野家"),
    ("محمد علي", ""), ("דוד לוי", ""), ("Nguyễn Thị Ánh", ""), ("Łukasz Żółć", ""),
    ("O'Brien-Ñandú", ""), ("राम कुमार", ""), ("M\u0304 \u0190\u0303", ""),
])
def test_which_names_are_printed_in_full(name, missing):
    missing = "" if CJK else missing
    assert "".join(printing.unset_in(name)) == missing
    text = squeezed(text_of(printed(name=name).pdf))
    for char in missing:
        assert f"[U+{ord(char):04X}]" in text


def test_a_word_longer_than_the_line_is_broken_and_others_are_not():
    assert "W\u200bW" in text_of(printed(name="W" * 100).pdf)
    assert "\u200b" not in text_of(printed(name="Wolfeschlegelsteinhausenbergerdorff " * 3).pdf)


# ---- archivable, accessible, reproducible

VARIANTS = {
    "typical": {},
    "Arabic page": {"name": "محمد بن عبد العزيز آل سعود", "language": "ar"},
    "Arabic name": {"name": "محمد بن عبد العزيز آل سعود"},
    "mixed": {"name": "Māris محمد Παπαδόπουλος Щербаков"},
    "long": {"name": "Hubert Wolfeschlegelsteinhausenbergerdorff von Hohenstaufen " * 3},
    "unbroken": {"name": "W" * 300, "issuer": "I" * 300, "signer": "S" * 300},
    "endless": {"name": "Ann " * 5000, "course_title": "Awareness " * 5000},
    "many editions": {"standards": ("ISO 9001:2015 + Amd 1:2024",) * 40},
    "nearly nothing": {
        "course_version": "",
        "standards": (),
        "signer": "",
        "signer_role": "",
        "valid_until": "",
    },
}


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_every_certificate_is_one_page_of_pdf_a_and_pdf_ua(changes):
    assert_conforms(printed(**changes).pdf)


def test_an_arabic_page_reads_from_the_right():
    assert b"/Lang(ar)" in printed(language="ar").pdf
    assert b"/Direction/R2L" in printed(language="ar").pdf
    assert b"/Direction/R2L" not in printed(language="pl-PL").pdf


def test_an_unknown_language_is_set_as_english():
    assert b"/Lang(en)" in printed(language="xx-nonsense").pdf


def test_the_same_facts_give_the_same_bytes_and_others_do_not():
    first = printed().pdf
    assert printed(name="Somebody Else").pdf != first
    assert printed().pdf == first
    assert printed(issued_at=FACTS.issued_at + timedelta(seconds=1)).pdf != first


def test_the_time_in_the_file_is_the_time_of_issue():
    assert b"/CreationDate(D:20261123093015Z)" in printed().pdf


# ---- hostile and unprintable names


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_printed_literally(name):
    shown = printed(name=name, course_title=name, issuer=name)
    text = squeezed(text_of(shown.pdf))
    assert text.count(squeezed(name)) == 3
    assert shown.unset == ()


def test_characters_that_print_nothing_or_turn_the_text_are_left_out():
    shown = printed(name="Ann\x00\x1b\r\n\tLee\u202egnp\u2066\ufeff\ud800\u2028Jr")
    assert "AnnLeegnpJr" in squeezed(text_of(shown.pdf))
    assert shown.unset == ()


def test_what_no_font_has_is_printed_as_its_code_and_nothing_is_dropped():
    for name, coded in (("\u1000\u1001\u1002", "[U+1000][U+1001][U+1002]"),
                        ("Ann \U0001f393 Lee", "Ann [U+1F393] Lee"),
                        ("Z\u0335o\u00eb", "Z[U+0335]o\u00eb")):
        shown = printed(name=name)
        assert squeezed(coded) in squeezed(text_of(shown.pdf))
        assert "".join(shown.unset) == "".join(sorted(set(name) & set(shown.unset)))
        assert shown.unset == printing.unset_in(name)
        assert_conforms(shown.pdf)


def test_so_is_what_no_font_has_in_other_texts():
    shown = printed(course_title="\u1000\u1001 awareness")
    text = squeezed(text_of(shown.pdf))
    assert "[U+1000][U+1001]awareness" in text and "KatarzynaNowak" in text
    assert shown.unset == ("\u1000", "\u1001")


@pytest.mark.parametrize("name", ["", "  ", "\x00", "\u200d"])
def test_a_name_of_which_nothing_shows_is_replaced(name):
    assert squeezed(LABELS["unnamed"]) in squeezed(text_of(printed(name=name).pdf))


# With more of the marks and scripts that fonts have in part than chance would bring.
LETTERS = st.characters() | st.characters(categories=["Mn", "Mc", "Lo", "So"])


@settings(max_examples=25, deadline=None)
@given(st.text(LETTERS, max_size=40))
def test_any_name_at_all_can_be_printed(name):
    shown = printed(name=name)
    assert page.validate_pdf_bytes(shown.pdf, profile="ua1").is_compliant
    assert set(printing.unset_in(name)) == set(shown.unset)


def test_letters_that_are_not_asked_about_have_a_font():
    sure = [char for char in map(chr, range(0x2000))
            if printing._SURE.fullmatch(char) and unicodedata.category(char) != "Cn"]
    assert printing._settle(" ".join(sure), _probed)[1] == set()
    assert {"Ž", "Ω", "Щ", "ي", "ễ"} <= set(sure)


def _probed(text):
    return printing._set(text, FACTS.issued_at, printing._PROBE)


def test_a_fault_of_the_template_is_raised_and_not_hidden(monkeypatch):
    monkeypatch.setattr(printing._set, "__defaults__", (b"#unknown",))
    with pytest.raises(typst.TypstError, match="unknown variable"):
        printed()


def test_without_the_font_packages_the_built_in_font_serves(monkeypatch):
    monkeypatch.setattr(printing, "font_packages", list)
    monkeypatch.setattr(printing, "_compiler", printing._compiler.__wrapped__)
    shown = printed(name="Nguyễn Żółkiewski Παπαδόπουλος Щербаков")
    assert b"LibertinusSerif" in shown.pdf and b"SourceSerif" not in shown.pdf
    assert_conforms(shown.pdf)


# ---- on its own, and many at once


@pytest.fixture
def proxy(monkeypatch):
    """A proxy that all traffic is sent to; yields the list of who came."""
    visits = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, address)
            monkeypatch.setenv(name.lower(), address)
        monkeypatch.delenv("NO_PROXY", raising=False)

        def listen():
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                visits.append(connection.getpeername())
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield visits
        server.shutdown(socket.SHUT_RDWR)


def test_printing_reaches_for_no_network(proxy, monkeypatch):
    with pytest.raises(typst.TypstError):
        typst.compile(b'#import "@preview/nothing-of-this-name:9.9.9"')
    assert len(proxy) > 0, "the trap does not catch what it should"

    proxy.clear()
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection"))
    for name in HOSTILE_NAMES:
        printed(name=name, issuer=name)
    assert proxy == []


def test_four_threads_print_what_one_prints():
    names = [f"Person {number}" for number in range(24)]
    alone = [printed(name=name).pdf for name in names]
    start = threading.Barrier(4)

    def work(share):
        start.wait()
        return [printed(name=name).pdf for name in share]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(work, [names[part::4] for part in range(4)]))
    for part in range(4):
        assert together[part] == alone[part::4]
