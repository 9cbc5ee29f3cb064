"""The lab's window: shows what the world says of itself and passes on what a mouse wants of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlError
from PySide6.QtQuick import QQuickItem, QQuickView

from ui import drawings, qr_picture
from ui.lab.facts import facts
from ui.lab.link import Link
from ui.lab.wire import WireModel
from ui.lab.words import words
from ui.shell import application

WIDTH, HEIGHT = 1400, 900
NOTE_S = 6.0
"""How long the word about a good action stays."""
_MAIN = Path(__file__).parent / "qml" / "LabWindow.qml"


class LabWindow(QObject):
    """One window on one world. Make it on the main thread; `close` it there.

    `warnings` holds what QML complained about (nothing, if all is well). `on_told` is called after each shown state.
    """

    def __init__(self, link: Link, lang: str = "zh") -> None:
        super().__init__()
        self.app: QGuiApplication = application()
        self.warnings: list[str] = []
        self.on_told: Callable[[], None] = lambda: None
        self.told = 0
        self._link = link
        self._lang = lang
        self._last: dict[str, Any] = {}
        self._wire, self._log = WireModel(self), WireModel(self)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(lambda: self._set("note", ""))
        self.view = QQuickView()
        drawings.provide(self.view.engine())
        qr_picture.provide(self.view.engine())
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.engine().setOutputWarningsToStandardError(False)
        self.view.engine().warnings.connect(self._warn)
        self.view.setInitialProperties(self._words())
        self.view.setSource(QUrl.fromLocalFile(str(_MAIN)))
        if self.view.rootObject() is None:
            raise RuntimeError(f"the window did not load: {[e.toString() for e in self.view.errors()][:3]}")
        self.view.setTitle(words(lang)["title"])
        root: Any = self.root
        self._world: QObject = root.property("world")
        self._set("wireLines", self._wire)
        self._set("logLines", self._log)
        root.wanted.connect(self._wanted)
        root.filtered.connect(self._wire.only)
        root.languageWanted.connect(self._switch)
        root.closeWanted.connect(self.app.quit)
        queued = Qt.ConnectionType.QueuedConnection
        link.told.connect(self._told, queued)
        link.lost.connect(self._lost, queued)
        link.answered.connect(self._answered, queued)

    @property
    def root(self) -> QQuickItem:
        """The root item."""
        return self.view.rootObject()

    def show(self) -> None:
        """Show it, whole, however small the display is."""
        room = self.app.primaryScreen().availableGeometry()
        scale = 1.0
        if self.app.platformName() not in ("offscreen", "minimal"):
            scale = min(1.0, room.width() / WIDTH, (room.height() - 40) / HEIGHT)
        self.view.resize(round(WIDTH * scale), round(HEIGHT * scale))
        # The terminal's window stands at the left; where the display has room, the lab stands beside it.
        self.view.setPosition(max(0, self.view.screen().availableGeometry().right() + 1 - self.view.width()), 0)
        self.view.show()
        self.view.requestActivate()
        self._link.start()

    def grab(self, path: Path) -> bool:
        """Write the window as PNG; False when it could not be written."""
        return bool(self.view.grabWindow().save(str(path)))

    def close(self) -> None:
        """End it and ask the world no more."""
        self._link.stop()
        self.view.engine().warnings.disconnect(self._warn)
        self.view.close()
        self.view.setSource(QUrl())

    def fact(self, name: str) -> Any:
        """Return one property of the world as the window knows it."""
        value = self._world.property(name)
        return value.toVariant() if hasattr(value, "toVariant") else value

    def _set(self, name: str, value: object) -> None:
        self._world.setProperty(name, value)

    def _words(self) -> dict[str, Any]:
        other = "en" if self._lang == "zh" else "zh"
        return {"words": words(self._lang), "otherWords": words(other)}

    def _switch(self) -> None:
        self._lang = "en" if self._lang == "zh" else "zh"
        for name, value in self._words().items():
            self.root.setProperty(name, value)
        self.view.setTitle(words(self._lang)["title"])
        self._set("note", "")

    def _wanted(self, request: str) -> None:
        self._link.send(json.loads(request))

    def _told(self, state: dict[str, Any]) -> None:
        for name, value in facts(state).items():
            # Only what changed: a list that is set again would be built again, and take the focus with it.
            if self._last.get(name, ...) != value:
                self._last[name] = value
                self._set(name, value)
        self._wire.tell(state.get("wire") or [])
        self._log.tell(state.get("log") or [])
        self._set("lost", False)
        self._set("reached", True)
        self.told += 1
        self.on_told()

    def _lost(self) -> None:
        self._set("busy", 0)
        if self._world.property("reached"):
            self._set("lost", True)

    def _answered(self, request: dict[str, Any], done: bool, why: str) -> None:
        self._set("busy", max(0, int(self._world.property("busy")) - 1))
        say = words(self._lang)
        if done and not self._world.property("noteOk") and int(self._world.property("busy")) > 0:
            return  # A failure among several actions stays to be read.
        self._set("noteOk", done)
        self._set("note", say["done"] if done else f"{say['not_done']}: {why or say['unknown_why']}")
        if done:
            self._fade.start(round(NOTE_S * 1000))
        else:
            self._fade.stop()

    def _warn(self, warnings: list[QQmlError]) -> None:
        self.warnings += [warning.toString() for warning in warnings]
