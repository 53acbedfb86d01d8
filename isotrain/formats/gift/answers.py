"""The answer block of a GIFT question: what stands between its braces."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from isotrain.formats.contract import Rejected
from isotrain.formats.gift.text import BLANK, TaggedWording
from isotrain.formats.moodle.weights import ruled, weights_problem
from isotrain.questions.draft import Option, true_false_options
from isotrain.questions.percent import share_of
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.writing.numbers import plain
from isotrain.text import N_

_WEIGHT = re.compile(r"%(-*)([0-9]{1,2}\.?[0-9]{0,12})%")
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][+-]?\d{1,2})?")
_DOUBLE_SIGN = re.compile(r"~\s*=")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_MOST_PIECES = 100


@dataclass
class Answers:
    """What the block says, in the terms of a draft; `hidden` texts have their escapes hidden."""

    place: str
    wording: TaggedWording
    type: str = ""
    rule: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def take(self, hidden: str) -> None:
        """Read the block without braces and general feedback; raises Rejected."""
        self.type, read = _kind(hidden)
        read(self, hidden)

    def warn(self, template: str, hint: str, **params: object) -> None:
        """Note something worth a look."""
        self.problems.append(warning(self.place, template, hint, **params))

    def reject(self, template: str, hint: str, **params: object) -> Rejected:
        """The exception that gives up this question."""
        return Rejected(error(self.place, template, hint, **params))


def _kind(hidden: str) -> tuple[str, Callable[[Answers, str], None]]:
    if not hidden:
        return "essay", lambda answers, hidden: None
    if hidden.startswith("#"):
        return "numeric", _take_numeric
    if "~" in hidden:
        return ("single_choice" if "=" in hidden else "multiple_choice"), _take_choice
    if "=" in hidden and "->" in hidden:
        return "matching", _take_matching
    if hidden.partition("#")[0].strip(BLANK) in _TRUTHS:
        return "true_false", _take_true_false
    return "short_text", _take_short_text


def _take_true_false(answers: Answers, hidden: str) -> None:
    truth, wrong, right = [*hidden.split("#", 2), "", ""][:3]
    answer = _TRUTHS[truth.strip(BLANK)]
    feedback = {answer: answers.wording.text(right), not answer: answers.wording.text(wrong)}
    answers.options = true_false_options(answer, feedback[True], feedback[False])


def _take_choice(answers: Answers, hidden: str) -> None:
    pieces = _pieces(answers, _DOUBLE_SIGN.sub("=", hidden).replace("=", "~="), "~")
    if len(pieces) < 2:
        raise answers.reject("The question has only one option.", "Give at least two options.")
    options = []
    for piece in pieces:
        if piece.startswith("="):
            weight, text = Fraction(1), piece[1:]
        else:
            weight, text = _weighed(answers, piece, Fraction(0))
        option = _option(answers.wording, text, weight)
        if option.text or option.feedback or weight:
            options.append(option)
    if len(options) < len(pieces):
        answers.warn(N_("Empty options were left out."),
                     N_("Delete the lonely ~ or write its text."))
    answers.options = tuple(options)
    _take_weights(answers)


def _take_weights(answers: Answers) -> None:
    """Find the rule that the weights ask for, and say where marking will differ from them."""
    if answers.type == "multiple_choice":
        answers.rule, answers.options = ruled(answers.options)
        if answers.rule == "weights":
            answers.problems.append(weights_problem(answers.place))
    elif any(option.share < 0 for option in answers.options):
        answers.warn(
            N_("Some options take marks away; here a wrong option earns nothing."),
            N_("Nothing needs doing if that is fine."),
        )


def _take_matching(answers: Answers, hidden: str) -> None:
    pairs = []
    for piece in _pieces(answers, hidden, "="):
        left, arrow, right = piece.partition("->")
        if not arrow:
            raise answers.reject(
                N_('A pair has no arrow: "%(text)s".'),
                N_("Write =left -> right, and \\= for an equals sign in a text."),
                text=answers.wording.text(piece)[:60],
            )
        pairs.append((answers.wording.text(left), answers.wording.text(right)))
    if len(pairs) < 2:
        raise answers.reject(N_("The question has only one pair."), N_("Give at least two pairs."))
    answers.pairs = tuple(pairs)


def _take_short_text(answers: Answers, hidden: str) -> None:
    options = []
    for piece in _pieces(answers, hidden, "="):
        weight, text = _weighed(answers, piece, Fraction(1))
        options.append(_option(answers.wording, text, max(weight, Fraction(0))))
    answers.options = tuple(options)
    if [option.text.casefold() for option in options] in (["true"], ["false"]):
        answers.warn(
            N_('This asks for the typed word "%(word)s".'),
            N_("Write {TRUE} or {FALSE} in capitals for a true/false question."),
            word=options[0].text,
        )


def _take_numeric(answers: Answers, hidden: str) -> None:
    accepted, tilde, wrong = hidden[1:].partition("~")
    options = []
    for piece in _pieces(answers, accepted, "="):
        weight, text = _weighed(answers, piece, Fraction(1))
        value, _, feedback = text.partition("#")
        number, tolerance = _number(answers, value.strip(BLANK))
        feedback = answers.wording.text(feedback)
        options.append(Option(number, max(weight, Fraction(0)), feedback, tolerance))
    if not options:
        raise answers.reject(N_("No number follows the #."), "Write {#42} or {#3.14:0.01}.")
    if tilde:
        feedback = answers.wording.text(wrong.partition("#")[2])
        options.append(Option("*", feedback=feedback))
    answers.options = tuple(options)


def _number(answers: Answers, value: str) -> tuple[str, str]:
    """The number and how far from it an answer may be, both as text; raises Rejected."""
    if value == "*":
        answers.warn(N_("Every number counts as right."), N_("Write the number instead of the *."))
        return "*", ""
    low, dots, high = value.partition("..")
    if dots and low:
        ends = _figure(answers, low), _figure(answers, high)
        if ends[0] > ends[1]:
            raise answers.reject(
                N_("The range %(low)s..%(high)s runs backwards."),
                N_("Write the smaller number first."),
                low=low.strip(BLANK),
                high=high.strip(BLANK),
            )
        return plain((ends[0] + ends[1]) / 2), plain((ends[1] - ends[0]) / 2)
    number, colon, tolerance = value.partition(":")
    margin = _figure(answers, tolerance) if colon else Fraction(0)
    if margin < 0:
        raise answers.reject(N_("The tolerance is below zero."),
                             N_("Write it without the minus sign."))
    return plain(_figure(answers, number)), plain(margin)


def _figure(answers: Answers, text: str) -> Fraction:
    told = text.strip(BLANK)
    if not _NUMBER.fullmatch(told):
        raise answers.reject(
            N_('"%(text)s" is not a number.'),
            N_("Write it in digits with a decimal point, such as 3.14."),
            text=answers.wording.text(text)[:60],
        )
    return Fraction(told)


def _weighed(answers: Answers, piece: str, otherwise: Fraction) -> tuple[Fraction, str]:
    """The weight a piece begins with and the rest; raises Rejected when it is beyond 100."""
    match = _WEIGHT.match(piece)
    if not match:
        return otherwise, piece
    weight = share_of(match[1] + match[2])
    if weight is None:
        raise answers.reject(
            N_("The weight %(weight)s is not between -100%% and 100%%."),
            N_("Write a weight such as %%50%%."),
            weight=match[0],
        )
    return weight, piece[match.end() :]


def _option(wording: TaggedWording, hidden: str, share: Fraction) -> Option:
    text, _, feedback = hidden.partition("#")
    return Option(wording.text(text), share, wording.text(feedback))


def _pieces(answers: Answers, hidden: str, sign: str) -> list[str]:
    """The parts between signs; what stands before the first one counts unless it is blank."""
    if hidden.count(sign) > _MOST_PIECES:
        raise answers.reject(
            N_("The question has %(count)s answers."),
            N_("Give at most 20; write \\%(sign)s where no answer begins."),
            count=hidden.count(sign),
            sign=sign,
        )
    first, *others = (piece.strip(BLANK) for piece in hidden.split(sign))
    return [first, *others] if first else others
