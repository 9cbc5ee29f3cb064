"""The jack of the sound card: its plug reaches the visit, and a jack that is not there counts as out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import DeviceState, Report, Status
from drivers.jack import KIND, PLUGGED, HeadphoneJack, jack
from drivers.owner import Clock
from kiosk_app.visit.events import DeviceChanged, Event, HeadphonesChanged
from provisioning import DeviceSpec


class Jack:
    """The jack that the profile names, if it names one; a keypad may tell of the plug by its keys instead."""

    def __init__(self, spec: DeviceSpec | None, clock: Clock, post: Callable[[Event], None]) -> None:
        self._post = post
        self._device: HeadphoneJack | None = None
        self._plugged = False
        self.last: Status | None = None
        if spec is None:
            return
        try:
            self._device = jack(spec.id, spec.uri, clock=clock)
        except ValueError:
            self._post(DeviceChanged(KIND, DeviceState.NO_DEVICE.value, {"cause": "profile"}))

    def start(self) -> None:
        """Begin; nothing waits for it."""
        if self._device is not None:
            self._device.start(self._hear)

    def stop(self) -> None:
        """End the owner."""
        if self._device is not None:
            self._device.stop()

    def nudge(self) -> None:
        """Something was plugged in or pulled out: look at once. Any thread."""
        if self._device is not None:
            self._device.nudge()

    def _hear(self, report: Report) -> None:
        """Driver's thread."""
        if not isinstance(report, Status):
            return
        before, self.last = self.last, report
        if before is None or before.state is not report.state:
            self._post(DeviceChanged(KIND, report.state.value, dict(report.detail)))
        plugged = report.state is DeviceState.ONLINE and report.detail.get(PLUGGED) == "in"
        if plugged != self._plugged:
            self._plugged = plugged
            self._post(HeadphonesChanged(plugged))
