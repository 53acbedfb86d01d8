"""YAML as plain texts, lists and fields: nothing is guessed, repeated, aliased or built."""

from collections.abc import Iterator
from typing import Any

import yaml

from isotrain.formats.contract import Unreadable, check_count
from isotrain.text import N_, tidy

DEPTH_LIMIT = 20
KEY_LIMIT = 200

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_QUOTE = N_('Put texts that contain ": ", " #" or begin with a sign in quotes.')


class Fields(dict[str, Any]):
    """A mapping that knows on which line it begins, and on which each of its keys stands."""

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def parse(text: str) -> Any:
    """A tree of Fields, lists and tidy texts from one document; raises Unreadable."""
    try:
        events = iter(yaml.parse(text, Loader=_LOADER))
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            raise Unreadable("The file is empty.", "Choose a file with questions.", code="empty")
        tree = _node(next(events), events, 0)
        next(events)
        end = next(events)
    except yaml.YAMLError as fault:
        raise _broken(fault) from None
    if not isinstance(end, yaml.StreamEndEvent):
        raise _refused(end, N_("A second document begins here."),
                       N_("Use one file for each document."))
    return tree


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Any:
    """The node an event begins; consumes its events up to the end."""
    _check(event, depth)
    if isinstance(event, yaml.ScalarEvent):
        return tidy(event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(inner, events, depth + 1))
            check_count(len(items))
        return items
    fields = Fields(_line(event))
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, depth + 1)
        if not isinstance(key, str):
            raise _refused(inner, N_("The name of a field is not a text."), _QUOTE)
        if key in fields:
            raise _refused(
                inner, N_('The field "%(name)s" is given twice.'), N_("Keep one of the two."),
                name=key[:60]
            )
        if len(fields) == KEY_LIMIT:
            raise _refused(
                inner, N_("There are more than %(limit)s fields here."),
                N_("See question_banks/README.md."), limit=KEY_LIMIT,
            )
        fields.lines[key] = _line(inner)
        fields[key] = _node(next(events), events, depth + 1)
    return fields


def _check(event: yaml.Event, depth: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _refused(event, N_("Anchors (&) and aliases (*) are not read."), _QUOTE)
    if getattr(event, "tag", None) not in (None, "!"):
        raise _refused(event, N_("Tags (!) are not read."), _QUOTE)
    if depth > DEPTH_LIMIT:
        raise _refused(event, N_("The file is nested too deeply."),
                       N_("See question_banks/README.md."))


def _refused(event: yaml.Event, template: str, hint: str, **params: Any) -> Unreadable:
    return Unreadable(template, hint, place=f"line {_line(event)}", code="yaml", **params)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _broken(fault: yaml.YAMLError) -> Unreadable:
    mark = getattr(fault, "problem_mark", None)
    return Unreadable(
        "This is not valid YAML: %(reason)s.",
        _QUOTE,
        place=f"line {mark.line + 1}" if mark else "file",
        code="yaml",
        reason=str(getattr(fault, "problem", None) or getattr(fault, "reason", fault))[:100],
    )
