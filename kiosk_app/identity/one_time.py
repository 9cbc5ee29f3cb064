"""One-time codes of technicians: HOTP (RFC 4226) by time (RFC 6238), and what wrong ones cost. Pure."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

DIGITS = 6
STEP_S = 30
WINDOW = 1
"""Steps before and after the present one that count, for clocks that differ a little."""
HINT = 20
"""Steps within which a code tells that a clock is wrong; it does not count."""
TRIES = 5
REST_S, LONGEST_S = 300.0, 4 * 3600.0
"""Pause after the fifth wrong code in a row; each further one doubles it."""


def hotp(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """Return the code of a counter."""
    mac = hmac.new(secret, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(now: datetime) -> int:
    """Return the counter of a moment."""
    return int(now.timestamp()) // STEP_S


@dataclass(frozen=True, slots=True)
class Tries:
    """What is remembered of one technician: wrong codes in a row, the step of the last good one, until when none is
    taken.
    """

    failures: int = 0
    last: int = -1
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`why` is empty when the code is right, else wrong, used, clock or locked."""

    why: str
    tries: Tries
    locked_s: int = 0


def judge(secret: bytes, code: str, now: datetime, tries: Tries) -> Verdict:
    """Compare a code. Each is good once, and none that is older than the last good one; a wrong one costs a try."""
    if (rest := _rest(now, tries)) > 0:
        return Verdict("locked", tries, rest)
    present = step_of(now)
    found = _match(secret, code, present, WINDOW)
    if found is not None and found > tries.last:
        return Verdict("", Tries(last=found))
    why = "used" if found is not None else "wrong" if _match(secret, code, present, HINT) is None else "clock"
    failures = tries.failures + 1
    if failures < TRIES:
        return Verdict(why, replace(tries, failures=failures, until=None))
    until = now + timedelta(seconds=_pause(failures))
    return Verdict("locked", replace(tries, failures=failures, until=until), int(_pause(failures)))


def _match(secret: bytes, code: str, present: int, steps: int) -> int | None:
    """Every step is compared, the newest that fits is told."""
    found = None
    for step in range(max(0, present - steps), present + steps + 1):
        if hmac.compare_digest(hotp(secret, step), code):
            found = step
    return found


def _pause(failures: int) -> float:
    return min(LONGEST_S, REST_S * 2.0 ** min(failures - TRIES, 10))


def _rest(now: datetime, tries: Tries) -> int:
    """Seconds until a code is taken; a clock that was set back makes it no longer than it was."""
    if tries.until is None or now >= tries.until:
        return 0
    return int(min((tries.until - now).total_seconds(), _pause(tries.failures))) or 1
