"""Attackers play against the demo company, served as `make run` does; none has an effect.

Slow sockets and heavy uploads are the part "slow". ATTACK="2 10" plays those alone.
"""

from __future__ import annotations

import os
import tempfile
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import breaking_in, overreaching
from tests.bench.attacking import served

if TYPE_CHECKING:
    from collections.abc import Iterator

BY_NAME_ONLY = "about three minutes"
ATTACKS = sorted((*overreaching.ATTACKS, *breaking_in.ATTACKS), key=itemgetter(0))


def run() -> Iterator[dict[str, Any]]:
    """Play one attack after the other; the value is how many effects it had."""
    only = os.environ.get("ATTACK", "").split()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as stage:
        for number, attack in ATTACKS:
            if not only or str(number) in only:
                stage.effects, stage.tries = [], 0
                attack(stage)
                sentence = (attack.__doc__ or "").partition("\n")[0]
                for effect in stage.effects[:9]:
                    print(f"  {number}: {effect[:400]}")
                yield {"name": f"{number}. {attack.__name__.replace('_', ' ')}: effects",
                       "value": len(stage.effects), "limit": 0, "unit": "", "n": stage.tries,
                       "detail": sentence}
