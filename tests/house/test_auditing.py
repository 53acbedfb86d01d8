"""Nothing is called fine that was not looked up; the bill of materials names what is pinned."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.house import auditing
from tests.house.auditing import FINE, KNOWN, NOT_LOOKED_UP, NOTHING
from tests.house.test_floors import ROOT

WEAKNESS = {"id": "CVE-2026-0001", "fix_versions": ["2.1"], "aliases": [], "description": ""}
# As pip-audit answers where its database has never heard of anything.
UNKNOWN = "Dependency not found on PyPI and could not be audited: one (1.0)"


def looked_up(name, *weaknesses):
    return {"name": name, "version": "1.0", "vulns": list(weaknesses)}


@pytest.fixture
def audit(tmp_path):
    """Audit two packages with a program that only says what the test wants."""
    pinned = tmp_path / "requirements.txt"
    pinned.write_text("One==1.0 \\\n    --hash=sha256:aa\ntwo_b[extra]==1.0 ; x == 'y' \\\n"
                      "    --hash=sha256:bb\n")

    def run(*dependencies, says="", complains="", ends=0):
        out = says or (json.dumps({"dependencies": dependencies, "fixes": []}) if dependencies
                       else "")
        program = tmp_path / "pip_audit.py"
        program.write_text(f"import sys\nsys.stdout.write({out!r})\n"
                           f"sys.stderr.write({complains!r})\nsys.exit({ends})\n")
        code, lines = auditing.audit((sys.executable, str(program)), pinned)
        return code, "\n".join(lines)

    return run


def test_what_was_looked_up_whole_and_is_not_known_is_fine(audit):
    code, said = audit(looked_up("one"), looked_up("two-b"))
    assert code == FINE and said == "2 packages were looked up; no weakness of theirs is known"


def test_what_is_known_is_named_with_where_it_is_fixed(audit):
    code, said = audit(looked_up("one", WEAKNESS), looked_up("two-b"), ends=1)
    assert code == KNOWN and said == "one 1.0: CVE-2026-0001, fixed in 2.1"


def test_a_program_that_ends_well_with_everything_left_out_has_checked_nothing(audit):
    code, said = audit(*({"name": name, "skip_reason": UNKNOWN} for name in ("one", "two-b")))
    assert code == NOT_LOOKED_UP and NOTHING in said and UNKNOWN in said
    assert "no weakness" not in said


def test_what_was_left_out_is_named_and_is_not_called_fine(audit):
    code, said = audit(looked_up("one"), {"name": "two-b", "skip_reason": UNKNOWN})
    assert code == NOT_LOOKED_UP and "1 of 2 could not be looked up: two-b" in said
    assert audit(looked_up("one")) == (code, said)  # nor is what nobody speaks of
    code, said = audit(looked_up("one", WEAKNESS))
    assert code == KNOWN and "CVE-2026-0001" in said and "two-b" in said


@pytest.mark.parametrize("says", ["", "No known vulnerabilities found", "[]", "{}", "3"])
def test_a_program_that_fails_has_checked_nothing(audit, says):
    code, said = audit(says=says, complains="Traceback ...\nConnectionError: away\n", ends=1)
    assert code == NOT_LOOKED_UP and NOTHING in said and "ConnectionError: away" in said


def test_a_program_that_is_not_there_has_checked_nothing(tmp_path):
    pinned = tmp_path / "requirements.txt"
    pinned.write_text("one==1.0\n")
    code, lines = auditing.audit((str(tmp_path / "nowhere"),), pinned)
    assert code == NOT_LOOKED_UP and NOTHING in lines[0]


# Direct requirements that meet nothing from outside but what our own code hands them.
INSIDE = {"flask-login", "flask-sqlalchemy", "sqlalchemy", "flask-babel", "alembic", "tzdata",
          "segno", "python-lucide", "xlsxwriter"}


def test_every_package_that_meets_strangers_bytes_is_named_for_those_who_watch():
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    section = page.split("### Parts that meet strangers' bytes")[1].split("\n## ")[0]
    cells = " ".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| "))
    named = {auditing.spelt(word) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", cells)}
    asked = {auditing.spelt(re.split(r"[>=<\[]", line)[0]) for line in
             (ROOT / "requirements.in").read_text("utf-8").split()}
    left = {name for name in asked - named - INSIDE if not name.startswith("fontpkg-")}
    assert left == set(), "say in docs/security.md what reaches it, or here that nothing does"
    assert named & asked >= {"gunicorn", "python-calamine", "pyyaml"} and not named & INSIDE


def test_the_bill_of_materials_names_what_the_application_installs_and_nothing_else(tmp_path):
    recipe = (ROOT / "Makefile").read_text().split("\nsbom:")[1].split("\n\n")[0]
    arguments = recipe.split("-m cyclonedx_py ")[1].replace("\\\n", " ").split()
    assert arguments[-2:] == ["-o", "sbom.json"]
    bill = tmp_path / "sbom.json"
    subprocess.run([sys.executable, "-W", "ignore", "-m", "cyclonedx_py", *arguments[:-1],
                    str(bill)], cwd=ROOT, check=True, capture_output=True)
    written = json.loads(bill.read_text())
    assert written["bomFormat"] == "CycloneDX"
    assert written["metadata"]["component"]["name"] == "isotrain"
    named = {each["name"] for each in written["components"]}
    assert named == auditing.pins(auditing.PINNED.read_text()) and "flask" in named
    assert "pytest" not in named
    assert all(each["version"] and each["externalReferences"][0]["hashes"]
               for each in written["components"])
