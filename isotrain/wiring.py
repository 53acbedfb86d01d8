"""Who is told what, in which order, and what lower rooms ask of higher ones: all on this page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from isotrain.accounts import directory, inviting, search
from isotrain.accounts.news import Closed, WhenClosed, WhenRegistered
from isotrain.accounts.notices import reporting, telling
from isotrain.accounts.permissions import Permission
from isotrain.accounts.signing_in import Presence, SecondStep
from isotrain.assignments import assigning
from isotrain.attempts import exposure, taking
from isotrain.attempts.extra import giving
from isotrain.attempts.news import Finished, WhenFinished
from isotrain.audit.history import Calendar, Directory
from isotrain.banks.batches import changing
from isotrain.banks.files import applying as bank_files
from isotrain.banks.flipping import Usage
from isotrain.banks.pooling import Guard
from isotrain.banks.tending import BANK
from isotrain.certificates import issuing, standing, unprintable
from isotrain.i18n import lazy
from isotrain.jobs import overview
from isotrain.jobs.job import Jobs
from isotrain.jobs.work import Kind, Kinds, Onward
from isotrain.mail.sending import Post
from isotrain.people import days, granting, roster
from isotrain.people.files import applying as people_applying
from isotrain.people.files import exporting as people_files
from isotrain.people.news import WhenMoved
from isotrain.quizzes import guarding, supply, weakening
from isotrain.records import correcting, preparing, recording
from isotrain.second_factor import arriving, holding, proving, requirement, resetting
from isotrain.seconding import waiting
from isotrain.seconding.kind import Kinds as ToConfirm
from isotrain.settings import house, values
from isotrain.settings.changing import Checks
from isotrain.settings.definitions import CERTIFIED_EDITIONS, SECURITY_CONTACT
from isotrain.standards import certified
from isotrain.study import membership, review
from isotrain.study.membership import COURSE, LIBRARY
from isotrain.study.membership import Kind as Kept
from isotrain.timetable import JOBS
from isotrain.web.health import Counts, Upkeep


@dataclass(frozen=True)
class Wiring:
    """One value of each kind that a room finds by its type; the app holds it and nothing else does.

    Whoever is told news is told in the order given here, in the transaction that makes it true:
    one who raises takes all of it back.
    """

    directory: Directory
    calendar: Calendar
    post: Post
    presence: Presence
    second_step: SecondStep
    usage: Usage
    guard: Guard
    upkeep: Upkeep
    checks: Checks
    jobs: Jobs
    work: Kinds
    to_confirm: ToConfirm
    counts: Counts
    when_finished: WhenFinished
    when_moved: WhenMoved
    when_registered: WhenRegistered
    when_closed: WhenClosed


def certify_and_record(finished: Finished) -> None:
    """Issue the certificate, then freeze the record that names it."""
    recording.record(finished, issuing.issue(finished))


def leave(kind: Kept, closed: Closed) -> Mapping[int, Sequence[int]]:
    """Take everything of a kind out of the hands of people whose accounts were closed."""
    return membership.leave_all(kind, closed.user_ids, by=closed.by)


WIRING = Wiring(
    directory=Directory(directory.names_of, directory.first_ids, search.matches),
    calendar=Calendar(house.zone),
    post=Post(telling.find_recipient, days.letter_zone_of,
              {"access": inviting.write_access_letter, telling.LETTER: telling.write_letter,
               reporting.LETTER: reporting.write_letter,
               resetting.LETTER: resetting.write_letter,
               weakening.LETTER: weakening.write_letter,
               guarding.LETTER: guarding.write_letter,
               giving.LETTER: giving.write_letter}),
    presence=Presence(taking.is_sitting),
    second_step=SecondStep(proving.has_factor, requirement.is_due, arriving.wait),
    usage=Usage(exposure.count_forms, exposure.open_exams, supply.count_exams),
    guard=Guard(guarding.left_short, guarding.hear),
    upkeep=Upkeep(lambda: review.count_past(house.today()), overview.overview,
                  lambda: bool(values.value_of(SECURITY_CONTACT)), holding.standing,
                  unprintable.overview),
    checks=Checks({CERTIFIED_EDITIONS.name: certified.find_wrong}),
    jobs=JOBS,
    work=Kinds((
        Kind(preparing.KIND, lazy("Completion records"), Permission.RECORDS_EXPORT,
             preparing.prepare),
        Kind(people_files.KIND, lazy("People"), Permission.PEOPLE_READ, people_files.prepare),
        Kind(people_applying.KIND, lazy("Import of a people file"), Permission.PEOPLE_EDIT,
             people_applying.carry_out,
             (lazy("The file is read."), lazy("What is new is compared and written.")),
             Onward(lazy("See the people"), "people.index"),
             lazy("People who were written already stay. Apply the file again to write the"
                  " rest.")),
        Kind(bank_files.KIND, lazy("Import of a question file"), Permission.BANK_EDIT,
             bank_files.carry_out,
             (lazy("The file is compared with the bank."), lazy("What is new is written.")),
             Onward(lazy("Open the bank"), "banks.show", ("bank_id",))),
        Kind(changing.KIND, lazy("A change of many questions"), Permission.BANK_EDIT,
             changing.carry_out,
             (lazy("The questions are looked at."), lazy("They are changed.")),
             Onward(lazy("See what was done"), "banks.batches.index", ("bank_id",))),
    ), directory.may),
    to_confirm=ToConfirm((granting.KIND, correcting.KIND, resetting.KIND)),
    counts=Counts({"seconding.index": waiting.count}),
    when_finished=WhenFinished((certify_and_record,)),
    when_moved=WhenMoved((roster.hear_moved, assigning.reassign)),
    when_registered=WhenRegistered((roster.hear_registered, standing.hear_registered)),
    when_closed=WhenClosed((
        *((each.name, partial(leave, each)) for each in (COURSE, LIBRARY, BANK)),
        ("second_factor", resetting.hear_closed))),
)
