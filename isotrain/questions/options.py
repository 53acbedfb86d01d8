"""The options of a question: how each is written, edited and checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from isotrain.questions.problem import Problem, error
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wording import OPTION_LIMIT, check_needed_text, check_text
from isotrain.text import level

FEWEST, MOST = 2, 20


@dataclass(frozen=True)
class Option:
    """One option; `share` is the part of the mark it earns where that is not all or nothing.

    One that stays keeps its place where the others are shuffled.
    """

    id: str
    text: str
    right: bool = False
    feedback: str = ""
    share: Fraction | None = None
    stays: bool = False


def option_id(index: int) -> str:
    """The id of the option at this index in the bank: a, b, ... z, o26, o27, ..."""
    return chr(ord("a") + index) if index < 26 else f"o{index}"


def lettered(*texts: str, right: str) -> tuple[Option, ...]:
    """Options with these texts, right where their letter stands in `right`."""
    ids = [option_id(index) for index in range(len(texts))]
    return tuple(Option(id_, text, id_ in right) for id_, text in zip(ids, texts, strict=True))


def read_option(shape: Shape, id_: str) -> Option:
    """The option as written in banks."""
    shape.only("text", "right", "feedback", "share", "stays")
    return Option(
        id=id_,
        text=shape.text("text"),
        right=shape.truth("right", False),
        feedback=shape.text("feedback"),
        share=shape.share("share"),
        stays=shape.truth("stays", False),
    )


def option_data(option: Option) -> dict[str, Any]:
    """The option as banks write it."""
    data: dict[str, Any] = {"text": option.text}
    if option.right:
        data["right"] = True
    if option.share is not None:
        data["share"] = str(option.share)
    if option.feedback:
        data["feedback"] = option.feedback
    if option.stays:
        data["stays"] = True
    return data


def option_content(option: Option) -> dict[str, Any]:
    """What a learner may see of the option, as canonical JSON accepts it."""
    return {"id": option.id, "text": option.text, **({"stays": True} if option.stays else {})}


def asked_option(content: Mapping[str, Any]) -> Option:
    """The option that `option_content` wrote, without what the key says of it."""
    return Option(content["id"], content["text"], stays=content.get("stays", False))


def keyed_option(option: Option, key: Mapping[str, Any]) -> Option:
    """The option with what a stored key says of it."""
    share = key["shares"].get(option.id)
    return replace(
        option,
        right=option.id in key["right"],
        feedback=key["feedback"].get(option.id, ""),
        share=None if share is None else Fraction(share),
    )


def row_of(sent: Sent, number: int) -> Option:
    """The option that the editor's row of this number, counted from 1, holds."""
    name = f"option-{number}"
    right = str(number) in sent.all("right")
    return Option(
        "",
        sent.text(name),
        right=right,
        feedback=sent.text(f"{name}-feedback"),
        share=sent.share(f"{name}-share"),
        stays=sent.truth(f"{name}-stays"),
    )


def is_filled(row: Option) -> bool:
    """Whether anything was written into a row of the editor."""
    return bool(row.text or row.feedback or row.right)


def with_rows(rows: list[Option], act: str) -> list[Option]:
    """The rows after a button was pressed; what names no row changes nothing."""
    word, _, number = act.partition("-")
    if word == "add" and len(rows) < MOST:
        return [*rows, Option("", "")]
    gone = [str(place) for place in range(1, len(rows) + 1)]
    if word == "remove" and number in gone:
        return [row for row, place in zip(rows, gone, strict=True) if place != number]
    return rows


def check_options(options: Sequence[Option]) -> Iterator[Problem]:
    """Problems of the options whatever their key says."""
    if not FEWEST <= len(options) <= MOST:
        yield error(
            "options",
            "The question has %(count)s options.",
            "Give between %(fewest)s and %(most)s options.",
            count=len(options),
            fewest=FEWEST,
            most=MOST,
        )
    first_with: dict[str, int] = {}
    for number, option in enumerate(options, 1):
        place = f"option {number}"
        yield from check_needed_text(place, option.text, limit=OPTION_LIMIT)
        yield from check_text(f"{place}, feedback", option.feedback, limit=OPTION_LIMIT)
        first = first_with.setdefault(level(option.text), number)
        if first != number:
            yield error(
                place,
                "The text is the same as that of option %(first)s.",
                "Change or delete one of the two.",
                first=first,
            )
