"""Writing what a people file says: all at once, or a few people at a time.

First who left, then the units, then names of people who are here, who is new (managers before
those they manage), where people work, and last the time zones of sites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.models import SignInName
from isotrain.accounts.permissions import Role
from isotrain.audit.noting import Actor
from isotrain.db import added, db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _
from isotrain.jobs.stepping import IDLE, Pace, step
from isotrain.ledger.hashing import sha256_hex
from isotrain.lists import chunks
from isotrain.people import employing, locating, placements, placing, resolving
from isotrain.people.files import knowledge
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Entry, Plan
from isotrain.people.models import PeopleImport, Position
from isotrain.people.news import moving

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

AT_ONCE = 25  # people that one step writes at most
RUNNING, DONE, BROKEN = "running", "done", "broken"


class Outpaced(Exception):
    """Somebody is not as they were when the file was compared with them."""


@dataclass
class Run:
    """One applying of a large file; `ids` are those given to people who are new."""

    id: int
    transaction: Transaction
    ids: dict[int, int] = field(default_factory=dict)


def size(plan: Plan) -> int:
    """Count the people a plan writes something of, with those whom units take along."""
    moved = sum(move.people for move in plan.moves)
    return len(plan.left) + len(plan.new) + len(plan.changed) + len(plan.back) + moved


def start(upload: Upload, *, by: Actor) -> PeopleImport:
    """Enter that a file is applied."""
    entered = _entered(upload, DONE, by=by)
    db.session.add(entered)
    return entered


def _entered(upload: Upload, state: str, *, by: Actor) -> PeopleImport:
    return PeopleImport(
        sha256=sha256_hex(upload.data), file_name=upload.name[:200], applied_at=clock.now(),
        applied_by=by.user_id, created=0, changed=0, deactivated=0, state=state,
        last_step_at=clock.now())


def begin(upload: Upload, *, by: Actor, transaction: Transaction) -> Run:
    """Begin to apply a large file; refuse while another one is under way."""
    idle = (PeopleImport.state == RUNNING, PeopleImport.last_step_at < clock.now() - IDLE)
    with transaction():
        db.session.execute(sa.update(PeopleImport).where(*idle).values(state=BROKEN))
        entered = _entered(upload, RUNNING, by=by)
        if not added(entered):
            raise Refusal(_("Another people file is being applied right now. Wait until that is"
                            " done, then check yours again."))
        return Run(entered.id, transaction)


def end(run: Run) -> PeopleImport:
    """Note that a run came to its end."""
    _go_on(run, state=DONE, applied_at=clock.now())
    return db.session.get_one(PeopleImport, run.id, populate_existing=True)


def break_off(run: Run) -> None:
    """Note that a run did not come to its end."""
    with run.transaction():
        db.session.execute(
            sa.update(PeopleImport)
            .where(PeopleImport.id == run.id, PeopleImport.state == RUNNING)
            .values(state=BROKEN))


def find_unfinished() -> PeopleImport | None:
    """Return the file that was applied last, where that did not come to its end."""
    last = db.session.scalar(sa.select(PeopleImport).order_by(PeopleImport.id.desc()).limit(1))
    if last is None or last.state == DONE:
        return None
    idle = (last.last_step_at or last.applied_at) < clock.now() - IDLE
    return last if last.state == BROKEN or idle else None


def write_at_once(plan: Plan, *, by: Actor) -> None:
    """Do all of a plan in the caller's transaction."""
    _check(plan)
    with moving(by=by) as moved:
        _write(plan, moved, {}, by=by)


def write_in_steps(
    plan: Plan, run: Run, *, by: Actor, progress: Callable[[int, int], None]
) -> None:
    """Do a plan a few people at a time; raises Outpaced where it does not hold any more."""
    run.ids.clear()
    written, of, pace = 0, size(plan), Pace(AT_ONCE)
    for piece in _pieces(plan, pace):
        progress(written, of)
        written = min(of, written + size(piece))
        with step(run.transaction, pace):
            _go_on(run, created=PeopleImport.created + len(piece.new),
                   changed=PeopleImport.changed + len(piece.changed) + len(piece.back),
                   deactivated=PeopleImport.deactivated + len(piece.left))
            _check(piece)
            with moving(by=by) as moved:
                _write(piece, moved, run.ids, by=by)
    progress(of, of)


def _pieces(plan: Plan, pace: Pace) -> Iterator[Plan]:
    """Cut a plan into plans for a few people each, in an order in which each holds by itself."""
    bare = replace(plan, left=[], new=[], changed=[], back=[], parents={}, zones={}, moves=[])
    for left in pace.parts(plan.left):
        yield replace(bare, left=list(left))
    if plan.parents:
        yield replace(bare, parents=plan.parents, moves=plan.moves)
    renamed = [entry for entry in (*plan.back, *plan.changed)
               if entry.known and entry.known.person != entry.person]
    for names in _exchanging(plan, renamed, pace):
        yield replace(bare, renamed=names)
    for new in pace.parts(_managers_first(plan.new)):
        yield replace(bare, new=list(new))
    for back in pace.parts(plan.back):
        yield replace(bare, back=list(back))
    for changed in pace.parts(plan.changed):
        yield replace(bare, changed=list(changed))
    if plan.zones:
        yield replace(bare, zones=plan.zones)


def _exchanging(
    plan: Plan, renamed: Sequence[Entry], pace: Pace
) -> Iterator[list[Entry]]:
    """Gather people to be named anew: who takes over a name comes together with who gives it."""
    by_id = {entry.id: entry for entry in renamed}
    taken: set[int] = set()
    piece: list[Entry] = []
    for entry in renamed:
        group, waiting = [], [entry.id]
        while waiting:
            user_id = waiting.pop()
            if user_id in taken or user_id not in by_id:
                continue
            taken.add(user_id)
            group.append(by_id[user_id])
            owners = (plan.knowledge.owners.get(name)
                      for name in by_id[user_id].person.sign_in_names)
            waiting += [owner.id for owner in owners if owner]
        piece += group
        if len(piece) >= pace.size:
            yield piece
            piece = []
    if piece:
        yield piece


def _managers_first(new: Sequence[Entry]) -> list[Entry]:
    """Put everybody after the manager who is new as well; nobody stands above themself."""
    by_id = {entry.id: entry for entry in new}
    depths: dict[int, int] = {}

    def depth(entry: Entry) -> int:
        chain = []
        at: Entry | None = entry
        while at is not None and at.id not in depths:
            chain.append(at.id)
            at = by_id.get(at.words.manager_id or 0)
        base = depths[at.id] if at is not None else -1
        for user_id in reversed(chain):
            base += 1
            depths[user_id] = base
        return depths[entry.id]

    return sorted(new, key=depth)


def _go_on(run: Run, **values: object) -> None:
    """Note that somebody is at work on a run; raises Conflict once it was given up."""
    going = db.session.execute(
        sa.update(PeopleImport)
        .where(PeopleImport.id == run.id, PeopleImport.state == RUNNING)
        .values(last_step_at=clock.now(), **values)
        .execution_options(synchronize_session=False))
    if going.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This took too long and was broken off. What was written so far stays;"
                         " apply the file again to write the rest."))


def _check(plan: Plan) -> None:
    """Raise Outpaced unless the people of a plan are as it knows them."""
    planned = {known.id: known for known, _day in plan.left}
    planned |= {entry.id: entry.known for entry in (*plan.back, *plan.changed, *plan.renamed)
                if entry.known}
    persons = {entry.id: entry.person for entry in (*plan.back, *plan.changed)}
    standing = knowledge.people(planned)
    for user_id, known in planned.items():
        if standing.get(user_id) not in (known, replace(
                known, person=persons.get(user_id, known.person))):
            raise Outpaced
    names = [name for entry in plan.new for name in entry.person.sign_in_names]
    if any(owner not in planned for some in chunks(names) for owner in db.session.scalars(
            sa.select(SignInName.user_id).where(SignInName.folded.in_(some)))):
        raise Outpaced


def _write(plan: Plan, moved: set[int], ids: dict[int, int], *, by: Actor) -> None:
    """Do what a plan says; `ids` learns those of people who are new."""
    on, known = plan.options.effective_on, [*plan.back, *plan.changed]
    if plan.left:
        employing.leave({person.id: day for person, day in plan.left}, by=by)
    if known or plan.renamed:
        registering.change({entry.id: entry.person for entry in (*known, *plan.renamed)}, by=by)
    new = registering.add([entry.person for entry in plan.new], roles=frozenset({Role.EMPLOYEE}),
                          by=by)
    ids.update(zip((entry.id for entry in plan.new), new, strict=True))
    positions = _positions(plan, known, ids)
    if plan.back:
        employing.come_back({entry.id: entry.hired_on for entry in plan.back}, on=on, by=by,
                            to={entry.id: positions[entry.id] for entry in plan.back})
    employing.set_hired({ids.get(entry.id, entry.id): entry.hired_on
                         for entry in (*known, *plan.new) if entry.hired_on})
    placing.place(positions, from_on=on, by=by)
    for code, zone in plan.zones.items():
        locating.locate(locating.get_by_code(code), zone, by=by)
    if plan.moves:
        moved.update(placements.people_under(plan.parents.keys() & plan.knowledge.parents.keys()))


def _positions(
    plan: Plan, known: Sequence[Entry], ids: Mapping[int, int]
) -> dict[int, Position]:
    words = {}
    for entry in (*known, *plan.new):
        manager = entry.words.manager_id
        words[ids.get(entry.id, entry.id)] = replace(
            entry.words, manager_id=ids.get(manager, manager) if manager else None)
    return resolving.positions(words, parents=plan.parents)
