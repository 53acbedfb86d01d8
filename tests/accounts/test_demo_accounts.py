"""Demo accounts: made by the demo command only, and of no use in production."""

from __future__ import annotations

from dataclasses import replace

import pytest

from isotrain.accounts import registering, signing_in
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from tests.factories import BY, committed


@pytest.fixture
def demo_user(app):
    with committed():
        return registering.add([Person("D1", "Demo")], roles=frozenset({Role.ADMIN}), by=BY,
                               is_demo=True)[0]


@pytest.fixture
def production(app):
    before = app.config["INSTALLATION"]
    app.config["INSTALLATION"] = replace(before, environment="production")
    yield app
    app.config["INSTALLATION"] = before


def test_a_demo_account_cannot_be_signed_in_to_in_production(demo_user, production):
    assert signing_in.find_candidate("D1").user_id is None


def test_a_demo_session_ends_when_the_installation_turns_to_production(demo_user, app):
    with committed():
        session = signing_in.start(demo_user, browser="", by_request=None).signed_in
    assert signing_in.find_session(session.token) is not None
    before = app.config["INSTALLATION"]
    app.config["INSTALLATION"] = replace(before, environment="production")
    try:
        assert signing_in.find_session(session.token) is None
    finally:
        app.config["INSTALLATION"] = before


def test_the_demo_command_refuses_in_production(production):
    done = production.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code == 1
    assert "not made in production" in done.output
