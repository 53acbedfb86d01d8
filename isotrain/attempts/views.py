"""Pages of sitting a quiz: what it is, its questions one by one, checking, handing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from isotrain.accounts import preferring
from isotrain.accounts.permissions import Permission
from isotrain.accounts.rules import browser_words
from isotrain.attempts import asking, history, result_views, reviewing, seats, taking
from isotrain.attempts.forms import SentAnswer
from isotrain.attempts.pages import bp, current_sitting
from isotrain.attempts.taking import Late, Outcome, Saved, Stale
from isotrain.i18n import _, format_time
from isotrain.quizzes.rules import EXAM
from isotrain.study import content
from isotrain.web.addresses import several
from isotrain.web.answering import answered
from isotrain.web.gate import actor, carried, carries, me, requires
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from isotrain.attempts.seats import Seat
    from isotrain.attempts.taking import Given, Sitting

__all__ = ["bp", "result_views"]


@bp.get("/courses/<slug>/exam")
@requires(Permission.LEARN)
def exam_of_course(slug: str) -> ResponseReturnValue:
    """Send on to the exam of a course."""
    return redirect(url_for("attempts.about", slug=history.exam_of_course(slug)))


@bp.get("/courses/<slug>/practice")
@requires(Permission.LEARN)
def practice_of_course(slug: str) -> ResponseReturnValue:
    """Send on to the practice quiz of a course, or list them where there are several.

    Where topics are asked for, send on to the quiz that asks most about them.
    """
    course, topics = content.get_course(slug), several("topics")
    if topics and (quiz := history.practice_on(course.id, topics)):
        return redirect(url_for("attempts.about", slug=quiz.slug, topics=topics))
    quizzes = history.practice_of_course(course.id)
    if len(quizzes) == 1:
        return redirect(url_for("attempts.about", slug=quizzes[0].slug))
    return render_template("attempts/practice_of_course.html", course=course, quizzes=quizzes)


@bp.get("/quiz/<slug>")
@requires(Permission.LEARN)
def about(slug: str) -> ResponseReturnValue:
    """Say what a quiz is before it starts."""
    topics = several("topics")
    quiz = history.about(slug, me().id, topics)
    if quiz.running is not None and quiz.overdue:
        current_sitting(quiz.running.id)
        quiz = history.about(slug, me().id, topics)
    return render_template("attempts/about.html", quiz=quiz)


@bp.post("/quiz/<slug>")
@requires(Permission.LEARN)
def begin(slug: str) -> ResponseReturnValue:
    """Start an attempt, or go on with the one that is open."""
    topics = request.form.getlist("topics")
    with answered():
        with transaction():
            attempt = taking.start(slug, me().id, by=actor(), topics=topics)
            if taking.is_exam(attempt.id):
                seats.take(attempt.id, me())
        return redirect(url_for("attempts.go_on", attempt_id=attempt.id), 303)
    return redirect(url_for("attempts.about", slug=slug, topics=topics), 303)


@bp.get("/attempt/<int:attempt_id>")
@requires(Permission.LEARN)
def go_on(attempt_id: int) -> ResponseReturnValue:
    """Lead to where an attempt goes on: its first open question, or its result."""
    sitting = current_sitting(attempt_id)
    if not sitting.open:
        return redirect(url_for("attempts.result", attempt_id=attempt_id))
    return redirect(_question_url(attempt_id, asking.first_open(sitting)))


@bp.post("/attempt/<int:attempt_id>/here")
@requires(Permission.LEARN)
def sit_here(attempt_id: int) -> ResponseReturnValue:
    """Go on in this browser with what was begun in another."""
    sitting = current_sitting(attempt_id)
    if not sitting.open:
        return redirect(url_for("attempts.result", attempt_id=attempt_id), 303)
    if sitting.kind == EXAM:
        with transaction():
            seats.take(attempt_id, me())
    position = request.form.get("position", type=int) or asking.first_open(sitting)
    return redirect(_question_url(attempt_id, position), 303)


@bp.get("/attempt/<int:attempt_id>/<int:position>")
@requires(Permission.LEARN)
def question(attempt_id: int, position: int) -> ResponseReturnValue:
    """Show one question."""
    sitting = current_sitting(attempt_id)
    if sitting.open and (seat := _other_seat(sitting)):
        return _elsewhere(sitting, seat, position)
    sent = carried()
    if not sitting.open:
        if sent is not None:
            _save(attempt_id, position, SentAnswer.of(sent))
        return redirect(url_for("attempts.result", attempt_id=attempt_id))
    page = asking.question_page(sitting, position)
    solution = reviewing.checked(sitting, position) if "solution" in request.args else None
    course = content.get_course_by_id(sitting.course_id) if solution else None
    return render_template("attempts/question.html", sitting=sitting, page=page,
                           sent=SentAnswer.of(sent) if sent else None, solution=solution,
                           course=course)


@bp.get("/attempt/<int:attempt_id>/paper")
@requires(Permission.LEARN)
def paper(attempt_id: int) -> ResponseReturnValue:
    """Hand out every question at once, for a browser with script to turn the pages by itself.

    It is a page that works without a network, and holds nothing that lets anybody in.
    """
    sitting = current_sitting(attempt_id)
    if not sitting.open:
        return redirect(url_for("attempts.result", attempt_id=attempt_id))
    if seat := _other_seat(sitting):
        return _elsewhere(sitting, seat, 1)
    pages = asking.pages(sitting)
    return render_template("attempts/paper.html", sitting=sitting, page=pages[0], pages=pages,
                           rows=asking.check_rows(sitting))


@bp.post("/attempt/<int:attempt_id>/<int:position>")
@requires(Permission.LEARN)
@carries(lambda attempt_id, position: taking.owner_of(attempt_id))
def answer(attempt_id: int, position: int) -> ResponseReturnValue:
    """Save the answer to a question; a browser with script asks for JSON, one without is led on."""
    sent = SentAnswer.of(request.form)
    as_json = request.accept_mimetypes.best == "application/json"
    if not (sent.changed or as_json):
        return _led_on(attempt_id, position, sent)
    outcome, seat = _save(attempt_id, position, sent)
    if as_json:
        return _told(outcome, attempt_id, position, seat)
    if isinstance(outcome, Saved):
        return _led_on(attempt_id, position, sent)
    if isinstance(outcome, Stale):
        return _in_conflict(attempt_id, position, sent, outcome)
    flash(_closed_words(outcome), "warning")
    return redirect(url_for("attempts.result", attempt_id=attempt_id), 303)


def _save(attempt_id: int, position: int, sent: SentAnswer) -> tuple[Outcome, Seat | None]:
    """Save an answer, and sit here from now on unless it is known that another browser does."""
    with transaction():
        outcome = taking.save(attempt_id, me().id, position=position, submitted=sent.fields,
                              rev=sent.rev, base=sent.base, flagged=sent.flagged, by=actor())
        seat = None
        if me().sitting != attempt_id and taking.is_exam(attempt_id):
            seat = seats.find_other(attempt_id, me())
            if seat is None:
                seats.take(attempt_id, me())
    return outcome, seat


def _other_seat(sitting: Sitting) -> Seat | None:
    """Return where else an exam is sat; practice may lie open in many places."""
    return seats.find_other(sitting.id, me()) if sitting.kind == EXAM else None


def _elsewhere(sitting: Sitting, seat: Seat, position: int) -> ResponseReturnValue:
    """Show no question while another browser does, and offer to go on here."""
    page = render_template("attempts/elsewhere.html", sitting=sitting, position=position,
                           sentence=_seat_words(seat))
    return page, 409


def _seat_words(seat: Seat) -> str:
    return _("You are sitting this exam in another browser: %(browser)s, last seen %(time)s.",
             browser=browser_words(seat.browser), time=format_time(seat.seen_at))


def _led_on(attempt_id: int, position: int, sent: SentAnswer) -> ResponseReturnValue:
    if sent.language:
        with transaction():
            preferring.prefer(me().id, sent.language)
    target = sent.target(position)
    if target is None:
        return redirect(url_for("attempts.check", attempt_id=attempt_id), 303)
    solution = "yes" if sent.go == "reveal" else None
    return redirect(_question_url(attempt_id, target, solution=solution), 303)


def _told(
    outcome: Outcome, attempt_id: int, position: int, seat: Seat | None
) -> ResponseReturnValue:
    """Answer the script: what became of the answer it sent."""
    if isinstance(outcome, Saved):
        return jsonify(state="saved", rev=outcome.rev, seconds=outcome.seconds_left,
                       time=format_time(outcome.at), elsewhere=_seat_words(seat) if seat else None)
    if isinstance(outcome, Stale):
        return jsonify(_stale(taking.get(attempt_id, me().id), position, outcome)), 409
    state = "late" if isinstance(outcome, Late) else "closed"
    return jsonify(state=state, message=_closed_words(outcome),
                   url=url_for("attempts.result", attempt_id=attempt_id)), 410


def _closed_words(outcome: Outcome) -> str:
    if not isinstance(outcome, Late):
        return _("This answer came long after the end. It was not kept.")
    if not outcome.kept:
        return _("The attempt is over. Nothing waits any more.")
    if outcome.handed_in_at is None:
        return _("This answer came after the end. It is kept, but it does not count.")
    return _("This attempt was handed in at %(time)s, here, in another window or on another device."
             " This answer came after that: it is kept, but it does not count.",
             time=format_time(outcome.handed_in_at))


def _in_conflict(
    attempt_id: int, position: int, sent: SentAnswer, newer: Stale
) -> ResponseReturnValue:
    """Show both answers when another window has saved something newer, and ask which counts."""
    sitting = taking.get(attempt_id, me().id)
    both = asking.conflict(sitting, position, mine=sent.fields, newer=newer)
    page = render_template("attempts/conflict.html", sitting=sitting, position=position, both=both,
                           flagged=sent.flagged, rev=newer.rev + 1)
    return page, 409


@bp.get("/attempt/<int:attempt_id>/check")
@requires(Permission.LEARN)
def check(attempt_id: int) -> ResponseReturnValue:
    """Show what is answered, open and flagged, before handing in."""
    sitting = current_sitting(attempt_id)
    if not sitting.open:
        return redirect(url_for("attempts.result", attempt_id=attempt_id))
    if seat := _other_seat(sitting):
        return _elsewhere(sitting, seat, asking.first_open(sitting))
    return render_template("attempts/check.html", sitting=sitting, rows=asking.check_rows(sitting))


@bp.post("/attempt/<int:attempt_id>/submit")
@requires(Permission.LEARN)
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand in; whoever hands in twice sees the result twice.

    Nobody hands in what they have not seen: an answer that came from elsewhere is shown first.
    """
    with transaction():
        if "known" in request.form:
            sitting = taking.get(attempt_id, me().id)
            newer = sitting.newer_than(request.form["known"])
            if newer:
                return _answered_elsewhere(sitting, newer)
        taking.submit(attempt_id, me().id, by=actor())
    return redirect(url_for("attempts.result", attempt_id=attempt_id), 303)


def _answered_elsewhere(sitting: Sitting, newer: list[int]) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return jsonify(stale=[_stale(sitting, at, sitting.given[at]) for at in newer]), 409
    labels = ", ".join(sitting.label(at) for at in newer)
    flash(_("Not handed in: meanwhile another window or device has answered question %(numbers)s."
            " Look at it, then hand in.", numbers=labels), "warning")
    return redirect(url_for("attempts.check", attempt_id=sitting.id), 303)


def _stale(sitting: Sitting, position: int, newer: Given | Stale) -> dict[str, Any]:
    """What the script is told of an answer that is newer than the one it knows."""
    fields = asking.fields_of(sitting, position, newer.response)
    return {"state": "stale", "position": position, "rev": newer.rev, "fields": fields,
            "flagged": newer.flagged}


def _question_url(attempt_id: int, position: int, solution: str | None = None) -> str:
    return url_for("attempts.question", attempt_id=attempt_id, position=position,
                   solution=solution)
