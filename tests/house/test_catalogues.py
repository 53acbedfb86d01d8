"""What there is to translate is written down, and what is committed is what extraction gives."""

from __future__ import annotations

import ast
import io
import subprocess

from babel.messages.pofile import read_po

from isotrain.i18n import FOLDER, MACHINE_FILE
from isotrain.translations import extracting
from isotrain.translations.extracting import of_python
from tests.house.test_floors import ROOT, modules

AGAIN = "run: make messages"


def test_the_template_is_what_extraction_gives():
    assert extracting.TEMPLATE.read_bytes() == extracting.template_text(), AGAIN


def test_every_translation_has_what_there_is_to_translate():
    for written in FOLDER.glob(f"*/{extracting.WRITTEN}"):
        language = written.parts[-3]
        assert written.read_bytes() == extracting.updated(written.read_bytes(), language), AGAIN


def test_what_is_compiled_is_not_committed():
    kept = subprocess.run(["git", "ls-files", "*.mo"], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    assert kept.stdout == ""


def test_no_language_that_nobody_speaks_is_in_the_product():
    for path in [*modules(), *(ROOT / "templates").rglob("*.html")]:
        assert "pseudo" not in path.read_text(encoding="utf-8").lower(), path


def test_a_translation_keeps_what_fits_and_gets_what_is_new(tmp_path):
    begun = read_po(io.BytesIO(extracting.updated(b"", "pl")), locale="pl")
    assert len(begun) == len(extracting.extract()) and begun.num_plurals == 3
    first = next(message for message in begun if message.id and isinstance(message.id, str))
    first.string = "Po polsku"
    begun.add("A sentence that nobody says any more", "Zdanie")
    brought = read_po(io.BytesIO(extracting.updated(extracting._bytes(begun), "pl")))
    assert brought.get(first.id).string == "Po polsku"
    assert brought.get("A sentence that nobody says any more") is None


def test_a_compiled_translation_stands_beside_the_written_one(tmp_path):
    written = tmp_path / "pl" / extracting.WRITTEN
    written.parent.mkdir(parents=True)
    written.write_bytes(extracting.updated(b"", "pl"))
    extracting.compile_catalogue(written)
    assert (tmp_path / "pl" / MACHINE_FILE).is_file()
    assert [path.name for path in written.parent.iterdir() if path.suffix == ".part"] == []


def test_extraction_sees_what_it_is_for():
    source = '''
@group.command("list")
def list_():
    """List them."""
    click.option("--x", help="An x.")
    note("thing.done", by, on=("thing", 1), details={"due_on": day})
    error(place, "Wrong: %(what)s.", "Do " "this.", what=1)
    ngettext("%(num)s row", "%(num)s rows", n)
    flash(_("Saved.") if done else lazy("Nothing."))
    N_("One") if a else N_(variable)
'''
    found = [message for _line, message in of_python(ast.parse(source))]
    assert set(found) == {"List them.", "An x.", "Thing done", "Thing", "Due on",
                          "Wrong: %(what)s.", "Do this.", ("%(num)s row", "%(num)s rows"),
                          "Saved.", "Nothing.", "One"}
