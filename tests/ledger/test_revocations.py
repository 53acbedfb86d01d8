"""The list of revocations: what was signed reads back, anything else is refused, dates count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.ledger import revocations, signing
from isotrain.ledger.canonical import canonical_bytes, parse
from isotrain.ledger.hashing import sha256_hex
from isotrain.ledger.public_keys import Belief, PublicKey
from isotrain.ledger.revocations import Unusable

PRIVATE, OTHERS = (signing.new_private_key() for _ in range(2))
PEM = signing.public_key(PRIVATE)
KEY_ID = signing.key_id(PEM)
AT = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CODES = st.dictionaries(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26),
                        st.integers(-9_999, 0).map(lambda seconds: AT + seconds * SECOND))
KEYS = {KEY_ID: PublicKey(pem=PEM, made_at=AT - timedelta(days=9))}
A, B, C = "A" * 26, "B" * 26, "C" * 26


def a_list(codes=None, *, as_of=AT, private=PRIVATE):
    written = revocations.body({A: AT - SECOND, B: AT} if codes is None else codes)
    return revocations.sign(written, as_of=as_of, issuer="Nordwind ÅB", key_id=KEY_ID,
                            private_pem=private)


def signed_anew(data, **changes):
    """The list with another statement, signed by whoever has the key."""
    parts = parse(data)
    parts["statement"] |= changes
    parts["signature"] = signing.sign(canonical_bytes(parts["statement"]), PRIVATE)
    return canonical_bytes(parts)


def refusal(data, keys=KEYS):
    with pytest.raises(Unusable) as refused:
        revocations.read(data, keys)
    judged = refused.value.judgement
    assert judged.belief is Belief.NOT_VALID
    return judged.template % judged.params


@given(CODES)
def test_what_is_published_reads_back_and_shows_no_code(codes):
    data = a_list(codes)
    listed = revocations.read(data, KEYS)
    assert listed.as_of == AT
    assert listed.revoked == {sha256_hex(code.encode()): at for code, at in codes.items()}
    assert parse(data)["statement"]["count"] == len(codes)
    assert not any(code.encode() in data for code in codes)


def test_the_published_form_is_the_documented_one():
    parts = parse(a_list({A: AT}))
    mark = sha256_hex(A.encode())
    assert parts["revoked"] == {mark: "2026-11-23T09:30:15Z"}
    assert parts["statement"] == {
        "schema": "isotrain-revocations-1", "as_of": "2026-11-23T09:30:15Z", "count": 1,
        "issuer": "Nordwind ÅB", "key_id": KEY_ID,
        "revoked_sha256": sha256_hex(canonical_bytes(parts["revoked"]))}
    assert signing.verify(canonical_bytes(parts["statement"]), parts["signature"], PEM)
    assert set(parts) == {"revoked", "statement", "signature"}


def test_who_is_in_the_list_was_revoked_and_who_is_not_was_not_up_to_its_date():
    listed = revocations.read(a_list(), KEYS)
    gone, there = listed.judge(A, AT - 9 * SECOND), listed.judge(C, AT - 9 * SECOND)
    assert (gone.belief, gone.params["at"]) == (Belief.NOT_VALID, "2026-11-23T09:30:14Z")
    assert (there.belief, there.params["as_of"]) == (Belief.VALID, "2026-11-23T09:30:15Z")


@pytest.mark.parametrize(("issued_at", "belief"), [
    (AT - SECOND, Belief.VALID), (AT, Belief.VALID), (AT + SECOND, Belief.DOUBTFUL)])
def test_a_list_older_than_the_certificate_says_nothing_of_it(issued_at, belief):
    judged = revocations.read(a_list(), KEYS).judge(C, issued_at)
    assert judged.belief is belief and judged.template % judged.params
    assert revocations.read(a_list(), KEYS).judge(A, issued_at).belief is Belief.NOT_VALID


@given(st.data())
def test_no_byte_of_it_can_be_changed(data):
    whole = a_list()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != whole[place]))
    refusal(whole[:place] + bytes([byte]) + whole[place + 1:])


def test_nobody_can_be_taken_off_the_list_or_put_on_it():
    whole = parse(a_list())
    for listed in ({}, dict(list(whole["revoked"].items())[:1]),
                   whole["revoked"] | {sha256_hex(C.encode()): "2026-11-23T09:30:15Z"}):
        assert "was changed" in refusal(canonical_bytes(whole | {"revoked": listed}))
    assert "was changed" in refusal(signed_anew(a_list(), count=1))


@pytest.mark.parametrize("data", [
    b"", b"\xff", b"[]", b"7", b"[" * 100_000, b"{}", canonical_bytes({"keys": []}),
    canonical_bytes({"revoked": {}, "signature": "", "statement": {}}),
    canonical_bytes({"revoked": {}, "signature": 7, "statement": {"schema": revocations.SCHEMA}}),
    canonical_bytes(parse(a_list()) | {"more": 1}), a_list() + b"\n",
    signed_anew(a_list(), schema="isotrain-certificate-1"), signed_anew(a_list(), as_of="soon"),
    signed_anew(a_list(), as_of=None),
], ids=range(14))
def test_what_is_no_list_is_refused(data):
    assert "not a list of revocations" in refusal(data)


def test_another_key_and_an_unsigned_list_are_refused():
    assert "was changed" in refusal(a_list(private=OTHERS))
    assert "was changed" in refusal(canonical_bytes(parse(a_list()) | {"signature": ""}))
    assert "not among the keys" in refusal(a_list(), {})
    assert "not among the keys" in refusal(signed_anew(a_list(), key_id=None))


@pytest.mark.parametrize(("life", "read"), [
    ({"retired_at": AT}, True), ({"retired_at": AT - SECOND}, False),
    ({"retired_at": AT, "stolen_at": AT + SECOND}, False),
    ({"retired_at": AT, "stolen_at": AT - SECOND}, False)])
def test_a_list_whose_key_a_thief_may_have_had_is_refused(life, read):
    keys = {KEY_ID: PublicKey(pem=PEM, made_at=AT - timedelta(days=9), **life)}
    if read:
        assert revocations.read(a_list(), keys).as_of == AT
    else:
        assert "cannot be told from a forgery" in refusal(a_list(), keys)
