"""A big organization in few statements, which the database makes itself, alike on both.

Everybody has a name of their own or nearly so, stands in a tree of units, and is bound to every
course; six of ten have sat it, five of them passed, and one of ten sat twice. What is drawn is
drawn by a fixed rule from the number of a person or a sitting, so that two builds are the same.
"""

from __future__ import annotations

import json
import re

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import search
from isotrain.db import Instant, db
from isotrain.people import roster
from isotrain.settings import house
from isotrain.text import fold
from tests.factories import a_library

UNITS, SITES, ROLES, PER_MANAGER, SPAN = 400, 20, 40, 12, 1_400
TABLES = ("user", "unit", "site", "job_role", "employment", "placement", "work", "event",
          "library", "course", "course_version", "quiz", "quiz_version", "requirement",
          "assignment", "attempt", "certificate", "completion_record", "outgoing_mail")
GIVEN = """
Aaron Åsa Agnes Ahmed Aiko Alba Alejandro Alice Amina Anders Andrea Anna Antoine Arjun Beatriz
Ben Birgit Bruno Carla Chen Clara Daniel Daria David Elena Elif Emil Emma Erik Fatima Felix
Francesca Gabriel Greta Hana Hannah Hassan Helena Hugo Ida Igor Ines Ivan Jakob Jana João
Johanna Jonas José Julia Kaito Karin Lars Laura Léa Leon Linda Lucas Luis Magnus Maja Marek
Maria Marta Mateo Max Mehmet Mia Mila Mohammed Nadia Niklas Nina Noah Nora Olga Oliver Olivia
Omar Otto Pablo Paula Peter Petra Priya Rafael Rosa Ruth Samir Sara Sofia Søren Stefan Sven
Tariq Thomas Tomás Ursula Vera Viktor Wei William Yara Yusuf Zoe
"""
SURNAMES = """
Abbas Adler Ahlgren Aydın Bach Bauer Becker Berg Bianchi Blanc Böhm Brandt Braun Carter Castro
Çelik Chang Costa Cruz Dahl Demir Dietrich Dubois Eklund Engel Fernández Ferrari Fischer
Fontaine Frank Fuchs García Garnier Gomes Graf Green Gruber Gupta Haas Haddad Hahn Hansen
Hartmann Herrera Hoffmann Holm Horn Huang Huber Ibrahim Ito Ivanov Jansen Johansson Jung Kaiser
Kaplan Keller Khan Kim Klein Koch König Kowalski Krause Kumar Lang Larsen Lehmann Lindqvist
Lopes Lorenz Ludwig Maier Marino Martin Martínez Mayer Meyer Möller Moreau Mueller Müller Murphy
Nagel Nakamura Neumann Nguyen Nielsen Nilsson Novak Okafor Öztürk Park Patel Peters Petrov
Pfeiffer Pohl Popescu Richter Ricci Roth Rossi Roux Russo Sánchez Sato Sauer Schäfer Schmidt
Schneider Scholz Schröder Schulz Schwarz Seidel Silva Simon Singh Smirnov Sommer Stein Suzuki
Svensson Takeda Tanaka Thomsen Toth Turner Vargas Vogel Vogt Voss Wagner Wang Weber Weiss Werner
White Winkler Winter Wolf Wright Yamada Yılmaz Young Zhang Zimmermann
"""

_PAYLOAD = {"course": {"title": "Course @course", "version": "2026.1"},
            "standards": ["ISO 9001:2015 + Amd 1:2024"], "number": "26-@id",
            "issued_on": "@day", "score_percent": "90.0"}
_FROZEN = {
    "schema": "isotrain-record-1",
    "place": {"unit": "Unit 1", "unit_code": "U1", "site": "Halden", "job_role": "Job 1",
              "job_role_code": "J1", "employment_type": "employee", "hired_on": "2020-01-01"},
    "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody",
                    "assigned_on": "2026-01-01", "due_on": "2026-12-01"},
    "course": {"slug": "course-@course", "title": "Course @course", "version": "2026.1",
               "number": 1, "language": "en", "approved_by": None, "approved_at": None,
               "approved_alone": False},
    "standards": ["ISO 9001:2015 + Amd 1:2024"],
    "quiz": {"slug": "exam", "title": "Exam", "version": 1, "pass_mark": 80,
             "pass_mark_basis": ""},
    "attempt": {"id": 0, "number": 1, "state": "submitted", "form": "@id".zfill(64),
                "started_at": "2026-01-01T08:00:00+00:00",
                "closed_at": "2026-01-01T08:30:00+00:00"},
    "result": {"result": "passed", "score": "18", "out_of": "20", "percent": "90.0"},
    "certificate": {"number": "26-@id", "valid_until": "2027-12-01"},
    "person": dict.fromkeys(
        ("name", "personnel_no", "manager_name", "manager_personnel_no"), "0" * 64),
}


def seed(people: int, courses: int) -> None:
    """Make people in units, each assigned every course, six of ten with a record of it.

    The caller holds the write transaction.
    """
    made = _Making(people, courses)
    made.hurry()
    made.words()
    for part in (_PEOPLE, _COURSES, _OBLIGATIONS, _SITTINGS, _TRACES):
        for statement in part:
            made.run(statement)
    made.number_on()
    for name in ("person", "sitting", "course", "act", "number", "given", "surname"):
        made.run(f"DROP TABLE crowd_{name}")
    for rewrite in (search.rewrite, roster.rewrite):
        rewrite(range(1, people + 1))


class _Making:
    """Statements with a few words that each database spells in its own way.

    `DAY(n)` is so many days from today, `MOMENT(n, m)` a time on that day, `DRAWN(x, salt, n)`
    one of n, by x.
    """

    def __init__(self, people: int, courses: int) -> None:
        self.sqlite = db.engine.dialect.name == "sqlite"
        connection = db.session.connection()
        base = connection.scalar(sa.text("SELECT coalesce(max(id), 0) FROM course")) or 0
        self.values = {"people": people, "courses": courses, "base": base,
                       "library": a_library(), "today": house.today(), "now": clock.now(),
                       "payload": json.dumps(_PAYLOAD), "frozen": json.dumps(_FROZEN)}

    def hurry(self) -> None:
        """Hold much in memory, and do not look up what each row refers to: all of it is there."""
        self.run("PRAGMA cache_size = -1000000" if self.sqlite
                 else "SET LOCAL session_replication_role = replica")

    def words(self) -> None:
        for name, words in (("given", GIVEN.split()), ("surname", SURNAMES.split())):
            self.run(f"CREATE TEMPORARY TABLE crowd_{name} (n INTEGER PRIMARY KEY, word TEXT,"
                     " folded TEXT)")
            db.session.execute(
                sa.text(f"INSERT INTO crowd_{name} VALUES (:n, :word, :folded)"),
                [{"n": n, "word": word, "folded": fold(word)} for n, word in enumerate(words)])
        self.values |= {"given": len(GIVEN.split()), "surnames": len(SURNAMES.split())}

    def run(self, statement: str) -> None:
        """Send a statement as this database spells it, with those of the values that it names."""
        for word, spelled in _SPELLED[self.sqlite].items():
            statement = _replaced(statement, word, spelled)
        clause = sa.text(re.sub("([\"']):", r"\1\\:", statement))
        names = clause.compile().params
        typed = [sa.bindparam("today", type_=sa.Date)] if "today" in names else []
        if "now" in names:
            typed.append(sa.bindparam("now", type_=Instant))
        db.session.execute(clause.bindparams(*typed),
                           {name: self.values[name] for name in names})

    def number_on(self) -> None:
        """Let what comes next get numbers that are free."""
        for table in () if self.sqlite else TABLES:
            self.run(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'),"
                     f" (SELECT coalesce(max(id), 1) FROM \"{table}\"))")


def _replaced(statement: str, word: str, spelled: str) -> str:
    """Put a spelling in the place of WORD(argument, argument), innermost first."""
    while (start := statement.rfind(f"{word}(")) >= 0:
        depth, arguments, begun = 0, [], start + len(word) + 1
        for at in range(start + len(word), len(statement)):
            depth += {"(": 1, ")": -1}.get(statement[at], 0)
            if not depth or (depth == 1 and statement[at] == ","):
                arguments.append(statement[begun:at].strip())
                begun = at + 1
            if not depth:
                break
        statement = statement[:start] + spelled.format(*arguments) + statement[begun:]
    return statement


_DRAWN = "((({0}) + {1}) * 2654435761 % 4294967296 / 65536 % ({2}))"
_SPELLED: dict[bool, dict[str, str]] = {
    True: {
        "JSON": "{0}", "DRAWN": _DRAWN, "DAY": "date(:today, ({0}) || ' days')",
        "MOMENT": "(date(:today, ({0}) || ' days') || 'T' || printf('%02d:%02d', 6 + ({1}) / 60,"
                  " ({1}) % 60) || ':00.000000Z')",
    },
    False: {
        "JSON": "CAST(({0}) AS JSON)",
        "DRAWN": _DRAWN.replace("({0})", "CAST(({0}) AS BIGINT)"),
        "DAY": "(CAST(:today AS DATE) + CAST(({0}) AS INTEGER))",
        "MOMENT": "((CAST(:today AS DATE) + CAST(({0}) AS INTEGER) + TIME '06:00'"
                  " + ({1}) * INTERVAL '1 minute') AT TIME ZONE 'UTC')",
    },
}

_PEOPLE = (
    """CREATE TEMPORARY TABLE crowd_number AS WITH RECURSIVE s(n) AS
       (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :people) SELECT n FROM s""",
    """CREATE TEMPORARY TABLE crowd_course AS SELECT n FROM crowd_number WHERE n <= :courses""",
    """CREATE TEMPORARY TABLE crowd_person AS SELECT p.n AS n,
       g.word || CASE WHEN p.n / :given % 3 = 0 THEN ' ' || g2.word ELSE '' END
         || ' ' || s.word AS name,
       g.folded || CASE WHEN p.n / :given % 3 = 0 THEN ' ' || g2.folded ELSE '' END
         || ' ' || s.folded AS name_folded,
       'P' || substr('0000000' || p.n, -6 + length('0000000' || p.n) + 1, 6) AS number,
       1 + DRAWN(p.n, 11, 400) AS unit, 1 + DRAWN(p.n, 23, 400) % 20 AS site,
       1 + DRAWN(p.n, 37, 1600) % 40 AS role, DRAWN(p.n, 51, 1000) AS luck
       FROM crowd_number p
       JOIN crowd_given g ON g.n = DRAWN(p.n, 1, :given)
       JOIN crowd_given g2 ON g2.n = DRAWN(p.n, 3, :given)
       JOIN crowd_surname s ON s.n = DRAWN(p.n, 7, :surnames)""",
    """INSERT INTO unit (id, code, name, parent_id)
       SELECT n, 'U' || n, (SELECT word FROM crowd_surname WHERE n = DRAWN(u.n, 5, :surnames))
         || ' department ' || n, CASE WHEN n = 1 THEN NULL ELSE 1 + (n - 2) / 7 END
       FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 400)
             SELECT n FROM s) u""",
    """INSERT INTO site (id, code, name)
       SELECT n + 1, 'S' || n, word || ' works' FROM crowd_surname WHERE n < 20""",
    """INSERT INTO job_role (id, code, title)
       SELECT n - 19, 'J' || n, word || ' operator' FROM crowd_surname WHERE n >= 20 AND n < 60""",
    """INSERT INTO "user" (id, created_at, is_demo, deactivated_at)
       SELECT n, :now, FALSE, CASE WHEN luck < 60 AND n > 9 THEN MOMENT(-luck * 3 - 1, 1) END
       FROM crowd_person""",
    """INSERT INTO identity (user_id, name, name_folded, personnel_no, email)
       SELECT n, name, name_folded, number, 'p' || n || '@example.com' FROM crowd_person""",
    """INSERT INTO sign_in_name (folded, user_id, kind)
       SELECT lower(number), n, 'personnel_no' FROM crowd_person""",
    """INSERT INTO sign_in_name (folded, user_id, kind)
       SELECT 'p' || n || '@example.com', n, 'email' FROM crowd_person""",
    """INSERT INTO password (user_id, hash, changed_at)
       SELECT n, 'none', :now FROM crowd_person WHERE luck % 10 <> 3""",
    """INSERT INTO user_role (user_id, role, granted_at)
       SELECT n, 'employee', :now FROM crowd_person""",
    """INSERT INTO employment (user_id, hired_on, left_on)
       SELECT n, DAY(-1500), CASE WHEN luck < 60 AND n > 9 THEN DAY(-luck * 3 - 1) END
       FROM crowd_person""",
    *(f"""INSERT INTO placement (user_id, unit_id, site_id, job_role_id, manager_id,
          employment_type, valid_from, valid_to)
          SELECT n, {unit}, site, role, CASE WHEN n > 9 THEN 1 + (n - 1) / {PER_MANAGER} END,
            'employee', DAY({begun}), {ended}
          FROM crowd_person WHERE {which} AND luck <> 997"""
      for unit, begun, ended, which in (
          ("1 + unit % 400", "-1500", "DAY(-300)", "luck >= 900"),
          ("unit", "-300", "NULL", "luck >= 900"),
          ("unit", "-1500", "NULL", "luck >= 60 AND luck < 900"),
          ("unit", "-1500", "CASE WHEN n > 9 THEN DAY(-luck * 3) END", "luck < 60"))),
    """INSERT INTO signing_key (key_id, public_pem, created_at) VALUES ('bench', '', :now)""",
)

_COURSES = (
    """INSERT INTO course (id, library_id, slug, certificate_months, created_at)
        SELECT :base + n, :library, 'course-' || n, 24, :now FROM crowd_course c""",
    """INSERT INTO course_version (id, course_id, number, label, title, summary, language, topics,
          editions, content_hash, created_at)
        SELECT 100 + n, :base + n, 1, '2026.1', 'Course ' || n, '', 'en', '[]',
          '[{"code":"ISO-9001-2015","label":"ISO 9001:2015"}]', 'crowd ' || n,
          :now FROM crowd_course c""",
    """UPDATE course SET current_version_id = 100 + id - :base WHERE id > :base""",
    """INSERT INTO quiz (id, slug, course_id, kind, created_at)
        SELECT 100 + n, 'exam-' || n, :base + n, 'exam', :now FROM crowd_course c""",
    """INSERT INTO quiz_version (id, quiz_id, number, state, title, cells, rules, marking,
          created_at)
        SELECT 100 + n, 100 + n, 1, 'published', 'Exam ' || n, '[]', '{"minutes":30,"pass_mark":80,
          "pass_mark_basis":"","attempts":0,"wait_hours":0,"order":"shuffled",
          "feedback":"topics"}', 'shares-1', :now FROM crowd_course c""",
    """UPDATE quiz SET published_version_id = id
       WHERE id IN (SELECT 100 + n FROM crowd_course c)""",
    """INSERT INTO requirement (id, course_id, target, version, level, due_on, joiner_days,
          created_at)
        SELECT n, :base + n, 'everybody', 1, 'aware', DAY(20), 30, :now FROM crowd_course c""",
)

_OBLIGATIONS = (
    """INSERT INTO assignment (requirement_id, user_id, course_id, assigned_on, due_on, ended_on)
        SELECT c.n, p.n, :base + c.n, DAY(-30), DAY(p.n % 97 - 20),
          CASE WHEN p.luck < 60 AND p.n > 9 THEN DAY(-1) END
        FROM crowd_person p CROSS JOIN crowd_course c""",
)

# Certificates hold a year, two or three, by course, and one in five has been followed by another.
_SITTINGS = (
    f"""CREATE TEMPORARY TABLE crowd_sitting AS
        SELECT ((c.n - 1) * :people + p.n) * 2 - 2 + t.n AS id, p.n AS person, c.n AS course,
          t.n AS number, p.n % 10 < 5 AS passed,
          (t.n - 2) * 400 - DRAWN(p.n * 31 + c.n * 17, 5, {SPAN - 400}) AS day,
          DRAWN(p.n * 7 + c.n, 9, 600) AS minute, 365 * (1 + c.n % 3) AS held
        FROM crowd_person p CROSS JOIN crowd_course c
        JOIN (SELECT 1 AS n UNION ALL SELECT 2) t ON t.n = 2 OR p.n % 5 = 1
        WHERE p.n % 10 < 5 OR (p.n % 10 = 5 AND t.n = 2)""",
    """INSERT INTO attempt (id, user_id, quiz_id, quiz_version_id, course_version_id, number, state,
         started_at, closed_at)
       SELECT id, person, 100 + course, 100 + course, 100 + course, number, 'submitted',
         MOMENT(day, minute), MOMENT(day, minute + 20) FROM crowd_sitting""",
    """INSERT INTO result (attempt_id, score, out_of, percent, passed, marked_at)
       SELECT id, '18', '20', '90.0', passed, MOMENT(day, minute + 20) FROM crowd_sitting""",
    """INSERT INTO certificate (id, number, code, attempt_id, passed, user_id, course_id, issued_at,
         valid_until, payload, signature, key_id)
       SELECT id, '26-' || id, 'C' || id, id, TRUE, person, :base + course,
         MOMENT(day, minute + 20), DAY(day + held),
         JSON(replace(replace(replace(:payload, '@course', course || ''), '@id', id || ''),
                      '@day', DAY(day) || '')), '', 'bench'
       FROM crowd_sitting WHERE passed""",
    """INSERT INTO certificate_holder (certificate_id, disclosed)
       SELECT s.id, JSON('{"name":{"value":"' || p.name || '"}}')
       FROM crowd_sitting s JOIN crowd_person p ON p.n = s.person WHERE s.passed""",
    """INSERT INTO certificate_supersession (certificate_id, superseded_by, superseded_at)
       SELECT id, id + 1, MOMENT(day + 400, 0) FROM crowd_sitting WHERE passed AND number = 1""",
    """INSERT INTO certificate_revocation (certificate_id, revoked_at, reason)
       SELECT id, :now, 'A mistake' FROM crowd_sitting WHERE passed AND id % 1000 < 2""",
    """INSERT INTO certificate_standing (certificate_id, user_id, issued_at, valid_until, held_days,
         ending, name_folded)
       SELECT s.id, person, MOMENT(day, minute + 20), DAY(day + held), held,
         CASE WHEN s.id % 1000 < 2 THEN 'revoked' WHEN s.number = 1 THEN 'superseded'
              ELSE 'none' END, p.name_folded
       FROM crowd_sitting s JOIN crowd_person p ON p.n = s.person WHERE s.passed""",
    """INSERT INTO completion_record (id, user_id, course_id, course_version_id, attempt_id,
         certificate_id, completed_at, recorded_at, valid_until, score_percent, pass_mark, result,
         frozen, hash)
       SELECT id, person, :base + course, 100 + course, id, CASE WHEN passed THEN id END,
         MOMENT(day, minute + 20), MOMENT(day, minute + 20),
         CASE WHEN passed THEN DAY(day + held) END, '90.0', 80,
         CASE WHEN passed THEN 'passed' ELSE 'failed' END,
         JSON(replace(replace(:frozen, '@course', course || ''), '@id', id || '')), ''
       FROM crowd_sitting""",
    """INSERT INTO record_person (record_id, name, personnel_no, salts)
       SELECT s.id, p.name, p.number, '{}' FROM crowd_sitting s
       JOIN crowd_person p ON p.n = s.person""",
)

_TRACES = (
    """CREATE TEMPORARY TABLE crowd_act AS
       SELECT 0 AS n, 'user.added' AS action, 'people' AS scope, 'user' AS kind
       UNION ALL SELECT 1, 'placement.changed', 'people', 'user'
       UNION ALL SELECT 2, 'attempt.started', 'training', 'attempt'
       UNION ALL SELECT 3, 'session.started', 'technical', 'user'""",
    """INSERT INTO event (occurred_at, actor_kind, actor_id, action, scope, object_type, object_id,
         request_id, details)
       SELECT MOMENT(-DRAWN(p.n, a.n * 7, 400), p.n % 600), 'user', 1 + DRAWN(p.n, a.n, :people),
         action, scope, kind, p.n || '', 'r' || a.n || '-' || p.n, '{}'
       FROM crowd_number p CROSS JOIN crowd_act a ORDER BY 1""",
    """INSERT INTO user_session (token_hash, user_id, created_at, last_seen_at, ended_at, browser)
       SELECT 'none ' || n, n, MOMENT(-n % 90 - 1, 1), MOMENT(-n % 90 - 1, 2),
         MOMENT(-n % 90 - 1, 3), 'test' FROM crowd_person""",
    """INSERT INTO outgoing_mail (key, kind, user_id, params, state, tries, created_at, next_try_at,
         sent_at)
       SELECT 'crowd ' || n, 'access', n, '{}', 'sent', 1, MOMENT(-n % 90 - 1, 1),
         MOMENT(-n % 90 - 1, 1), MOMENT(-n % 90 - 1, 1) FROM crowd_number""",
)

