"""From the entry of a presence sensor in a site's profile to the device.

serial:/dev/serial/by-path/X-port0?baud=256000      an HLK-LD2410; options near_cm, far_cm, away_s, stuck_s

A PIR sensor hangs on an input of the relay board (`drivers.relays`, option `inputs`) and needs no entry of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.owner import BackOff, Clock, Wait, real_wait
from drivers.presence.codec import BAUD
from drivers.presence.driver import PresenceRadar
from drivers.presence.nearness import Circle
from drivers.transport import UriError, parse_uri


def presence(
    device_id: str,
    uri: str,
    *,
    clock: Clock,
    options: Mapping[str, Any] | None = None,
    back_off: BackOff | None = None,
    wait: Wait = real_wait,
) -> PresenceRadar:
    """Return the sensor at `uri`.

    Raises:
        UriError: an address or an option that is not understood.
    """
    line, circle = parse_uri(uri, usual_baud=BAUD), circle_of(options or {})
    return PresenceRadar(device_id, line, clock=clock, circle=circle, back_off=back_off, wait=wait)


def circle_of(options: Mapping[str, Any]) -> Circle:
    """Read the circle of a profile entry. Numbers may travel as text: canonical JSON has no floats.

    Raises:
        UriError: a number is none, or they are out of order.
    """
    usual = Circle()
    try:
        return Circle(
            near_cm=int(str(options.get("near_cm", usual.near_cm))),
            far_cm=int(str(options.get("far_cm", usual.far_cm))),
            near_s=float(str(options.get("near_s", usual.near_s))),
            away_s=float(str(options.get("away_s", usual.away_s))),
            stuck_s=float(str(options.get("stuck_s", usual.stuck_s))),
        )
    except ValueError as error:
        raise UriError("near_cm <= far_cm in cm, near_s, away_s and stuck_s in seconds were expected") from error
