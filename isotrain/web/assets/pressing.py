"""Pressing static files: `python -m isotrain.web.assets.pressing`, once, at set-up.

Brotli and gzip at their best make them a tenth smaller than a request could wait for. Nothing that
serves pages imports this module.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import brotli

from isotrain.web import compressing
from isotrain.web.assets import shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PRESSES: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=11),
    "gzip": lambda body: zlib.compress(body, 9, 31),
}


def press_all(folder: Path) -> None:
    """Write what each static file is pressed to, where that is smaller, and remove all else."""
    folder.mkdir(parents=True, exist_ok=True)
    made = set()
    for asset in shelf.read().values():
        for coding, press in PRESSES.items():
            smaller = press(asset.body) if asset.kind in compressing.KINDS else asset.body
            if len(smaller) < len(asset.body):
                made.add(target := folder / f"{asset.digest}.{coding}")
                unfinished = folder / f"{target.name}.part"
                unfinished.write_bytes(smaller)
                unfinished.replace(target)  # a set-up that is cut short leaves no half file
    for file in set(folder.iterdir()) - made:
        file.unlink()


if __name__ == "__main__":
    press_all(shelf.PRESSED)
