"""The key file: made once, private, and a sentence where it is missing or another."""

from __future__ import annotations

import stat

import pytest

from isotrain import private
from isotrain.config import current
from isotrain.errors import Refusal
from isotrain.second_factor import holding, sealing
from tests.factories import a_user
from tests.second_factor.making import an_app, another_key, begun, proves
from tests.second_factor.test_passkeys import a_passkey
from tests.second_factor.test_passkeys import asked as asked_passkey
from tests.second_factor.test_passkeys import proves as proves_passkey

ANOTHER = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n"
DAMAGED = {"empty": "", "short": "QUFB", "no text": "é\n", "no key": "what is this?\n"}


@pytest.fixture
def key(each_app):
    """Somebody with an app, and the file that its secret is sealed with."""
    user = a_user()
    return user, *an_app(user), sealing.path()


def test_it_is_made_once_and_open_to_nobody_else(key):
    _user, _app, _codes, file = key
    before = file.read_bytes()
    an_app(a_user())
    assert file.read_bytes() == before and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.glob("*second-factor*")] == [file.name]
    file.chmod(0o644)
    assert f"keys/{file.name}" in private.open_to_others(current().instance)
    private.close(current().instance)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_where_it_is_missing_codes_of_apps_say_so_and_the_rest_works(key):
    user, app, codes, _file = key
    mine = a_passkey(user)
    with another_key(None):
        with pytest.raises(sealing.NoKey, match="missing") as refused:
            proves(user, app.code())
        assert refused.value.status == 503
        assert proves(user, codes[0]) == "recovery"
        assert proves_passkey(user, mine.signed(asked_passkey(user))) == "passkey"
        assert "missing" in (holding.standing().problem or "")


def test_no_new_one_is_made_while_secrets_wait_for_the_old(key):
    _user, _app, _codes, file = key
    with another_key(None):
        with pytest.raises(Refusal, match="missing"):
            begun(a_user())
        assert not file.exists()


def test_another_key_is_not_used_for_old_or_new_secrets(key):
    user, app, codes, _file = key
    with another_key(ANOTHER):
        with pytest.raises(sealing.NoKey, match="not the one"):
            proves(user, app.code())
        with pytest.raises(sealing.NoKey, match="not the one"):
            begun(a_user())
        assert proves(user, codes[0]) == "recovery"
        assert "not the one" in (holding.standing().problem or "")


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_one_is_said_to_be(key, text):
    user, app, _codes, _file = key
    with another_key(text):
        with pytest.raises(sealing.NoKey, match="cannot be read"):
            proves(user, app.code())
        assert "cannot be read" in (holding.standing().problem or "")


def test_put_back_everything_works_again(key):
    user, app, _codes, _file = key
    with another_key(None):
        assert holding.standing().problem
    assert proves(user, app.code()) == "app" and holding.standing().problem is None


def test_nothing_is_wrong_where_nobody_has_an_app(each_app):
    sealing.path().unlink(missing_ok=True)
    assert holding.standing().problem is None
    an_app(a_user())
    assert holding.standing().problem is None
