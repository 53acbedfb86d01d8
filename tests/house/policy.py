"""Reading policy.yaml: what each role is expected to reach, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("policy.yaml")
REACHES = ("none", "own", "scope", "any")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Policy:
    """roles in order; rules: {endpoint: {method: {role: reach}}}."""

    roles: tuple[str, ...]
    rules: dict[str, dict[str, dict[str, str]]]

    def reach(self, endpoint: str, method: str, role: str) -> str | None:
        """Return how far a role gets, None when it is refused."""
        return self.rules[endpoint].get(method, {}).get(role)


@cache
def read() -> Policy:
    """Read the file, once; a role named twice or unknown is an error."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    roles = tuple(data["roles"])
    rules = {
        endpoint: {method: _reaches(where, reaches, data["groups"], roles)
                   for method, reaches in methods.items()
                   if (where := f"{endpoint} {method}")}
        for endpoint, methods in data["endpoints"].items()
    }
    return Policy(roles, rules)


def steps_up() -> dict[str, str]:
    """Return the endpoints that ask for the password again, and at which method."""
    found: dict[str, str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["steps-up"]
    return found


def _reaches(where: str, reaches: dict[str, str | list[str]], groups: dict[str, list[str]],
             roles: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for reach, who in reaches.items():
        assert reach in REACHES, f"{where}: unknown reach {reach}"
        for role in groups[who] if isinstance(who, str) else who:
            assert role in roles, f"{where}: unknown role {role}"
            assert role not in found, f"{where}: {role} is named twice"
            found[role] = reach
    assert found, f"{where}: nobody may"
    return found
