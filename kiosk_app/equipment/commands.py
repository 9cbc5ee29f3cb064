"""Commands of the platform: each done once, never in the middle of a visit, its result in the outbox.

What is a fact of this terminal (locked, a notice) changes in one transaction with the end of its command. What is not
(a restart, a look at the devices) is written down as begun before it is done; a restart that a process finds begun by
another has happened, and is not repeated.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.commands import Action, Command, Outcome, Refusal
from kiosk_app.conductor import Record
from kiosk_app.visit.events import Event, LockChanged, NoticeChanged
from kiosk_app.visit.locked import WHY
from kiosk_app.visit.state import Attract, Lock, Notice, OutOfService, State, Visit
from offline_cache import Attachment, Store, StoreError

_LOG = logging.getLogger(__name__)
LOCKED, NOTICE = "remote.locked", "remote.notice"
"""Facts of the store: why it is locked; what is told to residents."""
IN_ORDER = frozenset({Action.RESTART, Action.SELF_TEST, Action.LOCK, Action.UNLOCK})
"""What is done in the order in which it was asked; the others wait for nothing."""
MOST_TRIES = 3
LOOK_S = 10.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a job of a command found: impersonal JSON, and what goes with it."""

    outcome: Outcome
    detail: Mapping[str, Any]
    attached: Sequence[Attachment] = field(default=())


Job = Callable[[], Report]


def resting(state: State) -> bool:
    """True when nobody is at the terminal, locked or not."""
    waits = isinstance(state.place, Attract) or state.place == OutOfService(WHY)
    return waits and state.cover is None and state.visit == Visit() and state.technician is None


def waits(command: Command) -> bool:
    """True for what is not done while somebody is here."""
    urgent = command.action is Action.LOCK and bool(command.argument.get("urgent"))
    return command.action in {Action.RESTART, Action.SELF_TEST, Action.LOCK} and not urgent


def choose(waiting: Sequence[Command], *, free: bool) -> Command | None:
    """Return what is to be done now, None for nothing; `free` when nobody is here."""
    held = False
    for command in waiting:
        if command.action in IN_ORDER and (held or (waits(command) and not free)):
            held = True
            continue
        return command
    return None


class Commands:
    """Does what the platform asked. The store and the jobs are a worker's; everything else is the loop's thread's."""

    def __init__(
        self,
        store: Store,
        run: str,
        state: Callable[[], State],
        idle: Callable[[], bool],
        loop: Any,
        dispatch: Callable[[Event], None],
        jobs: Mapping[Action, Job],
        restart: Callable[[], None],
        record: Record,
        poke: Callable[[], None],
    ) -> None:
        """`run` names this process; `idle` is True when nothing is being printed; `poke` lets the result go."""
        self._store = store
        self._run = run
        self._state = state
        self._idle = idle
        self._loop = loop
        self._dispatch = dispatch
        self._jobs = jobs
        self._restart = restart
        self._record = record
        self._poke = poke
        self._worker = ThreadPoolExecutor(1, "commands")
        self._busy = False
        self._more = False
        self._closed = False

    def start(self) -> None:
        """Take up what the last process left, and the facts that it wrote. The boot thread."""
        self._worker.submit(self._guarded, self._resume).result()
        self._loop.post(self._tick)

    def stop(self) -> None:
        """Finish what was begun."""
        self._closed = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def arrived(self, commands: Sequence[Command]) -> None:
        """New ones lie in the store; any thread."""
        for command in commands:
            self._record("command_taken", {"command": command.id, "action": command.action.value})
        self._loop.post(self.look)

    def look(self) -> None:
        """See whether something can be done now. The loop's thread."""
        if self._closed:
            return
        if self._busy:
            self._more = True
            return
        self._busy, self._more = True, False
        free = resting(self._state()) and self._idle()
        self._worker.submit(self._guarded, lambda: self._do(free))

    def stepped(self, before: bool, state: State) -> bool:
        """Look again when the terminal has become free; returns whether it is."""
        free = resting(state)
        if free and not before:
            self.look()
        return free

    def _tick(self) -> None:
        """Commands expire, and what is printed ends, without a step of anybody."""
        if not self._closed:
            self.look()
            self._loop.after(LOOK_S, self._tick)

    def _guarded(self, job: Callable[[], bool | None]) -> None:
        again = False
        try:
            again = bool(job())
        except StoreError as error:
            # The disk takes nothing now: what waits, waits on.
            _LOG.error("commands: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one that fails so must not keep the next from being looked at
            _LOG.error("a command: %s", type(error).__name__)
        self._loop.post(lambda: self._done(again))

    def _done(self, again: bool) -> None:
        self._busy = False
        if again or self._more:
            self.look()

    def _resume(self) -> None:
        for begun in self._store.orders.begun():
            command = begun.command
            if command.action is Action.RESTART and begun.run != self._run:
                self._end(command, Outcome.DONE, "restarted")
            elif begun.tries >= MOST_TRIES:
                self._end(command, Outcome.FAILED, "interrupted")
        self._tell()

    def _do(self, free: bool) -> bool:
        """The worker's thread: do one, and return whether there may be another."""
        orders, now = self._store.orders, self._store.clock.now()
        begun, waiting = [one.command for one in orders.begun()], orders.waiting()
        for late in (command for command in waiting if command.expires_at <= now):
            self._end(late, Outcome.REFUSED, Refusal.EXPIRED.value)
        for late in (command for command in begun if command.expires_at <= now):
            # A restart that nobody relieved would hold up whatever follows it.
            self._end(late, Outcome.FAILED, "interrupted")
        command = choose([one for one in (*begun, *waiting) if one.expires_at > now], free=free)
        if command is None:
            return False
        match command.action:
            case Action.LOCK:
                fact = json.dumps({"urgent": bool(command.argument.get("urgent")), "command": command.id})
                self._end(command, Outcome.DONE, "locked", {LOCKED: fact})
                self._tell()
            case Action.UNLOCK:
                self._end(command, Outcome.DONE, "unlocked", {LOCKED: None})
                self._tell()
            case Action.MESSAGE:
                words = dict(command.argument)
                shown = json.dumps(words, ensure_ascii=False) if words else None
                self._end(command, Outcome.DONE, "shown" if words else "cleared", {NOTICE: shown})
                self._tell()
            case Action.RESTART:
                if orders.begin(command.id, self._run):
                    self._loop.post(self._leave)
                return False
            case _:
                if orders.begin(command.id, self._run):
                    report = self._report(command.action)
                    why = str(report.detail.get("why", "none"))
                    self._end(command, report.outcome, why, None, report.detail, report.attached)
        return True

    def _leave(self) -> None:
        """The loop's thread: unless somebody has come meanwhile; then it is begun again when they have gone."""
        if resting(self._state()) and self._idle():
            self._restart()

    def _report(self, action: Action) -> Report:
        try:
            return self._jobs[action]()
        except Exception as error:  # noqa: BLE001 - a look at a broken terminal may fail in any way: that is its result
            return Report(Outcome.FAILED, {"why": type(error).__name__})

    def _end(
        self,
        command: Command,
        outcome: Outcome,
        why: str,
        facts: Mapping[str, str | None] | None = None,
        detail: Mapping[str, Any] | None = None,
        attached: Sequence[Attachment] = (),
    ) -> None:
        told = {"why": why} if detail is None else detail
        if self._store.orders.end(command.id, outcome, told, facts, attached):
            self._record(
                "command_ended",
                {"command": command.id, "action": command.action.value, "outcome": outcome.value, "why": why},
            )
            self._poke()

    def _tell(self) -> None:
        """Say what the facts are; the visit settles what follows from them."""
        lock, notice = lock_of(self._store.meta.get(LOCKED)), notice_of(self._store.meta.get(NOTICE))
        state = self._state().world
        if state.lock is not lock:
            self._loop.post(lambda: self._dispatch(LockChanged(lock)))
        if state.notice != notice:
            self._loop.post(lambda: self._dispatch(NoticeChanged(notice)))


def lock_of(fact: str | None) -> Lock:
    """Read the fact of a lock."""
    if fact is None:
        return Lock.NONE
    return Lock.URGENT if json.loads(fact).get("urgent") else Lock.WANTED


def notice_of(fact: str | None) -> Notice | None:
    """Read the fact of a notice."""
    if fact is None:
        return None
    said = json.loads(fact)
    return Notice(said["zh"], said["en"], datetime.fromisoformat(said["until"]))
