"""A text with embedded answers, Moodle's cloze format: the whole file is one question."""

from isotrain.formats.contract import Format
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.gift import count_signs
from isotrain.formats.markup import is_xml
from isotrain.formats.model import Import
from isotrain.formats.moodle.gaps import plain_source
from isotrain.formats.moodle.wording import Wording
from isotrain.questions.cloze_source import BadSource, has_parts
from isotrain.questions.draft import Draft
from isotrain.text import N_

PLACE = "question 1"


def detect(data: bytes, filename: str) -> bool:
    """Whether the text has gaps and neither titles nor answer blocks, as GIFT has them."""
    head = peek(data)
    named = filename.lower().endswith(".gift")
    return not named and has_parts(head) and count_signs(head) <= 0 and not is_xml(head)


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    text, problems = decoded(data)
    wording = Wording()
    try:
        stem = plain_source(text, lambda each, rich: wording.plain(each, "moodle", rich=rich))
    except BadSource as fault:
        return Import("cloze", (), (*problems, fault.problem))
    draft = Draft(PLACE, "cloze", stem=stem)
    return Import("cloze", (draft,), (*problems, *wording.problems(PLACE)))


CLOZE = Format("cloze", N_("Moodle cloze"), (".txt",), detect, read, orders=False)
