"""Which objects each page is asked for: own, foreign, missing, with numbers no row can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.access.world import COURSE, FOREIGN_COURSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.access.world import Somebody, World

    Values = dict[str, Any]
    Kinds = dict[str, Values]

MISSING, HUGE = 987_654_321, 10**24
# "mixed" is an own object with a part that belongs to something else.


def kinds(world: World, endpoint: str, arguments: set[str], who: Somebody) -> Kinds:
    """Return {kind: values for the address}; one kind "none" for a page without objects."""
    return maker(endpoint, arguments)(world, who)


def maker(endpoint: str, arguments: set[str]) -> Callable[[World, Somebody], Kinds] | None:
    """Return what names the objects of an address, None when nobody has said."""
    return BY_ENDPOINT.get(endpoint) or BY_ARGUMENTS.get(frozenset(arguments))


def _numbers(name: str, own: Any, foreign: Any) -> Kinds:
    found = {"own": {name: own}, "foreign": {name: foreign}, "missing": {name: MISSING},
             "huge": {name: HUGE}}
    return {kind: values for kind, values in found.items() if values[name] is not None}


def _attempt(world: World, who: Somebody) -> Kinds:
    return _numbers("attempt_id", who.objects["attempt"], _stranger(world)["attempt"])


def _closed_attempt(world: World, who: Somebody) -> Kinds:
    return _numbers("attempt_id", who.objects["closed"], _stranger(world)["closed"])


def _question_of_attempt(world: World, who: Somebody) -> Kinds:
    found = {kind: {**values, "position": 1} for kind, values in _attempt(world, who).items()}
    found["mixed"] = {**found["own"], "position": 21}
    found["mixed zero"] = {**found["own"], "position": 0}
    found["mixed huge"] = {**found["own"], "position": HUGE}
    return found


def _certificate(world: World, who: Somebody) -> Kinds:
    return _numbers("certificate_id", who.objects["certificate"],
                    _stranger(world)["certificate"])


def _session(world: World, who: Somebody) -> Kinds:
    return _numbers("session_id", who.objects["session"], _stranger(world)["session"])


def _passkey(world: World, who: Somebody) -> Kinds:
    return _numbers("passkey_id", who.objects["passkey"], _stranger(world)["passkey"])


def _bank(world: World, _who: Somebody) -> Kinds:
    return _numbers("bank_id", world.shared["own"]["bank"], world.shared["foreign"]["bank"])


def _in_bank(name: str, key: str, missing: Any) -> Callable[[World, Somebody], Kinds]:
    def make(world: World, who: Somebody) -> Kinds:
        own, foreign = world.shared["own"][key], world.shared["foreign"][key]
        found = {kind: {**values, name: foreign if kind == "foreign" else own}
                 for kind, values in _bank(world, who).items()}
        found["mixed"] = {**found["own"], name: foreign}
        found["mixed missing"] = {**found["own"], name: missing}
        if missing == MISSING:
            found["mixed huge"] = {**found["own"], name: HUGE}
        return found
    return make


def _member(world: World, who: Somebody) -> Kinds:
    keeper, stranger = world.shared["own"]["keeper"], world.shared["foreign"]["keeper"]
    found = {kind: {**values, "user_id": stranger if kind == "foreign" else keeper}
             for kind, values in _bank(world, who).items()}
    found["mixed huge"] = {**found["own"], "user_id": HUGE}
    return found


def _new_question(world: World, who: Somebody) -> Kinds:
    found = {kind: {**values, "type_name": "single_choice"}
             for kind, values in _bank(world, who).items()}
    found["mixed"] = {**found["own"], "type_name": "no_such_type"}
    return found


def _quiz(world: World, _who: Somebody) -> Kinds:
    return _numbers("quiz_id", world.shared["own"]["quiz"], world.shared["foreign"]["quiz"])


def _weaker_quiz(world: World, _who: Somebody) -> Kinds:
    """The exam that waits for an administrator is the one that nobody else looks after."""
    return _numbers("quiz_id", world.shared["foreign"]["quiz"], world.shared["own"]["quiz"])


def _quiz_version(world: World, who: Somebody) -> Kinds:
    found = {kind: {**values, "number": 1} for kind, values in _quiz(world, who).items()}
    found["mixed"] = {**found["own"], "number": 77}
    found["mixed huge"] = {**found["own"], "number": HUGE}
    return found


def _course(_world: World, _who: Somebody) -> Kinds:
    return {"own": {"slug": COURSE}, "foreign": {"slug": FOREIGN_COURSE},
            "missing": {"slug": "no-such-course"}}


def _in_course(name: str, own: str) -> Callable[[World, Somebody], Kinds]:
    def make(world: World, who: Somebody) -> Kinds:
        found = {kind: {**values, name: own} for kind, values in _course(world, who).items()}
        found["mixed"] = {**found["own"], name: "no-such"}
        return found
    return make


def _course_version(world: World, who: Somebody) -> Kinds:
    found = {kind: {**values, "number": 1} for kind, values in _course(world, who).items()}
    found["mixed"] = {**found["own"], "number": 77}
    found["mixed huge"] = {**found["own"], "number": HUGE}
    return found


def _module_of_version(world: World, who: Somebody) -> Kinds:
    found = {kind: {**values, "module_slug": "what-iso-is"}
             for kind, values in _course_version(world, who).items()}
    found["mixed module"] = {**found["own"], "module_slug": "no-such"}
    return found


def _course_member(world: World, who: Somebody) -> Kinds:
    keeper, stranger = world.shared["own"]["keeper"], world.shared["foreign"]["keeper"]
    found = {kind: {**values, "user_id": stranger if kind == "foreign" else keeper}
             for kind, values in _course(world, who).items()}
    found["mixed huge"] = {**found["own"], "user_id": HUGE}
    return found


def _sitting(_world: World, _who: Somebody) -> Kinds:
    return {"own": {"slug": f"{COURSE}-exam"}, "foreign": {"slug": f"{FOREIGN_COURSE}-exam"},
            "missing": {"slug": "no-such-quiz"}}


def _code(world: World, who: Somebody) -> Kinds:
    return {"own": {"code": who.objects["code"]}, "foreign": {"code": _stranger(world)["code"]},
            "missing": {"code": "ABCDEFGHJKMNPQRSTVWXYZ2345"}}


def _link(world: World, _who: Somebody) -> Kinds:
    return {"foreign": {"token": world.shared["link"]}, "missing": {"token": "x" * 43}}


def _person(world: World, _who: Somebody) -> Kinds:
    return _numbers("user_id", world.people["employee"].user_id, world.people["other"].user_id)


def _people_file(world: World, who: Somebody) -> Kinds:
    return {"own": {"token": who.objects["people_file"]},
            "foreign": {"token": _stranger(world)["people_file"]}, "missing": {"token": "x" * 22}}


def _requirement(world: World, _who: Somebody) -> Kinds:
    return _numbers("requirement_id", *world.shared["requirements"])


def _record(world: World, _who: Somebody) -> Kinds:
    return _numbers("record_id", *world.shared["records"])


def _event(own: str, foreign: str) -> Callable[[World, Somebody], Kinds]:
    return lambda world, _who: _numbers("event_id", world.shared["events"][own],
                                        world.shared["events"][foreign])


def _setting(_world: World, _who: Somebody) -> Kinds:
    return {"none": {"name": "organization"}, "missing": {"name": "no_such_setting"}}


def _site(world: World, _who: Somebody) -> Kinds:
    return {"none": {"site_id": world.shared["site"]}, "missing": {"site_id": MISSING}}


def _picture(world: World, _who: Somebody) -> Kinds:
    return {"none": {"sha256": world.shared["picture"]}, "missing": {"sha256": "0" * 64}}


def _work(world: World, who: Somebody) -> Kinds:
    return _numbers("work_id", who.objects["work"], _stranger(world)["work"])


def _proposal(world: World, _who: Somebody) -> Kinds:
    """A correction of a record, and roles to be given: of these HR knows nothing."""
    return _numbers("proposal_id", *world.shared["proposals"])


def _asked(world: World, who: Somebody) -> Kinds:
    return _numbers("proposal_id", who.objects["proposal"], _stranger(world)["proposal"])


def _stranger(world: World) -> dict[str, Any]:
    return world.people["other"].objects


BY_ARGUMENTS: dict[frozenset[str], Callable[[World, Somebody], Kinds]] = {
    frozenset(names.split()): make for names, make in {
        "": lambda _world, _who: {"none": {}},
        "attempt_id": _attempt,
        "attempt_id position": _question_of_attempt,
        "certificate_id": _certificate,
        "session_id": _session,
        "passkey_id": _passkey,
        "bank_id": _bank,
        "bank_id question_id": _in_bank("question_id", "question", MISSING),
        "bank_id token": _in_bank("token", "upload", "x" * 22),
        "bank_id batch_id": _in_bank("batch_id", "batch", MISSING),
        "bank_id user_id": _member,
        "bank_id type_name": _new_question,
        "quiz_id": _quiz,
        "quiz_id number": _quiz_version,
        "slug": _course,
        "slug module_slug": _in_course("module_slug", "what-iso-is"),
        "slug code": _in_course("code", "A12"),
        "slug number": _course_version,
        "slug number module_slug": _module_of_version,
        "slug user_id": _course_member,
        "requirement_id": _requirement,
        "record_id": _record,
        "site_id": _site,
        "work_id": _work,
        "user_id": _person,
        "proposal_id": _proposal,
        "code": _code,
        "token": _link,
    }.items()
}
BY_ENDPOINT: dict[str, Callable[[World, Somebody], Kinds]] = {
    "static": lambda _world, _who: {"none": {"filename": "css/isotrain.css"},
                                    "missing": {"filename": "../app.py"}},
    "media.picture": _picture,
    "people.preview": _people_file,
    "people.apply": _people_file,
    "settings.show": _setting,
    "settings.change": _setting,
    "audit.event": _event("people", "technical"),
    "audit.technical_event": _event("technical", "people"),
    "quizzes.confirm": _weaker_quiz,
    "attempts.about": _sitting,
    "attempts.begin": _sitting,
    "attempts.result": _closed_attempt,
    "seconding.withdraw": _asked,
}
