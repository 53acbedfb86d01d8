"""What checking an uploaded bank costs, and that it grows no faster than the file."""

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

from isotrain import formats
from isotrain.formats import child

FEW, MANY, ROUNDS = 1_000, 10_000, 3
SECONDS_LIMIT, GROWTH_LIMIT = 2.5, 12.0
TEXTS = (
    "To show leadership and commitment to the management system",
    "To write all procedures alone",
    "To audit every supplier twice a year",
    "To certify the organization itself",
)


def _gift(count: int) -> bytes:
    return "\n".join(
        f"// [id:q{n}] [tag:clause 5]\n::Leadership {n}::What does sentence {n} ask of top "
        f"management, in your own words?{{\n={TEXTS[0]} {n}#Clause 5.1 says so.\n"
        f"~{TEXTS[1]}#Others may.\n"
        f"~%-25%{TEXTS[2]}\n~{TEXTS[3]}#Certification bodies do.\n####It cannot be delegated.\n}}\n"
        for n in range(count)
    ).encode()


def _csv(count: int) -> bytes:
    rows = (
        f'"What does sentence {n} ask, of top management?",{TEXTS[0]} {n},{TEXTS[1]},{TEXTS[2]},'
        f"{TEXTS[3]},{'ABCD'[n % 4]},It cannot be delegated."
        for n in range(count)
    )
    header = "Question,Option A,Option B,Option C,Option D,Answer,Explanation"
    return "\n".join((header, *rows)).encode()


def _aiken(count: int) -> bytes:
    return "\n\n".join(
        f"What does sentence {n} ask of top management?\nA) {TEXTS[0]} {n}\nB) {TEXTS[1]}\n"
        f"C) {TEXTS[2]}\nD) {TEXTS[3]}\nANSWER: {'ABCD'[n % 4]}"
        for n in range(count)
    ).encode()


def _yaml(count: int) -> bytes:
    write = next(f.write for f in formats.FORMATS if f.name == "yaml")
    return write(formats.read(_csv(count), format_name="csv").questions).data


def _cpu(work: Callable[[], object]) -> float:
    """Median CPU seconds over the rounds."""
    times = []
    for _ in range(ROUNDS):
        began = process_time()
        work()
        times.append(process_time() - began)
    return median(times)


def _check(data: bytes, name: str) -> None:
    imported = formats.read(data, format_name=name)
    if imported.errors or len(imported.questions) not in (FEW, MANY):
        raise AssertionError(f"the {name} bank was not read whole")


def _bare_pass(data: bytes) -> int:
    """What looking at every line of the file costs at least."""
    return sum(len(line.strip()) for line in data.decode().split("\n"))


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict[str, object]:
    return {"name": name, "value": round(value, 3), "limit": limit, "unit": unit, "n": n}


def run() -> list[dict[str, object]]:
    """CPU of a check, its growth with the file, its distance to a bare pass, the child's start."""
    rows = [row for name in MAKERS for row in _measure(name)]
    began = perf_counter()
    for _ in range(ROUNDS):
        child.parse(_gift(1))
    seconds = (perf_counter() - began) / ROUNDS
    return [*rows, _row("reading child, one question", seconds, None, "s", ROUNDS)]


def _measure(name: str) -> list[dict[str, object]]:
    few, many = MAKERS[name](FEW), MAKERS[name](MANY)
    small, large = _cpu(lambda: _check(few, name)), _cpu(lambda: _check(many, name))
    bare = _cpu(lambda: _bare_pass(many))
    return [
        _row(f"check {MANY} questions, {name}", large, SECONDS_LIMIT, "s CPU", ROUNDS),
        _row(f"check 10 times the file, {name}", large / small, GROWTH_LIMIT, "x", ROUNDS),
        _row(f"check to a bare pass, {name}", large / bare, None, "x", ROUNDS),
    ]


MAKERS = {"gift": _gift, "csv": _csv, "aiken": _aiken, "yaml": _yaml}

if __name__ == "__main__":
    for row in run():
        print(row)
