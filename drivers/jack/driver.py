"""The jack as a device: its status says whether something is plugged in, and says so again at every change.

Contacts chatter, and every change is told: whoever follows the jack with private words must know of the first one. Of
a burst that was read at once the first change and the last state are told, so that no jack can flood its listener.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable

from drivers.device import Capabilities, Command, DeviceState, ErrorKind
from drivers.jack.codec import SWITCH_BYTES, Contact, JackParser, contact_of
from drivers.owner import BackOff, Clock, CommandFailed, DeviceOwner, Job, Wait, real_wait
from drivers.transport.input_node import InputNode

KIND = "headphones"
PLUGGED = "plugged"
"""Key of the status's detail: `in`, `out`, or `unsure` where the kernel does not tell."""
LISTEN_S = 0.25
EVIOCGSW = 0x8000451B | SWITCH_BYTES << 16
"""_IOR('E', 0x1B, len): the state of all switches now."""
_WORDS = {Contact.IN: "in", Contact.OUT: "out", Contact.UNSURE: "unsure"}


def switches_of(fd: int) -> bytes:
    """Return the bit map of a device's switches.

    Raises:
        OSError: it is no input device.
    """
    return fcntl.ioctl(fd, EVIOCGSW, bytes(SWITCH_BYTES))


class HeadphoneJack(DeviceOwner):
    """One jack. The node is shared: the sound server reads it too. `where` finds its path each time it is opened, as
    the numbers of nodes change when a sound card comes back.
    """

    def __init__(
        self,
        device_id: str,
        where: Callable[[], str],
        *,
        clock: Clock,
        switches: Callable[[int], bytes] = switches_of,
        back_off: BackOff | None = None,
        wait: Wait = real_wait,
    ) -> None:
        super().__init__(Capabilities(device_id, KIND), clock=clock, back_off=back_off, wait=wait)
        self._where = where
        self._switches = switches
        self._parser = JackParser()
        self._node: InputNode | None = None
        self._told = Contact.UNSURE

    def connect(self) -> None:
        """Open the node and ask how it is now: events tell of changes only."""
        self._node = InputNode(self._where())
        self._node.open()
        self._parser.reset()
        self._tell(self._ask(self._node))

    def disconnect(self) -> None:
        """Let the node go."""
        node, self._node = self._node, None
        if node is not None:
            node.close()

    def execute(self, command: Command, job: Job) -> object:
        """Nothing can be asked of a jack."""
        raise CommandFailed(ErrorKind.REFUSED, f"a jack does not know {type(command).__name__}")

    def idle(self) -> float | None:
        """Wait for a change and tell it."""
        assert self._node is not None
        said = self._parser.feed(self._node.read(LISTEN_S))
        if said[:1] == [self._told]:
            del said[0]
        for contact in (*said[:1], *said[-1:]):
            self._tell(self._ask(self._node) if contact is Contact.UNSURE else contact)
        return 0.0

    def _ask(self, node: InputNode) -> Contact:
        try:
            return contact_of(self._switches(node.fileno()))
        except OSError:
            # Not a device of the kernel: the next event will tell.
            return Contact.UNSURE

    def _tell(self, contact: Contact) -> None:
        self._told = contact
        self.set_status(DeviceState.ONLINE, {PLUGGED: _WORDS[contact]})
