"""flask bank: checking, importing, exporting."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from isotrain.banks import directory, inventory, tending
from isotrain.banks.models import Approval, BankMember, Question
from isotrain.db import db
from isotrain.questions.draft import Draft
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS
from isotrain.study import membership
from tests.banks.making import a_bank, a_question, a_trainer
from tests.factories import a_setting, a_user
from tests.walking import rows_of

GIFT = """::One:: [html]Who <b>certifies</b>? {=A certification body ~ISO}

ISO issues certificates. {FALSE}

Match {=a -> b =c -> d}
"""
YAML = """- id: Q-A
  type: single_choice
  stem: Who certifies?
  options:
    - {text: A certification body, right: true}
    - {text: ISO}
  explanation: Bodies certify.
  topic: audits
  difficulty: 2
  use: practice
"""


@pytest.fixture
def run(app, tmp_path):
    """Run a bank command; texts become files."""
    def invoke(*words, **files):
        names = {}
        for name, text in files.items():
            names[name] = tmp_path / name.replace("_", ".")
            names[name].write_text(text)
        db.session.rollback()  # the command runs in this context, and begins its own transaction
        runner = app.test_cli_runner()
        return runner.invoke(args=["bank", *(str(names.get(word, word)) for word in words)])

    return invoke


def count(table):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_checking_prints_what_was_read_as_json(run):
    done = run("check", "file_gift", "--json", file_gift=GIFT)
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert list(report) == ["format", "questions", "problems"]
    assert report["format"] == "gift"
    one, two, three = report["questions"]
    assert one == {"place": "line 1", "type": "single_choice", "name": "One",
                   "stem": one["stem"], "right": [["A certification body", 1]], "pairs": [],
                   "options": ["A certification body", "ISO"], "tolerance": [""], "problems": []}
    assert (two["type"], two["right"]) == ("true_false", [["False", 1]])
    assert (three["type"], three["pairs"]) == ("matching", [["a", "b"], ["c", "d"]])
    assert {tuple(problem) for problem in report["problems"]} == {
        ("severity", "place", "message", "hint", "readings")}


def test_checking_exits_with_one_for_errors(run):
    done = run("check", "file_gift", file_gift="No key {~a ~b}\n")
    assert done.exit_code == 1
    assert "error: line 1, options: No option is right. Say which options are right." in done.output
    assert "gift: 1 question (Multiple choice: 1)" in done.output


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_checking_exits_with_two_for_what_cannot_be_read(run, flags):
    done = run("check", "file_gift", *flags, file_gift="")
    assert done.exit_code == 2
    if flags:
        report = json.loads(done.stdout)
        assert (report["questions"], len(report["problems"])) == ([], 1)


def test_checking_needs_no_database(run, app, monkeypatch):
    monkeypatch.setattr(sa.engine.Engine, "connect", None)
    assert run("check", "file_yaml", file_yaml=YAML).exit_code == 0


def test_an_import_can_open_the_bank_and_approve(run):
    done = run("import", "new-bank", "file_yaml", "--create", "A new bank", "--approve",
               file_yaml=YAML)
    assert done.exit_code == 0, done.output
    assert "1 new question, 0 new versions, 0 unchanged, 0 left out." in done.output
    assert "1 approved, 0 not complete yet." in done.output
    assert directory.get_bank_by_slug("new-bank", member=None).title == "A new bank"
    assert count(Approval) == 1


def test_where_two_are_needed_a_command_does_not_approve_what_it_imports(run):
    a_setting(TWO_PERSON_QUESTIONS, True)
    done = run("import", "new-bank", "file_yaml", "--create", "A new bank", "--approve",
               file_yaml=YAML)
    assert done.exit_code == 0, done.output
    assert "0 approved, 0 not complete yet." in done.output
    assert "1 waits for a second person" in done.output
    assert (count(Question), count(Approval)) == (1, 0)


def test_the_same_file_twice_is_imported_once(run):
    words = ("import", "new-bank", "file_yaml", "--create", "A new bank")
    assert run(*words, file_yaml=YAML).exit_code == 0
    again = run(*words, file_yaml=YAML)
    assert again.exit_code == 1
    assert "already applied on" in again.output and "0 new" in again.output
    assert count(Question) == 1


def test_defaults_hold_for_what_the_file_does_not_say(run):
    run("import", "b", "file_gift", "--create", "B", "--topic", "audits", "--difficulty", "3",
        "--use", "practice", file_gift="ISO issues certificates. {FALSE}\n")
    bank = directory.get_bank_by_slug("b", member=None)
    found = inventory.listing(bank.id, inventory.Filter())
    assert [(row.topic, row.difficulty, row.use) for row in rows_of(found)] == [
        ("audits", 3, "practice")]


def test_a_faulty_file_changes_nothing_unless_its_faults_are_left_out(run):
    faulty = GIFT + "\nNo key {~a ~b}\n"
    refused = run("import", "b", "file_gift", "--create", "B", file_gift=faulty)
    assert refused.exit_code == 1
    assert "1 question has an error" in refused.output
    assert "line 7, options: No option is right." in refused.output
    assert count(Question) == 0
    done = run("import", "b", "file_gift", "--create", "B", "--skip-faulty", file_gift=faulty)
    assert "3 new questions, 0 new versions, 0 unchanged, 1 left out." in done.output


@pytest.mark.parametrize(("words", "said"), [
    (("import", "nowhere", "file_yaml"), "There is no bank 'nowhere'"),
    (("import", "Bad Name", "file_yaml", "--create", "T"), "lower-case"),
    (("import", "b", "missing.yaml"), "does not exist"),
    (("import", "b", "file_yaml", "--create", "B", "--difficulty", "4"), "4 is not in the range"),
    (("export", "nowhere", "out.yaml"), "This question bank does not exist"),
])
def test_what_cannot_be_done_is_said_in_words(run, words, said):
    done = run(*words, file_yaml=YAML)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert count(Question) == 0


def test_a_topic_of_another_library_is_refused(course_app, tmp_path):
    file = tmp_path / "file.yaml"
    file.write_text(YAML)
    done = course_app.test_cli_runner().invoke(
        args=["bank", "import", "iso-certification", str(file), "--topic", "cooking"])
    assert "The library has no topic 'cooking'. Use one of: " in done.output


def test_banks_are_listed_with_their_questions(run):
    a_question(a_bank())
    done = run("list")
    assert "audits" in done.output and "1 drafts" in done.output


def test_an_export_goes_to_a_file_or_to_the_standard_output(run, tmp_path):
    a_question(a_bank())
    to_file = run("export", "audits", str(tmp_path / "out.csv"))
    assert (to_file.exit_code, (tmp_path / "out.csv").read_bytes()[:3]) == (0, b"\xef\xbb\xbf")
    to_output = run("export", "audits", "--format", "yaml")
    assert "Who certifies?" in to_output.stdout
    parted = run("export", "audits", "--format", "csv", "--separator", "semicolon")
    assert ";stem;" in parted.stdout and ",stem," not in parted.stdout
    aiken = run("export", "audits", str(tmp_path / "out.txt"), "--format", "aiken")
    assert "Aiken cannot carry" in aiken.stderr
    ambiguous = run("export", "audits", str(tmp_path / "out.txt"))
    assert "Say the format with --format" in ambiguous.output


def test_an_export_counts_what_is_in_the_file_and_names_what_is_not(run, tmp_path):
    bank_id = a_bank()
    a_question(bank_id)
    a_question(bank_id, Draft("", "essay", "Discuss.", topic="audits", difficulty=1))
    done = run("export", "audits", str(tmp_path / "out.txt"), "--format", "aiken")
    assert "1 question written" in done.stderr
    assert "question Q-2: Aiken has no questions of the type Essay" in done.stderr


def test_members_are_added_and_removed(run):
    bank_id = a_bank(a_trainer(), title="Audits")
    trainer = a_trainer(number="T9")
    a_user("employee", number="E9")
    assert run("member", "add", "audits", "T9").exit_code == 0
    assert trainer in {member.user_id for member in membership.list_members(tending.BANK, bank_id)}
    assert "not a trainer" in run("member", "add", "audits", "E9").output
    assert run("member", "remove", "audits", "T9").exit_code == 0
    assert "Nobody has" in run("member", "remove", "audits", "T0").output
    assert count(BankMember) == 1


def test_questions_can_be_piped_in(app):
    typed = "1. Who certifies?\nA. ISO\n*B. A body\n"
    runner = app.test_cli_runner()
    checked = runner.invoke(args=["bank", "check", "-", "--json"], input=typed)
    assert json.loads(checked.stdout)["format"] == "numbered"
    db.session.rollback()
    taken = runner.invoke(args=["bank", "import", "piped", "-", "--create", "Piped"], input=typed)
    assert taken.exit_code == 0, taken.output
    assert runner.invoke(args=["bank", "check", "-"], input="Dear all").exit_code == 2
