"""A serial line: RS-232, USB-CDC, CH340 and their kind, or a pty. 8N1, no flow control, opened exclusively."""

from __future__ import annotations

import fcntl
import termios

import serial

from drivers.transport.base import OpenFailed, TransportClosed, open_cause
from drivers.transport.descriptor import drain, read_some, write_all

DEFAULT_BAUD = 115200


class SerialTransport:
    """One serial port.

    pyserial sets the line up; reading and writing go to its descriptor, because pyserial's write time-out does not say
    how many bytes left, and a printer's journal must know.
    """

    def __init__(self, path: str, baud: int = DEFAULT_BAUD, *, alone: bool = False) -> None:
        """`alone`: programs that know nothing of our lock are kept out as well, while it is open (TIOCEXCL)."""
        self._path = path
        self._alone = alone
        self._baud = baud
        self._port: serial.Serial | None = None

    @property
    def name(self) -> str:
        """The URI of this port."""
        return f"serial:{self._path}?baud={self._baud}"

    def open(self) -> None:
        """Open the port exclusively, raw, and drop what was waiting in it.

        Raises:
            OpenFailed: missing, in use, not permitted, or not a serial port.
        """
        if self._port is not None:
            return
        try:
            port = serial.Serial(self._path, self._baud, timeout=0, exclusive=True, xonxoff=False)
        except (serial.SerialException, OSError, ValueError) as error:
            raise OpenFailed(f"{self.name}: cannot be opened", open_cause(_number(error))) from error
        self._port = port
        try:
            if self._alone:
                fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
        except (serial.SerialException, OSError) as error:
            self.close()
            raise OpenFailed(f"{self.name}: cannot be held alone", open_cause(_number(error))) from error

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return up to `max_bytes` as soon as some are there, b"" after `timeout` seconds.

        Raises:
            TransportClosed: unplugged.
        """
        return read_some(self._descriptor(), max_bytes, timeout, self.name)

    def write(self, data: bytes, timeout: float) -> int:
        """Write all of `data`.

        Raises:
            WriteTimeout, TransportClosed: with the accepted count.
        """
        return write_all(self._descriptor(), data, timeout, self.name)

    def drain_input(self) -> int:
        """Drop what has arrived.

        Raises:
            TransportClosed: unplugged.
        """
        return drain(lambda size: self.read(size, 0.0))

    def close(self) -> None:
        """Close the port."""
        port, self._port = self._port, None
        if port is None:
            return
        try:
            if self._alone:
                fcntl.ioctl(port.fileno(), termios.TIOCNXCL)
            port.close()
        except (serial.SerialException, OSError):
            # The device is already gone; the descriptor is released all the same.
            return

    def _descriptor(self) -> int:
        if self._port is None:
            raise TransportClosed(f"{self.name}: not open")
        try:
            return int(self._port.fileno())
        except (serial.SerialException, OSError) as error:
            raise TransportClosed(f"{self.name}: not open") from error


def _number(error: Exception) -> int | None:
    """Return the errno; pyserial keeps none when the port cannot be set up, but the reason is behind its error."""
    if isinstance(error.__context__, termios.error):
        return int(error.__context__.args[0])
    return getattr(error, "errno", None)
