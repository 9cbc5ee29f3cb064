"""What the machine has, as sysfs and udev's links tell it: nothing is opened but files that describe."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SYS, DEV = Path("/sys"), Path("/dev")
SUBSYSTEMS = ("tty", "hidraw", "video4linux", "usbmisc", "input")
LINKS = {
    "tty": ("serial/by-path", "serial/by-id"),
    "video4linux": ("v4l/by-path", "v4l/by-id"),
    "input": ("input/by-path", "input/by-id"),
}
"""Where udev keeps links that outlive a plug. The port first: the bridges have no serial number of their own."""
NODES = {"video4linux": "", "tty": "", "hidraw": "", "usbmisc": "usb", "input": "input"}
"""Where below /dev the nodes are."""
LONGEST = 256


@dataclass(frozen=True, slots=True)
class Usb:
    """One USB device. `id` is vendor:product in lower case, `port` where it is plugged in, such as 1-2.3."""

    id: str
    port: str
    serial: str = ""
    name: str = ""
    classes: frozenset[int] = frozenset()

    @property
    def address(self) -> str:
        """As addresses have it: 04B8:0202?serial=X."""
        return self.id.upper() + (f"?serial={self.serial}" if self.serial else "")


@dataclass(frozen=True, slots=True)
class Node:
    """One device node. `stable` is udev's link to it, "" where there is none; `usb` what it belongs to."""

    subsystem: str
    name: str
    path: str
    stable: str = ""
    usb: Usb | None = None

    @property
    def where(self) -> str:
        """The path to write into a profile."""
        return self.stable or self.path


@dataclass(frozen=True, slots=True)
class Machine:
    """All of it."""

    usb: tuple[Usb, ...] = ()
    nodes: tuple[Node, ...] = ()


def look(sys: Path = SYS, dev: Path = DEV) -> Machine:
    """Read what is plugged in now. What vanishes meanwhile, or cannot be read, is not there."""
    found = {usb.port: usb for folder in _listed(sys / "bus/usb/devices") if (usb := _usb(folder)) is not None}
    nodes: list[Node] = []
    # Whoever is logged in on the system's own console is not asked what they are.
    consoles = set(_text(sys / "class/tty/console/active").split())
    for subsystem in SUBSYSTEMS:
        links = _links(dev, LINKS.get(subsystem, ()))
        for folder in _listed(sys / "class" / subsystem):
            if _real(subsystem, folder) and folder.name not in consoles:
                path = dev / NODES[subsystem] / folder.name
                stable = links.get(os.path.realpath(path), "")
                nodes.append(Node(subsystem, folder.name, str(path), stable, _parent(folder, found)))
    return Machine(tuple(found.values()), tuple(nodes))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda one: (len(one.name), one.name))
    except OSError:
        return []


def _text(file: Path) -> str:
    """Return the printable part of a short file; what a device says of itself is not to be trusted."""
    try:
        raw = file.read_bytes()[:LONGEST]
    except OSError:
        return ""
    return "".join(char for char in raw.decode("utf-8", "replace") if char.isprintable()).strip()


def _usb(folder: Path) -> Usb | None:
    vendor, product = _text(folder / "idVendor"), _text(folder / "idProduct")
    # Hubs are in the way of what hangs on them.
    if not vendor or not product or _text(folder / "bDeviceClass") == "09":
        return None
    classes = set()
    for interface in folder.glob(f"{folder.name}:*"):
        text = _text(interface / "bInterfaceClass")
        if len(text) == 2 and all(char in "0123456789abcdefABCDEF" for char in text):
            classes.add(int(text, 16))
    name = " ".join(part for part in (_text(folder / "manufacturer"), _text(folder / "product")) if part)
    serial = _text(folder / "serial")
    plain = serial.isascii() and serial.replace("-", "").replace(".", "").isalnum()
    return Usb(f"{vendor}:{product}".lower(), folder.name, serial if plain else "", name, frozenset(classes))


def _real(subsystem: str, folder: Path) -> bool:
    """False for consoles, ports that the board only pretends to have, second nodes of a camera."""
    if not (folder / "device").exists():
        return False
    match subsystem:
        case "tty":
            # 8250 lists four ports on every PC; those of type 0 have no chip behind them.
            return not folder.name.startswith("ttyS") or _text(folder / "type") not in ("", "0")
        case "video4linux":
            return _text(folder / "index") in ("", "0")
        case "usbmisc":
            return folder.name.startswith("lp")
        case "input":
            return folder.name.startswith("event")
        case _:
            return True


def _parent(folder: Path, usb: dict[str, Usb]) -> Usb | None:
    """The USB device that a node belongs to: the nearest above it that is listed."""
    real = Path(os.path.realpath(folder / "device"))
    return next((usb[part.name] for part in (real, *real.parents) if part.name in usb), None)


def _links(dev: Path, folders: Iterable[str]) -> dict[str, str]:
    """Return real path -> link, those of earlier folders winning."""
    found: dict[str, str] = {}
    for folder in folders:
        for link in _listed(dev / folder):
            if link.is_symlink():
                found.setdefault(os.path.realpath(link), str(link))
    return found
