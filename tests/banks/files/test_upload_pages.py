"""Uploading question files through the pages: limits, hostile files, what learners never see."""

from __future__ import annotations

import csv
import io
import random
import re
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from isotrain.banks import directory
from isotrain.banks.files import exporting, importing
from isotrain.banks.models import BankMember, BankUpload, Question, QuestionVersion
from isotrain.db import db
from tests.banks.making import a_bank, a_draft, a_question, a_trainer, actor, checked
from tests.factories import a_user, client_of, committed, post

GIFT = """::One:: Who certifies? {=A certification body ~ISO ####Bodies certify.}

No key {~one ~two}
"""
PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "{{7*7}}", "${7*7}",
    "javascript:alert(3)", "'\"><svg onload=alert(4)>", "%(name)s %s {0}", "<b>*bold*</b>",
    "[x](javascript:alert(5))", "\u202eright to left", "=cmd|'/c calc'!A1",
)


def upload(client, bank_id, data, name="file.gift"):
    data = data.encode() if isinstance(data, str) else data
    return post(client, f"/banks/{bank_id}/uploads/new", {"file": (io.BytesIO(data), name)},
                content_type="multipart/form-data")


def rows(table):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_file_goes_from_upload_over_check_to_the_bank(app, client, bank_id):
    answer = upload(client, bank_id, GIFT)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for said in ("line 3, options</b> No option is right.", "without a topic"):
        assert said in page
    assert rows(Question) == 0
    refused = post(client, answer.location, {"topic": "audits", "difficulty": "1", "use": "exam"})
    assert refused.status_code == 422
    assert "1 question has an error" in refused.text
    done = post(client, answer.location, {"topic": "audits", "difficulty": "1", "use": "exam",
                                          "skip_faulty": "y"})
    assert done.status_code == 303
    assert "1 new question, 0 new versions, 0 unchanged, 1 left out." in client.get(
        done.location).text
    again = upload(client, bank_id, GIFT)
    assert "already applied on" in client.get(again.location).text
    refused = post(client, again.location, {"topic": "audits", "difficulty": "1", "use": "exam",
                                            "skip_faulty": "y"})
    assert refused.status_code == 422
    assert "by Tara; 0 new" in refused.text


def test_a_type_that_nobody_knows_is_named(client, bank_id, trainer):
    text = "- {type: hotspot, stem: At the gate.}\n"
    token = checked(bank_id, text, "q.yaml", by=actor(trainer))
    page = client.get(f"/banks/{bank_id}/uploads/{token}").text
    assert "The type &#34;hotspot&#34; is unknown." in page


def test_defaults_can_be_tried_before_they_are_applied(app, client, bank_id):
    answer = upload(client, bank_id, GIFT)
    page = post(client, answer.location, {"topic": "audits", "difficulty": "3", "do": "show"})
    assert page.status_code == 200
    assert "audits · Hard · Exam" in page.text
    assert rows(Question) == 0


def test_a_topic_that_the_course_does_not_have_is_not_taken(course_app):
    trainer = a_trainer()
    bank_id = directory.get_bank_by_slug("iso-certification", member=None).id
    with committed():
        db.session.add(BankMember(bank_id=bank_id, user_id=trainer))
    client = client_of(course_app, trainer)
    answer = upload(client, bank_id, "Is this ours? {T}\n")
    done = post(client, answer.location, {"topic": "cooking", "difficulty": "1", "use": "exam"})
    assert done.status_code == 303
    version = db.session.scalars(sa.select(QuestionVersion).order_by(
        QuestionVersion.id.desc())).first()
    assert (version.topic, version.difficulty) == (None, 1)


def test_every_problem_can_be_taken_along_as_a_table(app, client, bank_id):
    faulty = "".join(f"=Question {n}? {{~a ~b}}\n\n" for n in range(70))
    answer = upload(client, bank_id, faulty)
    assert "The first 50 are shown." in client.get(answer.location).text
    table = client.get(f"{answer.location}/problems.csv").data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(table)))
    assert len([line for line in lines if line[2] == "No option is right."]) == 70
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


@pytest.mark.parametrize(("data", "name", "said"), [
    (b"", "empty.gift", "empty"),
    (b"\x7fELF\x00\x01\x02" * 99, "program.gift", ""),
    (b"%PDF-1.7 \x00\xff", "paper.pdf", ""),
    (b"PK\x03\x04broken", "sheet.xlsx", ""),
])
def test_a_file_that_cannot_be_read_is_refused_in_words(app, client, bank_id, data, name, said):
    answer = upload(client, bank_id, data, name)
    assert answer.status_code == 422
    error = re.search(r'id="file-error".*?</p>', answer.text, re.DOTALL).group()
    assert said in error.lower() and len(error) > 80
    assert rows(BankUpload) == 0


def test_no_file_is_refused(app, client, bank_id):
    answer = post(client, f"/banks/{bank_id}/uploads/new", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Choose a file" in answer.text
    nameless = upload(client, bank_id, GIFT, name="")
    assert nameless.status_code == 422 and "Choose a file" in nameless.text


def test_a_file_that_is_too_large_is_refused(app, client, bank_id):
    answer = client.post(f"/banks/{bank_id}/uploads/new", data=b"x" * (22 * 1024 * 1024),
                         content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "The file is too large" in answer.text


def test_the_limits_stand_on_the_page(app, client, bank_id):
    page = client.get(f"/banks/{bank_id}/uploads/new").text
    assert "At most 20 MB and 10,000 questions a file" in page


@pytest.mark.parametrize("name", ["yaml", "csv", "gift", "aiken"])
def test_a_damaged_file_is_answered_in_words_and_half_stores_nothing(app, client, bank_id, name,
                                                                     monkeypatch):
    from isotrain import formats

    monkeypatch.setattr(importing.child, "parse", formats.read)  # the child has its own tests
    for n in range(6):
        a_question(bank_id, a_draft(f"Question {n}, with “quotes”; and\nlines?"))
    whole = exporting.write(bank_id, name, member=None).data
    other = a_bank(finding_member(bank_id), title="Other")
    dice = random.Random(name)
    for _ in range(8):
        before = rows(Question)
        answer = upload(client, other, _damaged(whole, dice), f"file.{name}")
        assert answer.status_code in (303, 422)
        if answer.status_code == 422:
            assert 'id="file-error"' in answer.text
            continue
        assert client.get(answer.location).status_code == 200
        assert rows(Question) == before
        done = post(client, answer.location, {"difficulty": "1", "use": "exam"})
        assert done.status_code in (303, 422)


def finding_member(bank_id):
    return db.session.scalar(sa.select(BankMember.user_id).where(BankMember.bank_id == bank_id))


def _damaged(data, dice):
    """Flip, cut or repeat some bytes."""
    data = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at, kind = dice.randrange(len(data)), dice.randrange(4)
        if kind == 0:
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del data[at : at + dice.randint(1, 60)]
        elif kind == 2:
            data[at:at] = data[dice.randrange(len(data)) :][:60]
        else:
            data[at:at] = bytes(dice.randrange(256) for _ in range(3))
        data = data or bytearray(b"x")
    return bytes(data)


# -- what is shown is text, and keys are shown to nobody else


class Dangers(HTMLParser):
    """Collects what could run a script, or an element that no page of ours has."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            leads = name in ("href", "src", "action", "formaction")
            if name.startswith("on") or (leads and "javascript:" in (value or "")):
                self.found.append((tag, name))
        named = dict(attributes)
        inline = tag == "script" and "src" not in named
        drawn = tag == "svg" and "icon" not in named.get("class", "") and named["class"] != "mark"
        if inline or drawn or tag in ("img", "iframe", "object", "style", "base"):
            self.found.append((tag, ""))


def dangers(page):
    reader = Dangers()
    reader.feed(page)
    return reader.found


def _every_field(payload):
    return {"stem": f"{payload} stem", "option-1": f"{payload} right",
            "option-2": f"{payload} wrong", "option-1-feedback": f"{payload} feedback",
            "right": "1", "explanation": f"{payload} why", "topic": f"{payload} topic",
            "difficulty": "1", "use": "exam", "enemies": f"{payload} group", "do": "save"}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_is_written_is_shown_as_text(app, trainer, client, payload):
    post(client, "/banks/new", {"title": f"{payload} bank", "description": payload, "course": ""})
    bank_id = db.session.scalar(sa.select(sa.func.max(BankMember.bank_id)))
    answer = post(client, f"/banks/{bank_id}/questions/new/single_choice", _every_field(payload))
    assert answer.status_code == 303
    question = answer.location
    pages = [client.get(path).text for path in (
        "/banks", f"/banks/{bank_id}", question, f"{question}/edit", f"/banks/{bank_id}/export",
        f"/banks/{bank_id}/settings", f"/banks/{bank_id}?q={payload[:5]}")]
    checked = upload(client, bank_id, exporting.write(bank_id, "yaml", member=None).data.replace(
        b"stem", b"stem "), f"{payload[:40]}.yaml")
    if checked.status_code == 303:
        pages.append(client.get(checked.location).text)
    for page in pages:
        assert dangers(page) == []
        assert "49 stem" not in page and "49 right" not in page


def test_no_page_of_a_learner_holds_a_key_and_no_bank_page_is_theirs(course_app):
    bank = directory.get_bank_by_slug("iso-certification", member=None)
    with committed():
        db.session.add(BankMember(bank_id=bank.id, user_id=a_trainer()))
    learner = client_of(course_app, a_user("employee"))
    for path in ("", f"/{bank.id}", f"/{bank.id}/questions/1", f"/{bank.id}/questions/1/edit",
                 f"/{bank.id}/export", f"/{bank.id}/uploads/new"):
        answer = learner.get(f"/banks{path}")
        assert answer.status_code == 403
        assert "certification body" not in answer.text


def test_the_page_that_asks_the_question_keeps_its_key_apart(app, client, bank_id):
    question = a_question(bank_id, a_draft(explanation="canary-explanation"))
    page = client.get(f"/banks/{bank_id}/questions/{question}").text
    asked = re.search(r'class="as-asked">(.*?)</form>', page, re.DOTALL).group(1)
    assert "A certification body" in asked
    assert "canary" not in asked and "right" not in asked.lower()


def paste(client, bank_id, text, **more):
    return post(client, f"/banks/{bank_id}/uploads/new", {"pasted": text, **more},
                content_type="multipart/form-data")


def test_pasted_questions_go_the_way_of_a_file(app, client, bank_id):
    answer = paste(client, bank_id, "1. Who certifies?\r\nA. ISO\r\n*B. A body\r\n\r\n2. Q\r\nA. x")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Who certifies?" in page and "line 5" in page and "pasted.txt" in page
    applied = post(client, answer.location, {"skip_faulty": "y"})
    assert applied.status_code == 303 and rows(Question) == 1


def test_signs_that_differ_in_pasted_questions_are_chosen(app, client, bank_id):
    check = paste(client, bank_id, "1. Q\nA. x\n*B. y\nAnswer: A").location
    assert "The star marks what is right: y" in client.get(check).text
    post(client, check, {"answer-or-star": "answer"}, to=f"{check}/readings")
    assert "The star marks" not in client.get(check).text
    assert post(client, check, {}).status_code == 303 and rows(Question) == 1


@pytest.mark.parametrize(("text", "said"), [
    ("", "Choose a file or paste questions"), (" \r\n", "Choose a file or paste questions"),
    ("Dear colleagues", "none of the formats")])
def test_what_cannot_be_read_is_refused_at_the_box(app, client, bank_id, text, said):
    answer = paste(client, bank_id, text)
    assert answer.status_code == 422 and said in answer.text
    assert text.strip() in answer.text and rows(BankUpload) == 0


def test_a_file_and_a_text_at_once_are_refused(app, client, bank_id):
    answer = paste(client, bank_id, "1. Q", file=(io.BytesIO(b"1. P"), "x.txt"))
    assert answer.status_code == 422 and "one at a time" in answer.text
