"""Run the short parts, or those that are named: print a table, keep it, fail over a limit.

All short parts together take less than half an hour on two cores. A part that takes longer runs
only when it is named, and says in BY_NAME_ONLY how long; `--help` lists them.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path
from typing import Any

from tests import bench

RESULTS = Path(__file__).resolve().parents[2] / "bench-results.json"
ELSEWHERE = ("entered", "floor", "forking", "guide")  # these run in processes of their own
HELP = ("-h", "--help", "help")
WIDTHS = (54, 12, 9, 14, 8, 9)
HEADINGS = ("what", "value", "limit", "unit", "n", "verdict")


def modules() -> dict[str, Any]:
    """Return the modules of this package that have something to run, by name."""
    found = {}
    for info in pkgutil.iter_modules(bench.__path__):
        if info.name.startswith("_") or info.name in ELSEWHERE:
            continue
        module = importlib.import_module(f"tests.bench.{info.name}")
        if hasattr(module, "run"):
            found[info.name] = module
    return found


def verdict(row: dict[str, Any]) -> str:
    """Say "ok" or "OVER"; a row without a limit informs."""
    if row["limit"] is None:
        return ""
    return "ok" if row["value"] <= row["limit"] else "OVER"


def line(cells: tuple[Any, ...]) -> str:
    first, *others = (str("" if cell is None else cell) for cell in cells)
    return first.ljust(WIDTHS[0]) + "".join(
        text.rjust(width) for text, width in zip(others, WIDTHS[1:], strict=True))


def parts(known: dict[str, Any]) -> str:
    """Say which parts there are, what each measures, and how long those take that are long."""
    told = []
    for name, module in known.items():
        time_taken = getattr(module, "BY_NAME_ONLY", "")
        told.append(f"  {name:<12} {module.__doc__.splitlines()[0]}"
                    + (f"\n{'':15}By name only: {time_taken}." if time_taken else ""))
    return "\n".join(("make bench PART=\"NAME ...\" runs these parts, without PART all short ones:",
                      *told))


def main(names: list[str]) -> int:
    known = modules()
    if set(names) & set(HELP):
        print(parts(known))
        return 0
    unknown = set(names) - known.keys()
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}.\n{parts(known)}")
        return 2
    print(line(HEADINGS))
    rows = []
    short = [name for name, module in known.items() if not getattr(module, "BY_NAME_ONLY", "")]
    for name in names or short:
        began = time.monotonic()
        for row in known[name].run():
            rows.append({"of": name, **row, "verdict": verdict(row)})
            print(line((row["name"], row["value"], row["limit"], row["unit"], row["n"],
                        verdict(row))) + f"  {row.get('detail', '')}".rstrip(), flush=True)
        print(f"  ({name}: {time.monotonic() - began:.0f} s)")
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    over = [row["name"] for row in rows if row["verdict"] == "OVER"]
    print(f"Over the limit: {', '.join(over)}." if over else "Everything within its limit.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
