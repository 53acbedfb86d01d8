"""Weakening: what a draft asks less of than the published exam, who is needed for it, who is told.

What was made weaker stays with the versions that follow until it is as strong again, and with it
whether one person acted alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, ngettext, say
from isotrain.ledger.canonical import JsonObject
from isotrain.mail import queueing
from isotrain.mail.rules import Letter
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM, Demands, Rules, demands, weakened, weaker
from isotrain.settings import values
from isotrain.settings.definitions import TWO_PERSON_WEAKENING
from isotrain.study import content, membership
from isotrain.study.membership import COURSE
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

LETTER = "exam-weakened"
LABELS = {
    "pass_mark": N_("Pass mark"), "attempts": N_("Attempts"),
    "wait_hours": N_("Wait between two attempts"), "minutes": N_("Time"),
    "feedback": N_("Once it is closed, learners see"), "questions": N_("Questions"),
    "difficulty": N_("Average difficulty, from 1 to 3"),
}


@dataclass(frozen=True)
class Line:
    """One rule that is weaker, in words; `alone` where one person decided it."""

    label: str
    before: str
    after: str
    alone: bool


def demands_of(version: QuizVersion) -> Demands:
    """Return what a version asks of those who sit it."""
    return demands(Rules.from_data(version.rules), version.cells)


def find_weaker(
    quiz: Quiz, published: QuizVersion | None, draft: QuizVersion | None
) -> tuple[str, ...]:
    """Return the rules in which a draft is weaker than the published exam."""
    if quiz.kind != EXAM or published is None or draft is None:
        return ()
    return weaker(demands_of(published), demands_of(draft))


def lines_of(
    quiz: Quiz, published: QuizVersion | None, draft: QuizVersion | None
) -> list[Line]:
    """Return in words what a draft makes weaker."""
    names = find_weaker(quiz, published, draft)
    if published is None or draft is None:
        return []
    before, after = demands_of(published), demands_of(draft)
    return in_words({"rule": name, "before": before[name], "after": after[name]}
                    for name in names)


def in_words(entries: Iterable[JsonObject]) -> list[Line]:
    """Return in words what a version or a record keeps of what was made weaker."""
    return [Line(say(LABELS[each["rule"]]), _said(each["rule"], each["before"]),
                 _said(each["rule"], each["after"]), each.get("alone", False))
            for each in entries]


def _said(rule: str, value: int | str) -> str:
    if isinstance(value, str):
        return {"topics": _("score by topic"), "explanations": _("score and explanations")}.get(
            value, _("score, explanations and right answers"))
    if rule == "pass_mark":
        return f"{value} %"
    if rule == "difficulty":
        return f"{value / 100:.2f}"
    if not value and rule in ("attempts", "minutes"):
        return _("no limit")
    if rule == "minutes":
        return ngettext("%(num)s minute", "%(num)s minutes", value)
    if rule == "wait_hours":
        return ngettext("%(num)s hour", "%(num)s hours", value)
    return str(value)


def needs_second(names: tuple[str, ...]) -> bool:
    """Say whether who wrote what is weaker in these rules needs somebody else to publish it."""
    return bool(names) and values.fresh(TWO_PERSON_WEAKENING)


def has_colleague(course_id: int, author: int | None) -> bool:
    """Say whether somebody but the author looks after a course and can publish."""
    return any(user_id != author for user_id in membership.list_able(COURSE, course_id))


def refuse_alone(quiz: Quiz, names: tuple[str, ...], author: int | None, *, by: Actor) -> None:
    """Refuse that who wrote a weaker draft publishes it."""
    if author != by.user_id or not needs_second(names):
        return
    if has_colleague(quiz.course_id, author):
        raise Refusal(_("This draft makes the exam weaker, so two persons are needed: ask a"
                        " colleague who looks after the course to publish it."))
    raise Refusal(_("This draft makes the exam weaker, so two persons are needed, and nobody else"
                    " looks after the course: an administrator finds it under Weaker exams."))


def keep_and_tell(
    quiz: Quiz, published: QuizVersion | None, version: QuizVersion, *, by: Actor, alone: bool
) -> None:
    """Keep with a version that is about to be published what it makes weaker, and tell of it."""
    if quiz.kind != EXAM or published is None:
        version.weakened = []
        return
    names = find_weaker(quiz, published, version)
    before, after = demands_of(published), demands_of(version)
    version.weakened = weakened(published.weakened or [], before, after, alone=alone)
    if not names:
        return
    db.session.flush()
    note("quiz.weakened", by, scope="training", on=("quiz", quiz.id),
         details={"version": version.number, "alone": alone,
                  "rules": [[name, before[name], after[name]] for name in names]})
    if queueing.is_set_up():
        for member in membership.list_members(COURSE, quiz.course_id):
            queueing.enqueue(LETTER, member.user_id, key=f"{LETTER}:{version.id}:{member.user_id}",
                             params={"version": version.id, "rules": list(names)})


def write_letter(_user_id: int, params: JsonObject, _again: bool) -> Letter:
    """Write to somebody who looks after a course that its exam has become weaker."""
    version = db.session.get(QuizVersion, params["version"])
    quiz = db.session.get(Quiz, version.quiz_id) if version else None
    if version is None or quiz is None:
        raise NotFound(_("This version does not exist."))
    course = content.get_course_by_id(quiz.course_id)
    told = [each for each in version.weakened or [] if each["rule"] in params["rules"]]
    listed = "\n".join(f"- {line.label}: {line.before} > {line.after}" for line in in_words(told))
    who = (_("One person decided this alone.") if any(each["alone"] for each in told)
           else _("Two persons decided this."))
    return Letter(
        _("The exam of %(course)s has become weaker", course=course.title),
        _("Hello,\n\nversion %(number)s of %(title)s asks for less than before:\n\n%(listed)s\n\n"
          "%(who)s You are told because you look after the course. If you did not expect this, look"
          " at the quiz and publish it as it was.\n", number=version.number, title=version.title,
          listed=listed, who=who),
    )
