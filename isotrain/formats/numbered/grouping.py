"""From lines to questions: which line begins one, is an option, a key, or goes on with another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, pairwise

from isotrain.formats.numbered.choosing import choice_of, letter_of
from isotrain.formats.numbered.item import BOX, BULLET, LETTER, NUMBER, Item
from isotrain.formats.numbered.lines import TYPED, Line, apart
from isotrain.formats.numbered.words import (
    ABOUT,
    FEEDBACK,
    FIELDS,
    KEY,
    LIST_HEAD,
    LISTED,
    NOTE,
    OPTION,
    START,
    UNLETTERED,
    is_listed,
)
from isotrain.questions.problem import Problem, warning

FAR = 50  # a number that jumps further begins no question: a year, an amount


class Grouping:
    """Goes through the lines once; `items` are the questions, `unread` what belongs to none.

    `listed` are the keys of a list at the end, by the numbers of the questions.
    """

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.unread: list[list[Line]] = []
        self.listed: dict[int, list[tuple[Line, str]]] = {}
        self.problems: list[Problem] = []
        self._item: Item | None = None
        self._loose: list[Line] = []  # behind the last option or key, or before the first question
        self._about: dict[str, str] = {}
        self._number, self._nested = 0, 0
        self._worded = self._listing = False

    def take_all(self, lines: Iterable[Line]) -> None:
        """Read all lines."""
        for line, following in pairwise(chain(lines, [None])):
            if line is not None:
                self._take(line, following)
        self._settle()

    def _take(self, line: Line, following: Line | None) -> None:
        if self._takes_listed(line, following) or self._starts(line):
            return
        if self._item is not None and line.noted:
            self._item.note(line.noted)
        if self._takes_word(line) or self._takes_option(line, following):
            return
        if self._item is None or self._item.choices or self._item.keys:
            self._loose.append(line)
        else:
            self._item.stem.append(line.text)

    # Lists of answers

    def _takes_listed(self, line: Line, following: Line | None) -> bool:
        """Whether a line belongs to a list of answers behind the questions."""
        if self._listing and is_listed(line.text):
            for number, letters in LISTED.findall(line.text):
                self.listed.setdefault(int(number), []).append((line, letters))
            return True
        self._listing = bool(LIST_HEAD.fullmatch(line.text) and following is not None
                             and is_listed(following.text) and self.items)
        if self._listing:
            self._settle()
            self._item = None
        return self._listing

    # Beginnings

    def _starts(self, line: Line) -> bool:
        match = START.fullmatch(line.text)
        if not match or not (match["word"] or match["end"]):
            return False
        number = int(match["n"])
        if not self._is_start(line, match, number):
            return False
        self._settle()
        self._worded = self._worded or (not self._number and bool(match["word"]))
        mark = line.text[: match.start("rest")].strip()
        self._open(Item(line, number, mark, [match["rest"]] if match["rest"].strip() else []))
        self._number, self._nested = number, 0
        return True

    def _is_start(self, line: Line, match: re.Match[str], number: int) -> bool:
        """Whether a number begins a question, and not an option or a line of a list in a stem."""
        item = self._item
        if item is None or match["word"]:
            return True
        if self._worded or (item.line.level != TYPED and line.level > item.line.level):
            return False
        if item.choices or item.keys:
            return number - self._number <= FAR
        if line.after_blank and line.level == item.line.level:
            return True
        nested = number == self._nested + 1 if self._nested else number != self._number + 1
        self._nested = number if nested else 0
        return not nested

    def _open(self, item: Item) -> None:
        item.about, self._about = self._about, {}
        item.note(item.line.noted)
        self.items.append(item)
        self._item = item

    # Words with a colon

    def _takes_word(self, line: Line) -> bool:
        """Whether a line names what is right, explains it, or says something about the question."""
        item, text = self._item, line.text
        note, key, about = NOTE.fullmatch(text), KEY.fullmatch(text), ABOUT.fullmatch(text)
        sign = FEEDBACK.fullmatch(text)
        if about and (item is None or item.choices or item.keys or about["about"] in FIELDS):
            self._take_about(line, about)
        elif item is None:
            return False
        elif note:
            item.notes.append(note["note"])
        elif sign:
            self._take_feedback(item, line, sign)
        elif key and key["key"].strip():
            self._settle()
            item.keys.append((line, key["key"].strip()))
        else:
            return False
        return True

    def _take_about(self, line: Line, about: re.Match[str]) -> None:
        """What a question's lines say beside it; a type or a title stands before its question."""
        name = FIELDS.get(about["about"].lower())
        item = self._item
        if name is None:
            self.problems.append(warning(
                line.place, 'The line "%(text)s" was not read.',
                "Write it into the question if learners need it.", text=line.text[:60]))
        elif item is None or (name in ("type", "name") and (item.choices or item.keys)):
            self._settle()
            self._about[name] = about["said"].strip()
        else:
            item.about[name] = about["said"].strip()

    def _take_feedback(self, item: Item, line: Line, sign: re.Match[str]) -> None:
        """Respondus: @ is about the option above it or the whole question, ~ about an outcome."""
        if sign["sign"] == "@" and item.choices:
            item.choices[-1].feedback.append(sign["note"])
            return
        item.notes.append(sign["note"])
        if sign["sign"] == "~":
            item.note([warning(
                "", "Feedback for right or wrong answers was put into the explanation.",
                "Check that it is true for everybody.")])

    # Options

    def _takes_option(self, line: Line, following: Line | None) -> bool:
        match = OPTION.fullmatch(line.text)
        if match and self._fits(line, match, following):
            for part in apart(line, match):
                self._take_choice(part, OPTION.fullmatch(part.text), LETTER)
            return True
        item = self._item
        numbered = START.fullmatch(line.text) if item else None
        if item and numbered and self._counts_options(item, line) and (
                numbered["end"] and int(numbered["n"]) == len(item.choices) + 1):
            self._take_choice(line, numbered, NUMBER)
            return True
        free = UNLETTERED.fullmatch(line.text)
        if free and self._fits_free(line, free):
            self._take_choice(line, free, BOX if free["box"] else BULLET)
            return True
        return False

    def _fits(self, line: Line, match: re.Match[str], following: Line | None) -> bool:
        """Whether a letter is that of the next option; the first may stand in a text as well."""
        letter, item = letter_of(match), self._item
        begins = letter == "A" and not _begins_too(following)
        if item is None or item.keys:
            return begins and bool(self._loose)
        if not item.choices:
            return begins or line.level != TYPED or letter == "B"
        if item.kind != LETTER:
            if begins:
                item.fold()
            return begins
        if letter == "A":
            return begins
        return 1 <= ord(letter) - ord(item.choices[-1].label) <= 2

    def _counts_options(self, item: Item, line: Line) -> bool:
        """Whether numbers stand before options, since questions have a word or stand less deep."""
        deeper = line.level > item.line.level != TYPED
        return not item.keys and item.kind in ("", NUMBER) and (self._worded or deeper)

    def _fits_free(self, line: Line, match: re.Match[str]) -> bool:
        item = self._item
        kind = BOX if match["box"] else BULLET
        if item is not None and not item.keys and item.kind in ("", kind):
            return True
        apart = item is None or item.keys or any(each.stands_apart for each in self._loose)
        return bool(apart and self._loose) and (
            kind == BOX or self._loose[-1].text.endswith("?"))

    def _take_choice(self, line: Line, match: re.Match[str] | None, kind: str) -> None:
        if match is None:
            return
        begins = kind == LETTER and letter_of(match) == "A"
        again = kind in (BOX, BULLET) and any(each.stands_apart for each in self._loose)
        if self._item is None or self._item.keys or (self._item.choices and (begins or again)):
            self._open_unnumbered(line)
        item = self._item
        if item is None:
            return
        self._go_on(item)
        item.choices.append(choice_of(line, match, kind))

    def _open_unnumbered(self, line: Line) -> None:
        """Begin a question whose stem bears no number: what stands loose above its options."""
        loose = self._loose
        item = self._item
        if item is not None and item.choices and not item.keys:
            cut = next((at for at, each in enumerate(loose) if each.stands_apart), 0)
            item.choices[-1].texts += [each.text for each in loose[:cut]]
            loose = loose[cut:]
        self._loose = []
        self._open(Item(loose[0] if loose else line, None, "", [each.text for each in loose]))

    def _go_on(self, item: Item) -> None:
        """What stood loose between two options belongs to the first of them."""
        if item.choices:
            item.choices[-1].texts += [each.text for each in self._loose]
            self._loose = []

    def _settle(self) -> None:
        """Give what stands loose behind a question to its last option, or leave it unread."""
        item, loose = self._item, self._loose
        cut = next((at for at, each in enumerate(loose) if each.stands_apart), len(loose))
        if item is None or not item.choices or item.keys:
            cut = 0
        elif cut:
            item.choices[-1].texts += [each.text for each in loose[:cut]]
            item.note([warning(
                "", 'The line "%(text)s" was joined to the option above it.',
                "Insert what is missing if they do not belong together.", text=loose[0].text[:60])])
        if loose[cut:]:
            self.unread.append(loose[cut:])
        self._loose = []


def _begins_too(line: Line | None) -> bool:
    """Whether the next line is a first option, so that this one is a text such as A. Smith."""
    match = OPTION.fullmatch(line.text) if line is not None else None
    return bool(match) and letter_of(match) == "A"  # type: ignore[arg-type]
