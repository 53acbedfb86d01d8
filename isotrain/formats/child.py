"""Reading a file in a child process, so that no file can take this one down.

The child gets no secrets (an empty environment), 512 MB, 20 s of CPU and 30 s in all; it can open
no further file or socket and write to none. This is the only module that starts processes.
"""

import base64
import codecs
import importlib
import json
import logging
import resource
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from isotrain.formats import read
from isotrain.formats.contract import Unreadable, check_content
from isotrain.formats.decoding import GUESSES
from isotrain.formats.model import Import, problem_data, problem_of
from isotrain.formats.picture import Picture
from isotrain.formats.picture_file import check_file
from isotrain.formats.sheets import annotating
from isotrain.formats.sheets.annotating import Note
from isotrain.formats.sheets.table import Table, read_table
from isotrain.formats.workbooks.grid import Row

MEMORY_LIMIT = 512 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 30

_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = (sys.executable, "-B", "-E", "-s", "-m", "isotrain.formats.child")
_CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp437",
           *GUESSES)
_log = logging.getLogger(__name__)


def parse(
    data: bytes, filename: str = "", *, format_name: str = "",
    readings: Mapping[str, str] | None = None,
) -> Import:
    """What `isotrain.formats.read` says, read in a child; raises Unreadable and nothing else.

    The code of the Unreadable is parser_limit when the child died.
    """
    wish = {"filename": filename, "format_name": format_name, "readings": dict(readings or {})}
    return Import.from_data(_asked(wish, data))


def table(data: bytes) -> Table:
    """What `formats.sheets.table.read_table` says, read in a child; raises Unreadable only."""
    answer = _asked({"table": True}, data)
    return Table(tuple(Row(number, tuple(cells)) for number, cells in answer["rows"]),
                 tuple(map(problem_of, answer["problems"])))


def annotated(data: bytes, notes: Sequence[Note]) -> bytes:
    """What `formats.sheets.annotating.annotated` writes, in a child; raises Unreadable only."""
    return base64.b64decode(_asked({"notes": list(notes)}, data)["file"])


def picture(data: bytes) -> Picture:
    """What `formats.reencoding.reencoded` says, made in a child; raises Unreadable only."""
    check_file(data)  # a process is started for nothing else
    return Picture.from_data(_asked({"picture": True}, data))


def _asked(wish: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Have a child read; raises Unreadable."""
    if "picture" not in wish:
        check_content(data)
    try:
        child = subprocess.run(  # noqa: S603 - a fixed command; what users send goes to its stdin
            _COMMAND,
            input=json.dumps(wish).encode() + b"\n" + data,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=_ROOT,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise _beyond_limits("timeout") from None
    if child.returncode != 0:
        raise _beyond_limits(f"{child.returncode} {child.stderr[-200:]!r}")
    answer: dict[str, Any] = json.loads(child.stdout)
    if "unreadable" in answer:
        raise Unreadable(**answer["unreadable"])
    return answer


def _beyond_limits(reason: str) -> Unreadable:
    _log.warning("a file could not be read within its limits: %s", reason)
    return Unreadable(
        "Reading the file took more time or memory than a file may take.",
        "Split it into smaller files, or save it again as CSV or plain text.",
        code="parser_limit",
    )


def _limit(*, writes: bool = False) -> None:
    """Give up everything the reading does not need; what it needs is loaded while files can be."""
    from isotrain.formats import reencoding  # in this process alone

    importlib.import_module("python_calamine")
    reencoding.prepare()
    if writes:
        annotating.rehearse()
    for name in _CODECS:
        codecs.lookup(name)
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _answer(wish: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What was wished for, as JSON accepts it; raises Unreadable."""
    if "picture" in wish:
        from isotrain.formats.reencoding import reencoded  # loaded before

        return reencoded(data).to_data()
    if "notes" in wish:
        copy = annotating.annotated(data, wish["notes"])
        return {"file": base64.b64encode(copy).decode()}
    if "table" in wish:
        sheet = read_table(data)
        return {"rows": sheet.rows, "problems": list(map(problem_data, sheet.problems))}
    return read(data, **wish).to_data()


def main() -> None:
    """Read the wish and the file from stdin, write the answer to stdout."""
    wish = json.loads(sys.stdin.buffer.readline())
    _limit(writes="notes" in wish)
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        answer = _answer(wish, data)
    except Unreadable as fault:
        said = fault.problem
        answer = {"unreadable": {"template": said.template, "hint": said.hint, "place": said.place,
                                 "code": fault.code, **said.params}}
    except Exception as fault:  # its message may quote the file, so only its place is told
        where = traceback.extract_tb(fault.__traceback__)[-1]
        sys.exit(f"{type(fault).__name__} in {where.name}, line {where.lineno}")
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
