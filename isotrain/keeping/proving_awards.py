"""Proving awards: certificates verify and were earned, records are as they were frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import config
from isotrain.attempts.models import Attempt, Result
from isotrain.certificates import rules, signing_keys
from isotrain.certificates.models import Certificate, CertificateFile, Holder, SigningKey
from isotrain.db import db
from isotrain.keeping.proving_attempts import ODD, batches
from isotrain.keeping.proving_database import Faults
from isotrain.ledger import signing
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import sha256_hex
from isotrain.questions.problem import error
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM
from isotrain.records import recording
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterator


def keys_are_there() -> Iterator[Faults]:
    """Look for the private half of every key in use, and whether it is that."""
    folder = config.current().keys
    query = sa.select(SigningKey).where(SigningKey.retired_at.is_(None))
    for key in db.session.scalars(query).all():
        path = folder / f"{key.key_id}.pem"
        try:
            fits = signing.public_key(path.read_bytes()) == key.public_pem.encode()
        except (OSError, signing.BadKey):
            fits = False
        yield () if fits else (
            error(f"key {key.key_id}", "Its private half is not in the keys folder."),)


def certificates_verify() -> Iterator[Faults]:
    """Hold certificates against results, signatures, commitments and kept files, and back."""
    yield from _unrewarded()
    public = signing_keys.public_keys()
    for ids in batches(Certificate.id):
        query = (
            sa.select(Certificate, Holder.disclosed, Result.passed, Attempt.user_id, Quiz.kind,
                      CertificateFile.pdf, CertificateFile.sha256)
            .outerjoin(Holder, Holder.certificate_id == Certificate.id)
            .outerjoin(CertificateFile, CertificateFile.certificate_id == Certificate.id)
            .outerjoin(Attempt, Attempt.id == Certificate.attempt_id)
            .outerjoin(Result, Result.attempt_id == Attempt.id)
            .outerjoin(Quiz, Quiz.id == Attempt.quiz_id)
            .where(Certificate.id.in_(ids))
        )
        for certificate, disclosed, passed, holder, kind, pdf, digest in db.session.execute(query):
            place = f"certificate {certificate.number}"
            faults = [*_entitlement(certificate, passed, holder, kind),
                      *_signature(certificate, disclosed or {}, public)]
            if pdf is not None and sha256_hex(pdf) != digest:
                faults.append(N_("The kept PDF is not the one that was printed."))
            yield tuple(error(place, "%(words)s", words=words) for words in faults)


def _unrewarded() -> Iterator[Faults]:
    query = (
        sa.select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .outerjoin(Certificate, Certificate.attempt_id == Attempt.id)
        .where(Quiz.kind == EXAM, Result.passed, Certificate.id.is_(None))
    )
    for id_ in db.session.scalars(query).all():
        yield (error(f"attempt {id_}", "The exam was passed and has no certificate."),)


def _entitlement(
    certificate: Certificate, passed: bool | None, holder: int | None, kind: str | None
) -> Iterator[str]:
    if not passed or kind != EXAM:
        yield N_("There is no passed exam behind it.")
    elif holder != certificate.user_id:
        yield N_("The exam behind it was sat by somebody else.")


def _signature(
    certificate: Certificate, disclosed: JsonObject, public: dict[str, bytes]
) -> Iterator[str]:
    try:
        document = rules.signed_document(certificate.payload, signature=certificate.signature,
                                         disclosed=disclosed)
        verdict = rules.verify(document, public, today=certificate.valid_until)
    except ODD as odd:
        yield f"It cannot be read: {odd}"
        return
    if not verdict.authentic:
        yield from (reason.message for reason in verdict.reasons)
        return
    stated = verdict.payload
    row = (certificate.number, certificate.code, str(certificate.attempt_id),
           certificate.valid_until.isoformat(), certificate.key_id)
    signed = tuple(stated[name] for name in ("number", "code", "attempt", "valid_until", "key_id"))
    if row != signed:
        yield N_("Its row does not say what was signed.")


def records_are_frozen() -> Iterator[Faults]:
    """Hold every record against its hashes, and every closed exam against its record."""
    recorded = sa.exists().where(CompletionRecord.attempt_id == Attempt.id,
                                 CompletionRecord.corrects_id.is_(None))
    query = (
        sa.select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Quiz.kind == EXAM, ~recorded)
    )
    for id_ in db.session.scalars(query).all():
        yield (error(f"attempt {id_}", "The exam has a result and no record."),)
    for ids in batches(CompletionRecord.id):
        rows = (
            sa.select(CompletionRecord, RecordPerson)
            .outerjoin(RecordPerson, RecordPerson.record_id == CompletionRecord.id)
            .where(CompletionRecord.id.in_(ids))
        )
        for record, person in db.session.execute(rows):
            yield _record_faults(record, person)


def _record_faults(record: CompletionRecord, person: RecordPerson | None) -> Faults:
    try:
        parts = recording.problems(record, person)
    except ODD as odd:
        parts = [str(odd)]
    return tuple(error(f"record {record.id}", "%(part)s: not what was frozen.", part=part)
                 for part in parts)
