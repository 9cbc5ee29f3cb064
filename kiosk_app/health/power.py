"""What the terminal believes of its mains, pure: from what the power supply says, and from its silence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from drivers.device import DeviceState, Status

MAINS, BATTERY, LOW = "mains", "battery", "low"
WORDS = frozenset({MAINS, BATTERY, LOW})
LOST_S = 60.0
"""A supply that falls silent while it runs on its battery is believed no longer than this."""


@dataclass(frozen=True, slots=True)
class Believed:
    """`power` is what counts; `lost_at` when the supply fell silent on its battery (monotonic seconds)."""

    power: str = MAINS
    lost_at: float | None = None

    def hear(self, status: Status, at: float) -> Believed:
        """Take in what the supply says of itself now.

        A supply that is silent on the mains changes nothing: the terminal itself may hang on another socket.
        """
        told = status.detail.get("power", "")
        if status.state is DeviceState.ONLINE and told in WORDS:
            return Believed(told)
        if self.power == BATTERY and self.lost_at is None:
            return replace(self, lost_at=at)
        return self

    def wait(self, at: float) -> Believed:
        """Let time pass."""
        lost = self.power == BATTERY and self.lost_at is not None and at - self.lost_at >= LOST_S
        return replace(self, power=LOW) if lost else self


def near(statuses: tuple[Status, ...]) -> bool:
    """Tell whether somebody surely stands before the terminal: a sensor says so, and is not stuck."""
    return any(
        status.state is DeviceState.ONLINE
        and status.detail.get("presence") == "near"
        and status.detail.get("cause") != "stuck"
        for status in statuses
    )
