"""Services at the size of a large district: process start to the list, a page of a service, a search; one certificate.

The district has 5,000 services (`bench.district`). The peers are measured in the same run: the same terminal with the
59 that ship, and SQLite looking through the same names with LIKE.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.district import SEED, publish
from bench.guest import Guest
from bench.place import desk_of, place
from bench.programs import StalledError, drop_page_cache, end
from bench.programs import start as begin
from bench.rows import Goal, Row, percentile, row
from bench.start import DRAWN, PATIENCE_S, POLL_S, STEADY_S, TOUCH, Drawn, Subject, colours, first_page, reference
from bench.subjects import terminal
from bench.touch import REST_S, one_touch
from bench.x11 import Screen, same
from kiosk_app.commands.common import ask_running
from kiosk_app.lab.journeys import journey
from kiosk_app.lab.world import World

GROUP = "services"
FEW = "the same terminal with 59 services"
LIST_GOAL, PAGE_GOAL, SEARCH_GOAL, VISIT_GOAL = Goal(most=1.0), Goal(most=150), Goal(most=30), Goal(most=60)
LISTED = range(380, 1700, 12)
"""Where on the first page with services to look, in px: all that is below the heading."""
ROWS = 6
SYNCED_S = 120.0
ASKED = "purpose"
CODE = re.compile(r"\d{6}")


def list_page(screen: Screen, subject: Subject) -> Drawn:
    """Start it once, touch it, and return what the page with services looks like when nothing changes any more."""
    with first_page(screen, subject):
        screen.click(*TOUCH)
        last, since = b"", time.monotonic()
        began = since
        while time.monotonic() - since < 4 * STEADY_S:
            rows = screen.rows(LISTED)
            if rows != last:
                last, since = rows, time.monotonic()
            if time.monotonic() - began > PATIENCE_S:
                raise StalledError("the list does not come to rest")
            time.sleep(POLL_S)
        heights = sorted(LISTED, key=lambda y: colours(screen, y))[-ROWS:]
        return Drawn(heights, screen.rows(heights))


def start_to_list(screen: Screen, subject: Subject, first: Drawn, listed: Drawn) -> float:
    """Start it, touch its first page as soon as that is there; seconds until its services are on the glass."""
    began = time.monotonic()
    process = begin(subject.command, subject.env, subject.log)
    try:
        for page, touched in ((first, True), (listed, False)):
            while same(screen.rows(page.heights), page.pixels) < DRAWN:
                if process.poll() is not None or time.monotonic() - began > PATIENCE_S:
                    raise StalledError(f"{subject.name}: the list did not come")
                time.sleep(POLL_S)
            if touched:
                screen.click(*TOUCH)
        return time.monotonic() - began
    finally:
        end(process)


def starts(screen: Screen, subject: Subject, runs: int) -> tuple[list[float], bool]:
    """Seconds from the start of the process to its list, `runs` times; whether the page cache could be dropped."""
    first, listed = reference(screen, subject), list_page(screen, subject)
    cold, found = True, []
    for _ in range(runs):
        cold = drop_page_cache() and cold
        found.append(start_to_list(screen, subject, first, listed))
    return found, cold


def pages(world: World, screen: Screen, display: str, touches: int) -> tuple[list[float], list[float]]:
    """Touch lists and services of all themes; ms to the changed heading of the lists, and of the services."""
    lists: list[float] = []
    services: list[float] = []
    source = random.Random(SEED)
    with Guest(world.state.root, world.folder / "terminal.log", display) as guest:
        guest.wait("online", lambda page: page["online"])
        guest.go("start.touch", to="home")
        guest.go("all", to="list")
        while len(services) < touches:
            themes = [name for name in guest.page()["nodes"] if name.startswith("theme.")]
            lists.append(_touched(guest, screen, source, themes))
            shown = [name for name in guest.page()["nodes"] if name.startswith("service.")]
            services.append(_touched(guest, screen, source, shown))
            guest.wait("a service", lambda page: page["screen"] == "guide")
            guest.go("actions.back", to="list")
            guest.ask(press="actions.back")
            guest.wait("the themes", lambda page: any(name.startswith("theme.") for name in page["nodes"]))
    return lists, services


def _touched(guest: Guest, screen: Screen, source: random.Random, names: Sequence[str]) -> float:
    """Touch one of these that is on the glass."""
    time.sleep(REST_S)
    places = [place for name in names if (place := guest.ask(where=name)) and 0 < place["y"] < LISTED.stop]
    if not places:
        raise StalledError("nothing to touch on the page")
    place = source.choice(places)
    return one_touch(screen, place["x"], place["y"])


def questions(entries: Sequence[Mapping[str, Any]], count: int) -> list[str]:
    """What people look for: parts of names, sentences around one, pinyin, first letters, English words."""
    source = random.Random(SEED)
    asked = []
    for number in range(count):
        entry = source.choice(entries)
        name = source.choice(entry["search"]["zh"])
        begin_at = source.randrange(max(1, len(name) - 1))
        ways = (
            name,
            name[begin_at : begin_at + 2],
            f"我要办{name}怎么办",
            source.choice(entry["search"]["pinyin"])[:8],
            source.choice(entry["search"]["initials"]),
            source.choice(entry["names"]["en"].split()),
        )
        asked.append(ways[number % len(ways)])
    return asked


def searches(world: World, count: int) -> tuple[list[float], list[float]]:
    """Ms of our searches, and of SQLite's for the same words among the same names, which it does not rank."""
    catalogue = desk_of(world).catalogue
    listed = json.loads((world.packages / "reference.json").read_text("utf-8"))["listed"]
    shipped = [json.loads(file.read_text("utf-8")) for file in world.packages.glob("*/service.json")]
    entries = [*listed, *shipped]
    asked = questions(entries, count)
    catalogue.search("预备")
    with contextlib.closing(sqlite3.connect(":memory:")) as peer:
        peer.execute("CREATE TABLE names (id TEXT, name TEXT)")
        for e in entries:
            texts = (*e["names"].values(), *e["short"].values(), *(t for many in e["search"].values() for t in many))
            peer.executemany("INSERT INTO names VALUES (?, ?)", [(e["id"], text) for text in texts])

        def like(question: str) -> None:
            peer.execute("SELECT DISTINCT id FROM names WHERE name LIKE ?", (f"%{question}%",)).fetchall()

        return [_ms(catalogue.search, q) for q in asked], [_ms(like, q) for q in asked]


def _ms(find: Callable[[str], object], question: str) -> float:
    began = time.perf_counter()
    find(question)
    return (time.perf_counter() - began) * 1000


def certificate(world: World) -> float:
    """SB01 by somebody who decides at once: seconds from the card on the pad to the sealed page in the tray.

    Four touches: the service, its start, the consent, the submission. Besides them the second factor, and a choice and
    a touch for the one question that nobody can answer for the resident.

    Raises:
        StalledError: a page or the certificate did not come.
    """
    visitor = journey("SB01", random.Random(SEED), world)
    answers = next(step.value for step in visitor.script.steps if step.word == "answer")
    before = set(world.tray.glob("*.pdf"))
    with Guest(world.state.root, world.folder / "terminal.log") as guest:
        guest.wait("online", lambda page: page["online"])
        began = time.monotonic()
        world.present(visitor.resident)
        guest.wait("card read", lambda page: page["screen"] == "home" and "service.SB01" in page["nodes"])
        world.remove()
        guest.go("service.SB01", to="guide")
        guest.ask(press="actions.start")
        _second_factor(world, guest, visitor.resident.phone)
        guest.wait("its question", lambda page: f"form.{ASKED}" in page["nodes"])
        guest.ask(edit=f"form.{ASKED}", text=answers[ASKED])
        guest.go("actions.next", to="review")
        guest.go("consent", "actions.submit", to="outcome")
        until = time.monotonic() + PATIENCE_S
        while not set(world.tray.glob("*.pdf")) - before:
            if time.monotonic() > until:
                raise StalledError("no certificate came out")
            time.sleep(POLL_S)
        return time.monotonic() - began


def _second_factor(world: World, guest: Guest, phone: str) -> None:
    guest.wait("the question who it is", lambda page: "way.phone" in page["nodes"])
    guest.ask(press="way.phone")
    guest.ask(edit="identify.phone", text=phone)
    guest.ask(press="actions.send")
    guest.wait("the question for the code", lambda page: "identify.code" in page["nodes"])
    found = CODE.search(world.messages(phone)[-1])
    guest.ask(edit="identify.code", text=found[0] if found else "")
    guest.ask(press="actions.check")


def grow(world: World) -> None:
    """Publish the large district and let the terminal fetch it."""
    world.restart_platform(lambda: publish(world.packages))
    wanted = len(json.loads((world.packages / "reference.json").read_text("utf-8"))["listed"])
    with Guest(world.state.root, world.folder / "terminal.log"):
        until = time.monotonic() + SYNCED_S
        while len(ask_running(world.state.root, "services") or ()) < wanted:
            if time.monotonic() > until:
                raise StalledError("the large catalogue did not come")
            time.sleep(REST_S)


def measure(screen: Screen, display: str, runs: int, touches: int) -> list[Row]:
    """Measure the small district, then the large one."""
    with place() as world:
        subject = terminal(world, display)
        few, _ = starts(screen, subject, runs)
        few_lists, few_pages = pages(world, screen, display, touches)
        grow(world)
        many, cold = starts(screen, subject, runs)
        lists, services = pages(world, screen, display, touches)
        mine, theirs = searches(world, 10 * touches)
        seconds = certificate(world)
    how = f"median of {runs}, page cache " + ("dropped" if cold else "not dropped: root only")
    each = ", ".join(f"{s:.2f}" for s in many)

    def p95(name: str, ours: Sequence[float], peer: str, other: Sequence[float], goal: Goal, detail: str) -> Row:
        return row(GROUP, f"{name}, p95", "ms", percentile(ours, 0.95), peer, percentile(other, 0.95), goal, detail)

    shown = f"touch to changed frame, {len(services)} touches, all drivers running; median "
    return [
        row(
            GROUP,
            "process start to the list, 5,000 services",
            "s",
            statistics.median(many),
            FEW,
            statistics.median(few),
            LIST_GOAL,
            f"{how}; each {each}",
        ),
        p95("page of a service", services, FEW, few_pages, PAGE_GOAL, f"{shown}{percentile(services, 0.5):.0f}"),
        p95("list of a theme", lists, FEW, few_lists, PAGE_GOAL, f"{shown}{percentile(lists, 0.5):.0f}"),
        p95(
            "search",
            mine,
            "SQLite LIKE",
            theirs,
            SEARCH_GOAL,
            f"{len(mine)} questions; median {percentile(mine, 0.5):.2f}, longest {max(mine):.1f}; ours ranks and "
            "forgives, the peer only finds",
        ),
        row(
            GROUP,
            "SB01, card on the pad to certificate in the tray",
            "s",
            seconds,
            goal=VISIT_GOAL,
            detail="4 touches besides the second factor; 2 more for the purpose, which has no default because it is "
            "printed; paper at its real speed, every decision at once",
        ),
    ]
