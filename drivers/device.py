"""What every device has in common. The words are those of XFS: capabilities, status, command, completion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class DeviceState(StrEnum):
    """Closed set of what a device can be."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "no_device"
    HARDWARE_ERROR = "hardware_error"
    USER_ACTION = "user_action"
    BUSY = "busy"
    STARTING = "starting"


class Paper(StrEnum):
    """Closed set of what a printer's paper can be."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class ErrorKind(StrEnum):
    """Why a command ended without its result."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    OFFLINE = "offline"
    REFUSED = "refused"
    MOVED = "moved"
    UNREADABLE = "unreadable"
    NOT_IDENTITY = "not_identity"
    DEVICE_FAULT = "device_fault"
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    JAMMED = "jammed"


@dataclass(frozen=True, slots=True)
class DeviceError:
    """A typed failure. `detail` is for technicians and holds nothing personal."""

    kind: ErrorKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Said once: what the device is and can do."""

    device: str
    kind: str
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Status:
    """Said on every change. `detail` keys are closed per kind, for example `paper`, `cover`, `cause`."""

    device: str
    kind: str
    state: DeviceState
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do within `deadline` seconds of its submission. Subclasses carry what to do."""

    id: str
    deadline: float


@dataclass(frozen=True, slots=True)
class Completion:
    """The one answer to a command: `result` when it worked, `error` when it did not."""

    device: str
    id: str
    result: object | None = None
    error: DeviceError | None = None

    @property
    def ok(self) -> bool:
        """True when there is no error."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Something that happened without having been asked for, such as `card_presented` or `code_seen`."""

    device: str
    name: str
    data: Mapping[str, str] = field(default_factory=dict)


Report = Status | Completion | DeviceEvent
Listener = Callable[[Report], None]
"""Called on the owner's thread; the terminal posts it to its loop."""


class Device(Protocol):
    """One device and its one owner."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def start(self, listener: Listener) -> None:
        """Begin; the first report is a `Status`."""

    def submit(self, command: Command) -> None:
        """Queue a command; exactly one `Completion` with its id follows."""

    def cancel(self, command_id: str) -> None:
        """Ask a queued or running command to end; its completion still comes."""

    def stop(self) -> None:
        """End the owner; commands not done complete as cancelled."""
