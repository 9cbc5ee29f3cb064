"""The control socket: who may ask, what is answered, and what does not hold the terminal up."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.control import MAX_REQUEST, AlreadyRunningError, ControlError, ControlServer, Handler, ask, peer_uid
from kiosk_app.loop import PlainLoop


@contextmanager
def serving(path: Path, handlers: dict[str, Handler], **more: Any) -> Iterator[ControlServer]:
    loop = PlainLoop()
    thread = threading.Thread(target=loop.run, name="loop", daemon=True)
    thread.start()
    server = ControlServer(path, handlers, loop.post, **more)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        loop.quit()
        thread.join(5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "control"


def echo(request: Any) -> Any:
    return {"said": request["words"], "thread": threading.current_thread().name}


def test_answer_comes_from_the_loops_thread(path: Path) -> None:
    with serving(path, {"echo": echo}):
        assert ask(path, {"command": "echo", "words": "您好"}) == {"said": "您好", "thread": "loop"}


def test_no_terminal_is_none(path: Path) -> None:
    assert ask(path, {"command": "echo"}) is None


def test_socket_left_by_a_dead_terminal_is_none_and_can_be_taken(path: Path) -> None:
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert ask(path, {"command": "echo"}) is None
    with serving(path, {"echo": echo}):
        assert ask(path, {"command": "echo", "words": "x"})


def test_second_terminal_is_refused(path: Path) -> None:
    with serving(path, {}):
        with pytest.raises(AlreadyRunningError):
            ControlServer(path, {}, lambda fn: None).start()
        assert path.exists()


def test_socket_is_private_and_its_folder_too(path: Path) -> None:
    with serving(path, {}):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_socket_is_gone_after_stop(path: Path) -> None:
    with serving(path, {}):
        pass
    assert not path.exists()


def test_kernel_tells_who_asks(path: Path) -> None:
    seen: list[int] = []

    def peer(connection: socket.socket) -> int:
        seen.append(peer_uid(connection))
        return seen[-1]

    with serving(path, {"echo": echo}, peer=peer):
        ask(path, {"command": "echo", "words": "x"})
    assert seen == [os.getuid()]


def test_another_user_is_refused_before_anything_is_read(path: Path) -> None:
    called: list[Any] = []
    stranger = {"peer": lambda connection: 4711}
    with serving(path, {"echo": called.append}, **stranger), pytest.raises(ControlError) as raised:
        ask(path, {"command": "echo"})
    assert raised.value.word == "not-allowed"
    assert called == []


def test_too_large_a_request_is_refused(path: Path) -> None:
    with serving(path, {"echo": echo}), pytest.raises(ControlError) as raised:
        ask(path, {"command": "echo", "words": "x" * (MAX_REQUEST + 1)})
    assert raised.value.word == "too-large"


@pytest.mark.parametrize("line", [b"\n", b"[]\n", b"{}\n", b"not json\n", b"[" * 50_000 + b"\n", b"\xff\xfe\n"])
def test_line_that_is_no_request_is_refused(path: Path, line: bytes) -> None:
    with serving(path, {"echo": echo}), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(path))
        client.sendall(line)
        answer = json.loads(client.makefile().readline())
    assert (answer["ok"], answer["error"]) == (False, "bad-request")


def test_unknown_command_names_the_known_ones(path: Path) -> None:
    with serving(path, {"echo": echo, "doctor": echo}), pytest.raises(ControlError, match="doctor, echo") as raised:
        ask(path, {"command": "format-disk"})
    assert raised.value.exit_code == 2


def test_handler_that_raises_tells_its_kind_only(path: Path) -> None:
    def broken(request: Any) -> Any:
        raise ValueError("110102195603071234")

    with serving(path, {"broken": broken, "echo": echo}):
        with pytest.raises(ControlError, match="ValueError") as raised:
            ask(path, {"command": "broken"})
        assert "110102" not in str(raised.value)
        assert ask(path, {"command": "echo", "words": "still here"})


def test_handler_may_refuse_with_a_word(path: Path) -> None:
    def busy(request: Any) -> Any:
        raise ControlError("busy", "a visit is under way")

    with serving(path, {"busy": busy}), pytest.raises(ControlError) as raised:
        ask(path, {"command": "busy"})
    assert (raised.value.word, raised.value.exit_code) == ("busy", 3)


def test_handler_may_answer_later(path: Path) -> None:
    later: Future[Any] = Future()

    def slow(request: Any) -> Any:
        threading.Thread(target=lambda: later.set_result({"done": True})).start()
        return later

    with serving(path, {"slow": slow}):
        assert ask(path, {"command": "slow"}) == {"done": True}


def test_busy_loop_times_out_and_the_command_is_not_run_later(path: Path) -> None:
    posted: list[Callable[[], None]] = []
    called: list[Any] = []
    server = ControlServer(path, {"echo": called.append}, posted.append, answer_s=0.1)
    server.start()
    try:
        with pytest.raises(ControlError) as raised:
            ask(path, {"command": "echo"})
    finally:
        server.stop()
    posted[0]()
    assert (raised.value.word, raised.value.exit_code, called) == ("timed-out", 3, [])


def test_silent_client_does_not_hold_others_up(path: Path) -> None:
    with serving(path, {"echo": echo}, read_s=5.0), socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(path))
        assert ask(path, {"command": "echo", "words": "x"}, timeout=2.0)


def test_too_many_clients_are_told_so(path: Path) -> None:
    with serving(path, {"echo": echo}, read_s=5.0):
        held = [socket.socket(socket.AF_UNIX) for _ in range(8)]
        try:
            for client in held:
                client.connect(str(path))
            with pytest.raises(ControlError) as raised:
                ask(path, {"command": "echo", "words": "x"})
        finally:
            for client in held:
                client.close()
    assert raised.value.word == "busy"


def test_answer_that_is_no_json_is_a_failure(path: Path) -> None:
    with serving(path, {"odd": lambda request: {1, 2}}), pytest.raises(ControlError) as raised:
        ask(path, {"command": "odd"})
    assert raised.value.word == "failed"


def test_every_request_is_told_to_the_audit(path: Path) -> None:
    heard: list[tuple[str, str]] = []
    told = threading.Event()

    def hear(command: str, outcome: str) -> None:
        heard.append((command, outcome))
        if len(heard) == 2:
            told.set()

    with serving(path, {"echo": echo}, heard=hear):
        ask(path, {"command": "echo", "words": "x"})
        with pytest.raises(ControlError):
            ask(path, {"command": "secret-110102195603071234"})
        assert told.wait(5)
    assert heard == [("echo", "ok"), ("none", "unknown-command")]


def test_path_too_long_for_a_socket_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="shorter"):
        ControlServer(tmp_path / ("x" * 120), {}, lambda fn: None).start()
