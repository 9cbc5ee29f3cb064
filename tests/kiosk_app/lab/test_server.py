"""The lab's socket: what it shows, what it moves, what it refuses, and that nothing personal leaves it."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.card_reader import virtual_sam
from drivers.card_reader.cards import card_from_json
from drivers.code_reader import simulator as code_simulator
from drivers.receipt_printer.simulator.machine import Panel
from kiosk_app.lab.cable import Plug
from kiosk_app.lab.desk import FAULTS
from kiosk_app.lab.desk.hands import (
    ALWAYS,
    ATTACKS,
    CARD_FAULTS,
    CODE_FAULTS,
    NORMAL,
    PRINTER_FAULTS,
    PRINTER_SOUND,
    SCENES,
)
from kiosk_app.lab.people import Resident
from kiosk_app.lab.server import DEEDS, LONGEST_REQUEST, WorldServer
from kiosk_app.lab.world import World
from tests.kiosk_app.lab.double import DoubleWorld, as_world

FACES = (("anna-1", "anna-2"), ("bob-1",), ("carl-1",))
"""Names of portraits, one list a person."""


class Client:
    """One connection that stays open."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(60)
        self._socket.connect(str(path))
        self._lines = self._socket.makefile("rwb")

    def raw(self, line: bytes) -> dict[str, Any]:
        self._lines.write(line + b"\n")
        self._lines.flush()
        answer = json.loads(self._lines.readline())
        assert isinstance(answer, dict)
        return answer

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        return self.raw(json.dumps({"do": do, **more}).encode())

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


@pytest.fixture
def world(tmp_path: Path) -> DoubleWorld:
    return DoubleWorld(tmp_path / "t1")


@pytest.fixture
def server(world: DoubleWorld, tmp_path: Path) -> Iterator[WorldServer]:
    with WorldServer(as_world(world), tmp_path / "lab.sock", faces=FACES) as server:
        yield server


@pytest.fixture
def client(server: WorldServer) -> Iterator[Client]:
    client = Client(server.path)
    yield client
    client.close()


def resident(server: WorldServer, who: str) -> Resident:
    found = server.hands.holder(who).resident
    assert found is not None
    return found


def test_socket_belongs_to_its_user_alone(server: WorldServer) -> None:
    found = server.path.stat()
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_uid == os.getuid()


def test_socket_is_gone_after_the_end(world: DoubleWorld, tmp_path: Path) -> None:
    with WorldServer(as_world(world), tmp_path / "lab.sock") as server:
        assert server.path.exists()
    assert list(tmp_path.iterdir()) == []


def test_state_has_every_part(client: Client) -> None:
    state = client.ask("state")
    assert set(state) >= {
        *("terminal", "cards", "pad", "phone", "paper", "cover", "receipts", "network", "platform", "headphones"),
        *("devices", "faults", "broken", "outbox", "wire", "log", "face"),
    }
    assert state["terminal"] == {"running": True, "screen": "identify", "name": ""}
    assert state["pad"] is None


def test_cast_has_every_kind_of_card(client: Client) -> None:
    kinds = {card["kind"] for card in client.ask("state")["cards"]}
    assert kinds == {"resident", "expired", "foreigner", "hmt", "host"}


def test_people_of_the_visit_get_the_first_cards(world: DoubleWorld, tmp_path: Path) -> None:
    with WorldServer(as_world(world), tmp_path / "lab.sock", (world.host,)) as server:
        assert server.survey.state()["cards"][0]["id"] == "visitor-1"


def test_every_card_of_the_cast_can_be_written(server: WorldServer) -> None:
    assert [holder.id for holder in server.hands.holders] == [
        *("elder-1", "elder-2", "adult-1", "expired-1", "child-1", "guardian-1"),
        *("foreigner-1", "foreigner-2", "hmt-1", "host-1"),
    ]
    layouts = {card_from_json(holder.card)[0].__class__.__name__ for holder in server.hands.holders}
    assert layouts == {"Resident", "Foreigner2023", "Foreigner2017", "Hmt"}


def test_child_needs_a_guardian_who_is_an_adult(client: Client) -> None:
    ages = {card["id"]: card["age"] for card in client.ask("state")["cards"]}
    assert ages["child-1"] < 14
    assert ages["guardian-1"] >= 18


def test_card_that_has_only_a_latin_name_is_shown_masked(client: Client) -> None:
    labels = {card["id"]: card["label"] for card in client.ask("state")["cards"]}
    assert labels["foreigner-2"] == "T**** A**"


def test_everybodys_face_is_on_their_card(client: Client, world: DoubleWorld) -> None:
    client.ask("present", card="elder-1")
    assert world.card.card is not None
    assert world.card.card["photo"] == "anna-1"


def test_without_portraits_the_cards_keep_their_own_photo(world: DoubleWorld, tmp_path: Path) -> None:
    with WorldServer(as_world(world), tmp_path / "lab.sock") as server:
        assert server.hands.holder("elder-1").card["photo"] == "resident"
        assert server.survey.state()["face"] == {"able": False, "why": "portraits"}


def test_terminal_without_camera_says_so(client: Client, world: DoubleWorld) -> None:
    world.parts.there = frozenset()
    state = client.ask("state")
    assert state["face"] == {"able": False, "why": "camera"}
    assert "camera" not in state["faults"]
    assert client.ask("face", who="elder-1") == {"ok": False, "why": "this terminal has no camera"}


def test_somebody_stands_before_the_camera_with_another_picture_than_the_cards(
    client: Client, world: DoubleWorld
) -> None:
    assert client.ask("face", who="elder-1") == {"ok": True}
    assert world.parts.camera.shown == "anna-2"
    face = client.ask("state")["face"]
    assert (face["able"], face["who"], face["attack"], face["scene"]) == (True, "elder-1", None, "normal")


def test_they_go_away_again(client: Client, world: DoubleWorld) -> None:
    client.ask("face", who="elder-1", attack="photo", scene="dark")
    assert client.ask("face", who=None) == {"ok": True}
    assert (world.parts.camera.shown, world.parts.camera.scene) == ("", "normal")
    assert client.ask("state")["face"]["who"] is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_played(client: Client, world: DoubleWorld, attack: str) -> None:
    assert client.ask("face", who="elder-2", attack=attack) == {"ok": True}
    camera = world.parts.camera
    assert (camera.shown, camera.attack) == ("bob-1", attack)
    assert camera.other == ("anna-2" if attack == "swap" else "")
    assert client.ask("state")["face"]["attack"] == attack


@pytest.mark.parametrize("scene", SCENES)
def test_scene_is_set(client: Client, world: DoubleWorld, scene: str) -> None:
    assert client.ask("face", who="elder-1", attack=None, scene=scene) == {"ok": True}
    assert world.parts.camera.scene == scene
    assert world.parts.camera.other == ("bob-1" if scene == "two_faces" else "")
    assert client.ask("state")["face"]["scene"] == scene


def test_black_camera_sees_nobody_and_needs_nobody(client: Client, world: DoubleWorld) -> None:
    assert client.ask("fault", device="camera", name="black") == {"ok": True}
    assert (world.parts.camera.shown, world.parts.camera.scene) == ("", "black")


def test_fault_keeps_whoever_is_there(client: Client) -> None:
    client.ask("face", who="elder-2")
    client.ask("fault", device="camera", name="mask")
    assert client.ask("state")["face"]["who"] == "elder-2"
    client.ask("fault", device="camera", name="none")
    face = client.ask("state")["face"]
    assert (face["who"], face["attack"], face["scene"]) == ("elder-2", None, "normal")


def test_cheat_with_nobody_there_is_done_by_whose_card_is_on_the_pad(client: Client) -> None:
    client.ask("present", card="adult-1")
    client.ask("fault", device="camera", name="flat_video")
    assert client.ask("state")["face"]["who"] == "adult-1"


def test_face_that_the_camera_does_not_have_leaves_all_as_it_was(world: DoubleWorld, tmp_path: Path) -> None:
    with WorldServer(as_world(world), tmp_path / "lab.sock", faces=(("lost-1",),)) as server:
        assert server.answer(b'{"do": "face", "who": "elder-1"}') == {
            "ok": False,
            "why": "camera.sock: no such portrait",
        }
        assert server.survey.state()["face"]["who"] is None


def test_wire_tells_when_the_camera_is_used_and_what_is_done_before_it(client: Client, world: DoubleWorld) -> None:
    client.ask("face", who="elder-1")
    world.parts.camera.clients, world.parts.camera.doing = 1, "turn_left"
    client.ask("lift")
    assert (face := client.ask("state")["face"])["watched"] is True
    assert face["doing"] == "turn_left"
    world.parts.camera.clients, world.parts.camera.doing = 0, ""
    client.ask("lift")
    told = [line["text"] for line in client.ask("state")["wire"] if line["device"] == "camera"]
    assert told == ["→ open", "← turn_left", "→ close"]


def test_presented_card_lies_on_the_pad(client: Client, world: DoubleWorld, server: WorldServer) -> None:
    assert client.ask("present", card="elder-2") == {"ok": True}
    assert world.card.card is not None
    assert world.card.card["id_number"] == resident(server, "elder-2").id_no
    assert client.ask("state")["pad"] == "elder-2"


def test_platform_knows_whoever_is_presented(client: Client, world: DoubleWorld, server: WorldServer) -> None:
    client.ask("present", card="elder-2")
    client.ask("present", card="elder-2")
    assert [person["id_no"] for person in world.platform.people] == [resident(server, "elder-2").id_no]


def test_lifted_card_is_off_the_pad(client: Client) -> None:
    client.ask("present", card="elder-1")
    assert client.ask("lift") == {"ok": True}
    assert client.ask("state")["pad"] is None


def test_card_that_others_put_there_is_seen(client: Client, world: DoubleWorld) -> None:
    world.card.card = {"name": "测试"}
    assert client.ask("state")["pad"] == "other"


def test_shown_code_is_a_fresh_token(client: Client, world: DoubleWorld) -> None:
    assert client.ask("show-qr", who="elder-2") == {"ok": True}
    assert (world.code.shown or "").startswith("TOKEN-")
    phone = client.ask("state")["phone"]
    assert (phone["who"], phone["code_shown"]) == ("elder-2", True)


def test_phone_is_put_away(client: Client, world: DoubleWorld) -> None:
    client.ask("show-qr", who="elder-2")
    assert client.ask("show-qr", who=None) == {"ok": True}
    assert world.code.shown is None


def test_foreigner_without_phone_shows_no_code(client: Client) -> None:
    assert client.ask("show-qr", who="foreigner-1") == {"ok": False, "why": "foreigner-1 has no phone"}


def test_code_of_the_newest_message_is_typed(client: Client, world: DoubleWorld, server: WorldServer) -> None:
    phone = resident(server, "elder-1").phone
    world.text(phone, "验证码 111111")
    world.text(phone, "验证码 482913，5 分钟内有效")
    assert client.ask("read-code") == {"ok": True}
    assert "".join(world.stage.keys) == "482913"


def test_no_message_has_no_code(client: Client) -> None:
    assert client.ask("read-code")["ok"] is False


@pytest.mark.parametrize("how", ["low", "out", "jammed", "full"])
def test_paper_is_set(client: Client, how: str) -> None:
    assert client.ask("paper", set=how) == {"ok": True}
    assert client.ask("state")["paper"] == how


@pytest.mark.parametrize("how", ["open", "closed"])
def test_cover_is_set(client: Client, how: str) -> None:
    assert client.ask("cover", set=how) == {"ok": True}
    assert client.ask("state")["cover"] == how


@pytest.mark.parametrize(("how", "plug"), [("down", Plug.DOWN), ("up", Plug.UP)])
def test_cable_is_pulled_and_plugged(client: Client, world: DoubleWorld, how: str, plug: Plug) -> None:
    assert client.ask("network", set=how) == {"ok": True}
    assert world.cable.plugged is plug
    assert client.ask("state")["network"] == how


@pytest.mark.parametrize("how", ["500", "html", "hang", "close"])
def test_platform_stays_broken_until_mended(client: Client, world: DoubleWorld, how: str) -> None:
    client.ask("platform", set=how)
    assert client.ask("state")["platform"] == how
    client.ask("platform", set="ok")
    assert world.faults == [(how, ALWAYS), ("ok", 0)]


def test_headphones_go_in(client: Client, world: DoubleWorld) -> None:
    assert client.ask("headphones", set=True) == {"ok": True}
    assert world.stage.headphones == "in"
    assert client.ask("state")["headphones"] is True


def test_key_is_pressed(client: Client, world: DoubleWorld) -> None:
    assert client.ask("key", key="select") == {"ok": True}
    assert world.stage.keys == ["select"]


def test_refusal_of_the_world_is_told(client: Client) -> None:
    assert client.ask("key", key="help") == {"ok": False, "why": "stage.sock: no key help"}


def test_power_cut_stops_the_terminal(client: Client, world: DoubleWorld) -> None:
    assert client.ask("power", set="cut") == {"ok": True}
    assert client.ask("state")["terminal"]["running"] is False
    assert client.ask("key", key="up") == {"ok": False, "why": "the terminal has no power"}
    assert client.ask("power", set="on") == {"ok": True}
    assert client.ask("state")["terminal"]["running"] is True


def test_headphones_stay_in_over_a_power_cut(client: Client, world: DoubleWorld) -> None:
    client.ask("headphones", set=True)
    client.ask("power", set="cut")
    world.stage.headphones = "out"
    client.ask("power", set="on")
    assert world.stage.headphones == "in"


@pytest.mark.parametrize(("device", "name"), [(device, name) for device, names in FAULTS.items() for name in names])
def test_fault_is_set_shown_and_mended(client: Client, device: str, name: str) -> None:
    assert client.ask("fault", device=device, name=name) == {"ok": True}
    assert client.ask("state")["broken"][device] == name
    assert client.ask("fault", device=device, name="none") == {"ok": True}
    assert client.ask("state")["broken"][device] == ""


def test_scenes_and_attacks_are_those_of_the_simulator() -> None:
    # In a process of its own: the simulator's module brings OpenCV along.
    words = "from drivers.vision.simulator.show import Attack; from drivers.vision.simulator.stage import Scene;"
    words += "print(' '.join([*Scene, *Attack]))"
    found = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True).stdout.split()
    assert {NORMAL, *SCENES, *ATTACKS} == set(found)


def test_code_faults_are_those_of_the_simulator() -> None:
    assert CODE_FAULTS == code_simulator.FAULTS
    assert CARD_FAULTS == virtual_sam.FAULTS


def test_printer_faults_fit_the_simulators_panel() -> None:
    for values in (*PRINTER_FAULTS.values(), PRINTER_SOUND):
        Panel().changed(values)
    assert Panel().changed(PRINTER_SOUND) == Panel()


def test_receipts_come_newest_first(client: Client, world: DoubleWorld) -> None:
    world.printer.receipts = ["/x/receipt-1.png", "/x/receipt-2.png"]
    assert client.ask("state")["receipts"] == ["/x/receipt-2.png", "/x/receipt-1.png"]


def test_unknown_deed_names_the_known_ones(client: Client) -> None:
    answer = client.ask("dance")
    assert answer["ok"] is False
    assert answer["why"].startswith("unknown-do")
    assert all(deed in answer["why"] for deed in DEEDS)


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "present"},
        {"do": "present", "card": 7},
        {"do": "headphones", "set": "in"},
        {"do": "fault", "device": "card_reader"},
        {"do": "show-qr", "who": 1},
        {"do": "face"},
        {"do": "face", "who": 1},
        {"do": "face", "who": None, "scene": None},
        {"do": "face", "who": None, "attack": 1},
    ],
)
def test_deed_that_lacks_something_is_refused(client: Client, request_: dict[str, Any]) -> None:
    answer = client.raw(json.dumps(request_).encode())
    assert answer["ok"] is False
    assert answer["why"].startswith("bad-request")


@pytest.mark.parametrize(
    ("do", "more"),
    [
        ("present", {"card": "nobody"}),
        ("paper", {"set": "golden"}),
        ("network", {"set": "blackhole"}),
        ("platform", {"set": "drop-after-commit"}),
        ("key", {"key": "any"}),
        ("fault", {"device": "toaster", "name": "none"}),
        ("fault", {"device": "card_reader", "name": "hot"}),
        ("power", {"set": "half"}),
        ("face", {"who": "nobody-here"}),
        ("face", {"who": "elder-1", "attack": "hypnosis"}),
        ("face", {"who": "elder-1", "scene": "party"}),
        ("face", {"who": None, "attack": "photo"}),
        ("fault", {"device": "camera", "name": "hot"}),
    ],
)
def test_value_outside_its_set_is_refused(client: Client, do: str, more: dict[str, Any]) -> None:
    assert client.ask(do, **more)["ok"] is False


@pytest.mark.parametrize("line", [b"{", b"[]", b'"state"', b"\xff\xfe", b"[" * 20000])
def test_line_that_is_no_object_is_refused_and_the_next_is_served(client: Client, line: bytes) -> None:
    assert client.raw(line)["ok"] is False
    assert "cards" in client.ask("state")


def test_endless_line_is_refused(client: Client) -> None:
    assert client.raw(b" " * (LONGEST_REQUEST + 1))["ok"] is False


def test_client_that_goes_away_harms_nobody(server: WorldServer, client: Client) -> None:
    with socket.socket(socket.AF_UNIX) as rude:
        rude.connect(str(server.path))
        rude.sendall(b'{"do": "sta')
    assert "cards" in client.ask("state")


def test_nothing_personal_leaves(client: Client, world: DoubleWorld, server: WorldServer) -> None:
    who = resident(server, "elder-1")
    client.ask("present", card="elder-1")
    client.ask("face", who="elder-1")
    client.ask("state")
    world.text(who.phone, f"{who.name}，您的手机 {who.phone}，验证码 482913")
    world.stage.said = [
        {"text": f"{who.name}您好，{who.id_no}，{who.address}", "private": False, "headphones": False, "at": ""},
        {"text": "银行卡尾号 1234", "private": True, "headphones": True, "at": ""},
    ]
    told = {"method": "GET", "path": f"/v1/x/{who.id_no}", "status": 200, "ms": 3, "at": "2026-11-22T06:00:00+00:00"}
    world.platform.requests = [told, {**told, "path": "/lab/log"}]
    world.state.root.mkdir()
    line = {"at": "2026-11-22T14:00:00+08:00", "event": "e", "fields": {"x": who.phone}, "text": "t"}
    world.state.log.write_text(json.dumps(line) + "\n{half")
    client.ask("lift")
    raw = json.dumps(client.ask("state"), ensure_ascii=False)
    for secret in (who.name, who.id_no, who.phone, who.address, who.bank, "尾号", "/lab/log", "anna"):
        assert secret not in raw
    assert "▒▒▒▒" in raw
    assert "482913" in raw


def test_wire_counts_in_one_line_while_a_reader_is_polled(client: Client, world: DoubleWorld) -> None:
    for finds in (1, 4, 9):
        world.card.finds = finds
        client.ask("lift")
        state = client.ask("state")
    assert [line["text"] for line in state["wire"] if line["device"] == "card_reader"] == ["→ find ×8"]


def test_log_tells_what_hands_did(client: Client) -> None:
    client.ask("paper", set="low")
    assert client.ask("state")["log"][-1]["text"] == "paper low"


def test_the_real_world_is_moved(tmp_path: Path) -> None:
    with World(pace="fast", seed=11) as world:
        world.install()
        world.power_on()
        with WorldServer(world, tmp_path / "lab.sock") as server:
            client = Client(server.path)
            try:
                assert client.ask("present", card="elder-1") == {"ok": True}
                assert client.ask("show-qr", who="elder-2") == {"ok": True}
                assert client.ask("paper", set="out") == {"ok": True}
                assert client.ask("fault", device="code_reader", name="noise") == {"ok": True}
                assert client.ask("key", key="down") == {"ok": True}
                state = client.ask("state")
                assert (state["pad"], state["paper"]) == ("elder-1", "out")
                assert state["phone"]["code_shown"] is True
                assert state["broken"]["code_reader"] == "noise"
                assert state["terminal"]["running"] is True
                assert state["terminal"]["screen"]
                assert {device["kind"] for device in state["devices"]} >= {"card_reader", "receipt_printer"}
                assert any(line["device"] == "platform" for line in state["wire"])
                assert client.ask("power", set="cut") == {"ok": True}
                assert client.ask("state")["terminal"]["running"] is False
            finally:
                client.close()
