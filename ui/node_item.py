"""One node of a view as QML sees it: read-only properties, and the few things a resident can do to it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.plan import Place
from ui.view import Act, Action, Edit, Input, Key, Node, Privacy, Role

QML_IMPORT_NAME = "Doorstep"
QML_IMPORT_MAJOR_VERSION = 1

_NOTHING = Node("", Role.TEXT)


@QmlElement
class NodeItem(QObject):
    """Holds one `Node` and its `Place`; `changed` fires only when one of them really differs."""

    changed = Signal()

    def __init__(
        self, node: Node, place: Place, send: Callable[[Input], None], speaking: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._place = place
        self._send = send
        self._speaking = speaking
        self.watch: Callable[[], None] | None = None
        """Called when it changed: of each connection that is made and broken, PySide keeps something."""

    @property
    def node(self) -> Node:
        """The node as it was last presented."""
        return self._node

    @property
    def place(self) -> Place:
        """Where the node is drawn."""
        return self._place

    def update(self, node: Node, place: Place, speaking: bool) -> bool:
        """Take over a newer node; returns whether anything differs."""
        if (node, place, speaking) == (self._node, self._place, self._speaking):
            return False
        self._node, self._place, self._speaking = node, place, speaking
        self.changed.emit()
        if self.watch is not None:
            self.watch()
        return True

    def empty(self) -> None:
        """Forget the node; nothing of it stays in memory here."""
        self._node = _NOTHING
        self._speaking = False

    @Property(str, notify=changed)
    def nid(self) -> str:
        """The node's id."""
        return self._node.id

    @Property(str, notify=changed)
    def role(self) -> str:
        """The node's role."""
        return str(self._node.role)

    @Property(str, notify=changed)
    def text(self) -> str:
        """The label."""
        return self._node.text

    @Property(str, notify=changed)
    def value(self) -> str:
        """What it holds now."""
        return self._node.value

    @Property(str, notify=changed)
    def note(self) -> str:
        """The second line."""
        return self._node.note

    @Property(str, notify=changed)
    def source(self) -> str:
        """Where the value comes from."""
        return self._node.source

    @Property(str, notify=changed)
    def hint(self) -> str:
        """Help for the resident."""
        return self._node.hint

    @Property(str, notify=changed)
    def heard(self) -> str:
        """The name in the accessible tree: `spoken` when set, else the words that are seen."""
        node = self._node
        if node.spoken:
            return node.spoken
        if node.role in (Role.FACT, Role.PROGRESS) and node.value:
            return f"{node.text} {node.value}".strip()
        return node.text or node.note or node.value

    @Property(str, notify=changed)
    def described(self) -> str:
        """The description in the accessible tree: second line, source, badge and help."""
        node = self._node
        badge = node.value if node.role in (Role.CARD, Role.TILE) and node.style != "code" else ""
        return " ".join(part for part in (badge, node.note if node.text else "", node.source, node.hint) if part)

    @Property(str, notify=changed)
    def icon(self) -> str:
        """Name of the icon."""
        return self._node.icon

    @Property(str, notify=changed)
    def style(self) -> str:
        """Variant of the component."""
        return self._node.style

    @Property(str, notify=changed)
    def tint(self) -> str:
        """Token of the theme."""
        return self._node.tint

    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether it can be acted on now."""
        return self._node.enabled

    @Property(bool, notify=changed)
    def checkable(self) -> bool:
        """Whether it has an on and an off."""
        return self._node.checked is not None

    @Property(bool, notify=changed)
    def checked(self) -> bool:
        """Whether it is on."""
        return bool(self._node.checked)

    @Property(bool, notify=changed)
    def current(self) -> bool:
        """Whether it is the one in use: the lit card, the field with the panel."""
        return self._node.current

    @Property(bool, notify=changed)
    def invalid(self) -> bool:
        """Whether its value cannot be accepted."""
        return self._node.invalid

    @Property(bool, notify=changed)
    def required(self) -> bool:
        """Whether it must be filled."""
        return self._node.required

    @Property(str, notify=changed)
    def panel(self) -> str:
        """Which panel serves it."""
        return str(self._node.panel)

    @Property("QVariantList", notify=changed)  # type: ignore[arg-type]
    def options(self) -> list[dict[str, str]]:
        """The choices, each `{value, text, parent}`."""
        return [{"value": o.value, "text": o.text, "parent": o.parent} for o in self._node.options]

    @Property(int, notify=changed)
    def limit(self) -> int:
        """Longest text, 0 = no limit."""
        return self._node.limit

    @Property(str, notify=changed)
    def least(self) -> str:
        """Lowest number or amount, "" = no bound."""
        return self._node.least

    @Property(str, notify=changed)
    def most(self) -> str:
        """Highest number or amount, "" = no bound."""
        return self._node.most

    @Property(int, notify=changed)
    def picks(self) -> int:
        """How many choices may be ticked."""
        return self._node.picks

    @Property(int, notify=changed)
    def progress(self) -> int:
        """0 to 100, -1 = none."""
        return self._node.progress

    @Property(str, notify=changed)
    def ink(self) -> str:
        """What was drawn by hand."""
        return self._node.ink

    @Property(bool, notify=changed)
    def secret(self) -> bool:
        """Whether its words are private."""
        return self._node.privacy is Privacy.PRIVATE

    @Property(bool, notify=changed)
    def pressable(self) -> bool:
        """Whether it answers a press."""
        return Action.PRESS in self._node.actions

    @Property(bool, notify=changed)
    def holdable(self) -> bool:
        """Whether it is shown while held."""
        return Action.HOLD in self._node.actions

    @Property(bool, notify=changed)
    def speaking(self) -> bool:
        """Whether it is being read out now."""
        return self._speaking

    @Property(str, notify=changed)
    def kind(self) -> str:
        """The component that draws it."""
        return self._place.kind

    @Property(int, notify=changed)
    def number(self) -> int:
        """Its number in a numbered list, 0 = none."""
        return self._place.number

    @Property(int, notify=changed)
    def ordinal(self) -> int:
        """Its place among its equals, 0 = it stands alone."""
        return self._place.n

    @Property(str, notify=changed)
    def box(self) -> str:
        """The card it shares with its neighbours."""
        return self._place.box

    @Slot()
    def press(self) -> None:
        """Say that the resident pressed it."""
        if self._node.enabled:
            self._send(Act(self._node.id, Action.PRESS))

    @Slot()
    def hold(self) -> None:
        """Say that it is held down."""
        if self._node.enabled:
            self._send(Act(self._node.id, Action.HOLD))

    @Slot()
    def release(self) -> None:
        """Say that it was let go."""
        self._send(Act(self._node.id, Action.RELEASE))

    @Slot(str)
    def edit(self, text: str) -> None:
        """Say what the field holds after a panel key."""
        self._send(Edit(self._node.id, text))

    @Slot(str)
    def ask(self, name: str) -> None:
        """Say that a panel key asks the terminal for something (`readback`: read the field aloud)."""
        self._send(Key(name))
