"""What the desk needs of a world. `kiosk_app.lab.world.World` is one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from kiosk_app.folders import Folders
from kiosk_app.lab.cable import Plug
from kiosk_app.lab.people import Resident


class Asked(Protocol):
    """A process that answers one JSON object with one. Raises `WorldError` when it refuses or is gone."""

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a line and return the answer."""


class LabPlatform(Protocol):
    """The platform's lab routes. Raise `WorldError`."""

    def get(self, path: str, **query: str) -> Any:
        """GET a JSON answer."""

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a JSON object."""


class LabCable(Protocol):
    """The cable between terminal and platform."""

    def plug(self, how: Plug) -> None:
        """Pull it or plug it in."""


class LabParts(Protocol):
    """What only some terminals have. Raise `WorldError`."""

    @property
    def there(self) -> frozenset[str]:
        """The parts that were started, `camera` among them when there is one."""

    def control(self, part: str) -> Asked:
        """The simulator of a part."""

    def sit(self, picture: str, *, attack: str = "", other: str = "", scene: str = "normal") -> None:
        """Somebody sits down before the camera and does what is asked."""

    def away(self) -> None:
        """Nobody is there any more, and nothing is wrong with the room."""


class WallClock(Protocol):
    """Time is handed in."""

    def now(self) -> datetime:
        """Return the wall time, aware."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""


class LabWorld(Protocol):
    """Simulators, platform, cable and terminal."""

    @property
    def clock(self) -> WallClock:
        """The machine's clock."""

    @property
    def card(self) -> Asked:
        """The card reader's simulator."""

    @property
    def code(self) -> Asked:
        """The code reader's simulator."""

    @property
    def printer(self) -> Asked:
        """The printer's simulator."""

    @property
    def stage(self) -> Asked:
        """The terminal's process."""

    @property
    def platform(self) -> LabPlatform:
        """The platform."""

    @property
    def cable(self) -> LabCable:
        """The cable."""

    @property
    def parts(self) -> LabParts:
        """What only some terminals have."""

    @property
    def host(self) -> Resident:
        """The host of the place, a staff witness."""

    @property
    def state(self) -> Folders:
        """The terminal's folders."""

    @property
    def powered(self) -> bool:
        """True while the terminal's process lives."""

    def power_on(self) -> None:
        """Start the terminal and wait until all of it is up."""

    def power_cut(self) -> None:
        """Kill the terminal."""

    def token(self, resident: Resident) -> str:
        """Return the text of a fresh QR credential."""

    def fault(self, mode: str, count: int = 1, path: str | None = None) -> None:
        """Break the next answers of the platform."""
