"""What is done without anybody asking, how often, in which order: all jobs on this page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from isotrain import config, scratch
from isotrain.accounts import linking, signing_in, throttling
from isotrain.accounts.notices import telling
from isotrain.assignments import assigning
from isotrain.attempts import closing, saving
from isotrain.banks.batches import staging
from isotrain.banks.files import importing as bank_files
from isotrain.i18n import lazy
from isotrain.jobs import carrying_out
from isotrain.jobs.job import Job, Jobs, Lane, Transaction, in_batches
from isotrain.jobs.overview import VERIFY
from isotrain.jobs.rules import Every, Nightly
from isotrain.keeping import verifying
from isotrain.mail import emptying, sending
from isotrain.media import forgetting
from isotrain.people.files import importing as people_files
from isotrain.second_factor import arriving
from isotrain.settings import house

HALF_A_MINUTE, MINUTE, HOUR = timedelta(seconds=30), timedelta(minutes=1), timedelta(hours=1)


def _purge_some_uploads() -> int:
    return bank_files.purge_some() + people_files.purge_some()


def _forget_staged(transaction: Transaction) -> Iterator[int]:
    yield from staging.forget_idle(transaction)
    yield from assigning.forget_idle(transaction)


def _sweep() -> int:
    return scratch.sweep(config.current().instance) + carrying_out.sweep()


JOBS = Jobs((
    Job("close-overdue", lazy("Closes and marks attempts whose time is over."),
        Every(MINUTE), closing.close_due),
    Job("send-mail", lazy("Hands letters over to the mail server."),
        Every(HALF_A_MINUTE), emptying.send),
    Job("purge-sessions", lazy("Deletes sessions that ended long enough ago."),
        Every(HOUR), in_batches(signing_in.purge_some)),
    Job("purge-tries", lazy("Deletes counts of tries to sign in that count no longer."),
        Every(HOUR), in_batches(throttling.purge_some)),
    Job("purge-half-ways", lazy("Deletes sign-ins that stopped before their second step."),
        Every(HOUR), in_batches(arriving.purge_some)),
    Job("purge-links", lazy("Deletes links that were used or expired long enough ago."),
        Every(HOUR), in_batches(linking.purge_some)),
    Job("purge-notices", lazy("Deletes what people were told of their account, long enough ago."),
        Every(HOUR), in_batches(telling.purge_some)),
    Job("purge-letters", lazy("Erases what letters said that were sent long enough ago."),
        Every(HOUR), in_batches(sending.erase_some)),
    Job("purge-late-answers", lazy("Deletes answers that came after the end of an exam, some time"
                                   " later."),
        Every(HOUR), in_batches(saving.purge_some_late)),
    Job("purge-staged", lazy("Removes what imports and assignments left behind that were broken"
                             " off."),
        Every(MINUTE), _forget_staged),
    Job("purge-uploads", lazy("Deletes uploaded files that nobody applied within a day."),
        Every(HOUR), in_batches(_purge_some_uploads)),
    Job("purge-pictures", lazy("Deletes pictures that no question shows."),
        Every(HOUR), in_batches(forgetting.purge_some)),
    Job("purge-work", lazy("Deletes files that were prepared more than a day ago."),
        Every(HOUR), in_batches(carrying_out.purge_some)),
    Job("sweep", lazy("Removes unfinished files of commands and exports that were broken off."),
        Every(HOUR), in_batches(_sweep)),
    Job(VERIFY, lazy("Checks everything that must hold, whatever happened."),
        Nightly(2, house.zone), verifying.verify_nightly, Lane.LONG),
))
