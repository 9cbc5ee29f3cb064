"""The live view as QML sees it: page words, look, chrome, one list model for each slot."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui import view as v
from ui.camera import CameraPicture
from ui.node_model import NodeModel
from ui.panels import pinyin
from ui.plan import Frame, plan
from ui.strikes import Strikes

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

HEADING_ID = "page.heading"
_WORDS = Path(__file__).parent / "words"
_EMPTY = v.Chrome(brand="", place="", clock="", day="", hotline="", terminal="", online=True, online_text="")


@cache
def words(lang: str) -> dict[str, str]:
    """Return the words of panels, pager and pictures in `lang` (Chinese when there is no such file)."""
    path = _WORDS / f"{lang}.json"
    text = (path if path.exists() else _WORDS / "zh.json").read_text("utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True)
class Composition:
    """Letters of a panel that no word was chosen for yet: of which field, beside which value, typed in which mode."""

    node: str = ""
    value: str = field(default="", repr=False)
    letters: str = field(default="", repr=False)
    mode: str = ""


_NOT_COMPOSING = Composition()


@QmlElement
class Bridge(QObject):
    """Takes a `ScreenView`, changes only what differs, and passes inputs up through `send`."""

    page_changed = Signal()
    look_changed = Signal()
    chrome_changed = Signal()
    caption_changed = Signal()
    key_mode_changed = Signal()
    new_page = Signal()
    made = Signal()

    def __init__(self, send: Callable[[v.Input], None], frame: Frame, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._frame = frame
        self._view = v.ScreenView(screen="", page="", title="")
        self._chrome = _EMPTY
        self._key_mode = False
        self._models = {slot: NodeModel(send, self) for slot in v.Slot}
        self._strikes = Strikes()
        self._composition = _NOT_COMPOSING
        self._camera: CameraPicture | None = None
        self.monotonic: Callable[[], float] = time.monotonic
        self.strike_override: float | None = None

    @property
    def view(self) -> v.ScreenView:
        """The view as it was last applied."""
        return self._view

    def model(self, slot: v.Slot) -> NodeModel:
        """Return the list model of a slot."""
        return self._models[slot]

    def apply(self, view: v.ScreenView) -> int:
        """Become `view`; returns how many nodes changed. An equal view changes nothing at all."""
        old = self._view
        if view == old:
            return 0
        self._view = view
        if view.look.helped != old.look.helped:
            self._composition = _NOT_COMPOSING
        if view.look != old.look:
            self.look_changed.emit()
        chrome = view.chrome or _EMPTY
        if chrome != self._chrome:
            self._chrome = chrome
            self.chrome_changed.emit()
        if _head(view) != _head(old):
            self.page_changed.emit()
        if (view.caption, view.speaking) != (old.caption, old.speaking):
            self.caption_changed.emit()
        places = plan(view, self._frame)
        changes = 0
        for slot, model in self._models.items():
            changes += model.apply([n for n in view.nodes if n.slot is slot], places, view.speaking)
        if view.page != old.page:
            self.new_page.emit()
        return changes

    def set_key_mode(self, on: bool) -> None:
        """Remember whether the last input came from keys: only then is the focus ring drawn without voice."""
        if on != self._key_mode:
            self._key_mode = on
            self.key_mode_changed.emit()

    @property
    def strike_s(self) -> float:
        """Within how many seconds a second strike of one place does not count."""
        return self._view.look.strike_s if self.strike_override is None else self.strike_override

    def wipe(self) -> None:
        """The visit is over: forget what was struck and half typed on panels, and empty the nodes that have left."""
        self._strikes.forget()
        self._composition = _NOT_COMPOSING
        for model in self._models.values():
            model.sweep()

    @Slot(str, result=bool)
    def accepts(self, place: str) -> bool:
        """Tell whether a strike of a place counts, or is the second half of a double one."""
        page = f"{self._view.page}/{self._view.cover}"
        return self._strikes.accepts(place, self.monotonic(), self.strike_s, page)

    @Slot(result=float)
    def now(self) -> float:
        """Return the monotonic time in seconds."""
        return self.monotonic()

    @Slot()
    def background(self) -> None:
        """Say that the empty ground of the attract page was touched: the first card starts the visit."""
        first = next((n for n in self._view.nodes if n.slot is v.Slot.BODY and n.actions and n.enabled), None)
        if self._view.screen == "attract" and first is not None:
            self._send(v.Act(first.id))

    @Slot()
    def wake(self) -> None:
        """Say that the dark screen was touched."""
        self._send(v.Key("screen"))

    @Slot(str, str, str, str)
    def compose(self, node: str, value: str, letters: str, mode: str) -> None:
        """Keep the letters that wait for a word on the panel of a field: a page that comes over it takes the panel
        away, and nothing that was typed may be lost.
        """
        self._composition = Composition(node, value, letters, mode) if letters else _NOT_COMPOSING

    @Slot(str, str, result="QStringList")
    def composition(self, node: str, value: str) -> list[str]:
        """Return `[letters, mode]` of a field that still holds this value, `[]` when nothing waits there."""
        kept = self._composition
        return [kept.letters, kept.mode] if kept.letters and (kept.node, kept.value) == (node, value) else []

    @Slot(str, bool, result="QVariantList")
    def words_for(self, letters: str, name: bool) -> list[dict[str, object]]:
        """Return `{word, used, like}` for pinyin letters; `like` tells a single character from its homophones."""
        return [
            {"word": c.word, "used": c.used, "like": pinyin.like(c.word, letters[: c.used]) if len(c.word) == 1 else ""}
            for c in pinyin.find(letters, name=name)
        ]

    @Slot(str)
    def key(self, name: str) -> None:
        """Say that a key of a panel asks for something outside the panel (`repeat`: read it back)."""
        self._send(v.Key(name))

    @Property(str, notify=page_changed)
    def screen(self) -> str:
        """The layout."""
        return self._view.screen

    @Property(str, notify=page_changed)
    def page(self) -> str:
        """Changes when it is a new page to the resident."""
        return self._view.page

    @Property(str, notify=page_changed)
    def title(self) -> str:
        """The heading."""
        return self._view.title

    @Property(str, notify=page_changed)
    def lead(self) -> str:
        """The sentence under the heading."""
        return self._view.lead

    @Property(str, notify=page_changed)
    def tone(self) -> str:
        """Colour of the information zone."""
        return str(self._view.tone)

    @Property(str, notify=page_changed)
    def mark(self) -> str:
        """Icon that names the state of the page."""
        return self._view.mark

    @Property(int, notify=page_changed)
    def step(self) -> int:
        """Where we are, from 1; 0 = no steps."""
        return self._view.step

    @Property("QStringList", notify=page_changed)  # type: ignore[arg-type]
    def steps(self) -> list[str]:
        """Names of the steps."""
        return list(self._view.steps)

    @Property(str, notify=page_changed)
    def cover(self) -> str:
        """Name of the cover over the page, "" = none."""
        return self._view.cover

    @Property(str, notify=caption_changed)
    def caption(self) -> str:
        """What is being said, in words."""
        return self._view.caption

    @Property(bool, notify=caption_changed)
    def heading_speaking(self) -> bool:
        """Whether the heading is being read out."""
        return self._view.speaking == HEADING_ID

    @Property(str, notify=look_changed)
    def lang(self) -> str:
        """Language tag."""
        return self._view.look.lang

    @Property(str, notify=look_changed)
    def theme(self) -> str:
        """standard, dark or lowglare."""
        return self._view.look.theme

    @Property(float, notify=look_changed)
    def size(self) -> float:
        """1.0, 1.25 or 1.5."""
        return self._view.look.size

    @Property(bool, notify=look_changed)
    def elder(self) -> bool:
        """Whether it is the elder edition."""
        return self._view.look.elder

    @Property(bool, notify=look_changed)
    def seated(self) -> bool:
        """Whether every control belongs in the lower part."""
        return self._view.look.seated and not self._frame.landscape

    @Property(bool, notify=look_changed)
    def voice(self) -> bool:
        """Whether the page is read out."""
        return self._view.look.voice

    @Property(bool, notify=look_changed)
    def dark(self) -> bool:
        """Whether the screen is off."""
        return self._view.look.screen_off

    @Property(float, notify=look_changed)
    def hold(self) -> float:
        """How many seconds a finger must rest on a thing before it acts, 0 = at once."""
        return self._view.look.hold_s

    @Property(bool, notify=look_changed)
    def explore(self) -> bool:
        """Whether a finger moves the focus instead of pressing."""
        return self._view.look.explore

    @Property(bool, notify=key_mode_changed)
    def keys(self) -> bool:
        """Whether the last input came from keys."""
        return self._key_mode

    @Property(bool, notify=made)
    def landscape(self) -> bool:
        """Whether the screen is wider than high."""
        return self._frame.landscape

    @Property("QVariantMap", notify=look_changed)  # type: ignore[arg-type]
    def words(self) -> dict[str, str]:
        """Words of panels, pager and pictures in the language of the page."""
        return words(self._view.look.lang)

    @Property(str, notify=chrome_changed)
    def brand(self) -> str:
        """Name of the machine."""
        return self._chrome.brand

    @Property(str, notify=chrome_changed)
    def place(self) -> str:
        """Where it stands."""
        return self._chrome.place

    @Property(str, notify=chrome_changed)
    def clock(self) -> str:
        """The time."""
        return self._chrome.clock

    @Property(str, notify=chrome_changed)
    def day(self) -> str:
        """The date."""
        return self._chrome.day

    @Property(str, notify=chrome_changed)
    def hotline(self) -> str:
        """Who helps by telephone."""
        return self._chrome.hotline

    @Property(str, notify=chrome_changed)
    def terminal(self) -> str:
        """The machine's number."""
        return self._chrome.terminal

    @Property(bool, notify=chrome_changed)
    def online(self) -> bool:
        """Whether the platform can be reached."""
        return self._chrome.online

    @Property(str, notify=chrome_changed)
    def online_text(self) -> str:
        """The word for it."""
        return self._chrome.online_text

    @Property(CameraPicture, notify=made)
    def camera(self) -> CameraPicture:
        """The live picture, made when first asked for; whoever shows it gives it a parent item."""
        if self._camera is None:
            self._camera = CameraPicture()
            self._camera.setParent(self)
        return self._camera

    @Property(QObject, notify=made)
    def hero_nodes(self) -> NodeModel:
        """Nodes of the information zone."""
        return self._models[v.Slot.HERO]

    @Property(QObject, notify=made)
    def body_nodes(self) -> NodeModel:
        """Nodes of the body."""
        return self._models[v.Slot.BODY]

    @Property(QObject, notify=made)
    def action_nodes(self) -> NodeModel:
        """Nodes of the action row."""
        return self._models[v.Slot.ACTIONS]

    @Property(QObject, notify=made)
    def dock_nodes(self) -> NodeModel:
        """Nodes of the dock."""
        return self._models[v.Slot.DOCK]

    @Property(QObject, notify=made)
    def cover_nodes(self) -> NodeModel:
        """Nodes of the cover."""
        return self._models[v.Slot.COVER]


def _head(view: v.ScreenView) -> tuple[object, ...]:
    return (view.screen, view.page, view.title, view.lead, view.tone, view.mark, view.step, view.steps, view.cover)
