"""A world at the other end of a real socket, and a window on it that is driven by real events."""

from __future__ import annotations

import contextlib
import copy
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from ui.lab.link import Link
from ui.lab.window import LabWindow

STATE: dict[str, Any] = {
    "terminal": {"running": True, "screen": "identify", "name": "XC-0042"},
    "cards": [
        {"id": "elder-1", "label": "张*华", "sub": "elder-1", "kind": "resident", "age": 84},
        {"id": "elder-2", "label": "李*敏", "sub": "elder-2", "kind": "resident", "age": 88},
        {"id": "adult-1", "label": "王*强", "sub": "adult-1", "kind": "resident", "age": 35},
        {"id": "expired-1", "label": "赵*兰", "sub": "", "kind": "expired", "age": 72},
        {"id": "child-1", "label": "陈*宝", "sub": "child-1", "kind": "resident", "age": 9},
        {"id": "guardian-1", "label": "陈*国", "sub": "guardian-1", "kind": "resident", "age": 38},
        {"id": "foreigner-1", "label": "测*丁", "sub": "2023", "kind": "foreigner", "age": 45},
        {"id": "foreigner-2", "label": "T**** A**", "sub": "2017", "kind": "foreigner", "age": 40},
        {"id": "hmt-1", "label": "測*乙", "sub": "", "kind": "hmt", "age": 66},
        {"id": "host-1", "label": "周*山", "sub": "PIN 246810", "kind": "host", "age": 0},
    ],
    "pad": None,
    "phone": {
        "who": "elder-1",
        "number": "138*****000",
        "messages": [{"text": "【家门口】验证码 482913，5 分钟内有效，不要告诉别人。", "at": "2026-11-22T14:50:00"}],
        "code_shown": False,
    },
    "paper": "full",
    "cover": "closed",
    "receipts": [],
    "network": "up",
    "platform": "ok",
    "headphones": False,
    "devices": [
        {"id": "card-1", "kind": "card_reader", "state": "online"},
        {"id": "code-1", "kind": "code_reader", "state": "online"},
        {
            "id": "printer-1",
            "kind": "receipt_printer",
            "state": "user_action",
            "severity": "fail",
            "part": "纸",
            "part_en": "paper",
            "who": "host",
        },
        {"id": "camera-1", "kind": "camera", "state": "online"},
    ],
    "face": {
        "able": True,
        "who": "elder-1",
        "attack": None,
        "scene": "normal",
        "watched": False,
        "doing": "",
    },
    "faults": {
        "card_reader": ["bad-chk", "silent", "lift-mid-read", "unplug"],
        "code_reader": ["noise", "unplug"],
        "receipt_printer": ["hot", "cutter", "unplug"],
        "camera": ["dark", "mask", "photo", "swap"],
    },
    "broken": {"card_reader": "", "code_reader": "", "receipt_printer": "", "camera": ""},
    "outbox": {"ready": 2, "dead": 0},
    "wire": [
        {"at": "2026-11-22T14:26:01.120+08:00", "device": "card_reader", "text": "→ find ×3", "meaning": ""},
        {"at": "2026-11-22T14:26:02.120+08:00", "device": "platform", "text": "→ POST /v1/prefill", "meaning": "200"},
    ],
    "log": [{"at": "2026-11-22T14:26:03.120+08:00", "device": "lab", "text": "present elder-1"}],
}


class FarEnd:
    """Answers `state` with a state that a test can change, all else with `answer`, and keeps what was asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = copy.deepcopy(STATE)
        self.answer: dict[str, Any] = {"ok": True}
        self.asked: list[dict[str, Any]] = []
        self._listener: socket.socket | None = None

    def open(self) -> None:
        listener = socket.socket(socket.AF_UNIX)
        self.path.unlink(missing_ok=True)
        listener.bind(str(self.path))
        listener.listen()
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        if self._listener is not None:
            self.path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as lines, contextlib.suppress(OSError):
                request = json.loads(lines.readline())
                if request["do"] != "state":
                    self.asked.append(request)
                answer = self.state if request["do"] == "state" else self.answer
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()


def wait(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Let Qt work until something is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        QTest.qWait(10)


class Bench:
    """The window, the far end, and a mouse and a keyboard."""

    def __init__(self, path: Path, lang: str = "zh") -> None:
        self.far = FarEnd(path)
        self.window = LabWindow(Link(path, poll_s=0.05), lang)

    def begin(self) -> None:
        self.far.open()
        self.window.show()
        wait(lambda: self.window.told > 0 and self.window.view.isExposed())
        self.settle()

    def items(self) -> Iterator[QQuickItem]:
        yield from below(self.window.root)

    def item(self, name: str) -> QQuickItem:
        found = [item for item in self.items() if item.objectName() == name]
        assert len(found) == 1, (name, len(found))
        return found[0]

    def words(self, name: str) -> str:
        return str(self.item(name).property("text"))

    def settle(self) -> None:
        """Wait for a frame: rows and columns are arranged just before it is drawn."""
        frames: list[bool] = []
        swapped = self.window.view.frameSwapped
        connection = swapped.connect(lambda: frames.append(True))
        self.window.view.update()
        wait(lambda: bool(frames))
        swapped.disconnect(connection)

    def click(self, name: str) -> None:
        self.settle()
        item = self.item(name)
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.window.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window.view, key)

    def focused(self) -> str:
        item = self.window.view.activeFocusItem()
        return item.objectName() if item is not None else ""

    def told(self, **parts: Any) -> None:
        """Change the world's state and wait until the window has it."""
        before = self.window.told
        self.far.state |= parts
        wait(lambda: self.window.told > before)

    def asked(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many requests and return them."""
        wait(lambda: len(self.far.asked) >= count)
        wait(lambda: self.window.fact("busy") == 0)
        return list(self.far.asked)

    def end(self) -> None:
        self.far.close()
        self.window.close()


def below(item: QQuickItem) -> Iterator[QQuickItem]:
    """Every item under one, depth first."""
    for child in item.childItems():
        yield child
        yield from below(child)


def shown(item: QQuickItem) -> bool:
    """Visible, and not empty."""
    return item.isVisible() and item.width() > 0 and item.height() > 0
