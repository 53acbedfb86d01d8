"""The policy file and the application know the same pages, and no page is unmarked."""

from __future__ import annotations

import pytest
import yaml

from isotrain.accounts.permissions import PERMISSIONS, Permission, Role
from tests.house import policy

MARKS = {*Permission, "public"}


def declared(app):
    """Return {endpoint: methods} as the application routes them."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).update(rule.methods - {"HEAD", "OPTIONS"})
    return found


def test_the_policy_and_the_application_know_the_same_endpoints_and_methods(app):
    expected = {endpoint: set(methods) for endpoint, methods in policy.read().rules.items()}
    routed = declared(app)
    assert {e: m for e, m in routed.items() if expected.get(e) != m} == {}, "not in policy.yaml"
    assert {e: m for e, m in expected.items() if routed.get(e) != m} == {}, "not in the app"


def test_every_view_carries_a_permission_or_is_public(app):
    unmarked = [endpoint for endpoint in declared(app)
                if getattr(app.view_functions[endpoint], "permission", None) not in MARKS]
    assert unmarked == []


def test_the_marks_let_through_exactly_the_roles_of_the_policy(app):
    """The gate alone, before any object is looked up; the matrix asks the running pages."""
    wrong = []
    for endpoint, methods in policy.read().rules.items():
        mark = getattr(app.view_functions.get(endpoint), "permission", None)
        for method, reaches in methods.items():
            admitted = {"anon", *Role} if mark == "public" else {
                role.value for role in Role if mark in PERMISSIONS[role]}
            if admitted != set(reaches):
                wrong.append((endpoint, method, sorted(admitted ^ set(reaches))))
    assert wrong == []


def test_every_role_of_the_application_has_a_column():
    assert set(policy.read().roles) == {"anon", *Role}


def test_no_endpoint_stands_twice_in_the_file():
    """YAML keeps the last of two; a second entry would silently replace the first."""
    document = yaml.compose(policy.FILE.read_text(encoding="utf-8"))
    endpoints = next(value for key, value in document.value if key.value == "endpoints")
    names = [key.value for key, _ in endpoints.value]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_does_not_learn_reaches_no_course_and_no_sitting(role):
    learning = ("study.", "attempts.", "assignments.my_training")
    reached = {endpoint for endpoint, methods in policy.read().rules.items()
               if endpoint.startswith(learning) and any(role in r for r in methods.values())}
    assert reached <= {"attempts.audit_receipt"}


def test_the_auditor_changes_nothing_but_the_own_account():
    """Read only: every unsafe request an auditor may send concerns signing in."""
    unsafe = {endpoint for endpoint, methods in policy.read().rules.items()
              if "auditor" in methods.get("POST", {})}
    own = ("accounts.", "access.", "language.", "time_zone.", "second_factor.",
           "second_step.")
    beyond = {e for e in unsafe if not e.startswith(own)}
    # The first asks whether a name is right and stores nothing; the others prepare a file of what
    # the auditor may read anyway, and take that back.
    assert beyond <= {"certificates.verify", "records.prepare", "work.cancel"}
