"""YAML: questions as question_banks/README.md writes them down."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import yaml

from isotrain.formats import yaml_kinds, zipped
from isotrain.formats.contract import Export, Format, Rejected, Unreadable
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.losing import Losses
from isotrain.formats.model import Import
from isotrain.formats.yaml_shape import check
from isotrain.formats.yaml_tree import Fields, parse
from isotrain.questions import find_type, get_type, question_of
from isotrain.questions.contract import BadData
from isotrain.questions.draft import Draft
from isotrain.questions.problem import error
from isotrain.text import N_

EXTENSIONS = (".yaml", ".yml")

_TEXTS = {
    "external_id": "id",
    **{name: name for name in ("name", "category", "topic", "module")},
    **{name: name for name in ("use", "language", "enemies")},
}
_BEGIN = re.compile(r"^- +(?:id|type|stem) *:", re.MULTILINE)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def detect(data: bytes, filename: str) -> bool:
    """Whether the file is named so, or a list of questions begins in it."""
    return filename.lower().endswith(EXTENSIONS) or bool(_BEGIN.search(peek(data)))


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    text, problems = decoded(data)
    tree = parse(text)
    if not isinstance(tree, list):
        raise Unreadable(
            "A list of questions is expected.", "Begin every question with - id:", code="yaml"
        )
    found = list(problems)
    drafts = []
    for number, item in enumerate(tree, 1):
        try:
            drafts.append(_draft(item, number))
        except Rejected as rejection:
            found.append(rejection.problem)
        except BadData as fault:
            found.extend(fault.problems)
    return Import("yaml", tuple(drafts), tuple(found))


def _draft(item: Any, number: int) -> Draft:
    """The draft of one item of the list; raises Rejected and BadData."""
    if not isinstance(item, Fields):
        raise Rejected(
            error(f"item {number}", "Fields with names are expected here.", "Write name: value.")
        )
    place = f"line {item.line}"
    try:
        get_type(str(item.get("type", "")))
    except BadData as fault:
        raise _standing(fault, place) from None
    checked = check(item, yaml_kinds.question_of, partial(_place, item))
    if checked.problems:
        raise BadData(checked.problems)
    return draft_of(checked.value, place)


def _place(item: Fields, line: int, name: str) -> str:
    """A place within a question, which begins with where the question itself stands."""
    there = "" if line == item.line else f" on line {line}"
    return f"line {item.line}, {name}{there}"


def draft_of(data: dict[str, Any], place: str) -> Draft:
    """The draft of a question that has the keys of its kind; raises BadData."""
    about: dict[str, Any] = {field: data.get(name, "") for field, name in _TEXTS.items()}
    about |= {"tags": tuple(data.get("tags", ())), "difficulty": data.get("difficulty")}
    about["facts"] = tuple(data.get("facts") or filter(None, [data.get("fact")]))
    if data.get("fact") and data.get("facts"):
        raise BadData([error(f"{place}, facts", "The facts are given twice, as fact and as facts.",
                             "Keep facts, with the one the question asks about first.")])
    try:
        draft = replace(get_type(data["type"]).from_data(data).draft(), place=place, **about)
    except BadData as fault:
        raise _standing(fault, place) from None
    return draft if "rule" in data else replace(draft, rule="")


def _standing(fault: BadData, place: str) -> BadData:
    """The same fault in a question that stands there."""
    return BadData([replace(p, place=_joined(place, p.place)) for p in fault.problems])


def _joined(place: str, inner: str) -> str:
    return place if inner == "question" else f"{place}, {inner}"


def write(drafts: Sequence[Draft]) -> Export:
    """A file that we read back, complete or not; the problems name what cannot be kept."""
    losses = Losses("YAML", drafts)
    kept = losses.leave_out_types({draft.type for draft in drafts if find_type(draft.type)})
    text = yaml.dump(
        [_data(draft) for draft in kept],
        Dumper=_DUMPER,
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return losses.export(text.encode())


def _data(draft: Draft) -> dict[str, Any]:
    """The fields in the order of question_banks/README.md, without empty ones."""
    content = question_of(draft).to_data()
    about: dict[str, Any] = {name: getattr(draft, field) for field, name in _TEXTS.items()}
    facts = {"fact": draft.fact} if len(draft.facts) < 2 else {"facts": list(draft.facts)}
    about |= {**facts, "tags": list(draft.tags), "difficulty": draft.difficulty}
    given = {name: value for name, value in about.items() if value}
    return {"id": draft.external_id, **content, **given} if draft.external_id else content | given


YAML = Format("yaml", N_("YAML"), EXTENSIONS, detect, read, write,
              carry=partial(zipped.carried, name="questions.yaml"))
