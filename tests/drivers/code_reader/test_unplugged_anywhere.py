"""The cable pulled after every single byte of an exchange, in every dialect: offline, and the next code is read."""

from __future__ import annotations

import time

import pytest

from drivers.code_reader import DIALECTS, CodeRead, ReadCode, SerialCodeReader
from drivers.code_reader.virtual_reader import READERS
from drivers.device import Completion, DeviceState, ErrorKind
from drivers.owner import BackOff
from drivers.transport import TransportClosed
from tests.drivers.transport.support import RealClock, Reports, wait_until

TOKEN = "DS1.家门口"


class Cable:
    """A reader on a cable that breaks once, when `left` bytes have come through; the next cable is whole."""

    name = "cable:"

    def __init__(self, dialect: str, left: int) -> None:
        self._virtual = READERS[dialect]
        self.left: int | None = left
        self.opened = 0
        self._waiting = b""

    def open(self) -> None:
        self.opened += 1
        self._waiting = b""
        if self.opened > 1:
            self.left = None

    def read(self, max_bytes: int, timeout: float) -> bytes:
        if not self._waiting:
            if self.left == 0:
                raise TransportClosed("pulled")
            time.sleep(min(timeout, 0.002))
            # A reader that looks by itself says what it sees once it was listened to in silence.
            if self._virtual.looks_by_itself and timeout > 0:
                self._waiting, said = self._virtual.pack(TOKEN.encode()), b""
                return said
            return b""
        count = min(max_bytes, len(self._waiting), self.left if self.left is not None else max_bytes)
        if count == 0:
            raise TransportClosed("pulled")
        data, self._waiting = self._waiting[:count], self._waiting[count:]
        if self.left is not None:
            self.left -= count
        return data

    def write(self, data: bytes, timeout: float) -> int:
        for asked, answer in self._virtual.answers.items():
            if asked in data:
                self._waiting += answer
                if asked == self._virtual.begins:
                    self._waiting += self._virtual.pack(TOKEN.encode())
        return len(data)

    def drain_input(self) -> int:
        return 0

    def close(self) -> None:
        return None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_pulled_after_any_byte_is_offline_and_the_next_code_is_read(dialect: str) -> None:
    virtual = READERS[dialect]
    whole = len(b"".join(virtual.answers.values()) + virtual.pack(TOKEN.encode()))
    for position in range(whole):
        cable, reports, clock = Cable(dialect, position), Reports(), RealClock(20.0)
        driver = SerialCodeReader(
            "code",
            lambda cable=cable: cable,
            clock=clock,
            dialect=DIALECTS[dialect],
            back_off=BackOff(0.01, 0.02),
            wait=clock.wait,
        )
        driver.start(reports)
        try:
            for number in range(3):
                driver.submit(ReadCode(f"code-{number}", 60.0))
                done = reports.completion(f"code-{number}")
                if done.ok:
                    break
                assert done.error is not None
                assert done.error.kind is ErrorKind.OFFLINE, (position, done)
                wait_until(lambda reports=reports: reports.states()[-1] is DeviceState.ONLINE, "online")
            assert isinstance(done, Completion)
            assert done.result == CodeRead(TOKEN), (position, done)
        finally:
            driver.stop()
