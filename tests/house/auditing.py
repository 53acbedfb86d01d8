"""Looks up known weaknesses of what is pinned, and says plainly what could not be looked up.

pip-audit by itself calls a package fine that its database would not tell it about. Ends with 0
where everything was looked up and nothing is known, 1 where something is known, 3 where
anything could not be looked up.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINNED = ROOT / "requirements.txt"
PROGRAM = (sys.executable, "-m", "pip_audit")
FINE, KNOWN, NOT_LOOKED_UP = 0, 1, 3
SECONDS = 600
NOTHING = "could not be looked up: nothing was checked"


def main() -> int:
    code, lines = audit(PROGRAM, PINNED)
    print("\n".join(lines))
    return code


def audit(program: tuple[str, ...], pinned: Path) -> tuple[int, list[str]]:
    """Return how it ends, and what to say."""
    names = pins(pinned.read_text(encoding="utf-8"))
    try:
        told, trouble = _ask(program, pinned)
    except (OSError, subprocess.TimeoutExpired) as error:
        told, trouble = {}, str(error)
    answered = {name: each for name, each in told.items() if "vulns" in each}
    missing = sorted(names - set(answered))
    if not answered:
        why = trouble or next((each["skip_reason"] for each in told.values()), "no answer")
        return NOT_LOOKED_UP, [f"{pinned.name} {NOTHING}", f"  {why}"]
    lines = [_line(each, weakness) for each in answered.values() for weakness in each["vulns"]]
    code = KNOWN if lines else FINE
    if missing:
        lines.append(f"{len(missing)} of {len(names)} could not be looked up: {', '.join(missing)}")
        code = code or NOT_LOOKED_UP
    if code == FINE:
        lines.append(f"{len(answered)} packages were looked up; no weakness of theirs is known")
    return code, lines


def pins(text: str) -> set[str]:
    """Return the names of what is pinned."""
    return {spelt(name)
            for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)}


def spelt(name: str) -> str:
    """Return the one spelling of a package's name, as pip has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _ask(program: tuple[str, ...], pinned: Path) -> tuple[dict[str, dict], str]:
    """Return what was told of each package by its name, or why nothing was."""
    done = subprocess.run(
        [*program, "-r", str(pinned), "--require-hashes", "--disable-pip", "--format", "json",
         "--progress-spinner", "off"],
        capture_output=True, text=True, timeout=SECONDS)
    try:
        return {each["name"]: each for each in json.loads(done.stdout)["dependencies"]}, ""
    except (ValueError, KeyError, TypeError):
        said = done.stderr.strip().splitlines()
        return {}, said[-1] if said else f"it ended with {done.returncode}"


def _line(package: dict, weakness: dict) -> str:
    fixed = ", ".join(weakness["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {weakness['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
