"""From the weights of options, as Moodle keeps them, to a rule of marking and back."""

from collections.abc import Sequence
from fractions import Fraction

from isotrain.questions.draft import Draft, Option, equal_shares
from isotrain.questions.problem import Problem, warning

MOODLE_SHARES = frozenset(
    [Fraction(0), *(Fraction(1, n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20)),
     *(Fraction(n, 20) for n in (6, 8, 12, 14, 15, 16, 18)), Fraction(2, 3), Fraction(5, 6)])
"""The parts of a mark, and taken from it, that Moodle knows."""

_RULES = {"multiple_choice": ("", "balanced", "equal_parts", "weights"),
          "ordering": ("", "all_or_nothing", "neighbours")}


def has_rule(draft: Draft) -> bool:
    """Whether Moodle can mark a question by the rule it has."""
    return draft.rule in _RULES.get(draft.type, (draft.rule,))


def ruled(options: Sequence[Option]) -> tuple[str, tuple[Option, ...]]:
    """The rule of marking by which options of these shares are worth just that, and the options.

    Where a rule says what a wrong option takes away, its share is 0.
    """
    right = [option.share for option in options if option.share > 0]
    wrong = {option.share for option in options if option.share <= 0}
    part = Fraction(1, max(1, len(right)))
    if set(right) == {part} and len(wrong) <= 1:
        taken = {"balanced": -_balance(options), "equal_parts": -part}
        for rule, share in taken.items():
            if wrong <= {share}:
                told = (o if o.share > 0 else o._replace(share=Fraction(0)) for o in options)
                return rule, tuple(told)
    return ("weights" if right else ""), tuple(options)


def weighed(draft: Draft) -> tuple[Option, ...]:
    """The options of a multiple_choice with what each adds or takes away in Moodle."""
    if draft.rule == "weights" or not draft.right:
        return draft.options
    right = Fraction(1, max(1, len(draft.right)))
    taken = right if draft.rule == "equal_parts" else _balance(draft.options)
    return tuple(option if option.share > 0 else option._replace(share=-taken)
                 for option in equal_shares(draft.options))


def weights_problem(place: str) -> Problem:
    """What is said of options whose weights fit no rule."""
    return warning(
        place,
        "The weights of the options fit no usual rule; each option keeps its own.",
        "Look at how the question is marked: choosing everything may earn marks.",
    )


def is_known(options: Sequence[Option]) -> bool:
    """Whether Moodle knows the parts into which these options divide the mark."""
    return all(abs(option.share) in MOODLE_SHARES for option in options)


def _balance(options: Sequence[Option]) -> Fraction:
    """What each wrong option takes away so that choosing everything earns nothing."""
    return Fraction(1, max(1, sum(option.share <= 0 for option in options)))
