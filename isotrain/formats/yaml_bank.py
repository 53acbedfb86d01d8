"""YAML: questions as question_banks/README.md writes them down."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import yaml

from isotrain.formats.contract import Export, Format, Rejected, Unreadable
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.losing import Losses
from isotrain.formats.model import TYPES, Draft, Import
from isotrain.formats.yaml_tree import Fields, parse
from isotrain.questions import find_type
from isotrain.questions.contract import BadData
from isotrain.questions.problem import Problem, error, warning

EXTENSIONS = (".yaml", ".yml")
USES = ("", "exam", "practice")

_TEXTS = {
    "external_id": "id",
    **{name: name for name in ("name", "category", "topic", "fact", "use", "language", "enemies")},
}
_CONTENT = ("type", "stem", "options", "answer", "explanation", "shuffle")
_FEEDBACK = ("feedback_true", "feedback_false")
_KNOWN = frozenset((*_TEXTS.values(), *_CONTENT, *_FEEDBACK, "tags", "difficulty"))
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
            drafts.append(_draft(item, number, found))
        except Rejected as rejection:
            found.append(rejection.problem)
        except BadData as fault:
            found.extend(_placed(f"line {item.line}", fault.problems))
    return Import("yaml", tuple(drafts), tuple(found))


def _placed(place: str, problems: Sequence[Problem]) -> Iterator[Problem]:
    for problem in problems:
        inner = problem.place.removeprefix("question")
        yield Problem(
            problem.severity,
            f"{place}, {inner}" if inner else place,
            problem.template,
            problem.hint,
            problem.params,
        )


def _draft(item: Any, number: int, found: list[Problem]) -> Draft:
    """The draft of one item of the list; raises Rejected and BadData."""
    if not isinstance(item, Fields):
        raise Rejected(
            error(f"item {number}", "Fields with names are expected here.", "Write name: value.")
        )
    place = f"line {item.line}"
    found.extend(_oddities(item, place))
    type_ = item.get("type", "")
    if type_ not in TYPES:
        raise Rejected(
            error(
                f"{place}, type",
                'The type "%(type)s" is unknown.',
                "Write one of %(types)s.",
                type=str(type_)[:60],
                types=", ".join(name for name in TYPES if find_type(name)),
            )
        )
    about: dict[str, Any] = {field: _text(item, name) for field, name in _TEXTS.items()}
    about["tags"] = tuple(tag for tag in item.get("tags", ()) if isinstance(tag, str) and tag)
    level = _text(item, "difficulty")
    about["difficulty"] = int(level) if level in ("1", "2", "3") else None
    about["use"] = about["use"] if about["use"] in USES else ""
    kind = find_type(type_)
    if kind is None:
        stem, explanation = _text(item, "stem"), _text(item, "explanation")
        return Draft(place, type_, stem=stem, explanation=explanation, **about)
    return Draft.of(kind.from_data(item).to_data(), place=place, **about)


def _text(item: Fields, name: str) -> str:
    value = item.get(name, "")
    return value if isinstance(value, str) else ""


def _oddities(item: Fields, place: str) -> Iterator[Problem]:
    """Fields that say nothing we know, which would otherwise be lost without a word."""
    for name in sorted(set(item) - _KNOWN):
        yield warning(
            place,
            'The field "%(name)s" is unknown and was left out.',
            "See question_banks/README.md for the fields of a question.",
            name=name[:60],
        )
    if item.get("difficulty", "") not in ("", "1", "2", "3"):
        yield error(f"{place}, difficulty", "The difficulty is not 1, 2 or 3.", "Write 1, 2 or 3.")
    if item.get("use", "") not in USES:
        yield error(f"{place}, use", "The use is unknown.", "Write exam or practice.")
    for name in (*_TEXTS.values(), "difficulty"):
        if not isinstance(item.get(name, ""), str):
            yield error(f"{place}, {name}", "A text is expected here.", "Put it on one line.")
    if not isinstance(item.get("tags", []), list):
        yield error(f"{place}, tags", "A list is expected here.", "Write [first, second].")


def write(drafts: Sequence[Draft]) -> Export:
    """A file that we read back, complete or not; the problems name what cannot be kept."""
    losses = Losses("YAML", drafts)
    kept = [draft for draft in drafts if find_type(draft.type)]
    losses.note("whole", lambda draft: not find_type(draft.type))
    losses.note("share", lambda d: d.type == "multiple_choice" and not _is_equal(d))
    text = yaml.dump(
        [_data(draft) for draft in kept],
        Dumper=_DUMPER,
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return Export(text.encode(), losses.problems())


def _is_equal(draft: Draft) -> bool:
    return all(option.share == Fraction(1, len(draft.right)) for option in draft.right)


def _data(draft: Draft) -> dict[str, Any]:
    """The fields in the order of question_banks/README.md, without empty ones."""
    question = draft.question()
    content = question.to_data() if question else {}
    about = {name: getattr(draft, field) for field, name in _TEXTS.items()}
    about |= {"tags": list(draft.tags), "difficulty": draft.difficulty}
    given = {name: value for name, value in about.items() if value}
    return {"id": draft.external_id, **content, **given} if draft.external_id else content | given


YAML = Format("yaml", "YAML", EXTENSIONS, detect, read, write)
