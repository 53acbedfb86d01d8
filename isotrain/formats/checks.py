"""What is wrong with drafts whatever file they came from."""

from collections.abc import Iterator
from dataclasses import replace

from isotrain.formats.model import Import
from isotrain.questions import question_of
from isotrain.questions.contract import BadData
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.staying import settled

WARNING_LIMIT = 1_000
"""Warnings beyond this many are counted instead of listed; errors are always listed."""


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
            problems.extend(replace(p, place=_joined(draft.place, p.place)) for p in _found(draft))
    problems.extend(_check_repetition(imported.questions))
    if not imported.questions and not imported.errors:
        problems.append(error("file", "No question was found.", "Choose a file with questions."))
    return replace(imported, problems=tuple(_settled(problems)))


def _joined(place: str, part: str) -> str:
    return f"{place}, {part}" if part else place


def _found(draft: Draft) -> tuple[Problem, ...]:
    try:
        return question_of(draft).problems()
    except BadData as fault:
        return fault.problems


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
