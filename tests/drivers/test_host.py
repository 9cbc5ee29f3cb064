from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.host import Down, Host, Patience, Up
from tests.drivers.misbehaving_child import WIRE, Colour, Do, Echo, Point, Told

QUICK = Patience(hang=0.6, first=0.02, longest=0.2, leave=1.0, tick=0.02)
DEADLINE = 10.0


class Owner:
    """A host and everything it said."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self._news = threading.Condition()
        self.host = Host(
            "tests.drivers.misbehaving_child", WIRE, on_message=self._add, on_change=self._add, patience=QUICK
        )
        self.host.start()
        self.wait(lambda m: isinstance(m, Up))

    def _add(self, message: object) -> None:
        with self._news:
            self.said.append(message)
            self._news.notify_all()

    def wait(self, wanted: Callable[[object], bool], since: int = 0) -> object:
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.said[since:])), DEADLINE), self.said
            return next(m for m in self.said[since:] if wanted(m))


@pytest.fixture
def owner() -> Iterator[Owner]:
    made = Owner()
    yield made
    made.host.stop()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int) -> bool:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        try:
            if not alive(pid) or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except FileNotFoundError:
            return True
        threading.Event().wait(0.01)
    return False


def test_a_message_comes_back_as_it_was(owner: Owner) -> None:
    sent = Echo("您好", Colour.GREEN, (Point(1.5), Point(2.0, 3)), bytes(range(256)) * 1000)
    assert owner.host.send(sent)
    assert owner.wait(lambda m: isinstance(m, Echo)) == sent


def test_many_messages_keep_their_order_without_blocking_the_sender(owner: Owner) -> None:
    blob = bytes(100_000)
    start = time.monotonic()
    for n in range(50):
        assert owner.host.send(Echo(str(n), Colour.RED, (), blob))
    assert time.monotonic() - start < 1.0
    owner.wait(lambda m: isinstance(m, Echo) and m.text == "49")
    assert [m.text for m in owner.said if isinstance(m, Echo)] == [str(n) for n in range(50)]


@pytest.mark.parametrize(
    ("misdeed", "cause"),
    [
        ("crash", "exited"),
        ("exit", "exited"),
        ("hang", "hung"),
        ("garbage", "corrupt"),
        ("bad-checksum", "corrupt"),
        ("oversize", "corrupt"),
        ("unknown", "corrupt"),
    ],
)
def test_a_child_that_misbehaves_is_replaced(owner: Owner, misdeed: str, cause: str) -> None:
    first = owner.host.pid
    assert first is not None
    seen = len(owner.said)
    owner.host.send(Do(misdeed))
    down = owner.wait(lambda m: isinstance(m, Down), seen)
    assert isinstance(down, Down)
    assert down.cause == cause
    up = owner.wait(lambda m: isinstance(m, Up), seen)
    assert isinstance(up, Up)
    assert up.pid != first
    assert gone(first)
    owner.host.send(Echo("again", Colour.RED, (), b""))
    owner.wait(lambda m: isinstance(m, Echo) and m.text == "again", seen)


def test_a_message_over_the_size_cap_is_refused_before_it_is_sent(owner: Owner) -> None:
    with pytest.raises(ValueError, match="too large"):
        owner.host.send(Echo("", Colour.RED, (), bytes(2 * 1024 * 1024)))


def test_what_is_not_in_the_table_does_not_cross(owner: Owner) -> None:
    with pytest.raises(TypeError, match="not a message"):
        owner.host.send(Point(1.0))


def test_a_killed_child_is_started_again(owner: Owner) -> None:
    seen = len(owner.said)
    assert owner.host.pid is not None
    os.kill(owner.host.pid, signal.SIGKILL)
    owner.wait(lambda m: isinstance(m, Up), seen)


def test_back_off_grows_while_a_child_keeps_dying() -> None:
    times: list[float] = []
    fifth = threading.Event()

    def change(what: Up | Down) -> None:
        if isinstance(what, Up):
            times.append(time.monotonic())
            if len(times) == 5:
                fifth.set()

    host = Host("no.such.module", WIRE, on_message=lambda _: None, on_change=change, patience=QUICK)
    host.start()
    assert fifth.wait(DEADLINE)
    host.stop()
    assert times[4] - times[3] >= 0.16  # 0.02, 0.04, 0.08, 0.16 of back-off


def test_recycling_gives_a_fresh_process_at_once(owner: Owner) -> None:
    first, seen = owner.host.pid, len(owner.said)
    owner.host.recycle()
    assert owner.wait(lambda m: isinstance(m, Down), seen) == Down("recycled", -signal.SIGKILL)
    owner.wait(lambda m: isinstance(m, Up), seen)
    assert first is not None
    assert gone(first)


def test_stopping_lets_the_child_leave_by_itself(owner: Owner) -> None:
    owner.host.stop()
    assert owner.said[-1] == Down("stopped", 0)
    assert not owner.host.send(Do("exit"))


def test_a_child_inherits_almost_nothing(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_TERMINAL", "1")
    seen = len(owner.said)
    owner.host.recycle()
    owner.wait(lambda m: isinstance(m, Up), seen)
    owner.host.send(Do("environment"))
    told = owner.wait(lambda m: isinstance(m, Told))
    assert isinstance(told, Told)
    assert "SECRET" not in told.text
    assert len(told.text.split()) <= 12


def test_children_die_with_their_owner(tmp_path: Path) -> None:
    script = (
        "import threading\n"
        "from drivers.host import Host, Up\n"
        "from tests.drivers.misbehaving_child import WIRE, Do\n"
        "def change(c):\n"
        f"    if isinstance(c, Up): open({str(tmp_path / 'pid')!r}, 'w').write(str(c.pid) + chr(10))\n"
        "h = Host('tests.drivers.misbehaving_child', WIRE, on_message=lambda m: None, on_change=change)\n"
        "h.start()\n"
        "while not h.send(Do('hang')): pass\n"
        "threading.Event().wait()\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=root, env={**os.environ, "PYTHONPATH": root})
    try:
        until = time.monotonic() + DEADLINE
        while not (tmp_path / "pid").exists() or "\n" not in (tmp_path / "pid").read_text():
            assert time.monotonic() < until
            threading.Event().wait(0.02)
        child = int((tmp_path / "pid").read_text())
        assert alive(child)
    finally:
        parent.kill()
        parent.wait()
    assert gone(child)
