"""The options of a row and which of them are right, each cell decided by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from isotrain.formats.contract import Rejected
from isotrain.formats.sheets import kinds
from isotrain.formats.sheets.key import (
    Answers,
    Places,
    has_zero,
    labelled,
    truth,
    ways_of,
)
from isotrain.formats.sheets.marks import Earned, earned, shown_right
from isotrain.formats.sheets.rows import Sheet
from isotrain.formats.sheets.words import CHOICE
from isotrain.formats.workbooks.grid import Row
from isotrain.formats.workbooks.signs import bare
from isotrain.questions.draft import Draft, Option, equal_shares, true_false_options
from isotrain.questions.problem import error
from isotrain.text import level, tidy

_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_STRONG_SEPARATOR = re.compile(r"\s*[\n|;]\s*")
_WEAK_SEPARATOR = re.compile(r"\s*[,，、]\s*")


class Options:
    """The reader of the options of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.columns = sheet, sheet.columns

    def read(self, rows: Sequence[Row], draft: Draft) -> Draft:
        """The draft with its answers; raises Rejected and Undecided."""
        if kinds.is_answered(draft.type):
            return self._answered(rows, draft)
        found = self._found(rows, draft)
        options = [option for option in found[0] if option.text]
        if not options:
            return self._without_options(rows[0], draft)
        truths = self._truths([option.text for option in options], draft.type)
        right = [option.text for option in options if option.share > 0]
        if truths and len(right) < 2 and draft.type in ("", "true_false"):
            said = truth(bare(right[0]), yes_no=True) if right else None
            return replace(draft, type="true_false", options=true_false_options(said))
        return self._chosen(draft, options, found[1])

    def _chosen(self, draft: Draft, options: list[Option], by_mark: Earned | None) -> Draft:
        """A choice among options; how many are right says whether several can be chosen."""
        several = sum(option.share > 0 for option in options) > 1
        type_ = draft.type if draft.type not in ("", CHOICE, "true_false") else ""
        type_ = type_ or (by_mark.type if by_mark else "") or (
            "multiple_choice" if several else "single_choice")
        weighed = by_mark is not None and by_mark.weighed
        if type_ == "multiple_choice" and not weighed:
            options = equal_shares(options)
        rule = draft.rule or (_rule(options) if weighed else "")
        return replace(draft, type=type_, options=tuple(options), rule=rule)

    def _found(self, rows: Sequence[Row], draft: Draft) -> tuple[list[Option], Earned | None]:
        """The options with what they earn, and what the marks beside them say."""
        columns, row = self.columns, rows[0]
        type_ = draft.type if draft.type in ("single_choice", "multiple_choice") else ""
        if columns.option is not None:
            texts = labelled([each.cells[columns.option] for each in rows])[0]
            index = columns.flag if columns.flag is not None else columns.named["share"]
            cells = [(index, each.cells[index]) for each in rows]
            given = earned(self.sheet, row, cells, type_)
            return _earning(texts, given), given
        if columns.wrong:
            return self._right_and_wrong(row), None
        texts, own = labelled(self.cells(row))
        places = self._keyed(row, texts, own, draft.type)
        given = self._beside(row, texts, type_)
        if given is None and not places and not kinds.keys_of(self.sheet, row):
            texts, places = shown_right(self.sheet, row, texts)
        if given is not None and places and {
                place for place, share in enumerate(given.shares) if share > 0} != set(places):
            raise Rejected(error(self.sheet.at(row), "The key and the marks beside the options say "
                                 "different things.", "Delete one of the two, or correct it."))
        if given is not None:
            return _earning(texts, given, self._feedback(row)), given
        feedback = self._feedback(row)
        return [Option(text, Fraction(place in places), feedback[place] if feedback else "")
                for place, text in enumerate(texts)], None

    def _beside(self, row: Row, texts: Sequence[str], type_: str) -> Earned | None:
        """What the cells beside the options say: those that earn something, else the marks."""
        for columns in (self.columns.shares, self.columns.marks):
            indices = [columns.get(option) for option in self.columns.options]
            if indices and any(index is not None for index in indices):
                cells = [(index or 0, row.cells[index] if index is not None and text else "")
                         for index, text in zip(indices, texts, strict=True)]
                return earned(self.sheet, row, cells, type_)
        return None

    def _keyed(self, row: Row, texts: list[str], own: list[str], type_: str) -> Places:
        """The places of the options that the key names; raises Rejected and Undecided."""
        if not any(texts):
            return ()
        truths = self._truths(texts, type_)
        zeros = self.columns.indexed or self.sheet.choices.has("from_0") or (
            self._zeros[bool(truths)])
        answers = Answers(list(map(bare, texts)), self.columns.labels, own, zeros, truths)
        found: dict[int, None] = {}
        for index, key in kinds.keys_of(self.sheet, row):
            place = self.sheet.place(row, index)
            told = self.sheet.choices.decide(ways_of(key, answers), place=place, cell=key)
            if told is None:
                raise Rejected(error(
                    place,
                    'The right answer "%(key)s" is none of the options.',
                    "Write the letter, the number or the text of an option.",
                    key=key[:60],
                ))
            found.update(dict.fromkeys(told))
        return tuple(found)

    @cached_property
    def _zeros(self) -> dict[bool, bool]:
        """Whether some key of the sheet is the number 0, for statements and for other questions.

        A 0 that is the text of an option, or that means false, counts nothing.
        """
        found = {True: False, False: False}
        for row in self.sheet.rows:
            texts = self.cells(row)
            if any(texts) and any(has_zero(key) and level(key) not in map(level, texts)
                                  for _index, key in kinds.keys_of(self.sheet, row)):
                found[bool(self._truths(texts, ""))] = True
        return {True: found[True] or found[False], False: found[False]}

    def _truths(self, texts: Sequence[str], type_: str) -> tuple[int, int] | None:
        """The places of true and false where the options are these two."""
        said = {truth(bare(text), yes_no=type_ == "true_false"): place
                for place, text in enumerate(texts) if text}
        filled = sum(map(bool, texts))
        return (said[True], said[False]) if filled == 2 and set(said) == {True, False} else None

    def cells(self, row: Row) -> list[str]:
        """The option texts of a row, blank ones included so that letters keep their meaning."""
        if self.columns.list is not None:
            return _listed(row.cells[self.columns.list])
        return [row.cells[index] for index in self.columns.options]

    def _right_and_wrong(self, row: Row) -> list[Option]:
        """The options of a row that has right and wrong answers in columns of their own."""
        right = [row.cells[index] for index in self.columns.right]
        wrong = [row.cells[index] for index in self.columns.wrong]
        if len(wrong) == 1:
            wrong = _listed(wrong[0])
        return [*(Option(text, Fraction(1)) for text in right), *map(Option, wrong)]

    def _feedback(self, row: Row) -> list[str]:
        return [kinds.beside(row, self.columns.feedback, c) for c in self.columns.options]

    def _answered(self, rows: Sequence[Row], draft: Draft) -> Draft:
        """A question of a type without options to choose among; accepted texts may be marked."""
        columns, cells = self.columns, self.cells(rows[0])
        if columns.option is not None:
            cells = [row.cells[columns.option] for row in rows]
        return kinds.answered(self.sheet, rows[0], draft, cells)

    def _without_options(self, row: Row, draft: Draft) -> Draft:
        """A question without options; raises Rejected for a choice."""
        if draft.type == "true_false":
            return kinds.keyed_truth(self.sheet, row, draft)
        if draft.type == "" and kinds.keys_of(self.sheet, row):
            return kinds.untyped(self.sheet, row, draft)
        raise Rejected(error(
            self.sheet.at(row),
            "The question has no options.",
            "Fill at least two options and say which is right.",
        ))


def unkeyed(sheet: Sheet, rows: Sequence[Row]) -> tuple[Option, ...]:
    """The options of a question whose key is yet to be chosen."""
    columns = sheet.columns
    if columns.option is not None:
        return tuple(Option(row.cells[columns.option]) for row in rows)
    return tuple(Option(text) for text in Options(sheet).cells(rows[0]) if text)


def words_of(draft: Draft) -> frozenset[str]:
    """All words of a draft, to look for what became of a cell."""
    texts = [draft.stem, draft.explanation, *map(str, draft.more.values())]
    texts += [text for option in draft.options for text in (option.text, option.feedback)]
    texts += [text for pair in draft.pairs for text in pair]
    return frozenset(word for text in texts for word in words(text))


def words(text: str) -> list[str]:
    """The words of a text, folded."""
    return re.findall(r"\w+", text.casefold())


def _earning(texts: Sequence[str], given: Earned | None, feedback: Sequence[str] = ()
             ) -> list[Option]:
    shares = given.shares if given else [Fraction(0)] * len(texts)
    said = feedback or [""] * len(texts)
    return [Option(text, share, words)
            for text, share, words in zip(texts, shares, said, strict=True)]


def _rule(options: Sequence[Option]) -> str:
    """The rule that the shares of options say: what a wrong one costs tells them apart."""
    plus = {option.share for option in options if option.share > 0}
    minus = {-option.share for option in options if option.share <= 0}
    wrong, right = (sum(o.share <= 0 for o in options), sum(o.share > 0 for o in options))
    if plus == {Fraction(1, right)} and len(minus) == 1:
        cost = minus.pop()
        near = {"balanced": Fraction(1, wrong), "equal_parts": Fraction(1, right)}
        for name, part in near.items():
            if abs(cost - part) < Fraction(1, 100):
                return name
    return "weights"


def _listed(cell: str) -> list[str]:
    """The parts of a cell that holds a list."""
    if cell.startswith("[") and _QUOTED.search(cell):
        return [tidy(double or single) for double, single in _QUOTED.findall(cell)]
    parts = _STRONG_SEPARATOR.split(cell)
    return [tidy(part) for part in (parts if len(parts) > 1 else _WEAK_SEPARATOR.split(cell))]
