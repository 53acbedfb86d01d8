"""The kinds of questions of Moodle XML, each read into the draft of its item."""

from dataclasses import replace
from fractions import Fraction

from isotrain.formats.moodle.item import Item
from isotrain.formats.moodle.weights import ruled, weights_problem
from isotrain.questions.cloze_source import number_text
from isotrain.questions.draft import Option, equal_shares, true_false_options
from isotrain.text import N_

_NOTHING_NEEDED = N_("Nothing needs doing if that is fine.")
_ORDER_RULES = {"all_or_nothing": "all_or_nothing", "-1": "all_or_nothing"}


def take_choice(item: Item) -> None:
    """Single or multiple choice, the latter with the rule that its weights ask for."""
    options = item.options()
    if item.is_true("single", True):
        if any(option.share < 0 for option in options):
            item.warn(N_("Some options take marks away; here a wrong option earns nothing."),
                      _NOTHING_NEEDED)
        item.draft = replace(item.draft, type="single_choice", options=tuple(options))
        return
    rule, told = ruled(options)
    if rule == "weights":
        item.problems.append(weights_problem(item.place))
    item.draft = replace(item.draft, type="multiple_choice", options=told, rule=rule)


def take_set(item: Item) -> None:
    """Multiple choice that earns all or nothing."""
    told = equal_shares(o._replace(share=max(o.share, Fraction(0))) for o in item.options())
    item.draft = replace(item.draft, type="multiple_choice", options=tuple(told),
                         rule="all_or_nothing")


def take_true_false(item: Item) -> None:
    """True or false; an answer that is neither cannot be told."""
    told = {option.text.strip().lower(): option for option in item.options() if option.text}
    if not set(told) <= {"true", "false"}:
        raise item.reject(N_("The answers of a true/false question are not true and false."),
                          N_("Write true and false as the texts of the answers."))
    right = [name for name, option in told.items() if option.share == 1]
    answer = right[0] == "true" if len(right) == 1 else None
    feedback = [told[name].feedback if name in told else "" for name in ("true", "false")]
    item.draft = replace(item.draft, type="true_false", shuffle=True,
                         options=true_false_options(answer, *feedback))


def take_short_text(item: Item) -> None:
    """Accepted texts, in which * stands for anything."""
    more = {"case": True} if item.is_true("usecase", False) else {}
    item.draft = replace(item.draft, type="short_text", options=tuple(item.options()), more=more,
                         shuffle=True)


def take_numeric(item: Item) -> None:
    """Accepted numbers, each with how far from it an answer may be, and a unit."""
    told = zip(item.options(), item.node.every("answer"), strict=True)
    options = tuple(_number(item, option, answer.said("tolerance")) for option, answer in told)
    if any(option.text == "*" and option.share > 0 for option in options):
        item.warn(N_("Every number counts as right."), N_("Write the number instead of the *."))
    item.draft = replace(item.draft, type="numeric", options=options, more=_unit(item),
                         shuffle=True)


def _number(item: Item, option: Option, tolerance: str) -> Option:
    if option.text == "*":
        return option
    number, margin = number_text(option.text), number_text(tolerance or "0")
    if number is None or margin is None:
        raise item.reject(
            N_('"%(text)s" is not a number.'),
            N_("Write it in digits with a decimal point, such as 3.14."),
            text=(option.text if number is None else tolerance)[:60])
    return option._replace(text=number, tolerance=margin.removeprefix("-"))


def _unit(item: Item) -> dict[str, str]:
    """The unit in which the numbers are meant; the others are not kept."""
    units = [unit for units in item.node.every("units") for unit in units.every("unit")]
    plain = [unit.said("unit_name").strip() for unit in units
             if (number_text(unit.said("multiplier")) or "1") == "1"]
    named = [name for name in plain if name]
    if len(units) > len(named[:1]) and units:
        item.warn(N_("Other units in which the answer may be given are not kept."),
                  N_("Say in the question in which unit to answer."))
    return {"unit": named[0]} if named else {}


def take_matching(item: Item) -> None:
    """Pairs; one whose left side is empty is there to distract."""
    pairs = []
    for pair in item.node.every("subquestion"):
        answer = pair.one("answer")
        right = item.wording.plain(answer.said(), "moodle") if answer else ""
        pairs.append((item.plain(pair), right))
    if len(pairs) < 2:
        raise item.reject(N_("The question has only one pair."), N_("Give at least two pairs."))
    item.draft = replace(item.draft, type="matching", pairs=tuple(pairs))


def take_ordering(item: Item) -> None:
    """Items, which stand in the right order."""
    told = item.node.said("gradingtype").strip().lower()
    rule = _ORDER_RULES.get(told, "neighbours")
    if rule == "neighbours" and not told.startswith("relative"):
        item.warn(N_("Each item earned its part in its place; here neighbours in order do."),
                  _NOTHING_NEEDED)
    if item.node.said("selecttype").strip().lower() not in ("", "all", "0"):
        item.warn(N_("Only some of the items were asked at a time; here all of them are."),
                  _NOTHING_NEEDED)
    items = tuple(Option(item.plain(answer)) for answer in item.node.every("answer"))
    item.draft = replace(item.draft, type="ordering", options=items, rule=rule, shuffle=True)


def take_essay(item: Item) -> None:
    """A text to write; what its marker was told are the points to look for."""
    if item.node.said("responseformat").strip() == "noinline":
        item.refuse(N_("The question asks for a file, which cannot be handed in here."),
                    N_("Ask for a text, or leave the question out."))
    info = item.rich("graderinfo")
    points = [line.strip().removeprefix("- ") for line in info.split("\n") if line.strip()]
    item.draft = replace(item.draft, type="essay", more={"points": points} if points else {},
                         shuffle=True)
