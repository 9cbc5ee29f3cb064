"""What a machine shows of itself before it is enrolled: what is plugged in, sticks, whether there is a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioning.discovery import Machine, Suggestion, look

NET, ROUTES, MOUNTS = Path("/sys/class/net"), Path("/proc/net/route"), Path("/proc/mounts")
STICKS = ("/media/", "/run/media/", "/mnt/")
"""Where sticks are mounted."""
_BLANK = "\\040"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the machine is looked at; tests hand in their own. `others` is what no looking finds (a camera's socket),
    `voice` the address of the loudspeaker before a profile names one.
    """

    look: Callable[[], Machine] = look
    sticks: Callable[[], Mapping[str, Path]] = lambda: mounted_sticks()
    network: Callable[[], str] = lambda: network()
    others: tuple[Suggestion, ...] = ()
    voice: str = "speech:default"


def mounted_sticks(mounts: Path = MOUNTS) -> dict[str, Path]:
    """Return name -> folder of the sticks that are mounted. A folder where none is would be the machine's own disk."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    found: dict[str, Path] = {}
    for line in lines:
        words = line.split(" ")
        where = words[1].replace(_BLANK, " ") if len(words) > 1 else ""
        if where.startswith(STICKS):
            name = Path(where).name
            found[name if name not in found else where] = Path(where)
    return found


def network(interfaces: Path = NET, routes: Path = ROUTES) -> str:
    """Return up, no_address (a cable, and no way out) or no_cable."""
    try:
        table = routes.read_text("ascii", "replace").splitlines()[1:]
    except OSError:
        table = []
    if any(line.split()[1:2] == ["00000000"] for line in table):
        return "up"
    try:
        plugged = any(_plugged(one) for one in interfaces.iterdir() if one.name != "lo")
    except OSError:
        plugged = False
    return "no_address" if plugged else "no_cable"


def _plugged(interface: Path) -> bool:
    try:
        return (interface / "carrier").read_text("ascii").strip() == "1"
    except OSError:
        return False
