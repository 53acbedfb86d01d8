"""Two workers, tick after tick, one of them killed at every write in turn: each thing once.

At each tick there is something new to do: letters to send, an exam whose time is over, a session
and a link that have had their time, a file that nobody applied. Two processes then look at once
what is due. One is killed as it comes by its so-and-so-many-th write, commit or letter; from tick
to tick one further. Time runs three minutes from tick to tick, so that leases run out in between.
"""

from __future__ import annotations

import json
import os
import random
import smtplib
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from isotrain import clock, create_app, schema
from isotrain.accounts import inviting, linking, registering, signing_in
from isotrain.accounts.models import OneTimeLink, Session
from isotrain.attempts.models import Attempt, Result
from isotrain.attempts.rules import EXPIRED, OPEN
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.jobs import leasing, running
from isotrain.jobs.job import Jobs, Lane
from isotrain.keeping import verifying
from isotrain.mail.models import Outgoing
from isotrain.mail.rules import CLAIM
from isotrain.people.files import importing as people_files
from isotrain.people.models import PeopleUpload
from isotrain.quizzes import loading
from isotrain.records.models import CompletionRecord
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from isotrain.web.transaction import transaction
from isotrain.wired import wired
from tests import sittings
from tests.conftest import ROOT, make_settings
from tests.dying import die, forked, was_killed
from tests.factories import BY, a_setting, a_user, committed

STEP = timedelta(minutes=3)
LETTERS = 2
CALM = 12  # ticks without kills at the end, in which everything that was broken off is finished
LONG_AGO = timedelta(days=60)


@dataclass
class Points:
    """Counts what a process comes by, and lets it die at one of them."""

    folder: Path
    doomed_at: int | None
    seen: int = 0
    unnoted: str = ""  # the letter that was taken and is not noted yet

    def come_by(self, what: str) -> None:
        self.seen += 1
        if self.seen == self.doomed_at:
            self.tell("killed", [what, self.unnoted])
            die()

    def tell(self, name: str, what: Any) -> None:
        """Append a line to a file that all processes share; a line this short is never torn."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")


class MailServer:
    """Takes every letter, and remembers it whoever dies."""

    def __init__(self, points: Points) -> None:
        self.points = points

    def send_message(self, letter: Any) -> None:
        self.points.come_by("before a letter is taken")
        self.points.tell("taken", letter["Message-ID"])
        self.points.unnoted = letter["Message-ID"]
        self.points.come_by("after a letter is taken")

    def has_extn(self, _name: str) -> bool:
        return True

    def __getattr__(self, _name: str) -> Any:
        return lambda *_arguments, **_named: None


def watch(points: Points) -> None:
    """Have this process come by a point before and after every write and every commit."""
    def write(statement: str) -> bool:
        return statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if write(statement):
            points.come_by(f"before {statement[:40]}")

    def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if write(statement):
            points.come_by(f"after {statement[:40]}")

    def committing(_connection: Any) -> None:
        points.come_by("before a commit")

    def committed_(_session: Any) -> None:
        points.unnoted = ""
        points.come_by("after a commit")

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "after_cursor_execute", after)
    event.listen(db.engine, "commit", committing)
    event.listen(db.session, "after_commit", committed_)
    smtplib.SMTP = lambda *_a, **_k: MailServer(points)  # type: ignore[misc,assignment]


def something_to_do(n: int, at: timedelta) -> None:
    """Add what this tick's workers find to do."""
    people = [a_user(email=f"p{n}-{k}@example.com") for k in range(LETTERS)]
    with clock.moved_by(at):
        with committed():
            inviting.invite(people, by=BY)
        with clock.moved_by(-timedelta(hours=3)):
            sittings.begin(people[0])
        with clock.moved_by(-LONG_AGO), committed():
            signing_in.start(people[0], browser="old", by_request=None)
            signing_in.end_all([people[0]])
            linking.make([people[1]], by=BY)
            registering.cancel_links([people[1]])
            people_files.keep(people_files.Upload("old.csv", b"x"), user_id=people[0])
        with committed():
            signing_in.start(people[1], browser="new", by_request=None)


def look(points: Points, at: timedelta) -> None:
    """Do what a worker does when it looks, at a time."""
    watch(points)
    with clock.moved_by(at):
        running.run_due(Lane.SHORT, transaction=transaction, stopping=lambda: False)
    points.tell("passed", points.seen)


def tick(folder: Path, at: timedelta, doomed_at: int | None) -> bool:
    """Let two workers look at once; say whether the doomed one came as far as its end."""
    doomed = forked(lambda: look(Points(folder, doomed_at), at))
    other = forked(lambda: look(Points(folder, None), at))
    killed = was_killed(doomed)
    was_killed(other)
    return killed


def run(folder: Path, url: str, ticks: int, seed: int) -> dict[str, Any]:
    """Run so many ticks on a fresh place, and then see what came of it all."""
    app, dice = create_app(make_settings(folder, url)), random.Random(seed)
    with app.app_context():
        schema.upgrade(db.engine)
        with committed():
            loading.load_course(ROOT / "question_banks" / "iso-certification", by=Actor.command())
        a_setting(MAIL_HOST, "mail.example.com")
        a_setting(MAIL_FROM, "isotrain@example.com")
        leasing.enrol(wired(Jobs).each)
        point, kills = 1, 0
        for n in range(ticks):
            something_to_do(n, n * STEP)
            if tick(folder, n * STEP, point):
                kills, point = kills + 1, point + 1
            else:  # it did not come that far: begin again, not always with the same ones
                point = dice.randint(1, 3)
        for n in range(ticks, ticks + CALM):
            tick(folder, n * STEP + (n - ticks) * CLAIM, None)
        found = _found(folder, ticks)
        db.session.remove()
        db.engine.dispose()
    return {"ticks": ticks, "kills": kills, **found}


def _told(folder: Path, name: str) -> list[Any]:
    path = folder / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _count(*where: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(*where)) or 0


def _found(folder: Path, ticks: int) -> dict[str, Any]:
    """Count what was done twice and what was not done, by kind."""
    db.session.rollback()
    copies = Counter(_told(folder, "taken"))
    killed = _told(folder, "killed")
    unsure = Counter(letter for _what, letter in killed if letter)
    closings = Counter(db.session.scalars(
        sa.select(Event.object_id).where(Event.action == "attempt.closed")))
    return {
        "letters": len(copies),
        "letters twice": sum(n - 1 for letter, n in copies.items() if letter not in unsure),
        "letters twice, killed between taking and noting": sum(
            max(0, n - 1 - unsure[letter]) for letter, n in copies.items() if letter in unsure),
        "letters lost": ticks * LETTERS - len(copies) + _count(Outgoing.state != "sent"),
        "copies after such a kill": sum(copies[letter] - 1 for letter in unsure),
        "kills between taking and noting": sum(unsure.values()),
        "exams closed": _count(Attempt.state == EXPIRED),
        "exams closed twice": sum(n - 1 for n in closings.values()),
        "exams lost": ticks - len(closings) + _count(Attempt.state == OPEN),
        "results, records, certificates beside exams": abs(
            _count(Result.attempt_id > 0) - ticks) + abs(
            _count(CompletionRecord.id > 0) - ticks) + _count(Certificate.id > 0),
        "left of what should go": _count(Session.browser == "old") + _count(
            PeopleUpload.file_name == "old.csv") + _count(
            OneTimeLink.expires_at < clock.now() - timedelta(days=30)),
        "gone of what should stay": ticks - _count(Session.browser == "new"),
        "findings of verify": sum(len(check.findings) for check in verifying.verify().checks
                                  if check.name != "DURABLE"),
        "points passed at most": max(_told(folder, "passed"), default=0),
        "kinds of points died at": len({what for what, _letter in killed}),
    }


WRONG = ("letters twice", "letters twice, killed between taking and noting", "letters lost",
         "exams closed twice", "exams lost", "results, records, certificates beside exams",
         "left of what should go", "gone of what should stay", "findings of verify")


if __name__ == "__main__":
    place, address, count, number = sys.argv[1:]
    os.environ.pop("ISOTRAIN_INSTANCE", None)
    print(json.dumps(run(Path(place), address, int(count), int(number))))
