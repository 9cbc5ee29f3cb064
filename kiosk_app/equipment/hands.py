"""The devices of a site: made from the signed profile, listened to, and told to read while a page wants it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable
from typing import Any

from drivers.card_reader import Card, ReadCard, SamCardReader
from drivers.code_reader import CodeRead as Code
from drivers.code_reader import ReadCode, SerialCodeReader
from drivers.device import Completion, Device, DeviceEvent, ErrorKind, Report, Status
from drivers.owner import Clock
from drivers.transport import UriError, parse_uri
from kiosk_app.conductor import Record
from kiosk_app.identity import person_from_card
from kiosk_app.visit.events import CardFailed, CardGone, CardRead, CodeFailed, CodeRead, DeviceChanged, Event
from provisioning import DeviceSpec

READ_SECONDS = 3600.0
HELD_S = 5.0
"""A code that is seen again within this time was not taken away in between."""
HELD_PAUSE_S = 0.7
OFFLINE_PAUSE_S = 0.5
"""How long a device that is not there is left alone; its state was reported."""
QUIET = frozenset({ErrorKind.CANCELLED, ErrorKind.TIMEOUT, ErrorKind.OFFLINE})
READERS: dict[str, Any] = {"card_reader": SamCardReader, "code_reader": SerialCodeReader}


class Hands:
    """Card and code reader. A read is always waiting while the page listens; each report becomes an event."""

    def __init__(
        self,
        specs: Iterable[DeviceSpec],
        clock: Clock,
        on_loop: Callable[[Callable[[], None]], None],
        after: Callable[[float, Callable[[], None]], object],
        dispatch: Callable[[Event], None],
        record: Record,
    ) -> None:
        self._clock = clock
        self._after = after
        self._last_code = ("", 0.0)
        self._on_loop = on_loop
        self._dispatch = dispatch
        self._record = record
        self._count = itertools.count(1)
        self._wanted: frozenset[str] = frozenset()
        self._running: dict[str, str] = {}
        self.devices: dict[str, Device] = {}
        self.last: dict[str, Status] = {}
        for spec in specs:
            reader = READERS.get(spec.kind)
            if reader is None or spec.kind in self.devices:
                continue
            try:
                transport = parse_uri(spec.uri)
            except UriError:
                self._post(DeviceChanged(spec.kind, "no_device", {"cause": "uri"}))
                continue
            self.devices[spec.kind] = reader(spec.id, transport, clock=clock)

    def _post(self, event: Event) -> None:
        self._on_loop(lambda: self._dispatch(event))

    def start(self) -> None:
        """Begin; states arrive as events."""
        for kind, device in self.devices.items():
            device.start(lambda report, kind=kind: self._hear(kind, report))  # type: ignore[misc]

    def stop(self) -> None:
        """End the owners."""
        for device in self.devices.values():
            device.stop()

    def listen(self, wanted: frozenset[str]) -> None:
        """Read with exactly these kinds from now on. Loop's thread."""
        self._wanted = wanted
        for kind, device in self.devices.items():
            if kind in wanted and kind not in self._running:
                self._read(kind, device)
            elif kind not in wanted and kind in self._running:
                device.cancel(self._running[kind])

    def _read(self, kind: str, device: Device) -> None:
        name = f"{kind}-{next(self._count)}"
        self._running[kind] = name
        make = ReadCard if kind == "card_reader" else ReadCode
        device.submit(make(name, READ_SECONDS))

    def _hear(self, kind: str, report: Report) -> None:
        """Device's thread: everything goes to the loop as an event."""
        match report:
            case Status(state=state, detail=detail):
                self.last[kind] = report
                self._post(DeviceChanged(kind, state.value, dict(detail)))
            case Completion():
                self._post_done(kind, report)
            case DeviceEvent(name="card_gone"):
                self._post(CardGone())

    def _post_done(self, kind: str, done: Completion) -> None:
        event: Event | None = None
        match done.result:
            case Card():
                try:
                    event = CardRead(person_from_card(done.result))
                except ValueError:
                    event = CardFailed("not_identity")
            case Code(text):
                event = CodeRead(text)
        error = done.error
        pause = OFFLINE_PAUSE_S if error is not None and error.kind is ErrorKind.OFFLINE else 0.0
        if error is not None and error.kind not in QUIET:
            self._record("device_failed", {"device": done.device, "command": done.id, "cause": error.kind.value})
            failed = CardFailed if kind == "card_reader" else CodeFailed
            why = error.kind.value
            event = failed("not_credential" if kind == "code_reader" and why == "refused" else why)
        self._on_loop(lambda: self._ended(kind, event, pause))

    def _ended(self, kind: str, event: Event | None, pause: float) -> None:
        """Loop's thread: a read ended. Say so, then read again if the page still listens."""
        self._running.pop(kind, None)
        held = isinstance(event, CodeRead) and self._still_held(event.raw)
        if event is not None and not held:
            self._dispatch(event)
        pause = HELD_PAUSE_S if held else pause
        if pause:
            self._after(pause, lambda: self._again(kind))
        else:
            self._again(kind)

    def _again(self, kind: str) -> None:
        if kind in self._wanted and kind not in self._running:
            self._read(kind, self.devices[kind])

    def _still_held(self, raw: str) -> bool:
        """True for the code that was just read: a phone that stays before the window is one showing, not many."""
        mark, now = hashlib.sha256(raw.encode()).hexdigest(), self._clock.monotonic()
        last, seen = self._last_code
        self._last_code = (mark, now)
        return mark == last and now - seen < HELD_S

    def wipe(self) -> None:
        """The visit is over: whatever is shown next is new."""
        self._last_code = ("", 0.0)
