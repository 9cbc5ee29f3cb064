"""The lab's window: it shows what the world says, sends what the mouse and the keys want, and takes its end kindly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible

from tests.ui.lab.bench import STATE, Bench, shown, wait
from ui.lab import __main__ as command
from ui.lab.words import words

TAB, ESCAPE, RETURN, SPACE = Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space
REQUESTS: dict[str, dict[str, Any]] = {
    "card.present": {"do": "present", "card": "elder-1"},
    "card.lift": {"do": "lift"},
    "phone.show": {"do": "show-qr", "who": "elder-1"},
    "phone.hide": {"do": "show-qr", "who": None},
    "phone.read": {"do": "read-code"},
    "paper.full": {"do": "paper", "set": "full"},
    "paper.low": {"do": "paper", "set": "low"},
    "paper.out": {"do": "paper", "set": "out"},
    "paper.jammed": {"do": "paper", "set": "jammed"},
    "cover": {"do": "cover", "set": "open"},
    "network.up": {"do": "network", "set": "up"},
    "network.down": {"do": "network", "set": "down"},
    **{f"platform.{how}": {"do": "platform", "set": how} for how in ("ok", "500", "html", "hang", "close")},
    "jack.in": {"do": "headphones", "set": True},
    "jack.out": {"do": "headphones", "set": False},
    "face.come": {"do": "face", "who": "elder-1", "attack": None, "scene": "normal"},
    "face.go": {"do": "face", "who": None},
    "face.photo": {"do": "face", "who": "elder-1", "attack": "photo", "scene": "normal"},
    "power.on": {"do": "power", "set": "on"},
    "power.cut": {"do": "power", "set": "cut"},
    **{
        f"key.{key}": {"do": "key", "key": key}
        for key in ("up", "down", "select", "back", "next", "help", "louder", "softer", "repeat")
    },
    **{
        f"mend.{device}": {"do": "fault", "device": device, "name": "none"}
        for device in ("card_reader", "code_reader", "receipt_printer", "camera")
    },
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "lab.sock")
    bench.begin()
    yield bench
    warnings = list(bench.window.warnings)
    bench.end()
    assert warnings == []


def test_state_is_shown(bench: Bench) -> None:
    status = bench.words("status")
    assert "XC-0042" in status
    assert "identify" in status
    assert "待上传 2" in status
    cards = [item.objectName() for item in bench.items() if item.objectName().startswith("card.choose.")]
    assert cards == [f"card.choose.{card['id']}" for card in STATE["cards"]]


@pytest.mark.parametrize("name", REQUESTS)
def test_click_sends_its_request(bench: Bench, name: str) -> None:
    bench.click(name)
    assert bench.asked() == [REQUESTS[name]]


def test_chosen_card_is_presented(bench: Bench) -> None:
    bench.click("card.choose.expired-1")
    bench.click("card.present")
    assert bench.asked() == [{"do": "present", "card": "expired-1"}]


def test_open_cover_is_closed(bench: Bench) -> None:
    bench.told(cover="open")
    bench.click("cover")
    assert bench.asked() == [{"do": "cover", "set": "closed"}]


def test_fault_is_chosen_from_the_devices_list(bench: Bench) -> None:
    bench.click("break.card_reader")
    bench.click("fault.lift-mid-read")
    assert bench.asked() == [{"do": "fault", "device": "card_reader", "name": "lift-mid-read"}]
    assert bench.focused() == "break.card_reader"


def test_chosen_person_comes_before_the_camera(bench: Bench) -> None:
    bench.click("card.choose.child-1")
    bench.click("face.come")
    assert bench.asked() == [{"do": "face", "who": "child-1", "attack": None, "scene": "normal"}]


def test_more_ways_to_cheat_are_in_the_cameras_list(bench: Bench) -> None:
    bench.click("break.camera")
    bench.click("fault.swap")
    assert bench.asked() == [{"do": "fault", "device": "camera", "name": "swap"}]
    assert bench.focused() == "break.camera"


def test_who_is_before_the_camera_is_told_by_label(bench: Bench) -> None:
    assert bench.words("face.who") == "张*华 站在镜头前"
    bench.told(face={**STATE["face"], "who": None})
    assert bench.words("face.who") == "镜头前没有人"


def test_drawing_says_what_is_seen(bench: Bench) -> None:
    bench.told(
        face={**STATE["face"], "attack": "photo", "watched": True, "doing": "open_mouth"},
        broken={**STATE["broken"], "camera": "photo"},
    )
    name = QAccessible.queryAccessibleInterface(bench.item("face.picture")).text(QAccessible.Text.Name)
    assert name == "镜头看到的, 张*华 站在镜头前, 举照片, 张嘴"


@pytest.mark.parametrize(("why", "words_"), [("portraits", "还没有人像图片"), ("camera", "这台终端没有接镜头")])
def test_window_says_why_nobody_can_come(bench: Bench, why: str, words_: str) -> None:
    faults = {name: known for name, known in STATE["faults"].items() if name != "camera"}
    bench.told(face={"able": False, "why": why}, faults=faults)
    assert bench.words("face.why") == words_
    for name in ("face.come", "face.go", "face.photo", "break.camera", "mend.camera"):
        assert not bench.item(name).isEnabled()
    bench.click("face.come")
    bench.click("card.lift")
    assert bench.asked() == [{"do": "lift"}]


def test_reset_asks_nothing_of_a_camera_that_is_not_there(bench: Bench) -> None:
    faults = {name: known for name, known in STATE["faults"].items() if name != "camera"}
    bench.told(face={"able": False, "why": "camera"}, faults=faults)
    bench.click("reset")
    assert not [request for request in bench.asked(10) if request["do"] == "face" or request.get("device") == "camera"]


def test_escape_closes_the_list_and_sends_nothing(bench: Bench) -> None:
    bench.click("break.receipt_printer")
    assert bench.focused() == "faults.close"
    bench.press(ESCAPE)
    assert bench.focused() == "break.receipt_printer"
    assert bench.far.asked == []


def test_reset_puts_everything_back(bench: Bench) -> None:
    bench.told(terminal={"running": False, "screen": "", "name": ""})
    bench.click("reset")
    asked = bench.asked(13)
    for request in (
        {"do": "lift"},
        {"do": "paper", "set": "full"},
        {"do": "cover", "set": "closed"},
        {"do": "network", "set": "up"},
        {"do": "platform", "set": "ok"},
        {"do": "power", "set": "on"},
        {"do": "face", "who": None},
        {"do": "fault", "device": "camera", "name": "none"},
        {"do": "fault", "device": "receipt_printer", "name": "none"},
    ):
        assert request in asked


def test_refusal_says_why(bench: Bench) -> None:
    bench.far.answer = {"ok": False, "why": "the terminal has no power"}
    bench.click("key.up")
    bench.asked()
    assert bench.words("note") == "没做成: the terminal has no power"


def test_deed_says_done(bench: Bench) -> None:
    bench.click("card.lift")
    bench.asked()
    assert bench.words("note") == "做好了"


def test_every_control_is_reached_by_tab(bench: Bench, tmp_path: Path) -> None:
    pictures = [tmp_path / f"receipt-{at}.png" for at in (2, 1)]
    for picture in pictures:
        Image.new("1", (576, 900), 1).save(picture)
    bench.told(receipts=[str(picture) for picture in pictures])
    bench.click("receipt.older")  # now both arrows have been able
    reached: list[str] = []
    while len(reached) < 200:
        bench.press(TAB)
        if bench.focused() in reached[:1]:
            break
        reached.append(bench.focused())
    wanted = {
        item.objectName()
        for item in bench.items()
        if item.property("activeFocusOnTab") and item.isEnabled() and shown(item)
    }
    assert "" not in wanted
    assert set(reached) == wanted
    assert set(REQUESTS) <= wanted


def test_every_control_has_role_and_name(bench: Bench) -> None:
    for item in bench.items():
        if not (item.property("activeFocusOnTab") and shown(item)):
            continue
        interface = QAccessible.queryAccessibleInterface(item)
        name = interface.text(QAccessible.Text.Name)
        assert name, item.objectName()
        assert interface.role() in {
            QAccessible.Role.Button,
            QAccessible.Role.RadioButton,
            QAccessible.Role.List,
            QAccessible.Role.Graphic,
        }, item.objectName()


@pytest.mark.parametrize("key", [RETURN, SPACE])
def test_key_does_what_a_click_does(bench: Bench, key: Qt.Key) -> None:
    bench.item("paper.jammed").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    bench.press(key)
    assert bench.asked() == [{"do": "paper", "set": "jammed"}]


def test_focus_stays_while_the_world_moves(bench: Bench) -> None:
    bench.item("card.choose.adult-1").forceActiveFocus(Qt.FocusReason.TabFocusReason)
    bench.told(pad="elder-1", paper="low", wire=[*STATE["wire"], {"at": "", "device": "lab", "text": "x"}])
    assert bench.focused() == "card.choose.adult-1"


def test_wire_shows_one_device(bench: Bench) -> None:
    lines = bench.item("wire.lines")
    assert lines.property("count") == 2
    bench.click("wire.only.platform")
    assert lines.property("count") == 1
    bench.click("wire.only.log")
    assert lines.property("count") == 1
    bench.click("wire.only.all")
    assert lines.property("count") == 2


def test_newest_receipt_is_shown(bench: Bench, tmp_path: Path) -> None:
    picture = tmp_path / "receipt-1.png"
    Image.new("1", (576, 900), 1).save(picture)
    bench.told(receipts=[str(picture), str(tmp_path / "not-there.png")])
    wait(lambda: bench.item("receipt.picture").height() > 100)
    assert bench.item("receipt.picture").property("source").toLocalFile() == str(picture)


def test_message_can_only_be_read_when_there_is_one(bench: Bench) -> None:
    bench.told(phone={"who": "elder-1", "number": "138*****000", "messages": [], "code_shown": False})
    bench.click("phone.read")
    bench.click("card.lift")
    assert bench.asked() == [{"do": "lift"}]


def test_other_language_changes_every_word(bench: Bench) -> None:
    bench.click("language")
    assert "to upload 2" in bench.words("status")
    assert bench.words("card.present") == "Present"
    assert bench.window.view.title() == "Device lab"
    bench.click("language")
    assert bench.words("card.present") == "放上"


def test_end_of_the_world_is_told_kindly_and_its_return_noticed(bench: Bench) -> None:
    bench.far.close()
    wait(lambda: bool(bench.window.fact("lost")))
    assert bench.words("gone.title") == "实验台那头没人了"
    assert bench.item("gone.title").isVisible()
    assert bench.focused() == "gone.close"
    assert not bench.item("card.present").isEnabled()
    bench.far.open()
    wait(lambda: not bench.window.fact("lost"))
    assert not bench.item("gone.title").isVisible()
    bench.click("card.lift")
    assert bench.asked() == [{"do": "lift"}]


def test_deed_that_nobody_answers_says_so(bench: Bench) -> None:
    bench.far.close()
    bench.window._wanted('{"do": "lift"}')
    wait(lambda: str(bench.window.fact("note")).startswith("没做成"))
    assert bench.window.fact("noteOk") is False


def test_picture_of_the_window_is_not_blank(bench: Bench, tmp_path: Path) -> None:
    assert bench.window.grab(tmp_path / "lab.png")
    with Image.open(tmp_path / "lab.png") as picture:
        assert picture.size == (1400, 900)
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 500


def test_small_window_still_shows_everything(bench: Bench) -> None:
    bench.window.view.resize(700, 450)
    wait(lambda: bench.window.root.width() == 700)
    bench.click("power.cut")
    assert bench.asked() == [{"do": "power", "set": "cut"}]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"paper": "jammed", "network": "down", "headphones": True, "pad": "elder-1"},
        {
            "face": {**STATE["face"], "attack": "moved_photo", "watched": True, "doing": "blink_twice"},
            "broken": {"camera": "moved_photo"},
        },
        {"face": {**STATE["face"], "who": "foreigner-2", "scene": "frozen"}, "broken": {"camera": "frozen"}},
        {"face": {**STATE["face"], "who": None}},
        {"face": {"able": False, "why": "portraits"}},
        {"face": {"able": False, "why": "camera"}},
        {"terminal": {"running": False, "screen": "", "name": "XC-0042"}, "cover": "open", "platform": "close"},
        {"broken": {"card_reader": "unplug-mid-read", "code_reader": "split", "receipt_printer": "ack-duplicate"}},
    ],
)
def test_no_words_leave_their_card(tmp_path: Path, lang: str, parts: dict[str, Any]) -> None:
    bench = Bench(tmp_path / "lab.sock", lang)
    bench.far.state |= parts
    bench.begin()
    try:
        cards = [item for item in bench.items() if item.property("stateKind") is not None]
        assert len(cards) == 8
        out = []
        for card in cards:
            for item in below_texts(card):
                right = item.mapToItem(card, QPointF(item.width(), 0)).x()
                bottom = item.mapToItem(card, QPointF(0, item.height())).y()
                if right > card.width() - 8 or bottom > card.height() or item.property("truncated"):
                    out.append((item.property("text"), round(right), round(bottom)))
        assert out == []
        assert bench.window.warnings == []
    finally:
        bench.end()


def below_texts(card: Any) -> Iterator[Any]:
    from tests.ui.lab.bench import below

    for item in below(card):
        if shown(item) and item.property("text") and item.property("truncated") is not None:
            yield item


def test_command_writes_a_picture_even_without_a_world(tmp_path: Path) -> None:
    picture = tmp_path / "lab.png"
    assert command.main(["--socket", str(tmp_path / "no.sock"), "--grab", str(picture), "--seconds", "0.3"]) == 0
    with Image.open(picture) as found:
        assert found.size == (1400, 900)


def test_command_fails_when_the_picture_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "no-folder" / "lab.png"
    assert command.main(["--socket", str(tmp_path / "no.sock"), "--grab", str(picture), "--seconds", "0.2"]) == 1
    assert str(picture) in capsys.readouterr().err


def test_both_languages_have_the_same_words() -> None:
    zh, en = words("zh"), words("en")
    assert set(zh) == set(en)
    assert all(zh.values())
    assert all(en.values())
    assert {key: text.count("%") for key, text in zh.items()} == {key: text.count("%") for key, text in en.items()}


def test_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="zh, en"):
        words("fr")
