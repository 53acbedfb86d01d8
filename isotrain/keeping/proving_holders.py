"""Proving whose a record is: the attempt's, the certificate's, and nobody else's by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts.models import Attempt
from isotrain.certificates.models import Certificate, Holder
from isotrain.db import db
from isotrain.keeping.rounds import ODD, Seen
from isotrain.questions.problem import Problem, error
from isotrain.records import spelling
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from isotrain.ledger.canonical import JsonObject
    from isotrain.records.spelling import Spellings


def holders(ids: Sequence[int]) -> Iterator[Seen]:
    """Hold records against the holder of the certificate, the sitter and the account."""
    rows = db.session.execute(
        sa.select(CompletionRecord, RecordPerson, Attempt.user_id, Certificate, Holder.disclosed)
        .outerjoin(RecordPerson, RecordPerson.record_id == CompletionRecord.id)
        .outerjoin(Attempt, Attempt.id == CompletionRecord.attempt_id)
        .outerjoin(Certificate, Certificate.id == CompletionRecord.certificate_id)
        .outerjoin(Holder, Holder.certificate_id == Certificate.id)
        .where(CompletionRecord.id.in_(ids)).order_by(CompletionRecord.id)).all()
    corrected = {record.user_id for record, *_more in rows if record.corrects_id}
    known = spelling.of_accounts(corrected)
    owners = spelling.owners_of({fold(person.personnel_no) for record, person, *_more in rows
                                 if record.corrects_id and person})
    for record, person, sitter, certificate, disclosed in rows:
        try:
            found = [*_wrong_holders(record, sitter, certificate),
                     *_wrong_words(record, person, disclosed, known, owners)]
        except ODD:
            continue  # what cannot be read is found where records are held against their hashes
        yield Seen("RECORD", tuple(found), things=0)


def _wrong_holders(
    record: CompletionRecord, sitter: int | None, certificate: Certificate | None
) -> Iterator[Problem]:
    if sitter is not None and sitter != record.user_id:
        yield error(_place(record), "It is user %(holder)s's, attempt %(attempt)s was sat by user"
                    " %(sitter)s.", holder=record.user_id, attempt=record.attempt_id,
                    sitter=sitter)
    if certificate is None:
        return
    if certificate.user_id != record.user_id:
        yield error(_place(record), "It is user %(holder)s's, certificate %(number)s is user"
                    " %(other)s's.", holder=record.user_id, number=certificate.number,
                    other=certificate.user_id)
    if certificate.attempt_id != record.attempt_id:
        yield error(_place(record), "It names attempt %(attempt)s, certificate %(number)s names"
                    " attempt %(other)s.", attempt=record.attempt_id, number=certificate.number,
                    other=certificate.attempt_id)


def _wrong_words(
    record: CompletionRecord, person: RecordPerson | None, disclosed: JsonObject | None,
    known: Mapping[int, Spellings], owners: Mapping[str, int],
) -> Iterator[Problem]:
    """Find a name or number that is another's; what was corrected long ago has fewer witnesses."""
    if person is None:
        return
    if record.corrects_id is None:
        if disclosed and disclosed["name"]["value"] != person.name:
            yield error(_place(record), "It names somebody else than its certificate %(number)s.",
                        number=record.frozen["certificate"]["number"])
        return
    account, number = known.get(record.user_id), fold(person.personnel_no)
    owner = owners.get(number, record.user_id)
    if owner != record.user_id and not (account and account.has_number(number)):
        yield error(_place(record), "It is user %(holder)s's and says the number of user"
                    " %(owner)s.", holder=record.user_id, owner=owner)
    fields = record.frozen.get("correction", {}).get("fields", ())
    if "name" in fields and not (account and account.has_name(person.name)):
        yield error(_place(record), "It was given a name that user %(holder)s does not and did"
                    " not have.", holder=record.user_id)


def _place(record: CompletionRecord) -> str:
    return f"record {record.id}"
