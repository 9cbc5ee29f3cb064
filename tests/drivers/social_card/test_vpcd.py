"""The whole way: driver, pyscard, pcscd, Debian's virtual reader, the simulated card. Runs where all of them are.

On Debian: apt-get install pcscd vsmartcard-vpcd swig libpcsclite-dev, then pip install pyscard. The test starts pcscd
itself when it may; one that runs already is used as it is.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.social_card import SocialCard
from drivers.social_card.pcsc import PcscSlot
from tests.drivers.social_card.people import PERSON, CardProcess, Reader, card_process
from tests.drivers.transport.support import wait_until

PORT = 35963
MODULE = "libifdvpcd.so"
URI = "pcsc:Virtual PCD"


def listening() -> bool:
    try:
        socket.create_connection(("127.0.0.1", PORT), 0.2).close()
    except OSError:
        return False
    return True


def why_not() -> str:
    if importlib.util.find_spec("smartcard") is None:
        return "pyscard is not installed (extra pcsc; it compiles and needs swig and libpcsclite-dev)"
    if listening():
        return ""
    if shutil.which("pcscd") is None:
        return "pcscd is not installed"
    if not any(Path("/usr/lib").glob(f"**/{MODULE}")):
        return "the virtual reader (vsmartcard-vpcd) is not installed"
    if os.geteuid() != 0:
        return "pcscd does not run, and only root may start it"
    return ""


REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON or "everything is here")


@pytest.fixture(scope="module")
def alone() -> Iterator[None]:
    """There is one pcscd and one virtual reader a machine: test runs take turns."""
    with (Path(tempfile.gettempdir()) / "doorstep-vpcd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def service(alone: None) -> Iterator[None]:
    if listening():
        yield
        return
    Path("/run/pcscd").mkdir(exist_ok=True)
    daemon = subprocess.Popen([str(shutil.which("pcscd")), "--foreground"])
    try:
        wait_until(listening, "pcscd with the virtual reader")
        yield
    finally:
        daemon.terminate()
        daemon.wait(10)


@pytest.fixture
def card(service: None) -> Iterator[CardProcess]:
    # pcscd looks every 0.4 s: the card of the test before may still be there for it.
    slot = PcscSlot("Virtual PCD")
    slot.open()
    wait_until(lambda: not slot.present(), "an empty slot")
    slot.close()
    with card_process("--vpcd", f"127.0.0.1:{PORT}") as running:
        yield running


@pytest.fixture
def reader(card: CardProcess) -> Iterator[Reader]:
    running = Reader(URI, pace=1.0)
    yield running
    running.driver.stop()


def card_of(reader: Reader) -> SocialCard:
    done = reader.read()
    assert isinstance(done.result, SocialCard), done
    return done.result


def test_a_card_in_the_virtual_reader_comes_out_whole(card: CardProcess, reader: Reader) -> None:
    card.do(present=PERSON)
    assert card_of(reader).id_number == PERSON["id_number"]
    card.do(remove=True)
    reader.reports.event("card_gone")
    card.do(present={**PERSON, "name": "测试丁"})
    assert card_of(reader).name == "测试丁"


@pytest.mark.parametrize("at", [1, 9])
def test_taken_out_in_the_middle_ends_as_moved(card: CardProcess, reader: Reader, at: int) -> None:
    card.do(present=PERSON, remove_at=at)
    assert reader.error() is ErrorKind.MOVED
    card.do(present=PERSON)
    assert card_of(reader).name == PERSON["name"]


@pytest.mark.parametrize(
    ("fault", "kind"), [("truncate", ErrorKind.UNREADABLE), ("no-application", ErrorKind.NOT_IDENTITY)]
)
def test_a_bad_card_ends_with_its_error(card: CardProcess, reader: Reader, fault: str, kind: ErrorKind) -> None:
    card.do(fault=fault, present=PERSON)
    assert reader.error() is kind


def test_a_card_that_hangs_holds_up_neither_the_command_nor_the_terminal(card: CardProcess, reader: Reader) -> None:
    card.do(present=PERSON, delay=2.0)
    started, ticks = time.monotonic(), 0
    command = reader.ask(deadline=1.0)
    while time.monotonic() - started < 0.8:
        time.sleep(0.01)
        ticks += 1
    assert ticks > 40, "the library keeps the interpreter's lock while it waits"
    done = reader.reports.completion(command)
    assert done.error is not None
    assert done.error.kind is ErrorKind.TIMEOUT
    assert time.monotonic() - started < 1.6
    card.do(fault="none")
    assert DeviceState.ONLINE in reader.reports.states()
