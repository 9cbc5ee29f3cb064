"""The document camera: pages are taken and shown, and lie here in memory until the visit ends."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contracts.blobs import name_of
from drivers.device import Completion, DeviceEvent, ErrorKind, Report, Status
from drivers.vision import PageTaken, ShowPicture, TakePage, VisionDevice
from kiosk_app.conductor import Performer
from kiosk_app.visit import events
from kiosk_app.visit.effects import DropPage, Effect, RestCamera, ShowPage, SnapPage
from kiosk_app.visit.effects import TakePage as Take
from kiosk_app.visit.events import CameraShown, DeviceChanged, ScanEnded, SheetLies
from provisioning import DeviceSpec

if TYPE_CHECKING:
    from kiosk_app.terminal import Options, Terminal

KIND = "document_scanner"
TAKE_SECONDS = 120.0
SHOW_SECONDS = 3600.0
MOST_PAGES = 40
"""Taken in one visit, retakes and all: a page has about 300 kB."""


class Scanning:
    """One document camera. What it does is what the page shows; pages are known by the digest of their picture."""

    def __init__(self, spec: DeviceSpec | None, options: Options, terminal: Terminal) -> None:
        self._terminal = terminal
        self._count = itertools.count(1)
        self._running = ""
        self._pages: dict[str, bytes] = {}
        self.last: Status | None = None
        self._camera: VisionDevice | None = None
        if spec is None:
            return
        try:
            self._camera = VisionDevice(spec.id, spec.uri, clock=options.clock, paper=True)
        except ValueError:
            self._terminal.post(DeviceChanged(KIND, "no_device", {"cause": "uri"}))

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {
            Take: self._take,
            SnapPage: self._snap,
            ShowPage: self._show,
            RestCamera: self._rest,
            DropPage: self._drop,
        }

    def start(self) -> None:
        """Start the camera's process, where there is a camera."""
        if self._camera is None:
            self._terminal.post(DeviceChanged(KIND, "no_device", {}))
            return
        self._camera.start(self._hear)

    def stop(self) -> None:
        """End it."""
        if self._camera is not None:
            self._camera.stop()

    def look(self) -> None:
        """See whether the camera sees; for when nobody is here. Any thread."""
        if self._camera is not None:
            self._camera.look()

    def wipe(self) -> None:
        """The visit is over: no page is kept and nothing is shown."""
        self._pages.clear()
        self._rest(RestCamera())
        if self._camera is not None:
            self._camera.forget()

    def page(self, name: str) -> bytes | None:
        """The picture of a page, a JPEG; None when it is not here any more."""
        return self._pages.get(name)

    def _take(self, effect: Take) -> None:
        if self._camera is None or len(self._pages) >= MOST_PAGES:
            self._terminal.post(ScanEnded("offline" if self._camera is None else "full"))
            return
        self._rest(RestCamera())
        self._running = f"page-{next(self._count)}"
        self._camera.submit(TakePage(self._running, TAKE_SECONDS))

    def _snap(self, effect: SnapPage) -> None:
        if self._camera is not None and self._running:
            self._camera.snap(self._running)

    def _show(self, effect: ShowPage) -> None:
        picture = self._pages.get(effect.page)
        if self._camera is None or picture is None:
            return
        self._rest(RestCamera())
        self._running = f"shown-{next(self._count)}"
        self._camera.submit(ShowPicture(self._running, SHOW_SECONDS, picture))

    def _drop(self, effect: DropPage) -> None:
        self._pages.pop(effect.page, None)

    def _rest(self, effect: RestCamera) -> None:
        running, self._running = self._running, ""
        if running and self._camera is not None:
            self._camera.cancel(running)

    def _hear(self, report: Report) -> None:
        """Camera's thread."""
        match report:
            case Status(state=state, detail=detail):
                self.last = report
                self._terminal.post(DeviceChanged(KIND, state.value, dict(detail)))
            case DeviceEvent(name="camera", data=data):
                self._terminal.post(CameraShown(data.get("preview", "")))
            case DeviceEvent(name="page", data=data):
                self._terminal.post(SheetLies(data.get("lie", "")))
            case Completion():
                self._terminal.screen.post(lambda: self._ended(report))

    def _ended(self, done: Completion) -> None:
        """Loop's thread: a command ended. What nobody waits for any more is not kept."""
        if done.id != self._running:
            return
        self._running = ""
        if isinstance(done.result, PageTaken):
            name = name_of(hashlib.sha256(done.result.jpeg).hexdigest())
            self._pages[name] = done.result.jpeg
            self._terminal.conductor.dispatch(events.PageTaken(name, done.result.lie.value))
        elif done.error is not None and done.error.kind is not ErrorKind.CANCELLED:
            self._terminal.conductor.dispatch(ScanEnded(done.error.kind.value))
