"""Why the platform is not reached, in one word: against real sockets, and the pure judgement of heartbeats."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk_app.lab.impostor import Impostor
from offline_cache import CaptivePortal, Lost, NetworkLost, NotAuthorised, PlatformBusy, PlatformClient, Reach
from offline_cache.sync.reach import OVERDUE_S, OVERDUE_SLOW_S, SLOW_S, Looked, reach_of
from tests.offline_cache.certificates import Authority
from tests.offline_cache.support import RealClock


@dataclass(frozen=True)
class Files:
    ca_path: Path
    cert_path: Path | None = None
    key_path: Path | None = None


def lost(url: str, trusted: Path) -> Lost:
    """How a heartbeat to this address is lost."""
    client = PlatformClient(url, Files(trusted), RealClock(), timeouts=(1.0, 0.5))
    with pytest.raises(NetworkLost) as caught:
        client.heartbeat({"terminal": "XC-0042"})
    client.close()
    return caught.value.lost


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    return Authority(tmp_path / "authority").ca_path


@pytest.mark.parametrize(("tls", "why"), [(True, Lost.STRANGER), (False, Lost.NO_TLS)])
def test_somebody_else_answers(tmp_path: Path, trusted: Path, tls: bool, why: Lost) -> None:
    impostor = Impostor(tmp_path, tls=tls)
    try:
        assert lost(f"https://127.0.0.1:{impostor.address[1]}", trusted) is why
    finally:
        impostor.close()


def test_nobody_listens(trusted: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert lost(f"https://127.0.0.1:{port}", trusted) is Lost.NOBODY


def test_somebody_listens_and_never_answers(trusted: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert lost(f"https://127.0.0.1:{listener.getsockname()[1]}", trusted) is Lost.NO_ANSWER


def test_a_name_that_nobody_knows(trusted: Path) -> None:
    assert lost("https://platform.invalid:443", trusted) is Lost.NO_NAME


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (NetworkLost("x", sent=False, lost=Lost.NOBODY), Reach.NOBODY),
        (NetworkLost("x", sent=False, dates=True, lost=Lost.STRANGER), Reach.DATES),
        (CaptivePortal("x", sent=True), Reach.PORTAL),
        (NotAuthorised(403, "certificate-revoked"), Reach.NOT_ACCEPTED),
        (PlatformBusy(500), Reach.FAILING),
    ],
)
def test_a_failure_has_one_word(error: Exception, word: Reach) -> None:
    assert reach_of(error) is word  # type: ignore[arg-type]  # all are platform errors


def test_every_way_to_lose_a_call_has_a_word() -> None:
    assert {Reach(one.value) for one in Lost} <= set(Reach)


LOOKS: list[tuple[Callable[[Looked], Looked], float, Reach | None]] = [
    (lambda look: look, 99.0, None),
    (lambda look: look.sent(0.0), OVERDUE_S - 0.1, None),
    (lambda look: look.sent(0.0), OVERDUE_S, Reach.NO_ANSWER),
    (lambda look: look.sent(0.0).back(Reach.WELL, 0.2), 60.0, Reach.WELL),
    (lambda look: look.sent(0.0).back(Reach.WELL, SLOW_S), 60.0, Reach.SLOW),
    (lambda look: look.sent(0.0).back(Reach.PORTAL, SLOW_S), 60.0, Reach.PORTAL),
    (lambda look: look.sent(0.0).back(Reach.WELL, SLOW_S).sent(10.0), 10.0 + OVERDUE_S, Reach.SLOW),
    (lambda look: look.sent(0.0).back(Reach.WELL, SLOW_S).sent(10.0), 10.0 + OVERDUE_SLOW_S, Reach.NO_ANSWER),
    (lambda look: look.sent(0.0).back(Reach.NOBODY, 0.1).sent(5.0).back(Reach.WELL, 5.1), 6.0, Reach.WELL),
]


@pytest.mark.parametrize(("happened", "at", "word"), LOOKS)
def test_what_is_told_now(happened: Callable[[Looked], Looked], at: float, word: Reach | None) -> None:
    assert happened(Looked()).now(at) is word


def test_only_an_old_answer_is_asked_for_again() -> None:
    assert Looked().stale(0.0, 3.0)
    assert not Looked().sent(0.0).stale(9.0, 3.0)
    heard = Looked().sent(0.0).back(Reach.WELL, 1.0)
    assert (heard.stale(3.9, 3.0), heard.stale(4.0, 3.0)) == (False, True)
