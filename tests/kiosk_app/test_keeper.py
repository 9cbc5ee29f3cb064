"""The keeper with real processes that speak its words: it leaves no dark screen, and keeps no second owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TERMINAL = """
import os, socket, sys, time
from pathlib import Path
folder, how = Path(sys.argv[1]), sys.argv[2]
lead = socket.socket(fileno=int(sys.argv[sys.argv.index("--lead") + 1]))
relief = "--relief" in sys.argv
first = not any(folder.glob("said-*"))
def note(word):
    with (folder / f"said-{os.getpid()}").open("a") as file:
        file.write(f"{time.monotonic()} {word}\\n")
if how == "cannot" :
    sys.exit(1)
note("up")
lead.sendall(b"drawn\\n")
if not relief:
    note("alone")
    if how == "falls" and first:
        os.abort()
    if first:
        lead.sendall(b"wants\\n")
while data := lead.recv(100):
    for word in data.decode().split():
        note(word)
        if word == "leave":
            if how == "stays":
                lead.sendall(b"stays\\n")
            elif how == "hangs":
                time.sleep(60)
            else:
                time.sleep(0.3)
                note("gone")
                sys.exit(0)
note("keeper gone")
"""
PATIENCE_S = 20.0


class Kept:
    """A keeper of such processes."""

    def __init__(self, folder: Path, how: str) -> None:
        self.folder = folder
        script = folder / "terminal.py"
        script.write_text(TERMINAL, "utf-8")
        command = [sys.executable, str(script), str(folder), how]
        keep = f"import sys; from kiosk_app.keeper import Keeper; sys.exit(Keeper({command}, leave_s=1.0).run())"
        self.process = subprocess.Popen([sys.executable, "-c", keep], cwd=ROOT, stderr=subprocess.DEVNULL)

    def said(self) -> list[tuple[float, int, str]]:
        """Return (time, process, word), oldest first."""
        found = []
        for file in self.folder.glob("said-*"):
            for line in file.read_text("utf-8").splitlines():
                at, _, word = line.partition(" ")
                found.append((float(at), int(file.name.partition("-")[2]), word))
        return sorted(found)

    def wait(self, *words: str) -> list[tuple[float, int, str]]:
        """Wait until these were said, in this order among others."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            rest = iter(word for *_, word in self.said())
            if all(word in rest for word in words):
                return self.said()
            time.sleep(0.02)
        raise AssertionError(f"{words} was not said, but {self.said()}")


@pytest.fixture
def kept(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Kept]:
    found = Kept(tmp_path, request.param)
    yield found
    found.process.kill()
    found.process.wait()


@pytest.mark.parametrize("kept", ["leaves"], indirect=True)
def test_the_fresh_one_is_up_before_the_old_one_leaves_and_alone_after_it_has_gone(kept: Kept) -> None:
    said = kept.wait("up", "alone", "up", "leave", "gone", "alone")
    assert len({pid for _, pid, _ in said}) == 2
    assert said[-1][1] != said[0][1]


@pytest.mark.parametrize("kept", ["stays"], indirect=True)
def test_one_with_somebody_before_it_stays_and_the_fresh_one_ends(kept: Kept) -> None:
    said = kept.wait("up", "alone", "up", "leave")
    fresh = next(pid for _, pid, _ in said if pid != said[0][1])
    until = time.monotonic() + PATIENCE_S
    while os.path.exists(f"/proc/{fresh}") and time.monotonic() < until:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{fresh}")
    assert os.path.exists(f"/proc/{said[0][1]}")


@pytest.mark.parametrize("kept", ["hangs"], indirect=True)
def test_one_that_hangs_instead_of_leaving_is_killed_and_relieved(kept: Kept) -> None:
    said = kept.wait("up", "leave", "alone")
    assert not os.path.exists(f"/proc/{said[0][1]}")
    assert said[-1][1] != said[0][1]


@pytest.mark.parametrize("kept", ["falls"], indirect=True)
def test_one_that_falls_is_started_again(kept: Kept) -> None:
    said = kept.wait("up", "alone", "up", "alone")
    assert len({pid for _, pid, _ in said}) == 2


@pytest.mark.parametrize("kept", ["cannot"], indirect=True)
def test_one_that_cannot_begin_passes_on_its_code(kept: Kept) -> None:
    assert kept.process.wait(PATIENCE_S) == 1


@pytest.mark.parametrize("kept", ["stays"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_keeper_that_is_told_to_stop_leaves_nobody_behind(kept: Kept, number: signal.Signals) -> None:
    said = kept.wait("up", "alone")
    kept.process.send_signal(number)
    assert kept.process.wait(PATIENCE_S) == 0
    assert not os.path.exists(f"/proc/{said[0][1]}")


@pytest.mark.parametrize("kept", ["stays"], indirect=True)
def test_a_terminal_notices_that_its_keeper_is_gone(kept: Kept) -> None:
    kept.wait("up", "alone")
    kept.process.kill()
    kept.wait("keeper gone")
