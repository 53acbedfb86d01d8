"""What is wrong with drafts whatever file they came from."""

from collections.abc import Iterator
from dataclasses import replace

from isotrain.formats.model import Import
from isotrain.questions import question_of
from isotrain.questions.contract import BadData
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.staying import settled
from isotrain.questions.wording import (
    OPTION_LIMIT,
    STEM_LIMIT,
    check_needed_text,
    check_text,
)

WARNING_LIMIT = 1_000
"""Warnings beyond this many are counted instead of listed; errors are always listed."""

_KEYED = ("numeric", "short_text")


def placed(imported: Import) -> Import:
    """The import with the options kept in place that make sense only there, and a word on each.

    For files of other programs: in a file of ours its writer has said what stays.
    """
    found = [settled(draft) for draft in imported.questions]
    told = tuple(problem for _draft, problem in found if problem is not None)
    return replace(imported, questions=tuple(draft for draft, _problem in found),
                   problems=(*imported.problems, *told))


def checked(imported: Import) -> Import:
    """The import with the problems of its questions added to those of its reading."""
    problems = list(imported.problems)
    unread = imported.owners(imported.open)  # what is right there is yet to be chosen
    for draft in imported.questions:
        if draft.place not in unread:
            problems.extend(replace(p, place=_joined(draft.place, p.place)) for p in _check(draft))
    problems.extend(_check_repetition(imported.questions))
    if not imported.questions and not imported.errors:
        problems.append(error("file", "No question was found.", "Choose a file with questions."))
    return replace(imported, problems=tuple(_settled(problems)))


def _joined(place: str, part: str) -> str:
    return f"{place}, {part}" if part else place


def _check(draft: Draft) -> Iterator[Problem]:
    try:
        question = question_of(draft)
    except BadData as fault:
        yield from fault.problems
        return
    if question is not None:
        yield from question.problems()
        return
    yield warning(
        "",
        "Questions of the type %(type)s are read but cannot be kept in a bank yet.",
        "Leave the question out, or rewrite it as a choice or as true or false.",
        type=draft.type,
    )
    yield from check_needed_text("stem", draft.stem, limit=STEM_LIMIT)
    yield from check_text("explanation", draft.explanation, limit=STEM_LIMIT)
    for number, option in enumerate(draft.options, 1):
        yield from check_needed_text(f"answer {number}", option.text, limit=OPTION_LIMIT)
    for number, (left, right) in enumerate(draft.pairs, 1):
        yield from check_text(f"pair {number}", left, limit=OPTION_LIMIT)
        yield from check_needed_text(f"pair {number}", right, limit=OPTION_LIMIT)
    if draft.type in _KEYED and not draft.right:
        yield error("", "No right answer is given.", "Write the right answer.")


def _check_repetition(drafts: tuple[Draft, ...]) -> Iterator[Problem]:
    """An id that is used twice is an error; a question that is asked twice deserves a look."""
    ids: dict[tuple[str, str], str] = {}
    contents: dict[tuple[str, ...], str] = {}
    for draft in drafts:
        if draft.external_id:
            name = draft.external_id, draft.language  # translations share the id
            first = ids.setdefault(name, draft.place)
            if first != draft.place:
                yield error(
                    draft.place,
                    'The id "%(id)s" was used before (%(first)s).',
                    "Give every question an id of its own.",
                    id=draft.external_id[:100],
                    first=first,
                )
        first = contents.setdefault(draft.asks, draft.place)
        if first != draft.place:
            yield warning(
                draft.place,
                "The same question was asked before (%(first)s).",
                "Delete one of the two.",
                first=first,
            )


def _settled(problems: list[Problem]) -> Iterator[Problem]:
    """The problems with the many missing explanations in one, and not too many warnings."""
    unexplained = [p for p in problems if p.place.endswith(", explanation") and _is_minor(p)]
    dropped = set(map(id, unexplained))
    listed = counted = 0
    for problem in problems:
        if id(problem) in dropped:
            continue
        listed += _is_minor(problem)
        if _is_minor(problem) and listed > WARNING_LIMIT:
            counted += 1
        else:
            yield problem
    if counted:
        yield warning("file", "Further warnings that are not listed: %(count)s.", "", count=counted)
    if unexplained:
        yield warning(
            "file",
            "Questions without an explanation: %(count)s.",
            "Say in a sentence why the answer is right; learners read it with their result.",
            count=len(unexplained),
        )


def _is_minor(problem: Problem) -> bool:
    return problem.severity == "warning"
