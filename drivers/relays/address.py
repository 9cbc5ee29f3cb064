"""From the entry of a relay board in a site's profile to the device.

serial:/dev/serial/by-path/X-port0?baud=9600    or tcp://host:port (RTU through a tunnel), with the options
board: lcus or modbus; unit: 1; channels: 4
outputs: {"light": 1, "beacon": 2, "locker-1": 3}    inputs: {"locker-1": 1, "presence": 2}
locks: ["locker-1"]; contacts: closed (shut doors close them) or open; pulse_s, open_s, left_open_s
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from drivers.owner import BackOff, Clock, Wait, real_wait
from drivers.presence.address import circle_of
from drivers.relays import lcus, modbus
from drivers.relays.boards import LcusBoard, ModbusBoard
from drivers.relays.driver import RelayBoard
from drivers.relays.messages import Wiring
from drivers.transport import UriError, parse_uri

MOST = {"lcus": 16, "modbus": 32}
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
PIR = {"away_s": "8"}
"""A PIR sensor lets go between two movements; 8 s without any is nobody."""


def relays(
    device_id: str,
    uri: str,
    *,
    clock: Clock,
    options: Mapping[str, Any] | None = None,
    back_off: BackOff | None = None,
    wait: Wait = real_wait,
) -> RelayBoard:
    """Return the board at `uri`.

    Raises:
        UriError: an address or an option that is not understood; the text says what was expected.
    """
    given = options or {}
    kind = str(given.get("board", "lcus"))
    if kind not in MOST:
        raise UriError(f"board={kind}: expected lcus or modbus")
    outputs, inputs = _named(given, "outputs", MOST[kind]), _named(given, "inputs", MOST[kind])
    if kind == "lcus" and inputs:
        raise UriError("inputs: a board of the LCUS class has none")
    channels = _whole(given, "channels", max(outputs.values(), default=1), range(1, MOST[kind] + 1))
    if max(outputs.values(), default=1) > channels:
        raise UriError(f"outputs: the board has {channels} channels")
    unit = _whole(given, "unit", 1, modbus.UNITS)
    wiring = wiring_of(given, outputs, inputs)
    line = parse_uri(uri, usual_baud=lcus.BAUD if kind == "lcus" else modbus.BAUD)

    def board(transport: Any) -> LcusBoard | ModbusBoard:
        if kind == "lcus":
            return LcusBoard(transport, clock, channels)
        return ModbusBoard(transport, clock, channels, unit, max(inputs.values(), default=0))

    return RelayBoard(device_id, line, board, wiring, clock=clock, back_off=back_off, wait=wait)


def wiring_of(options: Mapping[str, Any], outputs: Mapping[str, int], inputs: Mapping[str, int]) -> Wiring:
    """Read what hangs where.

    Raises:
        UriError: a name is wired twice or not at all, or a time is none.
    """
    locks, contacts = options.get("locks", []), options.get("contacts", "closed")
    if not isinstance(locks, list) or contacts not in ("closed", "open"):
        raise UriError("locks: a list of outputs was expected; contacts: closed or open")
    usual = Wiring()
    try:
        return Wiring(
            outputs=outputs,
            inputs=inputs,
            locks=frozenset(str(name) for name in locks),
            shut=contacts == "closed",
            pulse_s=float(str(options.get("pulse_s", usual.pulse_s))),
            open_s=float(str(options.get("open_s", usual.open_s))),
            left_open_s=float(str(options.get("left_open_s", usual.left_open_s))),
            circle=circle_of({**PIR, **options}),
        )
    except ValueError as error:
        raise UriError(str(error)) from error


def _named(options: Mapping[str, Any], name: str, most: int) -> dict[str, int]:
    found = options.get(name, {})
    if not isinstance(found, Mapping):
        raise UriError(f'{name}: expected {{"light": 1}}')
    for key, number in found.items():
        fits = isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= most
        if not fits or not isinstance(key, str) or not NAME.fullmatch(key):
            raise UriError(f"{name}: expected names like light or locker-1, each with a number of 1 to {most}")
    return dict(found)


def _whole(options: Mapping[str, Any], name: str, usual: int, within: range) -> int:
    text = str(options.get(name, usual))
    if not text.isascii() or not text.isdigit() or int(text) not in within:
        raise UriError(f"{name}={text}: expected {within.start} to {within.stop - 1}")
    return int(text)
