"""Wandering: exams sat in real browsers while everything around them gives out, in any order.

Each sitting is a random walk over what people and devices do. After every step the page is read
and what it says of saving is held against the database and against what the browser keeps; at the
end every answer that was given must be there, once.
"""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from playwright.async_api import Error, async_playwright

from isotrain import clock
from isotrain.accounts import passwords
from isotrain.accounts.models import Password, Session
from isotrain.attempts import sheets
from isotrain.attempts.models import Answer, Attempt, LateAnswer, Result
from isotrain.banks import versions
from isotrain.db import db
from tests.factories import committed
from tests.faults import checking, people
from tests.faults.weather import Weather
from tests.journeys.sitting import READY

if TYPE_CHECKING:
    from flask import Flask
    from playwright.async_api import Browser, BrowserContext, Locator

    from tests.faults.people import Person
    from tests.faults.serving import Server

PASSWORD = "correct horse battery staple"
EXAM = "/quiz/iso-certification-exam"
STEPS = {"answer": 10, "turn": 6, "flag": 1, "look": 1, "storm": 3, "calm": 2, "offline": 2,
         "online": 3, "reload": 2, "sign_out": 1, "other_device": 1, "full": 1, "jump": 1,
         "restart": 1}
AT_ONCE = 5
PATIENCE = 40_000  # milliseconds until everything has come to rest
COMING = 120_000  # until the whole form is here: the page tries again after 8, 16 and 32 s
READ = """async () => {
    const line = document.querySelector(".save-state");
    const box = [...document.querySelectorAll("[data-queue]")].find(each => each.checkVisibility());
    const form = document.querySelector("form.sitting:not([hidden])");
    const waiting = (await kept.answers().catch(() => [])).filter(each => !each.sent);
    return {
        position: form ? Number(form.dataset.position) : 0,
        state: form ? line.dataset.saveState : "",
        text: form ? line.textContent.trim() : "", queue: box ? box.textContent.trim() : "",
        values: form ? [...form.querySelectorAll(".answers :checked")].map(each => each.value) : [],
        waiting: waiting.map(each => Number(each.position)),
        unsent: waiting.filter(each => each.answer !== false).map(each => Number(each.position)),
        dialogs: [...document.querySelectorAll("dialog[open]")]
            .map(each => Object.keys(each.dataset)[0]),
        conflict: document.querySelector("[data-conflict]")?.hidden === false,
    };
}"""
SCRIPTED = "() => document.querySelector('[data-check], [data-by-buttons][hidden]') !== null"
FULL = """full => {
    const put = window.realPut ||= IDBObjectStore.prototype.put;
    const fails = () => { throw new DOMException("full", "QuotaExceededError"); };
    IDBObjectStore.prototype.put = full ? fails : put;
}"""
# A device whose clock was set since the page before.
JUMPED = """(() => {
    const jump = Number(localStorage.getItem("jump") || 0), origin = performance.timeOrigin;
    if (jump) Object.defineProperty(performance, "timeOrigin", { value: origin + jump });
})()"""


@dataclass
class Outcome:
    """What came of many sittings: what was found wrong by kind, and how much was done."""

    wrong: dict[str, list[Any]] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    handed_in: int = 0
    sentences: int = 0

    def blame(self, kind: str, case: Any) -> None:
        self.wrong.setdefault(kind, []).append(case)


def run(server: Server, *, path: str, sittings: int, steps: int, seed: int) -> Outcome:
    """Sit so many exams, some at a time, and hold everything against the database."""
    app, outcome = server.inside(), Outcome()
    with app.app_context():
        sitters = people.made(app, 2 * sittings)[::2]  # every other one: sessions for a device more
        hashed = passwords.hash_password(PASSWORD)
        with committed():
            db.session.add_all(Password(user_id=each.id, hash=hashed, changed_at=clock.now())
                               for each in sitters)
        db.session.remove()
    walks = [Walk(server, app, person, seed + n, steps, outcome)
             for n, person in enumerate(sitters)]
    failed: list[BaseException] = []

    def wander() -> None:
        try:
            asyncio.run(_all(walks, path))
        except BaseException as error:  # told where the test can see it
            failed.append(error)

    thread = threading.Thread(target=wander)  # a test may have an event loop of its own
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    with app.app_context():
        for kind, cases in {"DOUBLE": checking._doubles(), "CERT": checking._awards()}.items():
            for case in cases:
                outcome.blame(kind, case)
        db.session.remove()
        db.engine.dispose()
    return outcome


async def _all(walks: list[Walk], path: str) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path)

        async def one(walk: Walk) -> None:
            async with gate:
                await walk.walk(browser)

        await asyncio.gather(*map(one, walks))
        await browser.close()


class Walk:
    """One person who sits one exam, whatever comes."""

    restarting = threading.Lock()

    def __init__(self, server: Server, app: Flask, person: Person, seed: int, steps: int,
                 outcome: Outcome) -> None:
        self.server, self.app, self.person, self.outcome = server, app, person, outcome
        self.seed, self.dice = seed, random.Random(seed)
        self.plan = self.dice.choices(list(STEPS), weights=list(STEPS.values()), k=steps)
        self.intended: dict[int, list[str]] = {}
        self.offline_now = self.full_now = self.shared = self.ended = False
        self.attempt, self.trail = 0, list[str]()
        self.seen: deque[str] = deque(maxlen=12)  # what the page met last, for who looks into it

    async def walk(self, browser: Browser) -> None:
        """Begin, wander, come to rest, hand in."""
        await asyncio.to_thread(self._wake)
        with Weather(self.server.port, self.seed) as self.weather:
            self.browser = browser
            self.context = await self._device()
            name, _, value = self.person.cookie.partition("=")
            await self.context.add_cookies(
                [{"name": name, "value": value, "url": self.weather.url}])
            self.page = await self.context.new_page()
            self.page.on("pageerror", lambda error: self.seen.append(f"{error}"[:200]))
            self.page.on("response", lambda got: self.seen.append(
                f"{got.status} {got.request.method} {got.url[len(self.weather.url):]}"))
            try:
                await self._begin()
                for step in self.plan:
                    self.trail.append(step)
                    await self._attend()
                    try:
                        await getattr(self, step)()
                    except Error:  # a dialog came in between
                        await self._attend()
                        await getattr(self, step)()
                    self.outcome.steps[step] = self.outcome.steps.get(step, 0) + 1
                    await self._believe()
                await self._rest()
                await self._hand_in()
            except Exception as error:  # whatever it was, the others sit on
                said: Any = "a page that cannot be read"
                with suppress(Error):
                    said = await self._read()
                self._blame("STUCK", (f"{error}".split("\n")[:4], self.page.url, said,
                                      list(self.seen)))
            finally:
                for kind, count in self.weather.met.items():
                    self.outcome.met[kind] = self.outcome.met.get(kind, 0) + count
                await self.context.close()

    def _blame(self, kind: str, case: Any) -> None:
        self.outcome.blame(kind, (f"seed {self.seed}", case, self.trail[-8:]))

    async def _device(self) -> BrowserContext:
        context = await self.browser.new_context(base_url=self.weather.url)
        context.set_default_timeout(PATIENCE / 4)
        await context.add_init_script(JUMPED)
        return context

    async def _begin(self) -> None:
        """Start, and once more where the server just died of somebody else's walk."""
        for _try in range(30):
            with suppress(Error):
                await self.page.goto(EXAM)
                await self.page.locator(".start-act .primary").click(timeout=5000)
                await self.page.wait_for_url("**/attempt/*/1", timeout=5000)
                break
            await asyncio.sleep(1)
        else:
            raise Error("the exam did not begin")
        self.attempt = int(self.page.url.split("/")[-2])
        await self._ready()

    async def _ready(self) -> None:
        """Wait until the whole form is here and a worker looks after it."""
        for waited in range(COMING // 250):
            with suppress(Error):  # the page may just be on its way to another
                if await self.page.evaluate(READY):
                    return
                if waited % 40 == 39 and not await self.page.evaluate(SCRIPTED):
                    await self.page.reload()  # the server died when its scripts were asked for
            await asyncio.sleep(0.25)
        raise Error("the form did not come")

    # -- what people do --

    async def answer(self) -> None:
        """Choose something at the question that is shown."""
        if not (await self._read())["position"]:
            await self._to_a_question()
        await self._click_one(self.page.locator("form.sitting fieldset.answers label.option"))
        await self._note()

    async def _note(self) -> None:
        said = await self._read()
        self.intended[said["position"]] = sorted(said["values"])
        self.outcome.answers += 1

    async def turn(self) -> None:
        """Go to another question."""
        if not (await self._read())["position"]:
            await self._to_a_question()
            return
        await self._click_one(self.page.locator(".question-grid button"))

    async def _click_one(self, offered: Locator) -> None:
        await offered.first.wait_for()
        await offered.nth(self.dice.randrange(await offered.count())).click()

    async def flag(self) -> None:
        if (await self._read())["position"]:
            await self.page.locator(".turns [value=flag]").click()

    async def look(self) -> None:
        """Look at all answers."""
        if (await self._read())["position"]:
            await self.page.locator("form.sitting [value=check]:visible").last.click(timeout=4000)
            await self.page.locator("[data-check] h1").wait_for()

    async def _to_a_question(self) -> None:
        await self.page.locator(f"[data-row='{self.dice.randint(1, 20)}']").click()
        await self.page.locator("form.sitting").wait_for()

    async def _go_to(self, position: int) -> None:
        if not (await self._read())["position"]:
            await self._to_a_question()
        await self.page.locator(f".question-grid [value='{position}']").click()

    async def reload(self) -> None:
        """Load the page again, unless it says not to.

        A page that is kept comes whatever the weather; any other is asked for until it comes.
        """
        if "Do not" in (await self._read())["queue"]:
            return
        kept = await self.page.evaluate(READY)
        for _try in range(20):
            try:
                await self.page.reload(wait_until="load")
                break
            except Error as error:
                # Else one is led to a page that is none of the sitting, or a full disk keeps none.
                if kept and not self.ended and not self.full_now:
                    self._blame("GONE", f"{error}".split("\n")[0])
                if self.offline_now:
                    await self.online()
                await asyncio.sleep(0.25)
        await self._arrive()

    async def _arrive(self) -> None:
        """Go on from a page that was opened anew, once more where the server just died."""
        for _try in range(10):
            with suppress(Error):
                await self._go_on()
                return
            await self.online()
            self.weather.bad = 0.0
            with suppress(Error):
                await self.page.reload()
        raise Error("the sitting does not come back")

    async def _go_on(self) -> None:
        """Do what stands between a page that was opened anew and the question."""
        shown = "form.sitting, [data-exam], [data-elsewhere], [name=password]"
        await self.page.locator(shown).first.wait_for(state="attached")
        if "/sign-in" in self.page.url:
            self.weather.bad = 0.0
            await self._fill_in(self.page.locator("main"))
            await self.page.wait_for_url("**/attempt/**")
        if await self.page.locator("[data-elsewhere]").count():
            self.weather.bad = 0.0
            await self.page.get_by_role("button", name="Go on here").click()
        await self.page.locator("form.sitting").wait_for(state="attached")
        await self.page.wait_for_function("() => document.querySelector('[data-check]')")

    async def other_device(self) -> None:
        """Go on at another device for one answer, then let it lie."""
        if self.full_now:
            return
        self.weather.bad = 0.0
        self.shared = True
        other = await self._device()
        with suppress(Error):  # where the server just died, nobody goes on there
            await self._answer_there(other)
        await other.close()

    async def _answer_there(self, other: BrowserContext) -> None:
        page = await other.new_page()
        await self._sign_in_anew(other)
        await page.goto(f"/attempt/{self.attempt}/2")
        await page.locator("[data-elsewhere] .primary, form.sitting").first.wait_for()
        if await page.locator("form.sitting").count() == 0:  # unless nobody is signed in there
            await page.get_by_role("button", name="Go on here").click()
        await page.wait_for_url("**/attempt/*/2")
        self.intended.pop(2, None)  # until it is known what became of it
        await self._click_one(page.locator("fieldset.answers label.option"))
        await asyncio.sleep(0.5)  # until a press has ended, the page tells of before it
        await page.locator("[data-save-state=saved]").wait_for()
        values = (await page.evaluate(READ))["values"]
        if (await self._read())["waiting"].count(2) == 0:
            self.intended[2] = sorted(values)  # else both are shown, and one is chosen

    async def sign_out(self) -> None:
        """The session ends; the page hears of it when it next sends something."""
        self.ended = True
        await asyncio.to_thread(self._end_sessions)

    # -- what devices and networks do --

    async def storm(self) -> None:
        self.weather.bad = self.dice.choice((0.3, 0.6, 0.9))

    async def calm(self) -> None:
        self.weather.bad = 0.0

    async def offline(self) -> None:
        self.offline_now = True
        await self.context.set_offline(True)

    async def online(self) -> None:
        self.offline_now = False
        await self.context.set_offline(False)

    async def full(self) -> None:
        """The browser has no room left; sometimes it has again."""
        self.full_now = not self.full_now
        await self.page.evaluate(FULL, self.full_now)

    async def jump(self) -> None:
        """The clock of the device is set; pages that are opened from now on go by it."""
        hours = self.dice.choice((-25, -1, 1, 25)) * 3_600_000
        await self.page.evaluate("jump => localStorage.setItem('jump', jump)", hours)

    async def restart(self) -> None:
        """The server dies and comes again."""
        if self.dice.random() < 0.5:
            await asyncio.to_thread(self._restart)

    def _restart(self) -> None:
        with Walk.restarting:
            self.server.kill_all()
            self.server.start()

    # -- what is there --

    def _wake(self) -> None:
        """Be signed in as if just now: who comes last has waited longer than a session rests."""
        self._of_sessions(last_seen_at=clock.now())

    def _end_sessions(self) -> None:
        self._of_sessions(ended_at=clock.now())

    def _of_sessions(self, **values: Any) -> None:
        with self.app.app_context():
            with committed():
                db.session.execute(
                    sa.update(Session).where(Session.user_id == self.person.id).values(**values))
            db.session.remove()

    async def _sign_in_anew(self, context: BrowserContext) -> None:
        """Begin a session of its own for another device."""
        request = context.request
        page = await request.get("/sign-in")
        token = re.search(r'name="csrf_token" value="([^"]+)"', await page.text())
        if token:
            await request.post("/sign-in", form={
                "csrf_token": token[1], "name": f"k{self.person.id}", "password": PASSWORD})

    async def _read(self) -> dict[str, Any]:
        for _try in range(PATIENCE // 250):
            with suppress(Error):  # the page may just be on its way to another
                said: dict[str, Any] = await self.page.evaluate(READ)
                return said
            await asyncio.sleep(0.25)
        raise Error("the page cannot be read")

    async def _attend(self) -> None:
        """Do what a dialog asks for before anything else."""
        for _try in range(20):
            said = await self._read()
            if said["conflict"] and not said["dialogs"]:
                await self.page.get_by_role("button", name="Use the answer on this page").click()
                await self._note()
            elif "seatTaken" in said["dialogs"]:
                if self.full_now or self.offline_now:
                    await self.online()
                    self.full_now = False
                    await self.page.evaluate(FULL, False)
                self.weather.bad = 0.0
                with suppress(Error):  # where the server just died, once more
                    async with self.page.expect_navigation(timeout=4000):
                        await self.page.locator("[data-go-on]").click()
                    await self._ready()
            elif "signInHere" in said["dialogs"]:
                if self.offline_now:
                    await self.page.get_by_role("button", name="Later").click()
                else:
                    self.weather.bad = 0.0
                    await self._sign_in()
            elif "signed out" in said["queue"] and not self.offline_now:
                self.weather.bad = 0.0
                with suppress(Error):  # put off before; the page asks again in a moment as well
                    await self.page.locator("[data-queue] button:visible").click(timeout=2000)
                    await self.page.locator("[data-sign-in-here]").wait_for(timeout=4000)
            else:
                return

    async def _sign_in(self) -> None:
        """Sign in over the page; where the server just died, the dialog comes again."""
        dialog = self.page.locator("[data-sign-in-here]")
        with suppress(Error):
            await self._fill_in(dialog)
            await dialog.wait_for(state="hidden", timeout=4000)

    async def _fill_in(self, where: Locator) -> None:
        await where.get_by_label("Personnel number or e-mail").fill(f"k{self.person.id}")
        await where.get_by_label("Password", exact=True).fill(PASSWORD)
        await where.get_by_role("button", name="Sign in").click()
        self.ended = False

    def _stored(self) -> dict[int, list[str]]:
        """Return the stored answers as the values a browser shows."""
        with self.app.app_context():
            items = sheets.items_of(self.attempt)
            rows = db.session.scalars(
                sa.select(Answer).where(Answer.attempt_id == self.attempt)).all()
            questions = versions.contents({items[row.position - 1][0] for row in rows})
            found = {}
            for row in rows:
                version, arrangement = items[row.position - 1]
                filled = questions[version].question().filled(row.response, arrangement)
                found[row.position] = sorted(filled.get("answer", []))
            db.session.remove()
        return found

    async def _believe(self) -> None:
        """Hold what the page says now against what is so."""
        said = await self._read()
        stored = await asyncio.to_thread(self._stored)
        again = await self._read()
        if said != again:  # something arrived meanwhile; the next look is as good
            return
        self.outcome.sentences += 1
        here, values = said["position"], sorted(said["values"])
        if said["state"] == "saved" and here and not self.shared and stored.get(here, []) != values:
            self._blame("UNTRUE", (said, stored.get(here)))
        if said["state"] == "idle" and here and values:
            self._blame("UNTRUE", (said, stored.get(here)))
        if said["state"] == "kept" and here not in said["waiting"]:
            self._blame("UNTRUE", (said, stored.get(here)))
        count = re.search(r"(\d+) answers? waits?", said["queue"])
        chosen = re.search(r"changed questions? ([\d, ]+)", said["queue"])  # told by their numbers
        told = {int(number) for number in re.findall(r"\d+", chosen[1] if chosen else "")}
        waiting = [each for each in said["unsent"]
                   if each not in told and not (said["conflict"] and each == here)]
        # Where the disk is full, what the browser keeps is older than what the page knows.
        if count and int(count[1]) != len(waiting) and "Do not close" not in said["queue"]:
            self._blame("UNTRUE", (said, stored.get(here)))

    async def _rest(self) -> None:
        """Let the weather clear and wait until the page says that nothing waits any more."""
        await self.online()
        self.weather.bad = 0.0
        if self.full_now:
            await self.full()
        for _try in range(COMING // 500):
            await self._attend()
            # As a browser that comes back to a network does; else the page waits for its next try.
            await self.page.evaluate("() => dispatchEvent(new Event('online'))")
            await self._look_at_what_changed()
            said = await self._read()
            if not (said["queue"] or said["dialogs"] or said["waiting"]) and (
                    said["state"] in ("saved", "idle", "")):
                break
            await asyncio.sleep(0.5)
        else:
            raise Error("something waits for ever")
        stored = await asyncio.to_thread(self._stored)
        for position, values in self.intended.items():
            if stored.get(position, []) != values:
                self._blame("LOST", (position, values, stored.get(position),
                                     await self._read(), list(self.seen)))
                self.intended[position] = stored.get(position, [])

    async def _look_at_what_changed(self) -> bool:
        """Open a question that another device has answered; say whether there is one."""
        said = await self._read()
        changed = re.search(r"changed questions? (\d+)", said["queue"])
        if not changed or said["dialogs"]:
            return False
        await self._go_to(int(changed[1]))
        return True

    async def _press_hand_in(self) -> None:
        for _try in range(5):
            await self._attend()
            with suppress(Error):  # a dialog came in between
                await self.look()
                await self.page.locator("form[data-hand-in] .primary").click(timeout=2000)
                break

    async def _hand_in(self) -> None:
        for _try in range(20):
            with suppress(Error):  # the server just died, and what came is empty
                if self.page.url.endswith("/result"):
                    break
                if "anded in yet" not in (await self._read())["queue"]:
                    await self._press_hand_in()
                with suppress(Error):
                    await self.page.wait_for_url("**/result", timeout=4000)
                    break
                await self._look_at_what_changed()
                await self._attend()
        for _try in range(20):
            with suppress(Error):
                await self.page.locator("[data-exam-closed]").wait_for(timeout=2000)
                break
            with suppress(Error):
                await self.page.reload()
        await self.page.locator("[data-exam-closed]").wait_for()
        self.outcome.handed_in += 1
        await asyncio.to_thread(self._closed)
        await self._empty()

    def _closed(self) -> None:
        """Held against the database once more: what was saved was handed in."""
        with self.app.app_context():
            attempt = db.session.get_one(Attempt, self.attempt)
            if attempt.state != "submitted" or db.session.get(Result, self.attempt) is None:
                self._blame("LOST", attempt.state)
            late = db.session.scalars(
                sa.select(LateAnswer.position).where(LateAnswer.attempt_id == self.attempt)).all()
            if late:
                self._blame("LATE", late)
            db.session.remove()

    async def _empty(self) -> None:
        """Questions go at hand-in, and so does what was saved."""
        for _try in range(20):
            kept = await self.page.evaluate("""async () => [
                (await kept.answers()).length,
                ...(await Promise.all((await caches.keys()).map(async name =>
                    (await (await caches.open(name)).keys()).map(each => each.url)))).flat()
                    .filter(url => url.includes("/attempt/"))]""")
            if kept == [0]:
                return
            await asyncio.sleep(0.25)
        self._blame("LEFT", kept)
