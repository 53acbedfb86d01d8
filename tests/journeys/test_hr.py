"""HR's day: people from a file, a course assigned, who has not, the export and its proof."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from isotrain import clock, zones
from tests.journeys.conftest import menu, sign_in
from tests.journeys.test_every_page import sound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

LARS = "1004"
PEOPLE = """personnel_no,name,email,unit,site,job_role,manager,employment_type,hired_on
2001,Noor de Vries,,WELD,HAL,WELDER,1002,employee,2026-11-02
2002,Émile Zoubir,,WELD,HAL,WELDER,1002,{kind},2026-11-02
2003,=cmd|' /C calc'!A0,,WELD,HAL,WELDER,1002,apprentice,2026-11-02
"""


def test_from_a_people_file_to_an_export_that_verifies(
    site: Site, visitor: Visitor, tmp_path: Path
):
    page = visitor()
    sign_in(page, LARS)
    _see_the_fault(page)
    _apply(page)
    _give_access(page)
    _assign(page)
    _see_who_has_not(page)
    _export(site, page, tmp_path)
    _look_at_one_person(page)


def _upload(page: Page, text: str) -> None:
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Check the file").click()


def _see_the_fault(page: Page) -> None:
    menu(page, "People")
    page.get_by_role("link", name=re.compile("Import")).first.click()
    _upload(page, PEOPLE.format(kind="volunteer"))
    expect(page.get_by_text("nothing was changed").first).to_be_visible()
    fault = page.locator("tbody tr").filter(has_text="volunteer")
    expect(fault).to_contain_text("3")
    expect(fault).to_contain_text("employment_type")
    sound(page)


def _apply(page: Page) -> None:
    _upload(page, PEOPLE.format(kind="temporary").replace("=cmd|' /C calc'!A0", "Li Wei"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at the changes")
    expect(page.locator(".tally")).to_contain_text("3 new")
    sound(page)
    page.get_by_role("button", name="Apply all of it").click()
    expect(page.get_by_role("status").filter(has_text="3 new")).to_be_visible()


def _give_access(page: Page) -> None:
    """Make one link on a sheet; the link lets its owner in."""
    page.goto("/people?q=2001")
    page.locator("main").get_by_role("link", name="Noor de Vries").click()
    sound(page)
    page.get_by_role("button", name=re.compile("access link", re.IGNORECASE)).click()
    sound(page)
    link = re.search(r"http://127[^\s\"<]+/access/[\w-]+", page.content())[0]
    newcomer = page.context.browser.new_context()
    own = newcomer.new_page()
    own.goto(link)
    sound(own)
    own.get_by_label("Password", exact=False).first.fill("seven shy copper foxes")
    own.get_by_role("button", name=re.compile("Set|Save", re.IGNORECASE)).last.click()
    expect(own.get_by_role("heading", level=1)).to_have_text("My training")
    newcomer.close()


def _assign(page: Page) -> None:
    menu(page, "Assignments")
    page.get_by_role("link", name=re.compile("Assign a course")).first.click()
    page.get_by_label("A unit, with the units below it").check()
    page.get_by_label("Unit", exact=True).select_option(label="WELD")
    due = zones.day(clock.now(), zones.universal()) + timedelta(days=14)
    page.get_by_label("Due date").fill(due.isoformat())
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Assigned to 3 people")).to_be_visible()


def _see_who_has_not(page: Page) -> None:
    menu(page, "Completion records")
    page.get_by_label("Unit, with those below").select_option("WELD")
    page.get_by_role("button", name="Apply").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    for name in ("Noor de Vries", "Émile Zoubir", "Li Wei"):
        expect(rows.filter(has_text=name)).to_contain_text("Not started")
    sound(page)


def _export(site: Site, page: Page, folder: Path) -> None:
    """Download exactly these rows, and check the file as an auditor does, without the server."""
    page.get_by_role("link", name="Export these records").click()
    sound(page)
    with page.expect_download() as loading:
        page.get_by_role("link", name="CSV", exact=True).click()
    with zipfile.ZipFile(loading.value.path()) as packed:
        packed.extractall(folder)
    file, = folder.glob("*.csv")
    manifest, = folder.glob("*.json")
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert sorted(row["person_name"] for row in rows) == [
        "Li Wei", "Noor de Vries", "Émile Zoubir"]
    keys = folder / "keys.txt"
    keys.write_text(page.request.get("/verify/keys.json").text(), encoding="utf-8")
    command = ["records", "verify", str(file), str(manifest), "--keys", str(keys)]
    runner = site.app.test_cli_runner()
    assert runner.invoke(args=command).exit_code == 0
    file.write_bytes(file.read_bytes().replace(b"Noor", b"Nora"))
    assert runner.invoke(args=command).exit_code == 1


def _look_at_one_person(page: Page) -> None:
    page.goto("/records?q=1013")
    page.locator("tbody").get_by_role("link", name="Oluwaseun Adeyemi").first.click()
    expect(page.locator("main")).to_contain_text("Certificate")
    sound(page)
    page.locator("main").get_by_role("link", name=re.compile("record", re.IGNORECASE)).last.click()
    sound(page)
