"""Signatures: the published one of RFC 8032, and no other bytes accepted."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from isotrain.ledger.signing import BadKey, key_id, new_private_key, public_key, sign, verify

PRIVATE = new_private_key()
PUBLIC = public_key(PRIVATE)
DATA = b'{"number":"26-K7QF-3M9D"}'


def pem(key, encryption=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def test_the_signature_is_the_one_rfc_8032_publishes():
    secret = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
    published = (
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    private = pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    assert sign(b"\xaf\x82", private) == published
    assert verify(b"\xaf\x82", published, public_key(private))


def test_a_key_id_is_the_start_of_the_hash_of_the_public_bytes():
    secret = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
    private = pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    published = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    assert key_id(public_key(private)) == sha256(bytes.fromhex(published)).hexdigest()[:16]


def test_every_flipped_bit_of_data_or_signature_is_refused():
    signature = sign(DATA, PRIVATE)
    assert verify(DATA, signature, PUBLIC)
    for place in range(len(DATA) * 8):
        assert not verify(flipped(DATA, place), signature, PUBLIC)
    for place in range(len(signature) * 8):
        changed = flipped(signature.encode(), place).decode("latin-1")
        assert not verify(DATA, changed, PUBLIC)


def flipped(data, place):
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


@pytest.mark.parametrize("change", [str.upper, lambda s: s + "\n", lambda s: " " + s, lambda s: ""])
def test_another_spelling_of_the_signature_is_refused(change):
    signature = sign(DATA, PRIVATE)
    assert not verify(DATA, change(signature), PUBLIC)


def test_another_key_does_not_verify():
    assert not verify(DATA, sign(DATA, new_private_key()), PUBLIC)


def test_every_new_key_is_another():
    assert len({key_id(public_key(new_private_key())) for _ in range(20)}) == 20


WRONG = {
    "nothing": b"",
    "text": b"key",
    "damaged": PRIVATE.replace(b"M", b"N", 1),
    "public": PUBLIC,
    "elliptic curve": pem(ec.generate_private_key(ec.SECP256R1())),
    "with a password": pem(
        ed25519.Ed25519PrivateKey.generate(), BestAvailableEncryption(b"secret")
    ),
}


@pytest.mark.parametrize("key", WRONG.values(), ids=WRONG)
def test_what_is_not_a_private_key_cannot_sign(key):
    with pytest.raises(BadKey):
        sign(DATA, key)
    with pytest.raises(BadKey):
        public_key(key)


OF_ANOTHER_KIND = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
    Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OF_AN_UNKNOWN_KIND = PUBLIC.replace(b"MCowBQYDK2Vw", b"MCowBQYDC2Vw")


@pytest.mark.parametrize(
    "key", [b"", b"key", PRIVATE, PUBLIC.replace(b"M", b"N", 1), OF_ANOTHER_KIND,
            OF_AN_UNKNOWN_KIND]
)
def test_what_is_not_a_public_key_cannot_verify(key):
    with pytest.raises(BadKey):
        verify(DATA, "0" * 128, key)
    with pytest.raises(BadKey):
        key_id(key)
