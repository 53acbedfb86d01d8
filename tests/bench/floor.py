"""The floor: the same journey by a bare Flask application, as small as it can honestly be.

It serves the same addresses, asks the same database (same tables, indexes, triggers, durability)
for what each page shows, and writes the same rows in the same transactions. It has no drawing, no
marking rules, no signatures, no CSRF, no headers, no translation, no log and no design: what the
product costs beyond this is what all of that costs. The journey counts the rows that both have
written, table by table, and fails where the floor leaves one out. What every page or every answer
asks is said once, for the whole life of the process.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import Flask, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user

from isotrain import schema
from isotrain.accounts.models import Identity, Session, SignInName, Throttle, User
from isotrain.assignments.models import Assignment
from isotrain.attempts.models import (
    Answer,
    Attempt,
    AttemptItem,
    AttemptMark,
    Form,
    Result,
    ResultSeen,
)
from isotrain.audit.models import Event
from isotrain.banks.models import QuestionKey, QuestionVersion
from isotrain.certificates.models import Certificate, Holder, SigningKey, Standing
from isotrain.config import read_environment
from isotrain.db import db, engine_options, normal_url, upsert, wire, writing
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.study.models import Course, CourseVersion, Module, ModuleVersion, Reading

QUESTIONS = 20
HEX = "0" * 64

app = Flask(__name__)
settings = read_environment()
url = normal_url(settings.database_url)
app.config.update(SECRET_KEY=settings.secret_key, SQLALCHEMY_DATABASE_URI=url,
                  SQLALCHEMY_ENGINE_OPTIONS=engine_options(url), SESSION_COOKIE_NAME="isotrain")
schema.load_models()
db.init_app(app)
with app.app_context():
    wire(db.engine)
login = LoginManager(app)

session_, user, identity = Session.__table__, User.__table__, Identity.__table__
attempt_, item_, answer_ = Attempt.__table__, AttemptItem.__table__, Answer.__table__
version_ = QuestionVersion.__table__
ATTEMPT, USER = sa.bindparam("attempt"), sa.bindparam("user")
WHO = (
    sa.select(session_.c.user_id, identity.c.name).join(user, user.c.id == session_.c.user_id)
    .join(identity, identity.c.user_id == user.c.id)
    .where(session_.c.token_hash == sa.bindparam("token"), session_.c.ended_at.is_(None),
           user.c.deactivated_at.is_(None))
)
ITEMS = (
    sa.select(item_.c.question_version_id).join(attempt_, attempt_.c.id == item_.c.attempt_id)
    .where(attempt_.c.id == ATTEMPT, attempt_.c.user_id == USER).order_by(item_.c.position)
)
ANSWERS = sa.select(answer_.c.position, answer_.c.response).where(answer_.c.attempt_id == ATTEMPT)
QUESTION = (
    sa.select(version_.c.content).join(item_, item_.c.question_version_id == version_.c.id)
    .join(attempt_, attempt_.c.id == item_.c.attempt_id)
    .where(item_.c.attempt_id == ATTEMPT, item_.c.position == sa.bindparam("position"),
           attempt_.c.user_id == USER)
)
OWN_AND_OPEN = sa.select(attempt_.c.id).where(
    attempt_.c.id == ATTEMPT, attempt_.c.user_id == USER, attempt_.c.state == "open")


@lru_cache
def save_answer() -> Any:
    statement = upsert(answer_)
    new = {name: statement.excluded[name] for name in ("response", "flagged", "rev", "saved_at")}
    return statement.on_conflict_do_update(index_elements=["attempt_id", "position"], set_=new)


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/floor.css"></head><body><main><h1>{{ title }}</h1>
{% block content %}{% endblock %}</main></body></html>"""
TEMPLATES = {
    "sign_in": '<form method="post"><input name="name"><input name="password"></form>',
    "training": "<ul>{% for due_on, title in rows %}<li>{{ title }}, due {{ due_on }}</li>"
                "{% else %}<li>Nothing is due.</li>{% endfor %}</ul>",
    "module": "{% for line in lines %}<p>{{ line }}</p>{% endfor %}",
    "about": "<dl>{% for name, value in rules.items() %}<dt>{{ name }}</dt><dd>{{ value }}</dd>"
             "{% endfor %}</dl><p>{{ attempts }} attempts so far</p>"
             '<form method="post"><button>Start</button></form>',
    "question": '<form method="post"><p>{{ content.stem }}</p>'
                '{% for option in content.options %}<label><input type="radio" name="answer"'
                ' value="{{ loop.index0 }}"{% if loop.index0 == given %} checked{% endif %}>'
                "{{ option.text }}</label>{% endfor %}"
                '<input type="hidden" name="rev" value="{{ rev }}"><button name="go"'
                ' value="next">Next</button></form><ol>{% for n in places %}<li><button name="go"'
                ' value="{{ n }}">{{ n }}{% if n in answered %}, answered{% endif %}</button></li>'
                "{% endfor %}</ol>",
    "paper": "{% for content in contents %}<section><p>{{ content.stem }}</p>"
             '{% for option in content.options %}<label><input type="radio" name="answer"'
             ' value="{{ loop.index0 }}">{{ option.text }}</label>{% endfor %}</section>'
             "{% endfor %}",
    "check": "<ol>{% for stem, done in rows %}<li>{{ stem }}: {{ 'answered' if done else 'open' }}"
             '</li>{% endfor %}</ol><form method="post"><button>Hand in</button></form>',
    "result": "<p>{{ percent }} %</p><table>{% for topic, shares in topics.items() %}"
              "<tr><td>{{ topic }}</td><td>{{ shares|length }}</td></tr>{% endfor %}"
              "</table>{% if number %}<p>Certificate {{ number }}</p>{% endif %}",
}
PAGES = {
    name: app.jinja_env.from_string(PAGE.replace("{% block content %}{% endblock %}", text))
    for name, text in TEMPLATES.items()
}


class SignedIn(UserMixin):
    def __init__(self, token: str, user_id: int, name: str) -> None:
        self.id, self.user_id, self.name = token, user_id, name


@login.user_loader
def load(token: str) -> SignedIn | None:
    hashed = sha256(token.encode()).hexdigest()
    row = db.session.execute(WHO, {"token": hashed}).first()
    return SignedIn(token, *row) if row else None


def page(name: str, title: str, **values: Any) -> str:
    return PAGES[name].render(title=title, **values)


def insert(model: Any, *rows: dict[str, Any], **values: Any) -> None:
    """Insert the rows, or one row of these values."""
    db.session.execute(sa.insert(model.__table__), list(rows) or [values])


def insert_one(model: Any, **values: Any) -> int:
    table = model.__table__
    return db.session.execute(sa.insert(table).values(**values).returning(table.c.id)).scalar_one()


def event(action: str, kind: str, id_: int) -> None:
    insert(Event, occurred_at=datetime.now(UTC), actor_kind="user", actor_id=None, action=action,
           scope="training", object_type=kind, object_id=str(id_), after_hash=HEX,
           request_id=secrets.token_hex(8), details={"number": 1})


def count(key: str) -> None:
    table = Throttle.__table__
    statement = upsert(table).values(key=key, window_started_at=datetime.now(UTC), count=1)
    db.session.execute(statement.on_conflict_do_update(
        index_elements=[table.c.key], set_={"count": table.c.count + 1}))


@app.get("/readyz")
def ready() -> str:
    return "ok"


@app.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    if request.method == "GET":
        return page("sign_in", "Sign in")
    name, now = request.form["name"].lower(), datetime.now(UTC)
    with writing():
        count(f"account:{name}")
        count("address:")
        db.session.commit()
    found = sa.select(SignInName.user_id).where(SignInName.folded == name)
    user_id = db.session.scalars(found).one()
    db.session.rollback()
    token = secrets.token_urlsafe(32)
    with writing():
        insert(Session, token_hash=sha256(token.encode()).hexdigest(), user_id=user_id,
               created_at=now, last_seen_at=now, browser="floor")
        db.session.execute(sa.delete(Throttle).where(Throttle.key == f"account:{name}"))
        db.session.execute(sa.update(Throttle).where(Throttle.key == "address:")
                           .values(count=Throttle.count - 1))
        event("session.started", "user", user_id)
        db.session.commit()
    session.clear()
    login_user(SignedIn(token, user_id, name))
    return redirect("/", 303)


@app.get("/")
@login_required
def home() -> Any:
    return redirect("/my-training", 303)


@app.get("/my-training")
@login_required
def my_training() -> str:
    query = (
        sa.select(Assignment.due_on, CourseVersion.title)
        .join(Course, Course.id == Assignment.course_id)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Assignment.user_id == current_user.user_id)
    )
    return page("training", "My training", rows=db.session.execute(query).all())


@app.get("/courses/<slug>/<module_slug>")
@login_required
def module(slug: str, module_slug: str) -> str:
    query = (
        sa.select(ModuleVersion.module_id, ModuleVersion.title, ModuleVersion.content)
        .join(Module, Module.id == ModuleVersion.module_id).where(Module.slug == module_slug)
    )
    found = db.session.execute(query).one()
    now = datetime.now(UTC)
    db.session.rollback()
    with writing():
        statement = upsert(Reading.__table__).values(
            user_id=current_user.user_id, module_id=found.module_id, first_opened_at=now,
            last_opened_at=now)
        db.session.execute(statement.on_conflict_do_update(
            index_elements=["user_id", "module_id"], set_={"last_opened_at": now}))
        db.session.commit()
    return page("module", found.title, lines=str(found.content).split("\\n"))


@app.get("/quiz/<slug>")
@login_required
def about(slug: str) -> str:
    version = _version(slug)
    attempts = db.session.scalar(
        sa.select(sa.func.count()).select_from(Attempt)
        .where(Attempt.user_id == current_user.user_id, Attempt.quiz_id == version.quiz_id))
    return page("about", version.title, rules=version.rules, attempts=attempts)


def _version(slug: str) -> Any:
    query = (
        sa.select(QuizVersion.id, QuizVersion.quiz_id, QuizVersion.title, QuizVersion.rules)
        .join(Quiz, Quiz.published_version_id == QuizVersion.id).where(Quiz.slug == slug)
    )
    return db.session.execute(query).one()


@app.post("/quiz/<slug>")
@login_required
def begin(slug: str) -> Any:
    now, version = datetime.now(UTC), _version(slug)
    course_version = db.session.scalars(sa.select(CourseVersion.id)).first()
    drawn = db.session.scalars(
        sa.select(QuestionVersion.id).where(QuestionVersion.use == "exam").limit(QUESTIONS)).all()
    db.session.rollback()
    with writing():
        attempt_id = insert_one(
            Attempt, user_id=current_user.user_id, quiz_id=version.quiz_id,
            quiz_version_id=version.id,
            course_version_id=course_version, number=1, state="open", started_at=now,
            deadline_at=now + timedelta(minutes=30))
        insert(Form, attempt_id=attempt_id, algorithm="floor", seed=HEX, pools=[HEX], history={},
               hash=HEX, marking="floor",
               receipt=dict.fromkeys(("blueprint", "form", "history", "pools", "seed"), HEX))
        insert(AttemptItem, *(
            {"attempt_id": attempt_id, "position": place, "question_version_id": id_,
             "arrangement": ["a", "b", "c", "d"], "cell": place}
            for place, id_ in enumerate(drawn, 1)))
        event("attempt.started", "attempt", attempt_id)
        db.session.commit()
    return redirect(f"/attempt/{attempt_id}", 303)


def _items(attempt_id: int) -> list[int]:
    asked = {"attempt": attempt_id, "user": current_user.user_id}
    return list(db.session.scalars(ITEMS, asked))


def _answers(attempt_id: int) -> dict[int, Any]:
    return dict(db.session.execute(ANSWERS, {"attempt": attempt_id}).all())


@app.get("/attempt/<int:attempt_id>")
@login_required
def go_on(attempt_id: int) -> Any:
    _items(attempt_id)
    position = len(_answers(attempt_id)) + 1
    return redirect(f"/attempt/{attempt_id}/{position}")


@app.get("/attempt/<int:attempt_id>/<int:position>")
@login_required
def question(attempt_id: int, position: int) -> str:
    asked = {"attempt": attempt_id, "user": current_user.user_id, "position": position}
    content, answers = db.session.scalars(QUESTION, asked).one(), _answers(attempt_id)
    return page("question", f"Question {position}", content=content, places=range(1, 21),
                answered=answers, given=answers.get(position), rev=1)


@app.post("/attempt/<int:attempt_id>/<int:position>")
@login_required
def answer(attempt_id: int, position: int) -> Any:
    onward = "check" if request.form.get("go") == "check" else position + 1
    if request.form.get("was") == f"answer={request.form['answer']}":
        return redirect(f"/attempt/{attempt_id}/{onward}", 303)
    db.session.rollback()
    with writing():
        asked = {"attempt": attempt_id, "user": current_user.user_id}
        db.session.scalars(OWN_AND_OPEN, asked).one()
        values = {"response": request.form["answer"], "flagged": False,
                  "rev": int(request.form["rev"]), "saved_at": datetime.now(UTC)}
        db.session.execute(save_answer(),
                           {"attempt_id": attempt_id, "position": position, **values})
        db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return {"state": "saved", "rev": values["rev"]}
    return redirect(f"/attempt/{attempt_id}/{onward}", 303)


@app.get("/attempt/<int:attempt_id>/paper")
@login_required
def paper(attempt_id: int) -> str:
    ids, answers = _items(attempt_id), _answers(attempt_id)
    contents = _contents(ids)
    return page("paper", "Paper", contents=[contents[id_] for id_ in ids], answers=answers)


def _contents(ids: list[int]) -> dict[int, Any]:
    return dict(db.session.execute(
        sa.select(QuestionVersion.id, QuestionVersion.content)
        .where(QuestionVersion.id.in_(ids))).all())


@app.get("/attempt/<int:attempt_id>/check")
@login_required
def check(attempt_id: int) -> str:
    answers, ids = _answers(attempt_id), _items(attempt_id)
    contents = _contents(ids)
    rows = [(contents[id_]["stem"], place in answers) for place, id_ in enumerate(ids, 1)]
    return page("check", "Check", rows=rows)


@app.post("/attempt/<int:attempt_id>/submit")
@login_required
def submit(attempt_id: int) -> Any:
    now = datetime.now(UTC)
    db.session.rollback()
    with writing():
        answers, ids = _answers(attempt_id), _items(attempt_id)
        keys = dict(db.session.execute(
            sa.select(QuestionKey.version_id, QuestionKey.key)
            .where(QuestionKey.version_id.in_(ids))).all())
        shares = ["1" if answers.get(place) != keys[id_] else "0"
                  for place, id_ in enumerate(ids, 1)]
        db.session.execute(
            sa.update(Attempt).where(Attempt.id == attempt_id, Attempt.state == "open")
            .values(state="submitted", closed_at=now)
            .execution_options(synchronize_session=False))
        insert(Result, attempt_id=attempt_id, score="20", out_of="20", percent="100", passed=True,
               marked_at=now)
        insert(AttemptMark, *(
            {"attempt_id": attempt_id, "position": place, "share": share, "topic": str(place // 2)}
            for place, share in enumerate(shares, 1)))
        event("attempt.closed", "attempt", attempt_id)
        _award(attempt_id, now)
        db.session.commit()
    return redirect(f"/attempt/{attempt_id}/result", 303)


def _award(attempt_id: int, now: datetime) -> None:
    """Insert what a passed exam leaves behind, as large as in earnest."""
    user_id, facts = current_user.user_id, {f"fact {n}": HEX for n in range(14)}
    course_id, course_version = db.session.execute(
        sa.select(CourseVersion.course_id, CourseVersion.id)
        .join(Attempt, Attempt.course_version_id == CourseVersion.id)
        .where(Attempt.id == attempt_id)).one()
    key_id = db.session.scalars(sa.select(SigningKey.key_id)).one()
    certificate_id = insert_one(
        Certificate, number=secrets.token_hex(5), code=secrets.token_hex(13),
        attempt_id=attempt_id, passed=True, user_id=user_id, course_id=course_id, issued_at=now,
        valid_until=now.date(), payload=facts, signature=HEX + HEX, key_id=key_id)
    insert(Holder, certificate_id=certificate_id, disclosed={"name": {"salt": HEX}})
    insert(Standing, certificate_id=certificate_id, user_id=user_id, issued_at=now,
           valid_until=now.date(), held_days=0, ending="none", name_folded=current_user.name)
    event("certificate.issued", "certificate", certificate_id)
    record_id = insert_one(
        CompletionRecord, user_id=user_id, course_id=course_id, attempt_id=attempt_id,
        course_version_id=course_version, certificate_id=certificate_id, completed_at=now,
        recorded_at=now, valid_until=now.date(), score_percent="100", pass_mark=80,
        result="passed", frozen={**facts, **{f"more {n}": HEX for n in range(20)}}, hash=HEX)
    insert(RecordPerson, record_id=record_id, name=current_user.name, personnel_no="1",
           salts={"name": HEX})
    event("record.made", "completion_record", record_id)


@app.get("/attempt/<int:attempt_id>/result")
@login_required
def result(attempt_id: int) -> str:
    _items(attempt_id)
    number = db.session.scalar(
        sa.select(Certificate.number).where(Certificate.attempt_id == attempt_id))
    percent = db.session.scalar(sa.select(Result.percent).where(Result.attempt_id == attempt_id))
    marks = sa.select(AttemptMark.topic, AttemptMark.share).where(
        AttemptMark.attempt_id == attempt_id)
    topics: dict[str, list[str]] = {}
    for topic, share in db.session.execute(marks):
        topics.setdefault(topic, []).append(share)
    db.session.rollback()
    with writing():
        db.session.execute(upsert(ResultSeen.__table__).values(
            attempt_id=attempt_id, seen_at=datetime.now(UTC)).on_conflict_do_nothing())
        db.session.commit()
    return page("result", "Result", percent=percent, topics=topics, number=number)
