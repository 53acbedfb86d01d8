"""GIFT, Moodle's text format, read as Moodle reads it but without its silent damage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from isotrain.formats.contract import Rejected, check_count
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.gift.answers import Answers
from isotrain.formats.gift.text import BLANK, TaggedWording, hide, show, source
from isotrain.formats.markup import is_xml
from isotrain.formats.model import Import
from isotrain.formats.moodle.gaps import plain_source
from isotrain.questions.cloze_source import BadSource, count_parts, has_parts
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_, tidy

NAME_LIMIT = 255
GAP = "_____"

_CATEGORY = "$CATEGORY:"
_ROOT = re.compile(r"^(?:\$\w+\$/)?(?:top(?:/|$))?")
_MARK = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.){1,255})\]")
_SIGN = re.compile(
    r"^[ \t]*(?:::|\$CATEGORY:)|(?<!\\)\{\s*(?:\}|[=~#%]|T\}|F\}|TRUE|FALSE|\d*:[A-Z]+:)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """The lines between two blank ones, comments apart; `line` is where the text begins."""

    line: int
    text: str
    comments: str

    def place_of(self, brace: str) -> str:
        """Where the first unescaped one of these stands in the file."""
        return f"line {self.line + hide(self.text).partition(brace)[0].count(chr(10))}"


def count_signs(text: str) -> int:
    """How many titles, categories and answer blocks a text seems to have, without cloze gaps."""
    return len(_SIGN.findall(text)) - count_parts(text)


def detect(data: bytes, filename: str) -> bool:
    """Whether the text has titles or answer blocks, or is named .gift, and is no XML."""
    head = peek(data)
    named = filename.lower().endswith(".gift")
    return (named or bool(_SIGN.search(head))) and not is_xml(head)


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    text, problems = decoded(data)
    found = list(problems)
    drafts: list[Draft] = []
    category = ""
    for block in _blocks(text):
        rest = block
        if block.text.startswith(_CATEGORY):
            category, rest = _take_category(block, found)
        if not rest.text:
            continue
        try:
            draft, faults = _read_question(rest, category)
        except Rejected as rejection:
            found.append(rejection.problem)
            continue
        drafts.append(draft)
        found.extend(faults)
        check_count(len(drafts))
    return Import("gift", tuple(drafts), tuple(found))


def _blocks(text: str) -> Iterator[Block]:
    """The blocks that hold more than comments; a line with only 0 counts as blank, as in Moodle."""
    lines: list[str] = []
    first = 1
    for number, line in enumerate(chain(text.split("\n"), [""]), 1):
        line = line.strip(BLANK)
        if line not in ("", "0"):
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield from _block(first, lines)
            lines = []


def _block(first: int, lines: list[str]) -> Iterator[Block]:
    comments = [line for line in lines if line.startswith("//")]
    text = "\n".join(" " if line.startswith("//") else line for line in lines)
    body = text.lstrip(BLANK)
    if body:
        skipped = text.count("\n", 0, len(text) - len(body))
        yield Block(first + skipped, body.rstrip(BLANK), "\n".join(comments))


def _take_category(block: Block, found: list[Problem]) -> tuple[str, Block]:
    """The category of the questions to come, and what of the block is a question after all."""
    line, _, below = block.text.partition("\n")
    path = tidy(show(hide(line.removeprefix(_CATEGORY))))
    rest = below.strip(BLANK)
    if rest:
        found.append(
            warning(
                f"line {block.line}",
                "The category and the question below it have no blank line between them.",
                "Insert a blank line; other programs lose the question.",
            )
        )
    begin = block.line + 1 + below.count("\n", 0, below.find(rest))
    return _ROOT.sub("", path), Block(begin, rest, block.comments)


def _read_question(block: Block, category: str) -> tuple[Draft, list[Problem]]:
    """The draft of one block and what to look at in it; raises Rejected."""
    place = f"line {block.line}"
    wording = TaggedWording()
    external_id, tags = _marks(block.comments)
    name, text = _split_title(hide(block.text))
    draft = Draft(
        place, "information", name=name, category=category, external_id=external_id, tags=tags
    )
    if has_parts(text):
        return _read_cloze(draft, wording, text), list(wording.problems(place))
    opening, closing = _braces(block, text)
    if opening < 0:
        return replace(draft, stem=wording.stem(text)), list(wording.problems(place))
    answers = Answers(place, wording)
    before, after = text[:opening], text[closing + 1 :]
    stem = wording.stem(f"{before}{GAP}{after}" if after else before)
    inner, feedback = _split_feedback(text[opening + 1 : closing])
    answers.take(inner)
    if "{" in after:
        answers.warn(
            N_("A question has one answer block; the second one was kept as text."),
            N_("Split it into two questions, or write \\{ and \\} if braces are meant."),
        )
    draft = replace(
        draft,
        type=answers.type,
        stem=stem,
        options=answers.options,
        pairs=answers.pairs,
        rule=answers.rule,
        explanation=wording.text(feedback, rich=True),
    )
    return draft, [*answers.problems, *wording.problems(place)]


def _read_cloze(draft: Draft, wording: TaggedWording, hidden: str) -> Draft:
    """The draft of a block with gaps, which Moodle's GIFT takes for something else."""
    def plain(text: str, rich: bool) -> str:
        return wording.untagged(hide(text), rich=rich)

    try:
        stem = plain_source(source(wording.take_format(hidden)), plain)
    except BadSource as fault:
        raise Rejected(replace(fault.problem, place=draft.place)) from None
    return replace(draft, type="cloze", stem=stem)


def _marks(comments: str) -> tuple[str, tuple[str, ...]]:
    """The id number and the tags that comments set."""
    if "[" not in comments:
        return "", ()
    marks = [(kind, tidy(value.replace("\\]", "]"))) for kind, value in _MARK.findall(comments)]
    ids = [value for kind, value in marks if kind == "id"]
    return (ids[0] if ids else ""), tuple(value for kind, value in marks if kind == "tag")


def _split_title(hidden: str) -> tuple[str, str]:
    """The title between double colons, if there is one, and the rest."""
    if not hidden.startswith("::"):
        return "", hidden
    title, colons, rest = hidden[2:].partition("::")
    if not colons:
        return "", hidden[2:]
    return tidy(show(title))[:NAME_LIMIT].rstrip(), rest.strip(BLANK)


def _split_feedback(inner: str) -> tuple[str, str]:
    """The answers, and the general feedback after the last four hashes."""
    answers, hashes, feedback = inner.rpartition("####")
    return (answers.strip(BLANK), feedback) if hashes else (inner.strip(BLANK), "")


def _braces(block: Block, text: str) -> tuple[int, int]:
    """Positions of the braces around the answers, -1 where there are none; raises Rejected."""
    opening, closing = text.find("{"), text.find("}")
    if closing >= 0 and not 0 <= opening < closing:
        raise Rejected(
            error(
                block.place_of("}"),
                "The closing brace } has no opening brace before it.",
                "Delete blank lines inside the braces above; write \\} if a brace is meant.",
            )
        )
    if closing < 0 <= opening:
        raise Rejected(
            error(
                block.place_of("{"),
                "The brace { that opens here is not closed before the next blank line.",
                "Add the }, delete blank lines inside the braces, or write \\{ if it is meant.",
            )
        )
    return opening, closing
