"""From bytes to text: which encoding, and whether this is text at all."""

import re
from collections import Counter

from isotrain.formats.contract import ARCHIVE, OLE, Unreadable, check_content
from isotrain.formats.naming import NAMED, signed_kind
from isotrain.questions.problem import Problem, Reading, question, warning
from isotrain.text import N_

HEAD = 64 * 1024
"""How many bytes are looked at to guess the format."""

ENCODING = "encoding"
"""What is asked where an encoding can only be guessed."""
GUESSES = ("cp1252", "cp1250", "cp1251", "gb18030", "shift_jis", "mac_roman", "cp850")
_WESTERN = frozenset("äöüßÄÖÜéèêëàâçîïôûùÿñáíóúìòãõåæøœÉÈÀÂÇÊÎÔÑÁÍÓÚÅÆØŒ¿¡«»„“”‘’‚…–—€£§°²³½¼¾±·•×µ"
                     "®©™\xa0")
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SAVE_AS_TEXT = N_("Save it as plain text in UTF-8 and try again.")


def decoded(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text with line ends as \\n, and a warning when the encoding had to be guessed.

    Understands UTF-8, UTF-16 and UTF-32 by their byte order marks, UTF-8 and Windows-1252
    without; raises Unreadable.
    """
    _check_bytes(data)
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    problems: tuple[Problem, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        if encoding != "utf-8" or _is_damaged_utf8(data):
            raise _bad_byte(data, fault) from None
        text = _as_windows_1252(data, fault)
        problems = (_guessed(data, text),)
    _check_text(text)
    return text.replace("\r\n", "\n").replace("\r", "\n"), problems


def peek(data: bytes) -> str:
    """The beginning of the text as well as it can be read, for guessing the format."""
    head = data[:HEAD]
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
    if encoding == "utf-8" and _is_legacy(head):
        encoding = "cp1252"
    text = head.decode(encoding, errors="ignore")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_bytes(data: bytes) -> None:
    check_content(data)
    kind = signed_kind(data)
    if kind:
        raise Unreadable(NAMED, _SAVE_AS_TEXT, code="binary", kind=kind)


def _check_text(text: str) -> None:
    nul = text.find("\0")
    if nul >= 0:
        raise Unreadable(
            "Line %(line)s contains a NUL character, which no text has.",
            _SAVE_AS_TEXT,
            place=f"line {_line(text, nul)}",
            code="binary",
            line=_line(text, nul),
        )
    if len(_CONTROLS.findall(text, 0, HEAD)) > len(text[:HEAD]) // 20:
        raise Unreadable("This is not a text file.", _SAVE_AS_TEXT, code="binary")
    if not text.strip("\ufeff \t\r\n"):
        raise Unreadable("The file is empty.", "Choose a file with questions.", code="empty")


def _as_windows_1252(data: bytes, fault: UnicodeDecodeError) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise _bad_byte(data, fault) from None


def recoded(data: bytes, encoding: str) -> bytes:
    """A text of a chosen encoding in UTF-8; raises Unreadable where it does not read so."""
    if encoding not in GUESSES or data.startswith((ARCHIVE, OLE)):
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as fault:
        raise _bad_byte(data, fault) from None


def _guessed(data: bytes, text: str) -> Problem:
    """What to say of an encoding that was guessed; a question where it is not plainly western."""
    odd = [char for char in text if char > "\x7f"]
    western = sum(char in _WESTERN for char in odd)
    if western * 10 >= len(odd) * 9:
        return warning(
            "file",
            "The file is not UTF-8; it was read as Windows-1252, with letters as in: %(sample)s.",
            "Look at the accented letters; save the file as UTF-8 if they are wrong.",
            sample=_sample(text))
    return asked_encoding(data)


def asked_encoding(data: bytes) -> Problem:
    """The question in which encoding a text is written, with some words of it in each."""
    readings = []
    for encoding in GUESSES:
        try:
            readings.append(Reading(encoding, N_("Letters as in: %(sample)s"),
                                    {"sample": _sample(data.decode(encoding))}))
        except UnicodeDecodeError:
            continue
    return question("file",
                    N_("The file is not UTF-8, and its letters can be read in several ways."),
                    N_("Choose the one in which the words are right, or save the file as UTF-8."),
                    asks=ENCODING, readings=readings)


def _sample(text: str) -> str:
    """Up to six words with letters beyond ASCII."""
    words = dict.fromkeys(re.findall(r"\w{0,20}[^\x00-\x7f\W]\w{0,20}", text))
    signs = dict.fromkeys(re.findall(r"[^\x00-\x7f]", text))
    return ", ".join([*words, *signs][:6])


def _is_legacy(head: bytes) -> bool:
    """Whether a head is no UTF-8; a letter cut off at its end does not count."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.start < HEAD - 3 and not _is_damaged_utf8(head)
    return False


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether what is not ASCII mostly reads well as UTF-8, so that another guess garbles it."""
    found = Counter(char == "\ufffd" for char in data.decode("utf-8", "replace") if char > "\x7f")
    return found[False] > found[True]


def _bad_byte(data: bytes, fault: UnicodeDecodeError) -> Unreadable:
    line = data.count(b"\n", 0, fault.start) + 1
    return Unreadable(
        "Byte %(byte)s (line %(line)s) is not valid %(encoding)s.",
        "Save the file as UTF-8 and try again.",
        place=f"line {line}",
        code="encoding",
        byte=fault.start + 1,
        line=line,
        encoding=fault.encoding.upper(),
    )


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
