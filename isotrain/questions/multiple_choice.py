"""Any number of right options."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions import draft as neutral
from isotrain.questions.choice import Choice
from isotrain.questions.contract import BadResponse, Example, Fields, Guessing
from isotrain.questions.draft import Draft
from isotrain.questions.options import Option, lettered
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.ticking import BALANCED, EQUAL_PARTS, PER_OPTION, RULES, WEIGHTS, Key, found
from isotrain.questions.wire import fill_choices, read_choices
from isotrain.text import N_


@dataclass(frozen=True)
class MultipleChoice(Choice):
    """A response is the sorted list of the ids chosen; `rule` names what it earns."""

    rule: str = BALANCED

    name: ClassVar[str] = "multiple_choice"
    label: ClassVar[str] = N_("Multiple choice")
    markings: ClassVar[tuple[str, ...]] = tuple(rule.marking for rule in RULES.values())
    several: ClassVar[bool] = True
    data_keys: ClassVar[Mapping[str, Any]] = {**Choice.data_keys, "rule?": "any"}

    @property
    def instruction(self) -> str:
        """What the options chosen earn."""
        return RULES[self.rule].told

    @property
    def marking(self) -> str:
        """The name under which versions keep the rule."""
        return RULES[self.rule].marking

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        question = super().from_data(data)
        shape = Shape(data)
        rule = shape.one_of("rule", RULES, BALANCED)
        shape.done()
        return replace(question, rule=rule)

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        return {**super().to_data(), "rule": self.rule}

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described; a rule that is unknown is none."""
        rule = draft.rule if draft.rule in RULES else BALANCED
        question = super().from_draft(draft)
        if rule == WEIGHTS:
            return replace(question, rule=rule)
        plain = tuple(replace(option, share=None) for option in question.options)
        return replace(question, options=plain, rule=rule)

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        return replace(super().draft(), rule=self.rule)

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        return replace(super().join(content, key), rule=content.get("rule", EQUAL_PARTS))

    def content(self) -> dict[str, Any]:
        """All a learner may see; that no rule is named means the one of before rules had names."""
        return super().content() | self._named()

    def judging(self) -> dict[str, Any]:
        """The options there are, what each earns, and by which rule; raises KeyMissing."""
        return super().judging() | self._named()

    def _named(self) -> dict[str, Any]:
        return {} if self.rule == EQUAL_PARTS else {"rule": self.rule}

    def read(self, submitted: Fields, arrangement: Sequence[str]) -> list[str] | None:
        """The ids of the chosen options, None when none was; raises BadResponse."""
        return sorted(read_choices(submitted, arrangement)) or None

    def filled(
        self, response: list[str] | None, arrangement: Sequence[str]
    ) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return fill_choices(response or [], arrangement)

    def mark(self, response: list[str] | None) -> Fraction:
        """The share 0..1 that the rule gives; raises BadResponse, KeyMissing."""
        self.need_key()
        if response is None:
            return Fraction(0)
        if not isinstance(response, list) or not response:
            raise BadResponse(N_("The response is not a list of options."))
        chosen = [self._option(id_) for id_ in response]
        if response != sorted(set(response)):
            raise BadResponse(N_("The response names an option twice or out of order."))
        return RULES[self.rule].mark(found(chosen), self._counted())

    def solution(self) -> list[str] | None:
        """All right options, None when none is; raises KeyMissing."""
        self.need_key()
        return sorted(option.id for option in self.options if option.right) or None

    def guessed(self, dice: Guessing, arrangement: Sequence[str]) -> list[str] | None:
        """Any options but none at all, every set equally likely."""
        if not arrangement:
            return None
        number = 1 + dice.below(2 ** len(arrangement) - 1)
        return sorted(id_ for place, id_ in enumerate(arrangement) if number >> place & 1)

    def chance(self) -> Fraction:
        """The mean over all sets of options but the empty one; raises KeyMissing."""
        self.need_key()
        return RULES[self.rule].chance(self._counted()) if self.options else Fraction(0)

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; parts of the mark count where the rule has them."""
        sent = super().edited(submitted, act)
        rule = Sent(submitted).text("rule")
        rule = rule if rule in RULES else BALANCED
        return replace(sent, rule=rule, options=tuple(
            replace(o, right=o.share is not None and o.share > 0) if rule == WEIGHTS
            else replace(o, share=None) for o in sent.options))

    @property
    def choosable(self) -> list[tuple[str, str]]:
        """The rules a writer may choose, each with what it says to the learner.

        The one of before rules had names is offered only where it is in use.
        """
        return [(name, rule.told) for name, rule in RULES.items()
                if name != EQUAL_PARTS or self.rule == EQUAL_PARTS]

    def _counted(self) -> Key:
        return found(self.options)

    @classmethod
    def _option_of(cls, id_: str, option: neutral.Option) -> Option:
        return Option(id_, option.text, right=option.share > 0, feedback=option.feedback,
                      share=option.share, stays=option.stays)

    def _drafted(self) -> list[neutral.Option]:
        if self.rule == WEIGHTS:
            return [neutral.Option(o.text, o.share or Fraction(0), o.feedback, stays=o.stays)
                    for o in self.options]
        return neutral.equal_shares(
            neutral.Option(o.text, Fraction(o.right), o.feedback, stays=o.stays)
            for o in self.options
        )

    def _check_key(self) -> Iterator[Problem]:
        right = sum(option.right for option in self.options)
        if not right:
            yield error("options", "No option is right.", "Say which options are right.")
        elif right == len(self.options) and self.rule == PER_OPTION:
            yield error("options", "Every option is right, and choosing everything earns nothing.",
                        "Add an option that is wrong but plausible, or choose another rule.")
        elif right == len(self.options):
            yield warning(
                "options", "Every option is right.", "Add an option that is wrong but plausible."
            )
        yield from self._check_weights() if self.rule == WEIGHTS else self._check_no_shares()

    def _check_weights(self) -> Iterator[Problem]:
        shares = [option.share or Fraction(0) for option in self.options]
        most = sum((share for share in shares if share > 0), Fraction(0))
        if 0 < most < 1:
            yield error("options", "All right options together earn only %(most)s of the mark.",
                        "Give them parts that come to 1.", most=str(most))
        for number, option in enumerate(self.options, 1):
            if option.right != ((option.share or 0) > 0):
                yield error(f"option {number}", "Whether the option is right and its part of the"
                            " mark say different things.", "Give right options a part above 0.")

    def _check_no_shares(self) -> Iterator[Problem]:
        for number, option in enumerate(self.options, 1):
            if option.share is not None:
                yield error(
                    f"option {number}",
                    "The option has a share of its own; here the rule says what it earns.",
                    "Delete the share, or choose the rule weights.",
                )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """The right set, parts of it, a wrong one among them, everything, nothing, by each rule."""
        question = cls(
            stem="Which of these does an internal audit look for? Choose all that apply.",
            options=lettered(
                "Conformity with the organization's own requirements",
                "Whether the system is effectively kept up",
                "Somebody to blame",
                "Conformity with the standard",
                right="abd",
            ),
            explanation="An internal audit checks requirements and effectiveness, not people.",
        )
        parts = {"a": "1/2", "b": "1/4", "c": "-1/2", "d": "1/4"}
        weighed = replace(question, rule=WEIGHTS, options=tuple(
            replace(option, share=Fraction(parts[option.id])) for option in question.options))
        return tuple(
            Example(replace(weighed if rule == WEIGHTS else question, rule=rule),
                    list(response) or None, Fraction(share))
            for rule, told in _EXAMPLES.items() for response, share in told.items()
        )


_EXAMPLES = {
    "balanced": {"abd": "1", "ab": "2/3", "ac": "0", "c": "0", "abcd": "0", "": "0"},
    "all_or_nothing": {"abd": "1", "ab": "0", "abcd": "0", "": "0"},
    "per_option": {"abd": "1", "ab": "3/4", "ac": "1/4", "c": "0", "abcd": "0", "": "0"},
    "equal_parts": {"abd": "1", "ab": "2/3", "ac": "0", "abcd": "2/3", "": "0"},
    "weights": {"abd": "1", "ab": "3/4", "abcd": "1/2", "c": "0", "": "0"},
}
