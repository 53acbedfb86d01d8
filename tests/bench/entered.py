"""One people file goes its way in this process, and every function of ours that it enters is noted.

It runs in the environment and the folder of the version that is looked at, today's or a released
one: `python entered.py FILE` prints as JSON what was entered. What it imports is what both call
things. Called with `child` it stands in for the child process that reads the file, and says what
was entered there.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

TREE = Path.cwd()
sys.path[0] = str(TREE)
OURS = f"{TREE / 'isotrain'}{os.sep}"
# These belong to the function in which they stand.
PARTS = frozenset({"<module>", "<lambda>", "<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>"})
Function = tuple[str, str]


class Notebook:
    """The functions that were entered, those that only draw a page apart."""

    def __init__(self) -> None:
        self.way: set[Function] = set()
        self.drawing: set[Function] = set()
        self._page: Any = None  # the code that draws, from the moment it is known
        self._drawing = False

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Note a call; this is what the interpreter calls back."""
        code = frame.f_code
        if code is self._page and event in ("call", "return"):
            self._drawing = event == "call"
        if event == "call" and code.co_filename.startswith(OURS) and code.co_name not in PARTS:
            name = code.co_qualname.replace("<locals>.", "")
            (self.drawing if self._drawing else self.way).add((code.co_filename[len(OURS):], name))

    def watching(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view during which functions are noted."""
        from flask import render_template

        self._page = render_template.__code__

        def watched(*arguments: Any, **named: Any) -> Any:
            sys.setprofile(self.note)
            try:
                return view(*arguments, **named)
            finally:
                sys.setprofile(None)

        watched.permission = getattr(view, "permission", None)  # type: ignore[attr-defined]
        return watched


def read_in_child() -> None:
    """Be the child, and add a last line to what it says on stderr."""
    from isotrain.formats import child

    notebook = Notebook()
    sys.setprofile(notebook.note)
    child.main()
    sys.setprofile(None)
    print(json.dumps(sorted(notebook.way)), file=sys.stderr)


def watch_children(notebook: Notebook) -> None:
    """Let every child be one that says what was entered in it."""
    from isotrain.formats import child

    usual = subprocess.run

    def run(*arguments: Any, **named: Any) -> Any:
        ended = usual(*arguments, **named)
        notebook.way.update(map(tuple, json.loads(ended.stderr.splitlines()[-1])))
        return ended

    child._COMMAND = (sys.executable, "-B", "-E", "-s", __file__, "child")
    child.subprocess.run = run  # type: ignore[assignment]


def go(file: Path) -> Notebook:
    """Upload, look and apply as HR does in a browser, on an installation with nobody else."""
    from isotrain import create_app, schema
    from isotrain.db import db
    from tests.factories import a_user, client_of, csrf

    app, notebook = create_app(), Notebook()
    with app.app_context():
        schema.upgrade(db.engine)
        browser = client_of(app, a_user("hr"))
    page = "/people/import"
    token = csrf(browser, page)
    watch_children(notebook)
    for endpoint in ("people.upload", "people.preview", "people.apply"):
        app.view_functions[endpoint] = notebook.watching(app.view_functions[endpoint])
    sent = {"csrf_token": token, "file": (io.BytesIO(file.read_bytes()), file.name)}
    kept = urlsplit(browser.post(page, data=sent).headers["Location"])
    shown = browser.get(f"{kept.path}?{kept.query}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[1]
    done = browser.post(kept.path, data={**dict(parse_qsl(kept.query)), "csrf_token": token})
    assert done.headers["Location"].endswith("/people/access-sheets"), "nobody was added"
    return notebook


def main(file: Path) -> None:
    with tempfile.TemporaryDirectory() as instance:
        os.environ.update(ISOTRAIN_ENV="development", ISOTRAIN_INSTANCE=instance,
                          ISOTRAIN_SECRET_KEY="a secret for one run only, long enough")
        notebook = go(file)
    print(json.dumps({"way": sorted(notebook.way), "drawing": sorted(notebook.drawing)}))


if __name__ == "__main__":
    if sys.argv[1] == "child":
        read_in_child()
    else:
        main(Path(sys.argv[1]))
