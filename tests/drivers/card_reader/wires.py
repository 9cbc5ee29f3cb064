"""A virtual reader at the far end of every wire that has no simulator process: objects below pyusb, hidraw, pyscard."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from drivers.card_reader import codec
from drivers.card_reader.cards import addresses_from_json, card_from_json, encode_text
from drivers.card_reader.codec import FrameParser
from drivers.card_reader.hid import HidCardTransport
from drivers.card_reader.hid_frames import wrap_reply
from drivers.card_reader.virtual_sam import VirtualSam
from drivers.transport import HidTransport, TransportFactory, UsbAddress
from tests.drivers.transport.fake_pcsc import FakeReader
from tests.drivers.transport.fake_usb import FakeUsbDevice


def lay_down(sam: VirtualSam, person: dict[str, object]) -> None:
    text, photo = card_from_json(person)
    sam.present(encode_text(text), photo, addresses_from_json(person))


class SamEnd:
    """Takes bytes of commands, hands whole answers to `say`."""

    def __init__(self, say: Callable[[bytes], None]) -> None:
        self.sam = VirtualSam(time.monotonic)
        self._parser = FrameParser(codec.SHORTEST_REQUEST)
        self._say = say

    def feed(self, data: bytes) -> None:
        for frame in self._parser.feed(data):
            answer = self.sam.answer(codec.unframe(frame, codec.SHORTEST_REQUEST))
            if answer is not None:
                self._say(answer.data)


class SplitReader(FakeUsbDevice):
    """A reader on split endpoints."""

    def __init__(self, ends: tuple[int, int, int, int] = (0x02, 0x06, 0x81, 0x85), **options: str) -> None:
        super().__init__(interfaces=(ends,), on_write=self._take, **options)  # type: ignore[arg-type]
        self.ends = ends
        self.end = SamEnd(self._answer)
        self.sam = self.end.sam

    def _take(self, endpoint: int, data: bytes) -> None:
        assert endpoint == self.ends[0 if data.startswith(codec.PREAMBLE) else 1]
        self.end.feed(data)

    def _answer(self, frame: bytes) -> None:
        self.say(self.ends[2], frame[:7])
        for at in range(7, len(frame), 64):
            self.say(self.ends[3], frame[at : at + 64])


class SingleReader(FakeUsbDevice):
    """A reader on one pair of endpoints."""

    def __init__(self) -> None:
        super().__init__(on_write=lambda _end, data: self.end.feed(data))
        self.end = SamEnd(self._answer)
        self.sam = self.end.sam

    def _answer(self, frame: bytes) -> None:
        for at in range(0, len(frame), 64):
            self.say(0x81, frame[at : at + 64])


class HidReader:
    """A reader on HID: a socket pair that keeps boundaries stands for hidraw."""

    def __init__(self, sysfs: Path) -> None:
        folder = sysfs / "hidraw0" / "device"
        folder.mkdir(parents=True)
        (folder / "uevent").write_text("HID_ID=0003:000010C4:00000007\nHID_UNIQ=\n")
        self._sysfs = sysfs
        self._near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._near.setblocking(False)
        self.end = SamEnd(self._answer)
        self.sam = self.end.sam
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def factory(self) -> TransportFactory:
        return lambda: HidCardTransport(HidTransport(UsbAddress(0x10C4, 7), sysfs=self._sysfs, opener=self._open))

    def _open(self, _path: str) -> int:
        return self._near.dup().detach()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while report := self.far.recv(200):
                assert report[:2] == b"\0\x88"
                length = int.from_bytes(report[4:6], "little")
                assert report[6] == 0xB1
                self.end.feed(report[7 : 6 + length])

    def _answer(self, frame: bytes) -> None:
        for report in wrap_reply(frame):
            self.far.send(report)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.far.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)
        self._near.close()
        self.far.close()


ATR = "3b8e8001" + "00" * 9 + "9000" + "00"


class PagesReader(FakeReader):
    """A PC/SC reader that shows cards as pages."""

    def __init__(self, name: str = "Acme CCID 00 00") -> None:
        super().__init__(name)
        self.content = b""
        self.answer = self._page

    def lay_down(self, person: dict[str, object]) -> None:
        text, photo = card_from_json(person)
        self.content = bytes.fromhex("01000400") + encode_text(text) + photo
        self.atr = bytes.fromhex(ATR)

    def lift(self) -> None:
        self.atr = None

    def _page(self, apdu: bytes) -> tuple[bytes, int]:
        assert (apdu[:2], apdu[3:]) == (b"\xff\xb0", b"\0\0")
        page = self.content[256 * apdu[2] : 256 * apdu[2] + 256]
        return (page.ljust(256, b"\0"), 0x9000) if page else (b"", 0x6B00)
