"""The form in which questions of every type are written: what they are about.

What a type asks, and its key, are fields of its own; the type reads them itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from isotrain.banks.editing import Unsettled
from isotrain.banks.forms import BANDS, USES, Choices, FieldData, FormData, TopicField, offered
from isotrain.i18n import lazy, say
from isotrain.text import typed
from isotrain.web.forms import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isotrain.errors import Refusal
    from isotrain.questions.contract import Question
    from isotrain.questions.draft import Draft
    from isotrain.questions.problem import Problem


class AboutForm(Form):
    """What a question is about; `faults` are sentences by the name of a type's own field."""

    topic = TopicField(lazy("Topic"), validate_choice=False)
    difficulty = SelectField(lazy("Difficulty"), choices=offered(BANDS, lazy("Choose")),
                             validate_choice=False)
    use = RadioField(lazy("Use"), choices=offered(USES), default="exam", validate_choice=False)
    fact = StringField(lazy("Fact"), filters=[typed],
                       render_kw={"list": "facts", "autocomplete": "off"})
    more_facts = StringField(lazy("Further facts"), [Length(max=1000)], filters=[typed],
                             render_kw={"autocomplete": "off"})
    module = SelectField(lazy("Module"), validate_choice=False)
    enemies = StringField(lazy("Never together with"), [Length(max=100)], filters=[typed])
    language = HiddenField("", default="")
    base = IntegerField("", validators=[Optional(), NumberRange(0, 2**63 - 1)])

    def __init__(
        self, formdata: FormData = None, *, topics: Choices = (), modules: Choices = (),
        data: FieldData = None,
    ) -> None:
        super().__init__(formdata, data=data)
        self.topic.offer(topics, lazy("Choose"))
        self.module.choices = offered(modules, lazy("That of the fact"))
        self.faults: dict[str, list[str]] = {}

    @classmethod
    def values_of(cls, draft: Draft) -> dict[str, object]:
        """The values of the fields for a question that exists."""
        names = ("topic", "use", "fact", "module", "enemies", "language")
        return {**{name: getattr(draft, name) for name in names},
                "more_facts": ", ".join(draft.facts[1:]),
                "difficulty": str(draft.difficulty or "")}

    def draft(self, question: Question) -> Draft:
        """The question, about what the form says."""
        difficulty = self.difficulty.data
        facts = [self.fact.data or "", *(self.more_facts.data or "").replace(";", ",").split(",")]
        return replace(
            question.draft(), topic=typed(self.topic.data), module=typed(self.module.data)[:100],
            facts=tuple(filter(None, map(str.strip, facts))),
            difficulty=int(difficulty) if difficulty in ("1", "2", "3") else None,
            use=self.use.data if self.use.data in ("exam", "practice") else "exam",
            enemies=self.enemies.data or "", language=(self.language.data or "")[:20],
        )

    def rest_of(self, fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """The fields among these that are not of this form, for the type to read."""
        return {name: values for name, values in fields.items() if name not in self}

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field, what is wrong with a question at those it is about."""
        if isinstance(refusal, Unsettled):
            self.refusal = refusal
            self.blame(refusal.problems)
        else:
            super().refuse(refusal)

    def faults_within(self, prefix: str) -> dict[str, list[str]]:
        """What is wrong with fields whose names begin so, by the rest of their names."""
        return {name.removeprefix(prefix): sentences for name, sentences in self.faults.items()
                if name.startswith(prefix)}

    def blame(self, problems: Iterable[Problem]) -> None:
        """Show problems at the fields they are about, whosever these are."""
        for problem in problems:
            name = problem.place.replace(", ", "-").replace(" ", "-")
            sentence = say(problem.template, problem.params)
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.faults.setdefault(name, []).append(sentence)
