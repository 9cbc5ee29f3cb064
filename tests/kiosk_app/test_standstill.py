"""A terminal that must not serve still answers the doctor, and says why."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.device import DeviceState, Status
from kiosk_app.control import ask
from kiosk_app.control_handlers import doctor
from kiosk_app.engine_room import EngineRoom, HaltedError
from kiosk_app.folders import Folders
from kiosk_app.terminal import Options
from kiosk_app.visit.state import OutOfService, State
from provisioning import DeviceSpec
from tests.offline_cache.support import RealClock


class Standing:
    """A terminal with a loop of its own, on a folder where nothing is."""

    def __init__(self, folder: Path, state: State | None = None) -> None:
        conductor = SimpleNamespace(state=state or State())
        screen = SimpleNamespace(post=lambda fn: threading.Thread(target=fn).start())
        terminal: Any = SimpleNamespace(conductor=conductor, screen=screen, log_with=lambda sink: None)
        self.room = EngineRoom(Options(Folders(folder), RealClock(), log=lambda line: None), terminal)


def rows(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in (*report["checks"], *report["devices"])}


def test_a_machine_that_is_not_enrolled_answers_on_its_socket(tmp_path: Path) -> None:
    standing = Standing(tmp_path)
    with pytest.raises(HaltedError):
        standing.room.open()
    try:
        report = ask(standing.room.options.folders.control, {"command": "doctor"}, 10.0)
        assert report is not None
        assert report["halted"] == "not_enrolled"
        assert rows(report)["service"]["state"] == "fail"
        assert rows(report)["certificate"]["who"] == "technician"
    finally:
        standing.room.stop()


def test_what_a_halted_terminal_never_looked_at_is_not_told_as_gone(tmp_path: Path) -> None:
    room = Standing(tmp_path, State(place=OutOfService("store_key"))).room
    room.halted = "wrong_key"
    specs = (DeviceSpec("card-1", "card_reader", "serial:/dev/x"), DeviceSpec("keys-1", "keypad", "input:/dev/y"))
    profile: Any = SimpleNamespace(devices=specs)
    room.profile = profile
    found = rows(doctor(room))
    assert found["card-1"]["cause"] == "终端停着，没有去看身份证读卡器。"
    assert "keys-1" not in found, "of a keypad nobody can tell"
    assert found["service"]["cause"] == "存储密钥不是这个存储的，打不开。"


def test_an_entry_that_could_not_be_understood_is_the_platforms_to_mend(tmp_path: Path) -> None:
    room = Standing(tmp_path).room
    specs = (DeviceSpec("card-1", "card_reader", "serial:"), DeviceSpec("code-1", "code_reader", "serial:/dev/x"))
    profile: Any = SimpleNamespace(devices=specs)
    hands: Any = SimpleNamespace(last={"code_reader": Status("code-1", "code_reader", DeviceState.ONLINE)})
    room.profile, room.hands = profile, hands
    found = rows(doctor(room))
    assert (found["card-1"]["cause"], found["card-1"]["who"]) == ("身份证读卡器的配置看不懂。", "platform")
    assert found["code-1"]["severity"] == "pass"
