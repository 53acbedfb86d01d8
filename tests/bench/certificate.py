"""What printing a certificate costs once the process is warm."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from time import process_time_ns

from isotrain.certificates import printing, rules

WARM_UP, CERTIFICATES = 10, 60
NAMES = (
    "Katarzyna Nowak",
    "Nguyễn Thị Phương Thảo",
    "Wawrzyniec Świętosław Brzęczyszczykiewicz-Żółkiewski",
    "Αλέξανδρος Παπαδόπουλος",
    "Дмитрий Щербаков",
    "محمد عبد الرحمن بن عبد العزيز",
)


def _facts(number: int, name: str) -> printing.CertificateFacts:
    """One of many certificates of a course: its holder, score, numbers and time differ."""
    random = number.to_bytes(16, "big")
    code = rules.new_code(lambda size: random[-size:])
    return printing.CertificateFacts(
        name=f"{name} {number}",
        course_title="ISO certification awareness",
        course_version="2026.1",
        standards=(
            "ISO 9001:2015 + Amd 1:2024",
            "ISO 14001:2015 + Amd 1:2024",
            "ISO 45001:2018 + Amd 1:2024",
            "ISO/IEC 27001:2022 + Amd 1:2024",
        ),
        score=f"{80 + number % 20} %",
        pass_mark="80 %",
        issued_on="23 November 2026",
        valid_until="23 November 2028",
        number=rules.new_number(lambda size: random[-size:], year=2026),
        code=code,
        verify_url=f"https://training.example.com/verify/{code}",
        issuer="Northwind Bearings Ltd",
        signer="Helena Łęcka",
        signer_role="Head of Quality and Training",
        issued_at=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=number),
        labels=printing.labels(),
    )


def run() -> list[dict]:
    """CPU of this process, all its threads included, for one certificate after another."""
    all_facts = [
        _facts(number, name)
        for number, name in enumerate(islice(cycle(NAMES), WARM_UP + CERTIFICATES))
    ]
    for facts in all_facts[:WARM_UP]:
        printing.render(facts)
    began = process_time_ns()
    for facts in all_facts[WARM_UP:]:
        printing.render(facts)
    spent = (process_time_ns() - began) / CERTIFICATES / 1e6
    return [
        {
            "name": "certificate PDF, CPU",
            "value": round(spent, 1),
            "limit": 70,
            "unit": "ms",
            "n": CERTIFICATES,
        }
    ]
