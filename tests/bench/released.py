"""What was released: the commit of every version, and its code beside today's.

A version is checked out into a worktree of its own, with an environment of its own that pip makes
from the version's own requirements; both stay inside the environment that runs the measurements,
until `make clean`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.faults.serving import ROOT, Code

# By hash, because a clone may lack the tags.
COMMITS = {"0.1.0": "7af3ef52e43aa091db9bdcffd89ad6f7afae20f5"}
PLACE = Path(sys.prefix) / "released"


def code_of(version: str) -> Code:
    """Return the code of a released version, ready to run; the first time takes half a minute."""
    tree = worktree(version)
    return Code(tree, _environment(tree) / "bin" / "python")


def worktree(version: str) -> Path:
    """Return a folder that holds a released version as it was."""
    tree, commit = PLACE / version, COMMITS[version]
    if not tree.exists():
        if _git("cat-file", "-e", f"{commit}^{{commit}}").returncode:
            raise SystemExit(
                f"This clone does not hold version {version}, commit {commit}."
                f" Fetch it: git fetch --unshallow, or git fetch origin {commit}")
        # Forced, because git may remember a worktree that `make clean` has removed.
        added = _git("worktree", "add", "--force", "--detach", str(tree), commit)
        if added.returncode:
            raise SystemExit(f"Version {version} cannot be checked out: {added.stderr}")
    if _git("-C", str(tree), "rev-parse", "HEAD").stdout.strip() != commit:
        raise SystemExit(f"{tree} is not version {version}. Remove it and run this again.")
    return tree


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)


def _environment(tree: Path) -> Path:
    """Let the version's own Makefile install what it needs to run, once."""
    folder = tree / ".venv"
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    # What a `make` above us was told is not meant for this one.
    clean = {name: value for name, value in os.environ.items()
             if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "VIRTUAL_ENV")}
    done = subprocess.run(["make", "-s", f"VENV={folder}", f"PYTHON={python}", f"{folder}/.run"],
                          cwd=tree, env=clean, stdout=sys.stderr)
    if done.returncode:
        raise SystemExit(f"The environment of {tree} was not made.")
    return folder
