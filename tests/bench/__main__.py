"""Run every measurement, or those that are named: print a table, keep it, fail over a limit."""

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
ELSEWHERE = ("entered", "floor", "guide")  # these run in processes of their own
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


def main(names: list[str]) -> int:
    known = modules()
    unknown = set(names) - known.keys()
    if unknown:
        print(f"No such measurement: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    print(line(HEADINGS))
    rows = []
    short = [name for name, module in known.items() if not getattr(module, "BY_NAME_ONLY", False)]
    for name in names or short:
        began = time.monotonic()
        for row in known[name].run():
            rows.append({"of": name, **row, "verdict": verdict(row)})
            print(line((row["name"], row["value"], row["limit"], row["unit"], row["n"],
                        verdict(row))), flush=True)
        print(f"  ({name}: {time.monotonic() - began:.0f} s)")
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    over = [row["name"] for row in rows if row["verdict"] == "OVER"]
    print(f"Over the limit: {', '.join(over)}." if over else "Everything within its limit.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
