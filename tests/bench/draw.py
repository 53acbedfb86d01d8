"""What drawing a form costs, and that it does not grow with the pool."""

import gc
from statistics import median
from time import process_time_ns

from isotrain.exams.drawing import Cell, draw
from isotrain.exams.pools import Entry, Pool

ROUNDS, FORMS = 60, 20
TOPICS = ("iso", "audit", "quality", "people", "certification")
CELLS = [Cell(topic, band, 2) for topic in TOPICS for band in (1, 2)]
HISTORY_SIZE = 60


def _pool(size: int) -> Pool:
    """A pool of this many questions, equally many for each cell, one in ten with an enemy."""
    share = size // len(CELLS)
    return Pool.of(
        {
            ("iso", cell.topic, cell.difficulty, "exam"): [
                Entry(n, n, f"group {n // 20}" if n % 10 == 0 else "")
                for n in range(place * share, (place + 1) * share)
            ]
            for place, cell in enumerate(CELLS)
        }
    )


def _history(size: int) -> dict[int, int]:
    """The person has met as many questions, spread over the cells, whatever the pool's size."""
    share, met = size // len(CELLS), HISTORY_SIZE // len(CELLS)
    return {place * share + n: 1 for place in range(len(CELLS)) for n in range(met)}


def _cost(pool: Pool, history: dict[int, int], start: int) -> float:
    """Microseconds of CPU for a form, over FORMS different seeds."""
    seeds = [f"{start + number:032x}" for number in range(FORMS)]
    began = process_time_ns()
    for seed in seeds:
        draw(CELLS, [pool], seed=seed, history=history)
    return (process_time_ns() - began) / FORMS / 1_000


def _growth(history_of) -> tuple[float, float]:
    """Median microseconds from 15,000 questions, and the ratio to that from 300.

    The two sizes take turns, so that whatever else the machine does meets both alike.
    """
    sizes = {size: (_pool(size), history_of(size)) for size in (300, 15_000)}
    costs: dict[int, list[float]] = {size: [] for size in sizes}
    gc.disable()
    for turn in range(ROUNDS):
        for size, (pool, history) in sizes.items():
            costs[size].append(_cost(pool, history, turn * FORMS))
    gc.enable()
    large, small = median(costs[15_000]), median(costs[300])
    return large, large / small


def run() -> list[dict]:
    """Cost of a form of 20 questions in 10 cells, first sitting and retake."""
    rows = []
    for sitting, history_of in (("first sitting", lambda size: {}), ("retake", _history)):
        cost, ratio = _growth(history_of)
        n = ROUNDS * FORMS
        rows.append(_row(f"draw from 15,000, {sitting}", cost, None, "µs CPU", n))
        rows.append(_row(f"draw 15,000 / draw 300, {sitting}", ratio, 1.2, "x", n))
    return rows


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict:
    return {"name": name, "value": round(value, 3), "limit": limit, "unit": unit, "n": n}
