"""The key of a question is in no channel before it is released, and then only what is released.

Explanations and feedback of a course carry marks; a learner walks through every state of an exam
and everything that comes back is searched for them, for hashes that cover a key, and for seeds.
"""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import sheets
from isotrain.attempts.models import Attempt, Form
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.banks.models import QuestionVersion
from isotrain.db import db
from isotrain.quizzes import composing, forming, retiring
from isotrain.quizzes.composition import Composition
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.study.models import Course, CourseMember, CourseVersion
from tests.access import world as seeding
from tests.access.canary_course import CANARY, HINT, SLUG, WHY
from tests.access.crawling import crawl
from tests.access.world import Somebody, World, wire_answers
from tests.certificates.test_printing import text_of
from tests.exams.chances import assert_uniform
from tests.factories import BY, a_user, committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

EXAM = f"{SLUG}-exam"
FORMS = 2_000


@pytest.fixture
def learner(world: World) -> Somebody:
    """An employee who has not sat anything yet."""
    with world.app.app_context():
        user_id = a_user("employee", name="Robin Fresh", number="W900")
        session = seeding.new_session(user_id)
    return seeding.somebody(world.app, "fresh", "employee", user_id, session, {})


@pytest.fixture
def secrets_of_keys(world: World) -> set[str]:
    """Hashes that cover a key."""
    with world.app.app_context():
        return set(db.session.scalars(sa.select(QuestionVersion.content_hash)))


def everything(world: World, who: Somebody, each: int = 40) -> Iterator[tuple[str, str]]:
    """Return (address, headers and body) of all that a person can reach by links."""
    for visit in crawl(world, who, ("/", "/attempts", "/verify", "/no-such-page"), each=each):
        yield visit.url, f"{visit.headers}\n{visit.text}"


def hits(answers: Iterator[tuple[str, str]], secrets: set[str]) -> dict[str, list[str]]:
    """Return {address: marks and secrets found}."""
    found = {}
    for url, text in answers:
        marks = CANARY.findall(text) + [s for s in re.findall(r"[0-9a-f]{64}", text)
                                        if s in secrets]
        if marks:
            found[url] = sorted(set(marks))
    return found


def quiz(world: World, feedback: str) -> str:
    """Publish an exam of the marked course with a feedback policy; return its slug."""
    by = Actor("user", world.people["colleague"].user_id)
    with world.app.app_context(), committed():
        exam = db.session.scalars(sa.select(Quiz).where(Quiz.slug == EXAM)).one()
        shipped = db.session.get_one(QuizVersion, exam.published_version_id)
        course_id = twin_course(f"canary-{feedback}", exam.course_id, by.user_id)
        made = Quiz(slug=f"canary-{feedback}", course_id=course_id, kind="exam",
                    created_at=exam.created_at)
        db.session.add(made)
        db.session.flush()
        bench = composing.workbench(made)
        wanted = Composition(f"Canary {feedback}", shipped.cells,
                                       _with_feedback(shipped, feedback))
        composing.save(made.id, wanted, base=bench.base, by=by)
        composing.publish(made.id, base=composing.workbench(made).base, by=by)
        return made.slug


def close_exams(world: World) -> None:
    """Close every exam, so that nothing draws from the marked bank any more."""
    with world.app.app_context(), committed():
        for quiz, _title in retiring.list_titles():
            if quiz.kind == "exam" and quiz.retired_at is None:
                retiring.retire(quiz.id, by=BY)


def twin_course(slug: str, course_id: int, member: int | None) -> int:
    """Make a course like another one, as a course has one exam and each policy needs its own."""
    first = db.session.get_one(Course, course_id)
    version = db.session.get_one(CourseVersion, first.current_version_id)
    twin = Course(slug=slug, library_id=first.library_id, created_at=first.created_at)
    db.session.add(twin)
    db.session.flush()
    columns = {column.name: getattr(version, column.name) for column in sa.inspect(CourseVersion).c}
    copied = CourseVersion(**{**columns, "id": None, "course_id": twin.id})
    db.session.add_all([copied, CourseMember(course_id=twin.id, user_id=member)])
    db.session.flush()
    twin.current_version_id = copied.id
    return twin.id


def _with_feedback(version: QuizVersion, feedback: str) -> Any:
    from isotrain.quizzes.rules import Rules

    return Rules.from_data({**version.rules, "feedback": feedback})


class Sitting:
    """A learner's browser in an exam, and what it sent and got."""

    def __init__(self, world: World, who: Somebody, slug: str) -> None:
        self.world, self.who, self.slug = world, who, slug
        self.client: FlaskClient = world.browser(who)
        self.received: list[tuple[str, str]] = []
        begun = self.send(f"/quiz/{slug}", {})
        self.id = int(re.search(r"/attempt/(\d+)", begun.location)[1])
        with world.app.app_context():
            self.answers = wire_answers(self.id)
            self.seed = db.session.get_one(Form, self.id).seed

    def send(self, url: str, data: dict[str, Any], **headers: str) -> TestResponse:
        response = self.client.post(url, data={"csrf_token": self.who.token, **data},
                                    headers=headers)
        self.received.append((f"POST {url}", f"{response.headers}\n{response.text}"))
        return response

    def get(self, url: str) -> TestResponse:
        response = self.client.get(url)
        self.received.append((f"GET {url}", f"{response.headers}\n{response.text}"))
        return response

    def save(self, position: int, answer: list[str], *, rev: int = 1, script: bool = False,
             **more: str) -> TestResponse:
        headers = {"Accept": "application/json"} if script else {}
        return self.send(f"/attempt/{self.id}/{position}",
                         {"answer": answer, "rev": str(rev), **more}, **headers)

    def submit(self) -> TestResponse:
        return self.send(f"/attempt/{self.id}/submit", {})


def walk(sitting: Sitting, *, right: int) -> None:
    """Answer with and without script, right and wrong, go wrong in every way there is."""
    for position, (chosen, wrong) in enumerate(sitting.answers, 1):
        sitting.get(f"/attempt/{sitting.id}/{position}")
        sitting.save(position, chosen if position <= right else wrong, script=position % 2 == 0,
                     go="reveal")
        sitting.get(f"/attempt/{sitting.id}/{position}?solution=yes")
    sitting.save(1, sitting.answers[0][1], rev=1)  # another window: the conflict page
    sitting.save(1, sitting.answers[0][1], rev=1, script=True)
    sitting.save(2, ["no such option"], rev=7)
    sitting.save(2, ["99"], rev=7, script=True)
    for page in ("", "/check", "/paper", "/receipt", "/result", "/99"):
        sitting.get(f"/attempt/{sitting.id}{page}")


def test_before_an_exam_nothing_tells_a_key(world, learner, secrets_of_keys):
    assert hits(everything(world, learner), secrets_of_keys) == {}


def test_during_an_exam_nothing_tells_a_key_or_the_seed(world, learner, secrets_of_keys):
    sitting = Sitting(world, learner, EXAM)
    walk(sitting, right=10)
    assert hits(iter(sitting.received), secrets_of_keys) == {}
    told = [url for url, text in (*sitting.received, *everything(world, learner))
            if sitting.seed in text]
    assert told == []
    assert hits(everything(world, learner), secrets_of_keys) == {}


def test_after_an_exam_that_shows_topics_only_nothing_tells_a_key(
    world, learner, secrets_of_keys
):
    sitting = Sitting(world, learner, quiz(world, "topics"))
    walk(sitting, right=10)
    sitting.submit()
    sitting.save(1, ["0"], rev=9, script=True)
    sitting.save(1, ["0"], rev=9)
    assert "Score by topic" in sitting.get(f"/attempt/{sitting.id}/result").text
    assert hits(iter(sitting.received), secrets_of_keys) == {}
    assert hits(everything(world, learner), secrets_of_keys) == {}


def released(sitting: Sitting, right: int) -> tuple[set[str], set[str]]:
    """Return the explanations and the feedback of the questions that were missed."""
    with sitting.world.app.app_context():
        asked = [version for version, _arrangement in sheets.items_of(sitting.id)]
        keys = versions.keys(asked)
        missed = [keys[version] for version in asked[right:]]
    why = {mark for key in missed for mark in CANARY.findall(json.dumps(key["explanation"]))}
    hint = {mark for key in missed for mark in CANARY.findall(json.dumps(key.get("feedback", {})))}
    return why, hint


@pytest.mark.parametrize("feedback", ["explanations", "answers"])
def test_after_an_exam_nothing_is_told_until_it_is_closed_and_then_what_its_policy_releases(
    world, learner, secrets_of_keys, feedback
):
    sitting = Sitting(world, learner, quiz(world, feedback))
    walk(sitting, right=10)
    sitting.submit()
    sitting.get(f"/attempt/{sitting.id}/result")
    assert hits(iter(sitting.received), secrets_of_keys) == {}
    assert hits(everything(world, learner), secrets_of_keys) == {}
    close_exams(world)
    result = f"/attempt/{sitting.id}/result"
    found = hits(everything(world, learner), secrets_of_keys)
    why, hint = released(sitting, right=10)
    assert len(why) == 10 and set(found) == {result}
    assert {mark for mark in found[result] if mark.startswith(WHY)} == why
    told = {mark for mark in found[result] if mark.startswith(HINT)}
    assert told == (hint if feedback == "answers" else set())
    page = sitting.get(result).text
    assert ("Right answer" in page) == (feedback == "answers")


def test_a_certificate_and_its_signed_file_tell_no_key(world, learner, secrets_of_keys):
    sitting = Sitting(world, learner, quiz(world, "topics"))
    walk(sitting, right=20)
    sitting.submit()
    urls = [visit for visit in crawl(world, learner, ("/certificates",), each=30)
            if visit.url.endswith((".pdf", ".json"))]
    assert {visit.url.rpartition(".")[2] for visit in urls} >= {"pdf", "json"}
    texts = [(v.url, text_of(v.data) if v.url.endswith(".pdf") else v.text) for v in urls]
    assert all("Robin Fresh" in text for url, text in texts if "verify" not in url)
    assert hits(iter(texts), secrets_of_keys) == {}


@pytest.mark.parametrize("name", ["anon", "employee", "trainer", "hr", "manager", "auditor",
                                  "admin"])
@pytest.mark.slow
def test_no_other_role_meets_a_key_of_a_bank_it_does_not_look_after(
    world, learner, secrets_of_keys, name
):
    walk(Sitting(world, learner, EXAM), right=10)
    found = hits(everything(world, world.people[name], each=4), secrets_of_keys)
    own = f"/attempt/{world.people[name].objects['failed']}/result"  # released to its owner
    assert set(found) - {own} == set()


def test_who_looks_after_the_bank_does_meet_its_keys(world):
    """The search above finds keys where there are any."""
    colleague = world.people["colleague"]
    assert len(hits(everything(world, colleague, each=4), set())) > 1


def test_the_pages_of_an_exam_do_not_depend_on_its_keys(world, learner, watch):
    sitting = Sitting(world, learner, EXAM)
    with clock.frozen_at(clock.now()):
        before = _pages(sitting)
        _spoil_keys(world, watch.backend.file)
        after = _pages(sitting)
    assert len(before) == 24 and before == after


def _pages(sitting: Sitting) -> dict[str, str]:
    addresses = [f"/attempt/{sitting.id}{page}" for page in
                 (*(f"/{n}" for n in range(1, 21)), "/check", "/receipt")]
    return {url: re.sub(r'X-Request-Id: .*|Set-Cookie: .*|csrf_token" value="[^"]+', "", text)
            for url in (*addresses, f"/quiz/{sitting.slug}", "/attempts")
            for response in [sitting.get(url)]
            for text in [f"{response.headers}{response.text}"]}


def _spoil_keys(world: World, file: Any) -> None:
    """Make every other option right and every explanation another, behind the triggers' back."""
    with sqlite3.connect(file) as connection:
        for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='question_key'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        changed = 0
        for version, key in connection.execute(
                "SELECT version_id, key FROM question_key").fetchall():
            spoiled = json.loads(key)
            spoiled["explanation"] = "x"
            if "right" in spoiled:
                spoiled["right"] = ["b"] if "a" in spoiled["right"] else ["a"]
            else:
                spoiled["answer"] = not spoiled["answer"]
            changed += connection.execute("UPDATE question_key SET key=? WHERE version_id=?",
                                          (json.dumps(spoiled), version)).rowcount
    connection.close()
    assert changed > 100
    with world.app.app_context():
        db.engine.dispose()


def test_a_reply_to_a_right_answer_has_the_length_of_one_to_a_wrong_answer(world, learner):
    sitting = Sitting(world, learner, EXAM)
    with clock.frozen_at(clock.now()):
        for position, (chosen, wrong) in enumerate(sitting.answers, 1):
            for script in (True, False):
                rev = 1 if script else 3
                first = sitting.save(position, chosen, rev=rev, script=script)
                second = sitting.save(position, wrong, rev=rev + 1, script=script)
                assert first.status_code == second.status_code
                assert len(first.data) == len(second.data)
                assert _plain(first) == _plain(second)


def _plain(response: TestResponse) -> list[tuple[str, str]]:
    return [(name, value) for name, value in response.headers
            if name not in ("X-Request-Id", "Set-Cookie", "Date")]


def test_the_place_of_the_right_option_is_chance(world):
    """2,000 forms of the shipped exam: every place is as likely, for each number of options."""
    places: dict[tuple[str, int], list[int]] = {}
    with world.app.app_context():
        shipped, course_id = db.session.execute(
            sa.select(QuizVersion, Quiz.course_id)
            .join(Quiz, Quiz.published_version_id == QuizVersion.id)
            .where(Quiz.slug == f"{seeding.COURSE}-exam")).one()
        blueprint = forming.Blueprint.of(shipped.cells, shipped.rules, "exam")
        pools = forming.current_pools(blueprint.banks, course_id=course_id)
        keys = versions.keys(db.session.scalars(sa.select(QuestionVersion.id)))
        for n in range(FORMS):
            drawn = forming.draw(blueprint, pools, seed=f"{n:032x}", history={})
            for version, order in zip(drawn.data["items"], drawn.data["arrangements"],
                                      strict=True):
                kept = versions.contents([version])[version]
                if not kept.content.get("shuffle"):
                    continue
                counts = places.setdefault((kept.type, len(order)), [0] * len(order))
                for right in keys[version]["right"]:
                    counts[order.index(right)] += 1
    assert sum(map(sum, places.values())) > FORMS * 10
    for counts in places.values():
        assert_uniform(counts)


def test_the_values_a_browser_sends_are_places_and_tell_no_option(world, learner):
    sitting = Sitting(world, learner, EXAM)
    for position in range(1, 21):
        page = sitting.get(f"/attempt/{sitting.id}/{position}").text
        values = re.findall(r'<input type="(?:radio|checkbox)" name="answer" value="([^"]*)"', page)
        assert values == [str(n) for n in range(len(values))] and len(values) >= 2


def test_an_open_attempt_is_open_until_it_is_handed_in(world, learner):
    """The states above are what they say they are."""
    sitting = Sitting(world, learner, EXAM)
    walk(sitting, right=20)
    with world.app.app_context():
        assert db.session.get_one(Attempt, sitting.id).state == "open"
    sitting.submit()
    with world.app.app_context():
        assert db.session.get_one(Attempt, sitting.id).state == "submitted"
