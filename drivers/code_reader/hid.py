"""A keyboard-wedge scanner as a device: its input node is grabbed, so that what it types reaches nobody else.

Without the grab a code would be typed into whatever field has the focus, and into the console's log-in prompt.
"""

from __future__ import annotations

import fcntl
import struct
import time

from drivers.code_reader.codec import Line
from drivers.code_reader.driver import FLOOD_S, IDLE_S, KIND, REFUSALS, SLICE_S, CodeRead, ReadCode
from drivers.code_reader.keys import ENTER_OR_TAB, GAP_S, KeyParser, Suffix
from drivers.device import Capabilities, Command, ErrorKind
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.transport import NoReply
from drivers.transport.input_node import InputNode

EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int): events go to this descriptor only, as long as it is open."""
EVIOCSCLOCKID = 0x400445A0
"""_IOW('E', 0xA0, int): which clock the events' times are of."""


def grab_exclusively(fd: int) -> None:
    """Take the node for this process alone.

    Raises:
        OSError: EBUSY, somebody else has grabbed it; ENOTTY, it is no input device.
    """
    fcntl.ioctl(fd, EVIOCGRAB, 1)
    # The gaps between keys are measured by the events' own times: setting the wall clock must not tear a code.
    fcntl.ioctl(fd, EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))


class HidCodeReader(DeviceOwner):
    """A scanner that types. It looks when it likes; codes that nobody has asked for are dropped (`code_seen`)."""

    def __init__(
        self,
        device_id: str,
        node: InputNode,
        *,
        clock: Clock,
        suffix: Suffix = ENTER_OR_TAB,
        gap: float = GAP_S,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._node = node
        self._parser = KeyParser(suffix, gap)
        self._ends_by_pause = not suffix.keys
        self._slice = max(SLICE_S, gap)
        self._connected_node = False

    def connect(self) -> None:
        """Open and grab the node."""
        self._node.open()
        self._connected_node = True

    def disconnect(self) -> None:
        """Let the node go, with all that was typed."""
        self._connected_node = False
        self._parser.reset()
        self._node.close()

    def execute(self, command: Command, job: Job) -> object:
        """Wait for one code."""
        if not isinstance(command, ReadCode):
            raise CommandFailed(ErrorKind.REFUSED, f"a code reader does not know {type(command).__name__}")
        self._drop_waiting(job)
        refusals = 0
        while True:
            job.check()
            data = self._read(min(self._slice, job.remaining()))
            codes = self._parser.feed(data)
            if not data and self._ends_by_pause:
                codes = self._parser.paused(float("inf"))
            for code in codes:
                if isinstance(code, Line):
                    return CodeRead(code.text)
                refusals += 1
                if refusals == REFUSALS:
                    raise CommandFailed(ErrorKind.UNREADABLE, code.why)

    def idle(self) -> float | None:
        """Drop codes that nobody asked for, and notice when the cable is pulled."""
        codes = self._parser.feed(self._read(0.0))
        if any(isinstance(code, Line) for code in codes):
            self.emit("code_seen")
        return IDLE_S

    def _drop_waiting(self, job: Job) -> None:
        """A code scanned before this was asked for belongs to someone else."""
        end = self.clock.monotonic() + FLOOD_S
        while self._read(self._slice):
            job.check()
            if self.clock.monotonic() > end:
                raise CommandFailed(ErrorKind.DEVICE_FAULT, "the scanner types without a pause")
        self._parser.reset()

    def _read(self, timeout: float) -> bytes:
        if not self._connected_node:
            raise NoReply("not connected")
        return self._node.read(timeout)
