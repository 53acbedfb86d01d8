"""Published keys: files old and new, and what a signature is worth at the boundary instants."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.ledger import public_keys, signing
from isotrain.ledger.public_keys import Belief, ForeignId, NotKeys, PublicKey, judge

PEM, OTHER = (signing.public_key(signing.new_private_key()) for _ in range(2))
ID, OTHER_ID = signing.key_id(PEM), signing.key_id(OTHER)
AT = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENTS = st.integers(0, 60).map(lambda seconds: AT + seconds * SECOND)
LIVES = st.one_of(
    st.builds(PublicKey, pem=st.just(PEM), made_at=MOMENTS),
    st.builds(PublicKey, pem=st.just(PEM), made_at=MOMENTS, retired_at=MOMENTS,
              stolen_at=st.none() | MOMENTS))


def a_file(**changes):
    key = {"id": ID, "public_key": PEM.decode(), "made_at": "2026-11-01T00:00:00Z",
           "status": "in use", "retired_at": None, "stolen_at": None} | changes
    return json.dumps({"schema": "isotrain-keys-2", "keys": [key]}).encode()


@given(LIVES, LIVES)
def test_what_is_published_reads_back(one, other):
    keys = {ID: one, OTHER_ID: PublicKey(pem=OTHER, made_at=other.made_at,
                                         retired_at=other.retired_at, stolen_at=other.stolen_at)}
    assert public_keys.read(json.dumps(public_keys.to_data(keys)).encode()) == keys


def test_the_published_form_is_the_documented_one():
    key = PublicKey(pem=PEM, made_at=AT, retired_at=AT + SECOND, stolen_at=AT)
    assert public_keys.to_data({ID: key}) == {"schema": "isotrain-keys-2", "keys": [{
        "id": ID, "public_key": PEM.decode(), "status": "stolen",
        "made_at": "2026-11-23T09:30:15Z", "retired_at": "2026-11-23T09:30:16Z",
        "stolen_at": "2026-11-23T09:30:15Z"}]}


def test_a_file_of_the_first_form_is_read_and_tells_no_dates():
    data = json.dumps({"keys": {ID: PEM.decode(), OTHER_ID: OTHER.decode()}}).encode()
    assert public_keys.read(data) == {ID: PublicKey(pem=PEM), OTHER_ID: PublicKey(pem=OTHER)}


@pytest.mark.parametrize("data", [
    a_file(id=OTHER_ID), a_file(public_key=OTHER.decode()),
    json.dumps({"keys": {OTHER_ID: PEM.decode()}}).encode(),
])
def test_an_id_that_is_not_that_of_its_key_is_refused(data):
    with pytest.raises(ForeignId):
        public_keys.read(data)


@pytest.mark.parametrize("data", [
    b"", b"\xff", b"[]", b"7", b"[" * 100_000, b'{"keys": []}', b'{"keys": {"a": 7}}',
    b'{"schema": "isotrain-keys-3", "keys": []}', b'{"schema": "isotrain-keys-2", "keys": {}}',
    b'{"schema": "isotrain-keys-2", "keys": [7]}', b'{"schema": "isotrain-keys-2", "keys": [{}]}',
    json.dumps({"schema": "isotrain-keys-2",
                "keys": json.loads(a_file())["keys"] * 2}).encode(),
    a_file(public_key="no key"), a_file(public_key="\ud800"), a_file(made_at=None),
    a_file(made_at="2026-11-01"), a_file(made_at="2026-11-1T00:00:00Z"),
    a_file(retired_at=7), a_file(stolen_at="soon"), a_file(status=None),
])
def test_what_holds_no_keys_is_refused(data):
    with pytest.raises(NotKeys):
        public_keys.read(data)


@pytest.mark.parametrize("changes", [
    {"status": "retired"}, {"status": "stolen"}, {"status": "fine"},
    {"retired_at": "2026-11-02T00:00:00Z"},
    {"retired_at": "2026-11-02T00:00:00Z", "stolen_at": "2026-11-02T00:00:00Z"},
    {"status": "stolen", "stolen_at": "2026-11-02T00:00:00Z"},
])
def test_a_status_that_does_not_follow_from_the_dates_is_refused(changes):
    with pytest.raises(NotKeys):
        public_keys.read(a_file(**changes))


@given(LIVES, MOMENTS)
def test_only_what_no_thief_could_have_signed_is_valid(key, at):
    belief = judge(key, at).belief
    assert (belief is Belief.VALID) == (
        key.stolen_at is None and (key.retired_at is None or at <= key.retired_at))
    assert (belief is Belief.DOUBTFUL) == (
        key.stolen_at is not None and at < key.stolen_at and at <= key.retired_at)


@given(LIVES, MOMENTS, MOMENTS)
def test_a_theft_makes_nothing_more_believable(key, at, stolen):
    order = [Belief.NOT_VALID, Belief.DOUBTFUL, Belief.VALID]
    worse = PublicKey(pem=PEM, made_at=key.made_at, retired_at=key.retired_at or stolen,
                      stolen_at=min(stolen, key.stolen_at or stolen))
    assert order.index(judge(worse, at).belief) <= order.index(judge(key, at).belief)


def test_whatever_is_not_plainly_valid_says_why():
    for key in (PublicKey(pem=PEM), PublicKey(pem=PEM, made_at=AT, retired_at=AT),
                PublicKey(pem=PEM, made_at=AT, retired_at=AT, stolen_at=AT),
                PublicKey(pem=PEM, made_at=AT, retired_at=AT, stolen_at=AT + SECOND)):
        judged = judge(key, AT)
        assert judged.template % judged.params
    assert judge(PublicKey(pem=PEM, made_at=AT), AT).template == ""


def test_moments_are_compared_whatever_their_zone():
    key = PublicKey(pem=PEM, made_at=AT, retired_at=AT.astimezone(timezone(timedelta(hours=9))))
    assert judge(key, AT).belief is Belief.VALID
    assert "2026-11-23T09:30:15Z" in judge(key, AT + SECOND).params["retired_at"]
