"""Valid files of every format, and copies of them that are damaged by chance."""

import io
import random
import zipfile
from dataclasses import replace

import xlsxwriter

from isotrain.formats import Format
from isotrain.questions import TYPES
from tests.formats.letter import BOLD, document, paragraph, run, table
from tests.formats.old_workbook import xls


def valid(format_: Format) -> bytes:
    """A file with examples of every type: small, so that each mutant hits something else."""
    drafts = [
        replace(example.question.draft(), external_id=f"{type_.name}-{number}")
        for type_ in TYPES
        for number, example in enumerate(type_.examples()[:2])
    ]
    if format_.write:
        return format_.write(drafts).data
    if format_.name == "cloze":
        gaps = "{1:MC:=a~b#c~%50%d} and {:NM:=5:0.1}"
        return "\n".join(f"{at} {gaps}" for at in range(40)).encode()
    if format_.name in ("numbered", "text2qti"):
        typed = (f"{at}. Q {at}?\na) x\n*b) y\nc) z\n... no\n" for at in range(1, 40))
        return "\n".join(typed).encode()
    if format_.name == "docx":
        return document(*(block for _ in range(9) for block in (
            paragraph("Q?", list_="1"), paragraph("x", list_="1", depth=1),
            paragraph(run("y", BOLD), list_="1", depth=1),
            table(("Question", "A", "B", "Answer"), ("Q", "x", "y", "B")))))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Question", "A", "B", "Answer"))
        for row, draft in enumerate(drafts, 1):
            sheet.write_row(row, 0, (draft.stem, "x", "y", "B"))
    return out.getvalue()


def old_workbook() -> bytes:
    """A workbook of the kind before .xlsx."""
    return xls(("Part 1", [["Question", "A", "B", "Answer"], *[["Q?", "x", 7.5, "B"]] * 9], False))


def mutant(data: bytes, dice: random.Random) -> bytes:
    """A copy with bits flipped, a piece cut out, or a piece of it put elsewhere.

    Of an archive mostly one member is damaged, so that more than its checksum is tried.
    """
    if data.startswith(b"PK") and dice.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = dice.choice(sorted(members))
        members[name] = mutant(members[name], dice)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return out.getvalue()
    kind = dice.choice(("flip", "cut", "splice", "truncate"))
    if kind == "flip":
        changed = bytearray(data)
        for _ in range(dice.randint(1, 8)):
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        return bytes(changed)
    start, end = sorted(dice.sample(range(len(data)), 2))
    if kind == "cut":
        return data[:start] + data[end:]
    if kind == "truncate":
        return data[:end]
    at = dice.randrange(len(data))
    return data[:at] + data[start:end] + data[at:]
