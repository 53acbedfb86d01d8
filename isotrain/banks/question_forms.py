"""Forms in which questions are written, one for each type."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from isotrain.banks.forms import BANDS, USES, Choices, TopicField, offered
from isotrain.formats.model import Draft
from isotrain.i18n import lazy
from isotrain.web.forms import Form, tidy

SHARE = re.compile(r"[1-9][0-9]{0,8}/[1-9][0-9]{0,8}")
MOST_OPTIONS = 20


class QuestionForm(Form):
    """What the questions of every type have: text, explanation and what they are about."""

    stem = TextAreaField(lazy("Question"), filters=[tidy], render_kw={"rows": 3})
    explanation = TextAreaField(lazy("Explanation"), filters=[tidy], render_kw={"rows": 3})
    topic = TopicField(lazy("Topic"), validate_choice=False)
    difficulty = SelectField(lazy("Difficulty"), choices=offered(BANDS, lazy("Choose")),
                             validate_choice=False)
    use = RadioField(lazy("Use"), choices=offered(USES), default="exam", validate_choice=False)
    fact = StringField(lazy("Fact"), filters=[tidy],
                       render_kw={"list": "facts", "autocomplete": "off"})
    enemies = StringField(lazy("Never together with"), [Length(max=100)], filters=[tidy])
    language = HiddenField(default="")
    base = IntegerField(validators=[Optional(), NumberRange(0, 2**63 - 1)])

    type_name = ""

    def __init__(self, formdata: Any = None, *, topics: Choices = (), **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.topic.offer(topics, lazy("Choose"))

    @classmethod
    def empty_values(cls) -> dict[str, Any]:
        """The values of the fields for a new question."""
        return {}

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        """The values of the fields for a question that exists."""
        names = ("stem", "explanation", "topic", "use", "fact", "enemies", "language")
        return {**{name: getattr(draft, name) for name in names},
                "difficulty": str(draft.difficulty or "")}

    def draft(self) -> Draft:
        """The question as it is written in the form."""
        draft = Draft.of({"type": self.type_name, **self._question()})
        difficulty = self.difficulty.data
        return replace(
            draft, topic=tidy(self.topic.data), fact=self.fact.data or "",
            difficulty=int(difficulty) if difficulty in ("1", "2", "3") else None,
            use=self.use.data if self.use.data in ("exam", "practice") else "exam",
            enemies=self.enemies.data or "", language=(self.language.data or "")[:20],
        )

    def _question(self) -> dict[str, Any]:
        return {"stem": self.stem.data or "", "explanation": self.explanation.data or ""}


class OptionForm(Form):
    """One option; `share` keeps the part of the mark that an import gave it."""

    text = TextAreaField(lazy("Text"), filters=[tidy], render_kw={"rows": 1})
    feedback = TextAreaField(lazy("Feedback"), filters=[tidy], render_kw={"rows": 1})
    share = StringField(lazy("Part of the mark"), filters=[tidy])


class ChoiceForm(QuestionForm):
    """A question with options; `right` holds the numbers of the right ones, from 0."""

    options = FieldList(FormField(OptionForm), max_entries=MOST_OPTIONS)
    right = SelectMultipleField(lazy("Right"), choices=[], validate_choice=False)
    shuffle = BooleanField(lazy("Show the options in random order"), default=True)

    kind = ""

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        options = [
            {"text": option.text, "feedback": option.feedback,
             "share": str(option.share) if 0 < option.share < 1 else ""}
            for option in draft.options
        ]
        full = 1 if cls.kind == "radio" else 0
        right = [str(number) for number, option in enumerate(draft.options)
                 if option.share > 0 and option.share >= full]
        return {**super().values_of(draft), "options": options, "right": right,
                "shuffle": draft.shuffle}

    @classmethod
    def empty_values(cls) -> dict[str, Any]:
        """The values of the fields for a question that is to be written."""
        return {"options": [{}, {}, {}, {}], "right": [], "shuffle": True}

    def changed_rows(self, act: str) -> dict[str, Any]:
        """The values of the fields with a row added, or with row n gone for "remove-n"."""
        values: dict[str, Any] = self.data
        rows, right = list(values["options"]), set(values["right"] or ())
        name, _dash, number = act.partition("-")
        if name == "add" and len(rows) < MOST_OPTIONS:
            rows.append({})
        elif name == "remove" and number in map(str, range(len(rows))):
            gone = int(number)
            del rows[gone]
            right = {_moved(n, gone) for n in right if n != number}
        return {**values, "options": rows, "right": sorted(right)}

    def _question(self) -> dict[str, Any]:
        right = set(self.right.data or ())
        rows = [(str(n), row.form) for n, row in enumerate(self.options)
                if row.form.text.data or row.form.feedback.data or str(n) in right]
        options = [self._option(row, n in right) for n, row in rows]
        return {**super()._question(), "options": options, "shuffle": self.shuffle.data}

    def _option(self, row: Any, right: bool) -> dict[str, Any]:
        data = {"text": row.text.data or "", "feedback": row.feedback.data or "", "right": right}
        if self.kind == "radio" and not right and SHARE.fullmatch(row.share.data or ""):
            data["share"] = row.share.data
        return data


def _moved(number: str, gone: int) -> str:
    return str(int(number) - 1) if number.isdecimal() and int(number) > gone else number


class SingleChoiceForm(ChoiceForm):
    """Writing a single choice question."""

    type_name, kind = "single_choice", "radio"


class MultipleChoiceForm(ChoiceForm):
    """Writing a multiple choice question."""

    type_name, kind = "multiple_choice", "checkbox"


class TrueFalseForm(QuestionForm):
    """Writing a statement that is true or false."""

    stem = TextAreaField(lazy("Statement"), filters=[tidy], render_kw={"rows": 3})
    answer = RadioField(lazy("The statement is"), validate_choice=False,
                        choices=offered((("true", lazy("True")), ("false", lazy("False")))))
    feedback_true = TextAreaField(lazy("Feedback to “true”"), filters=[tidy],
                                  render_kw={"rows": 2})
    feedback_false = TextAreaField(lazy("Feedback to “false”"), filters=[tidy],
                                   render_kw={"rows": 2})

    type_name = "true_false"

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, Any]:
        feedback = {option.text: option.feedback for option in draft.options}
        answer = "" if draft.answer is None else str(draft.answer).lower()
        return {**super().values_of(draft), "answer": answer,
                "feedback_true": feedback.get("True", ""),
                "feedback_false": feedback.get("False", "")}

    @classmethod
    def empty_values(cls) -> dict[str, Any]:
        """The values of the fields for a question that is to be written."""
        return {}

    def changed_rows(self, act: str) -> dict[str, Any]:
        """The values of the fields; there are no rows to add."""
        values: dict[str, Any] = self.data
        return values

    def _question(self) -> dict[str, Any]:
        answer = {"true": True, "false": False}.get(self.answer.data or "")
        return {**super()._question(), "answer": answer,
                "feedback_true": self.feedback_true.data or "",
                "feedback_false": self.feedback_false.data or ""}


EDITORS: dict[str, type[QuestionForm]] = {
    form.type_name: form for form in (SingleChoiceForm, MultipleChoiceForm, TrueFalseForm)
}
"""The form of each question type that can be written here."""
