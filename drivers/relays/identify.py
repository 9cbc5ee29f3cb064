"""How a relay board is told from other things on a port: its state is asked for, and nothing is switched."""

from __future__ import annotations

from drivers.identify import Match, Question, Sure
from drivers.relays import lcus, modbus
from drivers.relays.driver import KIND
from drivers.relays.modbus import Bits, Function, Refused, Request

LISTEN_S = 0.4
MOST_CHANNELS = 16
COILS = Request(1, Function.READ_COILS, 0, 1)


def find_modbus(heard: bytes) -> Match | None:
    """Unit 1 answers with one coil, or refuses: both have a checksum."""
    answer = modbus.find_answer(COILS, heard)
    if not isinstance(answer, Bits | Refused):
        return None
    return Match(KIND, {"baud": str(modbus.BAUD)}, {"board": "modbus", "unit": "1"})


def find_lcus(heard: bytes) -> Match | None:
    """Only the text is believed; single bytes of 0 and 1 may come from anything."""
    if b"CH1:" not in heard or not heard.rstrip().endswith((b"ON", b"OFF")):
        return None
    channels = max((n for n in range(1, MOST_CHANNELS + 1) if lcus.states_in(heard, n) is not None), default=0)
    if not channels:
        return None
    return Match(KIND, {"baud": str(lcus.BAUD)}, {"board": "lcus", "channels": str(channels)}, Sure.LIKELY)


QUESTIONS = (
    Question("modbus", modbus.BAUD, modbus.encode(COILS), LISTEN_S, find_modbus),
    Question("lcus", lcus.BAUD, lcus.QUERY, LISTEN_S, find_lcus),
)
