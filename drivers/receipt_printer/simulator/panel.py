"""What people and tests can do to the printer from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Panel:
    """What people and tests can do to the printer.

    `drawer` is a pin that says nothing about printing. `near_sensor` False: a model that only knows the end of the
    paper. `lid` "paper": a cover that lifts the paper off its sensor. `asb`: "ok", "online" (changes while off line
    are not told), "never".
    """

    paper: str = "full"
    cover: str = "closed"
    silent: bool = False
    stalled: bool = False
    ack: str = "ok"
    ack_delay_s: float = 2.0
    cutter: str = "ok"
    hot: bool = False
    unrecoverable: bool = False
    feed_button: bool = False
    offline: bool = False
    drawer: str = "low"
    near_sensor: bool = True
    lid: str = "own"
    asb: str = "ok"

    def changed(self, values: Mapping[str, object]) -> Panel:
        """Return the panel with some values set.

        Raises:
            ValueError: a name or value that does not exist.
        """
        known = {field.name for field in fields(self)}
        for name, value in values.items():
            if name not in known or (type(value) is not type(getattr(self, name)) and name != "ack_delay_s"):
                raise ValueError(f"cannot set {name}")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}")
        return replace(self, **values)  # type: ignore[arg-type]


_CHOICES: dict[str, tuple[str, ...]] = {
    "paper": ("full", "low", "out", "jammed"),
    "cover": ("open", "closed"),
    "ack": ("ok", "late", "lost", "duplicate"),
    "cutter": ("ok", "error"),
    "drawer": ("low", "high"),
    "lid": ("own", "paper"),
    "asb": ("ok", "online", "never"),
}
