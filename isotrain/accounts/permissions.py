"""What may be done here, and which role may do it: the whole of it on this page."""

from __future__ import annotations

from enum import StrEnum

from isotrain.i18n import lazy


class Permission(StrEnum):
    """One thing somebody may be allowed to do; the comment says it as a sentence."""

    ENROL = "enrol"  # Set up a second factor, choose a time zone, sign out.
    OWN_ACCOUNT = "own-account"  # Change one's own password, end one's own sessions.
    LEARN = "learn"  # Study, practise, sit exams, keep one's own certificates.
    BANK_READ = "bank-read"  # See the questions, versions and keys of one's banks.
    BANK_EDIT = "bank-edit"  # Write, edit, import, approve and export questions of one's banks.
    QUIZ_COMPOSE = "quiz-compose"  # Compose and publish quizzes from one's banks.
    LIBRARY_READ = "library-read"  # See libraries and courses, and who looks after them.
    MEMBERS_APPOINT = "members-appoint"  # Name who looks after what nobody looks after.
    QUIZ_CONFIRM = "quiz-confirm"  # Confirm a weaker exam where its course has nobody else.
    COURSE_VERSIONS = "course-versions"  # See what any version of a course said.
    PEOPLE_READ = "people-read"  # See people, their units and job roles.
    PEOPLE_EDIT = "people-edit"  # Import people, change and deactivate them, issue access links.
    ROLES_GRANT = "roles-grant"  # Give and take roles.
    FACTOR_RESET = "factor-reset"  # Take away a second factor that somebody lost.
    ASSIGN = "assign"  # Assign courses and set due dates.
    RECORDS_READ = "records-read"  # See who has completed what, with scores.
    RECORDS_EXPORT = "records-export"  # Export completion records.
    TEAM_STATUS = "team-status"  # See the status, not the scores, of one's own team.
    SECOND = "second"  # Confirm what a colleague asks for, and see what came of one's own requests.
    LONG_WORK = "long-work"  # Have long exports and imports done, and take their files.
    CERTIFICATE_READ = "certificate-read"  # See and download other people's certificates.
    CERTIFICATE_REVOKE = "certificate-revoke"  # Revoke a certificate with a reason.
    AUDIT_RECORDS = "audit-records"  # Read events about people, training, banks and records.
    AUDIT_TECHNICAL = "audit-technical"  # Read technical events.
    SETTINGS = "settings"  # See the health of the installation, change its settings.


class Role(StrEnum):
    """The hats a person can wear; a person may wear several."""

    EMPLOYEE = "employee"
    TRAINER = "trainer"
    HR = "hr"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_NAMES = {
    Role.EMPLOYEE: lazy("Employee"),
    Role.TRAINER: lazy("Trainer"),
    Role.HR: lazy("HR"),
    Role.MANAGER: lazy("Manager"),
    Role.AUDITOR: lazy("Auditor"),
    Role.ADMIN: lazy("Administrator"),
}

_LEARNER = {Permission.ENROL, Permission.OWN_ACCOUNT, Permission.LEARN}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: frozenset(_LEARNER),
    Role.TRAINER: frozenset(
        _LEARNER
        | {
            Permission.BANK_READ,
            Permission.BANK_EDIT,
            Permission.QUIZ_COMPOSE,
            Permission.LIBRARY_READ,
            Permission.COURSE_VERSIONS,
            Permission.LONG_WORK,
        }
    ),
    Role.HR: frozenset(
        _LEARNER
        | {
            Permission.PEOPLE_READ,
            Permission.PEOPLE_EDIT,
            Permission.ASSIGN,
            Permission.SECOND,
            Permission.RECORDS_READ,
            Permission.RECORDS_EXPORT,
            Permission.LONG_WORK,
            Permission.CERTIFICATE_READ,
            Permission.CERTIFICATE_REVOKE,
            Permission.AUDIT_RECORDS,
        }
    ),
    Role.MANAGER: frozenset(_LEARNER | {Permission.TEAM_STATUS}),
    Role.AUDITOR: frozenset(
        {
            Permission.ENROL,
            Permission.OWN_ACCOUNT,
            Permission.COURSE_VERSIONS,
            Permission.RECORDS_READ,
            Permission.RECORDS_EXPORT,
            Permission.LONG_WORK,
            Permission.CERTIFICATE_READ,
            Permission.AUDIT_RECORDS,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Permission.ENROL,
            Permission.OWN_ACCOUNT,
            Permission.LIBRARY_READ,
            Permission.MEMBERS_APPOINT,
            Permission.QUIZ_CONFIRM,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_EDIT,
            Permission.ROLES_GRANT,
            Permission.FACTOR_RESET,
            Permission.SECOND,
            Permission.LONG_WORK,
            Permission.AUDIT_TECHNICAL,
            Permission.SETTINGS,
        }
    ),
}

# Only administrators give these. Whoever holds one is given links, and another number or address
# to sign in with, by administrators alone: a link opens the account it is made for.
PRIVILEGED = frozenset(Role) - {Role.EMPLOYEE}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return everything that a set of roles allows together."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
