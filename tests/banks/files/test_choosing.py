"""A file that can be read in two ways: asked about once, remembered for its header."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
import sqlalchemy as sa

from isotrain.banks.models import BankReading, BankUpload, Question
from isotrain.db import db
from tests.banks.making import a_bank, a_trainer
from tests.banks.test_command import run  # noqa: F401 - a fixture
from tests.factories import a_user, client_of, committed, post
from tests.formats.booklet import workbook
from tests.formats.test_sheet_keys import NUMBERS
from tests.formats.test_workbooks import number, row

SAVED = {"topic": "audits", "difficulty": "1", "use": "exam"}


def upload(client, bank_id, data, name="file.csv"):
    data = data.encode() if isinstance(data, str) else data
    return post(client, f"/banks/{bank_id}/uploads/new", {"file": (io.BytesIO(data), name)},
                content_type="multipart/form-data").location


def choose(client, check, sent, page=""):
    return post(client, page or check, sent, to=f"{check}/readings")


def rows(table):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def asks_of(page):
    return re.search(r'name="(from_1-or-text\.[0-9a-f]{8})"', page).group(1)


def test_a_file_that_is_unclear_is_not_applied_whatever_is_left_out(client, bank_id):
    check = upload(client, bank_id, NUMBERS)
    page = client.get(check).text
    assert "It is the text of an option: 2" in page and "Options are counted from 1: 4" in page
    refused = post(client, check, {**SAVED, "skip_faulty": "y"})
    assert refused.status_code == 422 and "Choose first how the file is to be read" in refused.text
    assert rows(Question) == 0


def test_a_choice_is_made_once_remembered_for_the_header_and_said_again(client, bank_id):
    check = upload(client, bank_id, NUMBERS)
    asks = asks_of(client.get(check).text)
    assert choose(client, check, {asks: "text"}).status_code == 303
    page = client.get(check).text
    assert "It is the text of an option" not in page
    assert "As chosen for this header, it is the text of an option." in page
    assert post(client, check, SAVED).status_code == 303
    assert (rows(Question), rows(BankReading)) == (2, 1)
    again = client.get(upload(client, bank_id, NUMBERS.replace("How many?", "How few?"))).text
    assert "As chosen for this header, it is the text of an option." in again
    other = client.get(upload(client, bank_id, NUMBERS.replace("Answer", "Key"))).text
    assert asks_of(other) != asks


@pytest.mark.parametrize("sent", [{}, {"from_1-or-text.00000000": "text"}, {"x": "y"}])
def test_a_choice_that_chooses_nothing_is_refused(client, bank_id, sent):
    check = upload(client, bank_id, NUMBERS)
    refused = choose(client, check, sent)
    assert refused.status_code == 422 and "Choose how the file is to be read" in refused.text
    assert rows(BankReading) == 0


def test_a_reading_that_was_not_offered_is_refused(client, bank_id):
    check = upload(client, bank_id, NUMBERS)
    asks = asks_of(client.get(check).text)
    assert choose(client, check, {asks: "from_0"}).status_code == 422


def test_the_encoding_is_chosen_for_one_file_and_not_remembered(client, bank_id):
    polish = "Pytanie;Odpowiedź A;Odpowiedź B;Prawidłowa odpowiedź\nŻółć?;ąę;źń;B\n"
    check = upload(client, bank_id, polish.encode("cp1250"))
    assert choose(client, check, {"encoding": "cp1250"}).status_code == 303
    assert "Żółć?" in client.get(check).text
    assert rows(BankReading) == 0


def test_others_can_neither_choose_nor_fetch(app, client, bank_id):
    check = upload(client, bank_id, NUMBERS)
    asks = asks_of(client.get(check).text)
    for who in (a_trainer(number="T7", name="Tom"), a_user("employee", number="E7")):
        other = client_of(app, who)
        assert choose(other, check, {asks: "text"}, page="/account").status_code in (403, 404)
        assert other.get(f"{check}/annotated").status_code in (403, 404)


def test_the_own_workbook_comes_back_with_the_problems_in_its_cells(client, bank_id):
    data = workbook(row(2, "Ratio?", number("B2", 46054, 1), "1/3", "A")
                    + row(3, "Who?", "x", "y", "Q"), formats=("d-mmm",))
    check = upload(client, bank_id, data, "mine.xlsx")
    assert "Download your workbook with the problems in the cells" in client.get(check).text
    answer = client.get(f"{check}/annotated")
    assert "mine.xlsx" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    told = {cell.coordinate: cell.comment.text for line in sheet.iter_rows() for cell in line
            if cell.comment}
    assert "holds a date" in told["B2"] and "is none of the options" in told["D3"]
    assert "may be missing" in told["A1"] and sheet["D3"].fill.fgColor.rgb == "FFF4B6B6"
    assert (sheet["A2"].value, sheet["D3"].value) == ("Ratio?", "Q")


def test_a_file_that_was_not_kept_is_neither_read_again_nor_handed_back(client, bank_id):
    check = upload(client, bank_id, NUMBERS)
    asks = asks_of(client.get(check).text)
    with committed():
        db.session.execute(sa.update(BankUpload).values(data=None))
    assert "too large to be kept" in choose(client, check, {asks: "text"}).text
    assert client.get(f"{check}/annotated").status_code == 404


def test_a_command_stops_at_what_is_unclear_and_takes_a_choice(run):  # noqa: F811
    done = run("check", "file_csv", file_csv=NUMBERS)
    assert done.exit_code == 1
    line = next(line for line in done.stderr.splitlines() if line.endswith("option: 2"))
    option, choice = line.split()[:2]
    chosen = run("check", "file_csv", option, choice, file_csv=NUMBERS)
    assert chosen.exit_code == 0 and f"  --reading {choice}\n" in chosen.stderr
    a_bank()
    stopped = run("import", "audits", "file_csv", "--skip-faulty", file_csv=NUMBERS)
    assert stopped.exit_code != 0 and rows(Question) == 0
    done = run("import", "audits", "file_csv", option, choice, file_csv=NUMBERS)
    assert done.exit_code == 0 and (rows(Question), rows(BankReading)) == (2, 1)
    again = run("import", "audits", "file_csv", "--alike", "add",
                file_csv=NUMBERS.replace("How", "So how"))
    assert again.exit_code == 0 and choice in again.stderr


def test_a_command_writes_the_notes_into_a_copy(run, tmp_path):  # noqa: F811
    file, out = tmp_path / "bank.xlsx", tmp_path / "out.xlsx"
    file.write_bytes(workbook(row(2, "Who?", "x", "y", "Q")))
    assert run("check", str(file), "--annotated", str(out)).exit_code == 1
    assert "none of the options" in openpyxl.load_workbook(out).active["D2"].comment.text
    refused = run("check", "file_csv", "--annotated", str(out), file_csv=NUMBERS)
    assert refused.exit_code == 2 and "Only workbooks" in refused.output
    assert "asked" in run("check", "file_csv", "--reading", "text", file_csv=NUMBERS).output
