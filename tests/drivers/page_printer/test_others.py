"""Against what others wrote: a real cupsd with its own back-end and our simulator behind it, and CUPS' own printer."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from drivers.device import DeviceState, ErrorKind
from drivers.page_printer import Outcome
from drivers.page_printer.post import IppError
from drivers.transport import TransportError
from tests.drivers.page_printer.lab import (
    PATIENCE_S,
    Desk,
    Simulator,
    desk,
    file_journal,
    go_on,
    pdf,
    queue_at,
    simulator,
    started,
    wait_for,
)

PAGE = pdf()
NEXT = pdf(size=100)
STARTS_S = 5.0
SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
CUPSD = shutil.which("cupsd", path=SBIN)
IPPEVEPRINTER = shutil.which("ippeveprinter", path=SBIN)
BACKEND = Path("/usr/lib/cups/backend/ipp")

CUPSD_CONF = """
Listen 127.0.0.1:{port}
Browsing No
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow 127.0.0.1
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
FILES_CONF = """
ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
"""
PRINTERS_CONF = """
<Printer A4>
DeviceURI {uri}
State Idle
Accepting Yes
Shared No
JobSheets none none
OpPolicy default
ErrorPolicy retry-job
</Printer>
"""


@contextmanager
def running(command: list[str], uri: str) -> Iterator[None]:
    """A program of others that answers at `uri`; where it does not start, there is nothing to test."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + STARTS_S
        while not answers(uri):
            if process.poll() is not None or time.monotonic() > ends:
                pytest.skip(f"{Path(command[0]).name} does not run here")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(uri: str) -> bool:
    with suppress(TransportError, IppError):
        queue_at(uri).describe(go_on)
        return True
    return False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulator(tmp_path_factory.mktemp("device"), "--seconds-per-page", "0.1") as found:
        yield found


@pytest.fixture
def device(behind: Simulator) -> Simulator:
    behind.well()
    return behind


@pytest.fixture(scope="module")
def spool(behind: Simulator) -> Iterator[tuple[str, Path]]:
    """The address of a queue of a real cupsd, and where it keeps documents."""
    if CUPSD is None or not BACKEND.exists():
        pytest.skip("cupsd is not installed")
    # Not below pytest's own folder, which a filter that runs as another user may not enter.
    with tempfile.TemporaryDirectory(prefix="ds-cups-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("etc", "spool", "cache", "state", "log"):
            (folder / part).mkdir(mode=0o755)
        port = free_port()
        user = "User lp\nGroup lp\n" if os.geteuid() == 0 else ""
        (folder / "etc" / "cupsd.conf").write_text(CUPSD_CONF.format(port=port))
        (folder / "etc" / "cups-files.conf").write_text(user + FILES_CONF.format(folder=folder))
        (folder / "etc" / "printers.conf").write_text(PRINTERS_CONF.format(uri=behind.uri))
        command = [CUPSD, "-f", "-c", str(folder / "etc" / "cupsd.conf"), "-s", str(folder / "etc" / "cups-files.conf")]
        uri = f"ipp://127.0.0.1:{port}/printers/A4"
        with running(command, uri):
            yield uri, folder / "spool"


def kept(spool: Path) -> list[str]:
    return [path.name for path in spool.iterdir() if path.is_file()]


def test_what_a_real_cups_could_not_print_does_not_come_out_for_the_next_person(
    device: Simulator, spool: tuple[str, Path], tmp_path: Path
) -> None:
    uri, folder = spool
    with desk(uri, file_journal(tmp_path)) as office:
        device.tell(power="off")
        result = office.print(PAGE, deadline=1.0)
        assert result.outcome is Outcome.UNKNOWN
        wait_for(lambda: kept(folder) == [])
        device.tell(power="on")
        assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
        assert [path.read_bytes() for path in device.printed] == [NEXT]
        wait_for(lambda: kept(folder) == [])
        # What CUPS passes on to the printer holds no more than what it was told.
        assert device.jobs[-1]["user"] == "kiosk"
        assert "doorstep-" in device.jobs[-1]["name"]


def test_a_real_cups_that_remembers_missing_paper_prints_when_there_is_some(
    device: Simulator, spool: tuple[str, Path], tmp_path: Path
) -> None:
    uri, _folder = spool
    with desk(uri, file_journal(tmp_path)) as office:
        device.set(paper="out")
        command = office.submit(PAGE)
        office.said.status(DeviceState.USER_ACTION, paper="out", cause="no_paper")
        office.device.cancel(command)
        assert office.result(command).outcome is Outcome.UNKNOWN
        office.said.status(DeviceState.ONLINE, paper="unknown", cause="")
        device.set(paper="full")
        assert any(reason.startswith("media-empty") for reason in queue_at(uri).describe(go_on).reasons)
        assert office.print(NEXT, job="job-2").outcome is Outcome.PRINTED
        assert [path.read_bytes() for path in device.printed] == [NEXT]


@pytest.fixture
def cups_printer(tmp_path: Path) -> Iterator[tuple[str, Callable[[int], None]]]:
    """The address of `ippeveprinter`, and a hand that puts so many sheets into it."""
    if IPPEVEPRINTER is None:
        pytest.skip("ippeveprinter is not installed")
    port = free_port()
    (tmp_path / "spool").mkdir()
    options = ["-r", "off", "-d", str(tmp_path / "spool"), "-f", "application/pdf", "-c", "/bin/true"]
    where = ["-n", "localhost", "-p", str(port), "Doorstep test"]

    def put_in(sheets: int) -> None:
        form = f"size1=iso_a4_210x297mm&type1=stationery&level1={sheets}&size3=&type3=&level3=-2"
        with urllib.request.urlopen(f"http://localhost:{port}/media?{form}", timeout=PATIENCE_S) as page:
            page.read()

    uri = f"ipp://localhost:{port}/ipp/print"
    with running([IPPEVEPRINTER, *options, *where], uri):
        yield uri, put_in


def test_the_printer_of_cups_prints_and_without_paper_is_sent_nothing(
    cups_printer: tuple[str, Callable[[int], None]], tmp_path: Path
) -> None:
    uri, put_in = cups_printer
    with started(Desk(uri, file_journal(tmp_path))) as office:
        assert office.print(PAGE, copies=2).outcome is Outcome.PRINTED
        put_in(0)
        result = office.print(PAGE, job="job-2")
        assert (result.outcome, result.cause) == (Outcome.NOT_PRINTED, ErrorKind.NO_PAPER)
        office.said.status(DeviceState.USER_ACTION, paper="out")
        put_in(250)
        office.said.status(DeviceState.ONLINE, paper="full")
        assert office.print(NEXT, job="job-3").outcome is Outcome.PRINTED
