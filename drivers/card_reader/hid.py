"""A reader on HID as a plain stream of frames: see `hid_frames`."""

from __future__ import annotations

import time

from drivers.card_reader.hid_frames import REPORT, unwrap, wrap
from drivers.transport.base import Transport
from drivers.transport.descriptor import drain


class HidCardTransport:
    """Wraps each command and unwraps the replies of a transport whose reads are whole reports."""

    def __init__(self, reports: Transport) -> None:
        self._reports = reports
        self._held = b""

    @property
    def name(self) -> str:
        """The URI of this reader."""
        return self._reports.name

    def open(self) -> None:
        """Open the reader.

        Raises:
            OpenFailed: not plugged in, or not permitted.
        """
        self._reports.open()
        self._held = b""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` of the stream of frames, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        end = time.monotonic() + timeout
        while not self._held:
            left = max(0.0, end - time.monotonic())
            report = self._reports.read(REPORT, left)
            if not report:
                return b""
            self._held = unwrap(report)
            if left <= 0 and not self._held:
                return b""
        data, self._held = self._held[:max_bytes], self._held[max_bytes:]
        return data

    def write(self, data: bytes, timeout: float) -> int:
        """Write one command, which `data` is.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        self._reports.write(wrap(data), timeout)
        return len(data)

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: unplugged.
        """
        dropped = len(self._held)
        self._held = b""
        return dropped + drain(lambda size: self._reports.read(size, 0.0))

    def close(self) -> None:
        """Close the reader."""
        self._held = b""
        self._reports.close()
