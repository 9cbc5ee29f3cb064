"""A code names somebody: no repr, log line or exception of any way it takes through this room may hold its text."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import pytest
import segno

from drivers.code_reader import DIALECTS, Code, CodeRead, CodeWatch, ReadCode, SerialCodeReader, decode_pictures
from drivers.code_reader.codec import Line
from drivers.code_reader.keys import KeyParser
from drivers.code_reader.virtual_reader import READERS, typed
from tests.drivers.transport.support import RealClock, Reports

CODES = {
    "medical": "280000" + "0123456789abcdef" * 3,
    "social_security": "http://ssc.example/qr?bizType=01&busiSeq=7731001",
    "network_id": "CTID:MIIB9zCCAZ2gAwIBAgIUQ/opaque+part==",
    "city_app": "JT|8f2c-71|1795353600|北京",
}
EACH = pytest.mark.parametrize("text", CODES.values(), ids=CODES)


def pixels(text: str) -> np.ndarray:
    cells = np.pad(np.array([[c & 1 for c in line] for line in segno.make(text, micro=False).matrix], np.uint8), 4)
    return np.kron(np.where(cells > 0, 0, 255).astype(np.uint8), np.ones((5, 5), np.uint8))


@EACH
@pytest.mark.parametrize(
    "made",
    [Line, CodeRead, lambda text: Code(text, "QRCode"), lambda text: [CodeRead(text)]],
    ids=["Line", "CodeRead", "Code", "list"],
)
def test_what_holds_a_code_does_not_show_it(made: Callable[[str], object], text: str) -> None:
    held = made(text)
    assert text not in repr(held)
    assert text not in f"{held}"


@EACH
@pytest.mark.parametrize("name", DIALECTS)
def test_every_parser_gives_it_exactly_and_shows_it_nowhere(name: str, text: str) -> None:
    parser = DIALECTS[name].parser()
    messages = parser.feed(READERS[name].pack(text.encode()))
    assert messages == [Line(text)]
    assert text not in repr(messages)
    assert text.encode() not in b"".join(v for v in vars(parser).values() if isinstance(v, bytearray))


def test_a_scanner_that_types_keeps_nothing_of_it() -> None:
    parser = KeyParser()
    parser.feed(typed(CODES["medical"]))
    assert CODES["medical"] not in repr(vars(parser))


@EACH
def test_pictures_give_it_exactly_and_show_it_nowhere(text: str) -> None:
    codes = decode_pictures(pixels(text))
    assert [code.text for code in codes] == [text]
    assert text not in repr(codes)


@EACH
def test_the_camera_gives_it_exactly_and_keeps_nothing(text: str) -> None:
    watch = CodeWatch()
    watch.feed(pixels(text), 0.0)
    assert text not in repr(vars(watch))
    assert watch.feed(pixels(text), 0.1) == CodeRead(text, "QRCode")


class Shown:
    """A reader that has a code and then fails in a way that nobody foresaw."""

    name = "shown:"

    def __init__(self, text: str) -> None:
        self._said = [b"", b"", text.encode()[:-2]]

    def open(self) -> None:
        return None

    def read(self, max_bytes: int, timeout: float) -> bytes:
        if not self._said:
            raise RuntimeError("the library said: " + CODES["medical"])
        return self._said.pop(0)

    def write(self, data: bytes, timeout: float) -> int:
        return len(data)

    def drain_input(self) -> int:
        return 0

    def close(self) -> None:
        return None


def test_a_library_that_fails_with_the_code_in_its_words_is_logged_without(caplog: pytest.LogCaptureFixture) -> None:
    reports, clock = Reports(), RealClock(4.0)
    text = CODES["medical"]
    driver = SerialCodeReader("code", lambda: Shown(text), clock=clock, dialect=DIALECTS["plain"], wait=clock.wait)
    with caplog.at_level(logging.DEBUG):
        driver.start(reports)
        driver.submit(ReadCode("code-1", 5.0))
        done = reports.completion("code-1")
        driver.stop()
    assert done.error is not None
    assert text not in repr(reports.all)
    assert text not in caplog.text
    assert text not in "".join(str(record.args) + str(record.exc_info) for record in caplog.records)
