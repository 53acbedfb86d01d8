"""Proving awards: certificates verify and were earned, records are as they were frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import config
from isotrain.attempts.models import Attempt, Result
from isotrain.certificates import rules, signing_keys
from isotrain.certificates.models import Certificate, CertificateFile, Holder, SigningKey
from isotrain.db import db
from isotrain.keeping import proving_holders
from isotrain.keeping.rounds import ODD, Seen
from isotrain.ledger import signing
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of, sha256_hex
from isotrain.questions.problem import Problem, error
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM
from isotrain.records import recording
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.second_factor import sealing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from isotrain.keeping.rounds import Faults
    from isotrain.ledger.public_keys import PublicKey


def keys_are_there() -> Iterator[Faults]:
    """Look at every signing key, its id and private half, and for the key of second factors.

    A key that was retired may lack its private half.
    """
    folder = config.current().keys
    for key in db.session.scalars(sa.select(SigningKey).order_by(SigningKey.created_at)).all():
        place = f"key {key.key_id}"
        if (found := _id_of(key.public_pem)) != key.key_id:
            yield (error(place, "Its id is not computed from it: that would be %(found)s.",
                         found=found),)
        elif not _private_half_fits(folder / f"{key.key_id}.pem", key):
            yield (error(place, "Its private half is not in the keys folder."),)
        else:
            yield ()
    problem = sealing.find_problem()
    yield (error(sealing.NAME, problem),) if problem else ()


def _id_of(public_pem: str) -> str:
    try:
        return signing.key_id(public_pem.encode())
    except signing.BadKey:
        return "-"


def _private_half_fits(path: Path, key: SigningKey) -> bool:
    try:
        return signing.public_key(path.read_bytes()) == key.public_pem.encode()
    except FileNotFoundError:
        return key.retired_at is not None
    except (OSError, signing.BadKey):
        return False


def certificates(ids: Sequence[int]) -> Iterator[Seen]:
    """Hold certificates against results, signatures, commitments and kept files."""
    public = signing_keys.for_the_register()
    query = _CERTIFICATES.where(Certificate.id.in_(ids)).order_by(Certificate.id)
    rows = db.session.execute(query).all()
    for certificate, disclosed, passed, sitter, kind in rows:
        yield Seen("CERT", (*_entitlement(certificate, passed, sitter, kind),
                            *_signature(certificate, disclosed or {}, public)))
    yield from _files({certificate.id: _place(certificate) for certificate, *_more in rows})


_CERTIFICATES = (
    sa.select(Certificate, Holder.disclosed, Result.passed, Attempt.user_id, Quiz.kind)
    .outerjoin(Holder, Holder.certificate_id == Certificate.id)
    .outerjoin(Attempt, Attempt.id == Certificate.attempt_id)
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .outerjoin(Quiz, Quiz.id == Attempt.quiz_id)
)


def _place(certificate: Certificate) -> str:
    return f"certificate {certificate.number}"


def _files(places: dict[int, str]) -> Iterator[Seen]:
    """Hash the kept files again."""
    query = sa.select(CertificateFile.certificate_id, CertificateFile.pdf, CertificateFile.sha256)
    for id_, pdf, stored in db.session.execute(
        query.where(CertificateFile.certificate_id.in_(places))
        .order_by(CertificateFile.certificate_id)
    ):
        if (found := sha256_hex(pdf)) != stored:
            yield Seen("CERT", (error(
                places[id_], "The kept PDF is not the one that was printed: it hashes to"
                " %(found)s, its row says %(stored)s.", found=found, stored=stored),), things=0)


def _entitlement(
    certificate: Certificate, passed: bool | None, sitter: int | None, kind: str | None
) -> Iterator[Problem]:
    if not passed or kind != EXAM:
        yield error(_place(certificate), "There is no passed exam behind it: it names attempt"
                    " %(attempt)s.", attempt=certificate.attempt_id)
    elif sitter != certificate.user_id:
        yield error(_place(certificate), "It is user %(holder)s's, the exam behind it was sat by"
                    " user %(sitter)s.", holder=certificate.user_id, sitter=sitter)


def _signature(
    certificate: Certificate, disclosed: JsonObject, public: dict[str, PublicKey]
) -> Iterator[Problem]:
    place = _place(certificate)
    try:
        document = rules.signed_document(certificate.payload, signature=certificate.signature,
                                         disclosed=disclosed)
        verdict = rules.verify(document, public, today=certificate.valid_until)
    except ODD as odd:
        yield error(place, "It cannot be read: %(words)s", words=odd)
        return
    if not verdict.authentic:
        yield from (error(place, reason.template, **reason.params) for reason in verdict.reasons)
        return
    row = {"number": certificate.number, "code": certificate.code,
           "attempt": str(certificate.attempt_id), "key_id": certificate.key_id,
           "valid_until": certificate.valid_until.isoformat()}
    for name, value in row.items():
        if value != (signed := verdict.payload[name]):
            yield error(place, "Its row says %(name)s %(value)s, signed was %(signed)s.",
                        name=name, value=value, signed=signed)


def records(ids: Sequence[int]) -> Iterator[Seen]:
    """Hold records against their hashes, and against whose they are."""
    rows = (
        sa.select(CompletionRecord, RecordPerson)
        .outerjoin(RecordPerson, RecordPerson.record_id == CompletionRecord.id)
        .where(CompletionRecord.id.in_(ids)).order_by(CompletionRecord.id)
    )
    for record, person in db.session.execute(rows):
        yield Seen("RECORD", _record_faults(record, person))
    yield from proving_holders.holders(ids)


def _record_faults(record: CompletionRecord, person: RecordPerson | None) -> Faults:
    try:
        return tuple(_different(record, part) for part in recording.problems(record, person))
    except ODD as odd:
        return (error(f"record {record.id}", "It cannot be read: %(words)s", words=odd),)


def _different(record: CompletionRecord, part: str) -> Problem:
    place = f"record {record.id}"
    if part == "record":
        return error(place, "What was frozen hashes to %(found)s, its row says %(stored)s.",
                     found=hash_of(record.frozen), stored=record.hash)
    if part == "columns":
        return error(place, "Its columns do not say what was frozen.")
    return error(place, "The %(field)s beside it is not the one whose salted hash was frozen.",
                 field=part)
