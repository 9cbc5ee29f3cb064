"""A terminal at which residents pay, to be killed:
`python -m tests.faults.payer MODE FIRST STORE URL CA CERT KEY TERMINAL`.

Modes: `pay` serves resident number FIRST and those after, by the terminal's own statechart, till and outbox; `drain`
brings to its end what was left undone and says so; `naive` is the control: it writes nothing down, and whenever an
answer is missing it begins anew under another name, as a client without a journal and without idempotency keys does.

It says `begin N`, `code N TEXT` when a phone can scan it, `sure N` when the resident was told how it ended, and
`drained DEAD BAD DAMAGED UNSETTLED`.
"""

from __future__ import annotations

import json
import queue
import random
import secrets
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk_app.equipment.paying import Paying as Till
from kiosk_app.lab.samples import ONLINE, desk
from kiosk_app.visit import State, step
from kiosk_app.visit.effects import CancelTimer, Effect, StartTimer
from kiosk_app.visit.events import Accepted, Event, Pressed, Rejected, TimerFired, Unanswered
from kiosk_app.visit.state import Farewell, Outcome, Paying, PayStage, Review, Submitting, Timer, Verdict, Visit
from offline_cache import (
    ItemDead,
    ItemDone,
    ItemState,
    ItemWaiting,
    PaymentJournal,
    PlatformClient,
    PlatformError,
    Store,
    SyncEngine,
    SyncReport,
    SyncSettings,
)
from tests.faults.real_platform import Files
from tests.faults.sender import naive_item, say
from tests.offline_cache.support import RealClock, new_id, open_at

ACCOUNTS = "accounts.json"
"""Beside the store: {"power": an account to put money on, "water": accounts that owe something}."""
SETTLE_S = 0.3
PATIENCE_S = 3.0
LOOK_S = 0.15
MOST_WAIT_S = 1.0
"""A resident here looks more often and waits less than one before the screen."""
TOLD_S = 1.0
"""How long the answer takes to reach the resident of the control."""
DESK = desk()


def wanted(number: int, accounts: dict[str, Any]) -> dict[str, str]:
    """Return what resident `number` enters: an amount that nobody else pays, or a bill that another one has, too."""
    if number % 4 == 3:
        water = accounts["water"]
        return {"accountNo": str(water[number // 8 % len(water)])}
    fen = 1_000 + number
    return {"accountNo": str(accounts["power"]), "amount": f"{fen // 100}.{fen % 100:02d}"}


class Room:
    """What stands behind the screen, and one visit after the other before it."""

    def __init__(self, store: Store, client: PlatformClient, terminal: str) -> None:
        self._clock = RealClock()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.store = store
        self.engine = SyncEngine(
            store,
            client,
            self._clock,
            random.random,
            self._heard,
            terminal=terminal,
            about=lambda: {"version": "1", "state": "in_service", "devices": []},
            settings=SyncSettings(base_s=0.02, cap_s=0.4, beat_s=2.0),
        )
        self.till = Till(
            client,
            PaymentJournal(store),
            lambda: store.next_provisional(terminal),
            self.engine,
            self._clock,
            secrets.token_bytes,
            self._events.put,
            lambda name, fields: None,
            settle_s=SETTLE_S,
        )
        self._timers: dict[str, float] = {}

    def start(self) -> None:
        """Begin with what was left undone."""
        self.engine.start()
        self.till.start()

    def close(self) -> None:
        """End both threads."""
        self.till.close()
        self.engine.stop()

    @property
    def undone(self) -> bool:
        """Whether anything waits to be settled or sent."""
        return bool(self.till.unsettled or self.store.list_items((ItemState.READY, ItemState.INFLIGHT)))

    def serve(self, number: int, accounts: dict[str, Any], dice: random.Random) -> None:
        """One resident from the review to the end of the visit."""
        self._timers.clear()
        visit = Visit(service="SH01", answers=wanted(number, accounts), started=True, consent=True)
        state = replace(ONLINE, place=Review(), visit=visit)
        state = self._do(state, Pressed("actions.submit"))
        leaves_at, shown = time.monotonic() + dice.uniform(0.3, PATIENCE_S), ""
        while not isinstance(state.place, Review | Outcome | Farewell):
            place, payment = state.place, state.visit.payment
            if isinstance(place, Paying) and place.stage is PayStage.NOT_PAID:
                break
            if isinstance(place, Paying) and place.stage is PayStage.WAITING and payment and payment.code != shown:
                shown = payment.code
                say(f"code {number} {shown}")
            if time.monotonic() >= leaves_at and not isinstance(place, Submitting):
                if dice.random() < 0.5:
                    # Walks away from whatever page it is.
                    break
                leaves_at += PATIENCE_S
                state = self._do(state, Pressed("actions.leave"))
                state = self._do(state, Pressed("actions.back"))
                continue
            event = self._next(leaves_at)
            state = state if event is None else self._do(state, event)
        case = state.visit.case
        if case is None or case.verdict is not Verdict.UNSURE:
            say(f"sure {number}")
        self.till.wipe()
        while not self._events.empty():
            self._events.get()

    def _do(self, state: State, event: Event) -> State:
        after, effects = step(state, event, replace(DESK, now=self._clock.now()))
        for effect in effects:
            self._perform(effect)
        return after

    def _perform(self, effect: Effect) -> None:
        performers = self.till.performers()
        if type(effect) in performers:
            performers[type(effect)](effect)
        elif isinstance(effect, StartTimer) and effect.name in {Timer.PAY, Timer.SLOW, Timer.ANSWER}:
            seconds = LOOK_S if effect.name == Timer.PAY else min(effect.seconds, MOST_WAIT_S)
            self._timers[effect.name] = time.monotonic() + seconds
        elif isinstance(effect, CancelTimer):
            self._timers.pop(effect.name, None)

    def _next(self, until: float) -> Event | None:
        name, due = min(self._timers.items(), key=lambda timer: timer[1], default=("", until))
        try:
            return self._events.get(timeout=max(0.05, min(due, until) - time.monotonic()))
        except queue.Empty:
            if not name or time.monotonic() < due:
                return None
            del self._timers[name]
            return TimerFired(name)

    def _heard(self, report: SyncReport) -> None:
        match report:
            case ItemDone(id=done, receipt=receipt) if receipt is not None:
                self._events.put(Accepted(done, receipt))
            case ItemDead(id=dead, problem=problem):
                self._events.put(Rejected(dead, problem.code))
            case ItemWaiting(id=waiting):
                self._events.put(Unanswered(waiting))


def serve(mode: str, first: int, folder: Path, client: PlatformClient, terminal: str) -> None:
    """Serve residents until killed, or bring everything to its end."""
    accounts = json.loads((folder / ACCOUNTS).read_text("utf-8"))
    store = open_at(folder)
    room = Room(store, client, terminal)
    room.start()
    number = first
    while mode == "pay":
        say(f"begin {number}")
        room.serve(number, accounts, random.Random(f"resident {number}"))
        number += 1
    while room.undone:
        time.sleep(0.05)
    unsettled = len(room.till.unsettled)
    room.close()
    say(f"drained {store.counts().dead} {len(store.verify().bad)} {int(store.damage is not None)} {unsettled}")
    store.close()


def forget(first: int, folder: Path, client: PlatformClient, terminal: str) -> None:
    """Serve residents from memory; whatever goes wrong, the money is asked for anew."""
    accounts = json.loads((folder / ACCOUNTS).read_text("utf-8"))
    number, mono = first, 0
    while True:
        say(f"begin {number}")
        body = {
            "service": "SH01", "service_version": 1, "answers": wanted(number, accounts), "person": None,
            "level": "L0", "evidence": [], "provisional": None, "lang": "zh", "consent": {},
        }  # fmt: skip
        mono += 1
        try:
            submission = new_id()
            order = client.open_payment(submission, body)
            if order.code:
                say(f"code {number} {order.code}")
            ends = time.monotonic() + PATIENCE_S
            while client.payment(submission).state != "paid":
                if time.monotonic() > ends:
                    break
                time.sleep(LOOK_S)
            else:
                item = naive_item(number, {**body, "payment": order.number}, mono)
                client.submit_batch(new_id(), terminal, [{**item, "id": submission}])
                time.sleep(TOLD_S)
                say(f"sure {number}")
                number += 1
        except PlatformError:
            time.sleep(0.02)


def main(mode: str, first: int, folder: Path, url: str, files: Files, terminal: str) -> None:
    """Run until killed, or until drained."""
    client = PlatformClient(url, files, RealClock(), timeouts=(3.0, 6.0))
    if mode == "naive":
        forget(first, folder, client, terminal)
    serve(mode, first, folder, client, terminal)


if __name__ == "__main__":
    chosen = sys.argv[1:]
    paths = Files(Path(chosen[4]), Path(chosen[5]), Path(chosen[6]))
    main(chosen[0], int(chosen[1]), Path(chosen[2]), chosen[3], paths, chosen[7])
