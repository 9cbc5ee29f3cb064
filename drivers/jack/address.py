"""From the address of a jack in a site's profile to the device.

jack:Headphone                              the input device whose name ends so ("HDA Intel PCH Headphone")
input:/dev/input/by-path/platform-X-event   this very node
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from drivers.jack.codec import SW_HEADPHONE_INSERT
from drivers.jack.driver import HeadphoneJack, switches_of
from drivers.owner import BackOff, Clock, Wait, real_wait
from drivers.transport import OpenCause, OpenFailed, UriError

SYS = Path("/sys/class/input")
DEV = Path("/dev/input")
FORM = "expected jack:NAME, the end of the input device's name, or input:/dev/input/NODE"


def jack(
    device_id: str,
    uri: str,
    *,
    clock: Clock,
    switches: Callable[[int], bytes] = switches_of,
    back_off: BackOff | None = None,
    wait: Wait = real_wait,
    sys: Path = SYS,
) -> HeadphoneJack:
    """Return the jack at `uri`. `switches` reads a descriptor's switches, `sys` is where the kernel lists its devices.

    Raises:
        UriError: an address that is not understood; the text says what was expected.
    """
    try:
        parts = urlsplit(uri)
        uri.encode()  # half of a surrogate pair, as JSON can escape it, is in no address
    except ValueError as error:
        raise UriError(f"{uri!r} is no address: {FORM}") from error
    path = unquote(parts.path)
    if parts.netloc or parts.query or not path.strip() or "\0" in path:
        raise UriError(f"{uri!r}: {FORM}")
    if parts.scheme == "input" and path.startswith("/"):
        return HeadphoneJack(device_id, lambda: path, clock=clock, switches=switches, back_off=back_off, wait=wait)
    if parts.scheme == "jack":
        return HeadphoneJack(
            device_id, lambda: find(path, sys), clock=clock, switches=switches, back_off=back_off, wait=wait
        )
    raise UriError(f"{uri!r}: {FORM}")


def find(ending: str, sys: Path = SYS) -> str:
    """Return the node of the first input device whose name ends so and that has a headphone switch.

    Raises:
        OpenFailed: there is none.
    """
    for folder in sorted(sys.glob("event*"), key=lambda one: (len(one.name), one.name)):
        try:
            name = (folder / "device" / "name").read_text("utf-8", errors="replace").strip()
            bits = int((folder / "device" / "capabilities" / "sw").read_text("ascii").split()[-1], 16)
        except (OSError, ValueError, IndexError):
            continue
        if name.endswith(ending) and bits >> SW_HEADPHONE_INSERT & 1:
            return str(DEV / folder.name)
    raise OpenFailed(f"no input device is called ...{ending}", OpenCause.MISSING)
