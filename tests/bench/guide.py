"""Beside the server of version 0.1.0, in that version's environment: it knows the place.

It makes the database, with the shipped course and people who have it to do, and says as JSON their
names and how long one password takes; then, for the number of an attempt on each line, the right
answers by position. What it imports is what 0.1.0 calls things.
"""

from __future__ import annotations

import json
import sys
import time

from isotrain import config, create_app, schema
from isotrain.accounts import passwords
from isotrain.accounts.models import Password
from isotrain.assignments import assigning
from isotrain.audit.noting import Actor
from isotrain.certificates import signing_keys
from isotrain.clock import now
from isotrain.db import db
from isotrain.quizzes import loading
from isotrain.study import reading
from tests import sittings
from tests.factories import a_user, committed


def prepare(people: int, password: str) -> list[str]:
    """Make everything and return the names to sign in with."""
    schema.upgrade(db.engine)
    by, hashed = Actor.command(), passwords.hash_password(password)
    with committed():
        loading.load_course(config.ROOT / "question_banks" / "iso-certification", by=by)
    numbers = [f"J{n:04d}" for n in range(people)]
    ids = [a_user(number=number) for number in numbers]
    with committed():
        db.session.add_all(Password(user_id=id_, hash=hashed, changed_at=now()) for id_ in ids)
        assigning.assign(course_id=reading.get_course("iso-certification").id,
                         target="everybody", unit_id=None, user_id=None, due_on=now().date(), by=by)
        signing_keys.current(by=by)
    return [number.lower() for number in numbers]


def hashing(password: str) -> float:
    """Return the CPU seconds of comparing one password."""
    hashed = passwords.hash_password(password)
    began = time.process_time()
    for _ in range(20):
        passwords.matches(password, hashed)
    return (time.process_time() - began) / 20


def main(people: int, password: str) -> None:
    app = create_app()
    with app.app_context():
        said = {"names": prepare(people, password), "hashing": hashing(password)}
        db.session.remove()
    print(json.dumps(said), flush=True)
    for line in sys.stdin:
        with app.app_context():
            fields = sittings.right_fields(int(line))
            db.session.remove()
        print(json.dumps({position: field["answer"] for position, field in fields.items()}),
              flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
