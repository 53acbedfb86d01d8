"""Every setting there is, on one page: name, sentence, kind, default, limits.

What is needed before the database opens and what is secret (database, folder, keys, proxies, public
address, mail password, secret key, debug) is no setting but stands in `config`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeAlias

from isotrain import zones
from isotrain.errors import Unready
from isotrain.i18n import SOURCE, lazy
from isotrain.settings.rules import (
    OFF,
    ON,
    BadValue,
    Kind,
    Span,
    Switch,
    Text,
    Value,
    Whole,
    Zone,
)
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel import LazyString

# How an environment says that something is on or off.
SWITCHED = {"1": ON, "0": OFF}


@dataclass(frozen=True)
class Definition(Generic[Value]):
    """One setting; `variable` is the ISOTRAIN_ variable that can give its first value.

    `scope` says which events tell of a change: technical ones are for the administrator, the
    others for HR and auditors.
    """

    name: str
    label: LazyString
    sentence: LazyString
    kind: Kind[Value]
    default: Value
    variable: str
    unit: LazyString | None = None
    scope: str = field(kw_only=True)

    def spelt(self, text: str) -> str:
        """Return the one spelling of a value given as text; raise BadValue for one that is none."""
        value = self.kind.parse(text)
        self.kind.check(value)
        return self.kind.text(value)

    def first_text(self, seeds: Mapping[str, str]) -> str:
        """Return the first value as text, from ISOTRAIN_ variables, or raise Unready."""
        given = seeds.get(self.variable, "")
        if not given:
            return self.kind.text(self.default)
        text = SWITCHED.get(given, given) if self.default in (True, False) else given
        try:
            return self.spelt(text)
        except BadValue as bad:
            raise Unready(f"ISOTRAIN_{self.variable} is {given!r}: {bad}.") from None

    def value(self, text: str | None, seeds: Mapping[str, str]) -> Value:
        """Return the value that a row says, or the first one where there is no row."""
        return self.kind.parse(self.first_text(seeds) if text is None else text)


Defined: TypeAlias = (
    "Definition[str] | Definition[bool] | Definition[int] | Definition[timedelta]")

TECHNICAL, BANKS, TRAINING, RECORDS = "technical", "banks", "training", "records"

ORGANIZATION = Definition(
    "organization", lazy("Name of the organization"),
    lazy("Stands on certificates, exports, letters, access sheets and the sign-in page. What is"
         " issued keeps the name it was issued with."),
    Text(wrong=N_("Enter the name of the organization")), "Your organization", "ORGANIZATION",
    scope=TECHNICAL)

LANGUAGE = Definition(
    "language", lazy("Language of the organization"),
    lazy("Of letters, certificates and commands where a person has chosen none, and of pages where"
         " the browser asks for none that is here. A code such as en, de or pt_BR."),
    Text(r"[a-z]{2,3}(_[A-Z]{2})?", N_("Enter the code of a language, such as en")), SOURCE,
    "LANGUAGE", scope=TECHNICAL)

TIME_ZONE = Definition(
    "time_zone", lazy("Time zone of the organization"),
    lazy("Where its days begin and end: due days, days of records, days that are asked for and the"
         " nights of jobs. A site can have its own. Pages show times in it to whoever has chosen no"
         " other, and whose browser names none."),
    Zone(), zones.of_system(), "TIME_ZONE", scope=TRAINING)

SECURITY_CONTACT = Definition(
    "security_contact", lazy("Contact for security"),
    lazy("Where somebody who finds a weakness of this installation reports it: an e-mail address or"
         " a page with https. Everybody can read it in /.well-known/security.txt. Empty: there is"
         " no such file."),
    Text(r"([A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9.-]+|https://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-~]*)?)?",
         N_("Enter an e-mail address, or the address of a page that begins with https://")), "",
    "SECURITY_CONTACT", scope=TECHNICAL)

CERTIFIED_EDITIONS = Definition(
    "certified_editions", lazy("Editions to which the organization is certified"),
    lazy("As the certificates name them, with a comma between two: ISO 9001:2015, ISO 14001:2026."
         " Courses and the page of editions show them. Empty: they say that nobody has entered"
         " it."),
    Text(r".*", N_("Enter editions on one line")), "", "CERTIFIED_EDITIONS", scope=TRAINING)

TWO_PERSON_QUESTIONS = Definition(
    "two_person_questions", lazy("Two persons for approving questions"),
    lazy("Who wrote a version of a question does not approve it; a colleague who looks after the"
         " bank does."),
    Switch(), False, "TWO_PERSON", scope=BANKS)

TWO_PERSON_QUIZZES = Definition(
    "two_person_quizzes", lazy("Two persons for publishing quizzes"),
    lazy("Who saved the draft of an exam or practice quiz does not publish it; a colleague does."),
    Switch(), False, "TWO_PERSON", scope=TRAINING)

TWO_PERSON_WEAKENING = Definition(
    "two_person_weakening", lazy("Two persons for weakening an exam"),
    lazy("Who saved a draft that asks less than the published exam (a lower pass mark, more"
         " attempts or time, a shorter wait, more shown afterwards, fewer or easier questions) does"
         " not publish it; a colleague does, or an administrator where the course has nobody else."
         " Records say what was made weaker, and whether one person decided it."),
    Switch(), True, "TWO_PERSON", scope=TRAINING)

KEY_HOLDERS_SIT = Definition(
    "key_holders_sit", lazy("Who has seen the keys sits the exam"),
    lazy("Who looks after a question bank that an exam draws from, or once did, sits it with a mark"
         " in the record. Off: not at all."),
    Switch(), True, "KEY_HOLDERS_SIT", scope=TRAINING)

TWO_PERSON_ROLES = Definition(
    "two_person_roles", lazy("Two persons for giving roles"),
    lazy("Who gives somebody a role beyond an employee's asks another administrator to confirm it."
         " Where there is no administrator yet, a command gives roles alone."),
    Switch(), False, "TWO_PERSON_ROLES", scope=TECHNICAL)

TWO_PERSON_IDENTITY = Definition(
    "two_person_identity", lazy("Two persons for correcting name or number in a record"),
    lazy("Who corrects the name or personnel number in a completion record asks a colleague of HR,"
         " or an administrator, to confirm it. To a name or number that the person got only after"
         " the pass nobody corrects alone, whatever stands here."),
    Switch(), True, "TWO_PERSON_IDENTITY", scope=RECORDS)

TWO_PERSON_FACTOR = Definition(
    "two_person_factor", lazy("Two persons for resetting a second factor"),
    lazy("Who takes away a second factor that somebody has lost asks another administrator to"
         " confirm it."),
    Switch(), False, "TWO_PERSON_FACTOR", scope=TECHNICAL)

_FACTOR_SENTENCE = lazy(
    "Who holds this role and has no second factor sets one up when they next sign in, and can do"
    " nothing else before. Nobody who must have one turns off their last.")

FACTOR_ADMIN = Definition(
    "factor_admin", lazy("Administrators need a second factor"), _FACTOR_SENTENCE,
    Switch(), True, "SECOND_FACTOR", scope=TECHNICAL)

FACTOR_HR = Definition(
    "factor_hr", lazy("HR needs a second factor"), _FACTOR_SENTENCE,
    Switch(), True, "SECOND_FACTOR", scope=TECHNICAL)

FACTOR_TRAINER = Definition(
    "factor_trainer", lazy("Trainers need a second factor"), _FACTOR_SENTENCE,
    Switch(), True, "SECOND_FACTOR", scope=TECHNICAL)

FACTOR_AUDITOR = Definition(
    "factor_auditor", lazy("Auditors need a second factor"), _FACTOR_SENTENCE,
    Switch(), True, "SECOND_FACTOR", scope=TECHNICAL)

SESSION_IDLE = Definition(
    "session_idle", lazy("Sign out after a time without use"),
    lazy("Who does nothing for this long signs in again. Who is sitting an exam is not signed"
         " out."),
    Span("minutes", 5, 480), timedelta(minutes=30), "SESSION_IDLE", unit=lazy("minutes"),
    scope=TECHNICAL)

SESSION_ABSOLUTE = Definition(
    "session_absolute", lazy("Sign out after a time in all"),
    lazy("Who signed in this long ago signs in again, in use or not. Who is sitting an exam with a"
         " time limit is not signed out before its end."),
    Span("hours", 1, 24), timedelta(hours=12), "SESSION_ABSOLUTE", unit=lazy("hours"),
    scope=TECHNICAL)

PROVE_AGAIN = Definition(
    "prove_again", lazy("Ask for the password again after"),
    lazy("Who gives roles, makes links, changes what somebody signs in with, corrects, revokes,"
         " confirms, changes settings or exports all people or records enters the password again,"
         " unless they did so, or signed in, within this time."),
    Span("minutes", 1, 480), timedelta(minutes=15), "PROVE_AGAIN", unit=lazy("minutes"),
    scope=TECHNICAL)

MAIL_HOST = Definition(
    "mail_host", lazy("Mail server"),
    lazy("Hands letters on. Empty: no mail, links are printed. It is also given the user name and"
         " ISOTRAIN_MAIL_PASSWORD, so name only a server that you trust with them."),
    Text(r"[A-Za-z0-9:._-]*", N_("Enter the name of a mail server, such as mail.example.com")), "",
    "MAIL_HOST", scope=TECHNICAL)

MAIL_PORT = Definition(
    "mail_port", lazy("Port of the mail server"),
    lazy("587 begins in plain and turns encrypted (STARTTLS); 465 is encrypted from the start."),
    Whole(1, 65535), 587, "MAIL_PORT", scope=TECHNICAL)

MAIL_USER = Definition(
    "mail_user", lazy("User name at the mail server"),
    lazy("Empty where the server asks for none. The password is ISOTRAIN_MAIL_PASSWORD."),
    Text(r".*", N_("Enter a user name on one line")), "", "MAIL_USER", scope=TECHNICAL)

MAIL_FROM = Definition(
    "mail_from", lazy("Sender's address"),
    lazy("Stands on every letter. Empty: no mail."),
    Text(r"([^@\s<>,;]{1,64}@[A-Za-z0-9.-]+)?", N_("Enter an e-mail address")), "", "MAIL_FROM",
    scope=TECHNICAL)

KEEP_SIGN_INS = Definition(
    "keep_sign_ins", lazy("Keep traces of signing in"),
    lazy("Sessions that ended, links that were used or have expired, and what people were told"
         " of their account are deleted after this long. The events about them stay."),
    Span("days", 1, 365), timedelta(days=30), "KEEP_SIGN_INS", unit=lazy("days"), scope=TECHNICAL)

KEEP_ADDRESSES = Definition(
    "keep_addresses", lazy("Keep network addresses in events and logs"),
    lazy("Events of what people do, and log lines of failed sign-ins, then say from which address."
         " Events are never erased. Sessions keep theirs for as long as sessions are kept, whatever"
         " is set here: their owners see it."),
    Switch(), False, "KEEP_ADDRESSES", scope=TECHNICAL)

KEEP_LETTERS = Definition(
    "keep_letters", lazy("Keep what letters said"),
    lazy("Of a letter that was sent, failed or was dropped this long ago, what it was about and"
         " why it failed are erased. That there was one, to whom and when, stays, so that none is"
         " written twice."),
    Span("days", 1, 730), timedelta(days=90), "KEEP_LETTERS", unit=lazy("days"), scope=TECHNICAL)

KEEP_LATE_ANSWERS = Definition(
    "keep_late_answers", lazy("Keep answers that came too late"),
    lazy("Answers that came after the end of an exam do not count. They are shown with it until"
         " this long after its end, then deleted."),
    Span("days", 1, 365), timedelta(days=14), "KEEP_LATE_ANSWERS", unit=lazy("days"),
    scope=TRAINING)

GROUPS: tuple[tuple[LazyString, tuple[Defined, ...]], ...] = (
    (lazy("Organization"), (ORGANIZATION, LANGUAGE, TIME_ZONE, CERTIFIED_EDITIONS,
                            SECURITY_CONTACT)),
    (lazy("Second person"), (TWO_PERSON_QUESTIONS, TWO_PERSON_QUIZZES,
                              TWO_PERSON_WEAKENING,
                              TWO_PERSON_ROLES, TWO_PERSON_IDENTITY, TWO_PERSON_FACTOR)),
    (lazy("Second factor"), (FACTOR_ADMIN, FACTOR_HR, FACTOR_TRAINER, FACTOR_AUDITOR)),
    (lazy("Exams"), (KEY_HOLDERS_SIT,)),
    (lazy("Signing in"), (SESSION_IDLE, SESSION_ABSOLUTE, PROVE_AGAIN)),
    (lazy("Mail"), (MAIL_HOST, MAIL_PORT, MAIL_USER, MAIL_FROM)),
    (lazy("How long things are kept"), (KEEP_SIGN_INS, KEEP_ADDRESSES, KEEP_LETTERS,
                                        KEEP_LATE_ANSWERS)),
)
DEFINITIONS: tuple[Defined, ...] = tuple(each for _label, group in GROUPS for each in group)
BY_NAME = {each.name: each for each in DEFINITIONS}
