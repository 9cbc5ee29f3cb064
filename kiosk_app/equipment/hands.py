"""The devices of a site: made from the signed profile, listened to, and told to read while a page wants it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping

from drivers.card_reader import Card, Layout, ReadCard, SamCardReader, connection
from drivers.code_reader import CodeRead as Code
from drivers.code_reader import ReadCode, reader
from drivers.device import Command, Completion, Device, DeviceEvent, ErrorKind, Report, Status
from drivers.owner import Clock, DeviceOwner
from drivers.social_card import ReadSocialCard, SocialCard, SocialCardReader, parse_address
from kiosk_app.conductor import Record
from kiosk_app.identity import person_from_card
from kiosk_app.visit.events import CardFailed, CardGone, CardRead, CodeFailed, CodeRead, DeviceChanged, Event
from provisioning import DeviceSpec

READ_SECONDS = 3600.0
HELD_S = 5.0
"""A code that is seen again within this time was not taken away in between."""
HELD_PAUSE_S = 0.7
PAUSES: Mapping[ErrorKind, float] = {ErrorKind.OFFLINE: 0.5, ErrorKind.DEVICE_FAULT: 2.0}
"""How long a device that is not there, or broken, is left alone; its state was reported."""
QUIET = frozenset({ErrorKind.CANCELLED, ErrorKind.TIMEOUT, ErrorKind.OFFLINE})
COMMANDS: dict[str, Callable[[str, float], Command]] = {
    "card_reader": ReadCard,
    "code_reader": ReadCode,
    "social_card_reader": ReadSocialCard,
}
SOCIAL = "social"
LAYOUTS = {
    Layout.RESIDENT: "resident",
    Layout.HMT: "hmt",
    Layout.FOREIGNER_2017: "foreigner_2017",
    Layout.FOREIGNER_2023: "foreigner_2023",
}


def make(spec: DeviceSpec, clock: Clock) -> Device:
    """Make the reader of a profile entry.

    Raises:
        ValueError: the address or an option cannot be understood.
    """
    match spec.kind:
        case "card_reader":
            return SamCardReader(spec.id, connection(spec.uri), clock=clock)
        case "social_card_reader":
            return SocialCardReader(spec.id, parse_address(spec.uri), clock=clock)
        case _:
            return reader(spec.id, spec.uri, clock=clock, options=spec.options)


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
        photo: Callable[[str, bytes], bool] = lambda number, blob: False,
    ) -> None:
        """`photo` takes the number and the photo of a card that was read; true when a face can be compared with it."""
        self._clock = clock
        self._photo = photo
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
            if spec.kind not in COMMANDS or spec.kind in self.devices:
                continue
            try:
                self.devices[spec.kind] = make(spec, clock)
            except ValueError:
                self._post(DeviceChanged(spec.kind, "no_device", {"cause": "uri"}))

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
        device.submit(COMMANDS[kind](name, READ_SECONDS))

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
                event = self._card(done.result)
            case SocialCard():
                event = CardRead(person_from_card(done.result), SOCIAL)
            case Code(text):
                event = CodeRead(text)
        error = done.error
        pause = PAUSES.get(error.kind, 0.0) if error is not None else 0.0
        if error is not None and error.kind not in QUIET:
            self._record("device_failed", {"device": done.device, "command": done.id, "cause": error.kind.value})
            failed = CodeFailed if kind == "code_reader" else CardFailed
            why = error.kind.value
            event = failed("not_credential" if kind == "code_reader" and why == "refused" else why)
        self._on_loop(lambda: self._ended(kind, event, pause))

    def _card(self, card: Card) -> Event:
        try:
            person = person_from_card(card)
        except ValueError:
            return CardFailed("not_identity")
        can_compare = self._photo(person.id_number, card.photo)
        return CardRead(person, LAYOUTS[card.layout], can_compare, card.facts)

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

    def nudge(self) -> None:
        """Something was plugged in or pulled out: look at once. Any thread."""
        for device in self.devices.values():
            if isinstance(device, DeviceOwner):
                device.nudge()

    def wipe(self) -> None:
        """The visit is over: whatever is shown next is new."""
        self._last_code = ("", 0.0)
