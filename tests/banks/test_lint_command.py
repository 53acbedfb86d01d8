"""flask bank lint and accept-finding: a folder without a database, a bank, exit codes, JSON."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from isotrain import create_app
from isotrain.audit.models import Event
from isotrain.banks.checks import looking
from isotrain.banks.models import Bank, FindingAcceptance
from isotrain.config import ROOT, Installation
from isotrain.db import db
from tests.banks.making import a_bank, a_draft, a_question

LONG = "A certification body that was accredited by the national accreditation body"
REASON = "The long option is the name of the body."
GIFT = "::One:: Who certifies a firm? {=A certification body ~ISO in Geneva ~Nobody at all}\n"
YAML = """- id: Q-A
  type: single_choice
  stem: Who certifies a firm?
  options:
    - {text: A certification body, right: true}
    - {text: ISO in the city of Geneva}
    - {text: The boss of the firm}
  explanation: Such bodies audit firms and sign what hangs in the hall.
  topic: audits
  difficulty: 2
"""


@pytest.fixture
def run(app):
    def invoke(*words):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["bank", *map(str, words)])

    return invoke


@pytest.fixture(scope="module")
def run_alone(tmp_path_factory):
    """Run the command where there is no database."""
    folder = tmp_path_factory.mktemp("alone")
    missing = folder / "nowhere" / "x.db"
    app = create_app(Installation(environment="testing", instance=folder,
                                  database_url=f"sqlite:///{missing}", secret_key="x" * 32))

    def invoke(*words):
        return app.test_cli_runner().invoke(args=["bank", "lint", *map(str, words)])

    return invoke


@pytest.fixture
def slug(app):
    bank_id = a_bank(title="Depots")
    a_question(bank_id, a_draft(right=LONG))
    a_question(bank_id, a_draft("Who audits?", explanation=""))
    return db.session.get_one(Bank, bank_id).slug


def test_the_shipped_folder_is_looked_over_without_a_database(run_alone):
    done = run_alone(ROOT / "question_banks")
    assert "iso-certification: questions" in done.stdout
    assert "guess" in done.stdout
    assert done.exit_code in (0, 1)
    assert run_alone(ROOT / "question_banks" / "iso-certification").stdout == done.stdout


def test_a_folder_of_files_without_errors_ends_with_0(run_alone, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.yaml").write_text(YAML)
    (folder / ".hidden.gift").write_text("{")
    done = run_alone(folder)
    assert (done.exit_code, done.stdout.splitlines()[0].split(":")[0]) == (0, "good.yaml")


def test_what_lacks_a_topic_ends_with_1_and_is_named_by_its_place(run_alone, tmp_path):
    file = tmp_path / "one.gift"
    file.write_text(GIFT)
    done = run_alone(file, "--errors-only")
    assert done.exit_code == 1
    assert "The topic is missing" in done.stdout
    assert "line 1" in done.stdout
    assert "guess" not in done.stdout.lower()


@pytest.mark.parametrize(("name", "text"), [("broken.yaml", "- id: [\n"), ("empty", None),
                                            ("image.docx", "no archive")])
def test_what_cannot_be_read_ends_with_2_and_says_where(run_alone, tmp_path, name, text):
    folder = tmp_path / "files"
    folder.mkdir()
    if text is not None:
        (folder / name).write_text(text)
    done = run_alone(folder)
    assert done.exit_code == 2
    assert (name if text else str(folder)) in done.stderr


def test_a_broken_library_ends_with_2(run_alone, tmp_path):
    (tmp_path / "library.yaml").write_text("id: x\n")
    done = run_alone(tmp_path)
    assert done.exit_code == 2
    assert "library.yaml" in done.stderr


def test_a_bank_is_told_errors_first_then_as_a_whole_then_by_guessing(run, slug):
    done = run("lint", slug)
    assert done.exit_code == 1
    order = [done.stdout.index(part) for part in
             ("Depots".lower(), "The explanation is missing", "percent of the length", "Guessing")]
    assert order == sorted(order)


def test_all_banks_are_told_where_none_is_named(run, slug):
    a_bank(title="Offices")
    assert [line.split(":")[0] for line in run("lint").stdout.splitlines()
            if "questions" in line] == ["depots", "offices"]


def test_an_unknown_bank_is_refused(run, slug):
    done = run("lint", "no-such-bank")
    assert done.exit_code == 1
    assert "does not exist" in done.output


def test_as_json_everything_has_its_place(run, slug):
    [bank] = json.loads(run("lint", slug, "--json").stdout)["banks"]
    assert (bank["bank"], bank["questions"], bank["errors"]) == (slug, 2, 1)
    [error] = [each for each in bank["findings"] if each["severity"] == "error"]
    assert error == {
        "check": "missing-explanation", "severity": "error", "question": "Q-2",
        "place": "explanation", "message": "The explanation is missing.",
        "hint": "Say why the answer is right.", "why": error["why"], "figure": None, "n": None,
        "limit": None, "accepted": None}
    assert {guess["strategy"] for guess in bank["guesses"]} >= {"longest", "learned"}
    [short] = json.loads(run("lint", slug, "--json", "--errors-only").stdout)["banks"]
    assert (short["findings"], short["guesses"]) == ([error], [])


def test_what_was_accepted_counts_no_more_and_is_told_with_its_reason(run, slug):
    done = run("accept-finding", slug, "missing-explanation", "--question", "Q-2",
               "--reason", REASON)
    assert (done.exit_code, done.output) == (
        0, "Accepted. It stays in the list, with your reason.\n")
    after = run("lint", slug)
    assert after.exit_code == 0
    assert REASON in after.stdout
    assert "errors 0" in after.stdout
    db.session.rollback()
    row = db.session.scalars(sa.select(FindingAcceptance)).one()
    assert (row.check_name, row.accepted_by) == ("missing-explanation", None)
    event = db.session.scalars(sa.select(Event).where(Event.action == "finding.accepted")).one()
    assert (event.reason, event.details["check"]) == (REASON, "missing-explanation")


@pytest.mark.parametrize(("words", "said"), [
    (["missing-explanation", "--question", "Q-2", "--reason", "short"], "reason in a sentence"),
    (["missing-explanation", "--reason", REASON], "finds nothing there"),
    (["article-cue", "--question", "Q-2", "--reason", REASON], "finds nothing there"),
])
def test_what_cannot_be_accepted_is_refused(run, slug, words, said):
    done = run("accept-finding", slug, *words)
    assert done.exit_code == 1
    assert said in done.output


def test_nothing_is_accepted_twice(run, slug):
    words = ("accept-finding", slug, "missing-explanation", "--question", "Q-2",
             "--reason", REASON)
    run(*words)
    again = run(*words)
    assert again.exit_code == 1
    assert "accepted before" in again.output


def test_another_bank_with_the_same_names_has_accepted_nothing(run, slug):
    run("accept-finding", slug, "missing-explanation", "--question", "Q-2", "--reason", REASON)
    other = a_bank(title="Another")
    a_question(other, a_draft("Who audits?", explanation=""))
    looked = looking.look(db.session.get_one(Bank, other))
    assert looked.counts["error"] == 1
    assert looked.accepted == []
