"""PC/SC below the transport: readers and connections as pyscard has them, in the hands of a test."""

from __future__ import annotations

from collections.abc import Callable


class NoCardException(Exception):
    """Named like pyscard's."""


class CardConnectionException(Exception):
    """Named like pyscard's."""


class FakeReader:
    """One reader and the card on it: `atr` None is no card; `answer` overrides the table of answers."""

    def __init__(self, name: str, atr: str | None = None) -> None:
        self.name = name
        self.atr = None if atr is None else bytes.fromhex(atr)
        self.answers: dict[bytes, tuple[bytes, int]] = {}
        self.answer: Callable[[bytes], tuple[bytes, int]] | None = None
        self.apdus: list[bytes] = []
        self.plugged = True

    def __str__(self) -> str:
        return self.name

    def createConnection(self) -> FakeConnection:
        return FakeConnection(self)


class FakeConnection:
    def __init__(self, reader: FakeReader) -> None:
        self._reader = reader

    def connect(self) -> None:
        if self._reader.atr is None or not self._reader.plugged:
            raise NoCardException("Card not connected")

    def getATR(self) -> list[int]:
        return list(self._reader.atr or b"")

    def transmit(self, apdu: list[int]) -> tuple[list[int], int, int]:
        if self._reader.atr is None or not self._reader.plugged:
            raise CardConnectionException("Failed to transmit")
        sent = bytes(apdu)
        self._reader.apdus.append(sent)
        if self._reader.answer is not None:
            data, status = self._reader.answer(sent)
        else:
            data, status = self._reader.answers.get(sent, (b"", 0x6D00))
        return list(data), status >> 8, status & 0xFF

    def disconnect(self) -> None: ...


class FakeService:
    """Lists the readers that are plugged in."""

    def __init__(self, *devices: FakeReader) -> None:
        self.devices = list(devices)

    def __call__(self) -> list[FakeReader]:
        return [device for device in self.devices if device.plugged]
