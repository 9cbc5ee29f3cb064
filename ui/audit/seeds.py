"""The audit's audit: one fault for every kind of finding, planted in the live scene the way a slip of the pen would.

A plant changes one thing of the page that is shown and returns how to take it back. Each is made for a page with a
dock and an action row; what more it needs is said in `kiosk_app.lab.seeds`, which knows the pages.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible, QColor, QFont
from PySide6.QtQml import QQmlExpression, QQmlProperty, qmlContext
from PySide6.QtQuick import QQuickItem

from ui.audit import figures
from ui.audit.scene import Piece, Words, number, page_item, scene_of
from ui.hearing import everything, id_of
from ui.shell import Shell

Undo = Callable[[], None]
Plant = Callable[[Shell], Undo]
_KEY, _OTHER = "dock.lang", "dock.size"


def _set(item: QQuickItem, **values: object) -> Undo:
    before = {name: _get(item, name) for name in values}
    for name, value in values.items():
        item.setProperty(name, value)

    def undo() -> None:
        for name, value in before.items():
            item.setProperty(name, value)

    return undo


def _get(item: QQuickItem, name: str) -> object:
    try:
        return item.property(name)
    except RuntimeError:  # an enumeration of QML's, which has no Python type
        return number(item, name)


def _key(shell: Shell, name: str = _KEY) -> QQuickItem:
    return next(t.item for t in scene_of(shell).targets if t.owner == name)


def _words(shell: Shell, owner: str) -> Words:
    return next(w for w in scene_of(shell).words if w.owner == owner)


def _icon(shell: Shell, owner: str) -> Piece:
    return next(i for i in scene_of(shell).icons if i.owner == owner)


def _accessible(item: QQuickItem, name: str, value: object) -> Undo:
    context = qmlContext(item)
    assert context is not None
    told = QQmlProperty(item, f"Accessible.{name}", context)
    before = told.read()
    told.write(value)
    return lambda: (told.write(before), None)[1]


def _both(*undos: Undo) -> Undo:
    def undo() -> None:
        for one in undos:
            one()

    return undo


def faint_words(shell: Shell) -> Undo:
    """The heading in a blue that is nearly its ground's."""
    return _set(_words(shell, "page.heading").item, color=QColor("#0F4A9A"))


def faint_icon(shell: Shell) -> Undo:
    """An icon in a grey that lacks contrast with white."""
    return _set(_icon(shell, _KEY).item, color=QColor("#C8D0DA"))


def faint_edge(shell: Shell) -> Undo:
    """A white key on a nearly white page whose border went missing."""
    return _set(_key(shell, "actions.back"), edgeColor=QColor("#FFFFFF"))


def tiny_words(shell: Shell) -> Undo:
    """The lead in the type of a desk computer."""
    item = _words(shell, "page.lead").item
    font = QFont(item.property("font"))
    font.setPixelSize(20)
    return _set(item, font=font)


def cut_words(shell: Shell) -> Undo:
    """The lead cut off with dots."""
    return _set(_words(shell, "page.lead").item, wrapMode=0, elide=1, width=200)


def broken_word(shell: Shell) -> Undo:
    """A long word in a short line."""
    words = _words(shell, "page.lead").item
    lead = words.parentItem()
    return _both(_set(words, text="Registration", width=120), _accessible(lead, "name", "Registration"))


def words_off_screen(shell: Shell) -> Undo:
    """The heading hangs over the edge of the screen."""
    return _set(_words(shell, "page.heading").item, x=-200)


def spilled_words(shell: Shell) -> Undo:
    """The words of a key hang out of it."""
    item = _words(shell, _KEY).item
    return _set(item, x=item.x() + 14)


def words_on_words(shell: Shell) -> Undo:
    """The lead slid up into the heading."""
    return _set(_words(shell, "page.lead").item, y=-60)


def words_under_keys(shell: Shell) -> Undo:
    """A line that lies on the upper part of the main key."""
    item = _words(shell, "page.foot").item
    key = max((t for t in scene_of(shell).targets if t.owner.startswith("actions.")), key=lambda t: t.rect.width())
    corner = page_item(shell).mapToItem(item.parentItem(), key.rect.x() + 30, key.rect.y() + 2)
    return _set(item, x=corner.x(), y=corner.y(), text="66007070", color=QColor("#FFFFFF"))


def small_key(shell: Shell) -> Undo:
    """A key of 18 mm."""
    item = min((t.item for t in scene_of(shell).targets), key=lambda i: i.height())
    return _set(item, height=58)


def close_keys(shell: Shell) -> Undo:
    """Two keys with 3 px between them."""
    item = _key(shell)
    return _set(item, x=item.x() - 9)


def high_key(shell: Shell) -> Undo:
    """A key where only words belong, over the reach line."""
    key = next(t for t in scene_of(shell).targets if t.owner == "actions.back")
    return _set(key.item, y=key.item.y() - key.rect.top() + figures.REACH_Y - 125)


def key_off_screen(shell: Shell) -> Undo:
    """A key that hangs over the edge of the screen."""
    item = _key(shell, "dock.elder")
    return _set(item, x=item.x() - 56)


def nameless(shell: Shell) -> Undo:
    """A key that the accessible tree does not name."""
    return _accessible(_key(shell), "name", "")


def wrong_role(shell: Shell) -> Undo:
    """A key that the accessible tree calls a text."""
    return _accessible(_key(shell), "role", QAccessible.Role.StaticText.value)


def wrong_state(shell: Shell) -> Undo:
    """A switch that is off and told as on."""
    return _set(_key(shell, "dock.voice"), ticked=True)


def dead_key(shell: Shell) -> Undo:
    """A key that looks alive and cannot be pressed."""
    return _set(_key(shell), enabled=False)


def wrong_order(shell: Shell) -> Undo:
    """Two keys changed places for the eye alone."""
    one, other = _key(shell, _OTHER), _key(shell)
    apart = one.mapToItem(page_item(shell), 0, 0).x() - other.mapToItem(page_item(shell), 0, 0).x()
    return _both(_set(one, x=one.x() - apart), _set(other, x=other.x() + apart))


def no_ring(shell: Shell) -> Undo:
    """A focus ring of no width: there, and not drawn."""
    ring = next(i for i in everything(_key(shell)) if i.property("target") is not None and i.property("corner"))
    return _set(ring, opacity=0)


def no_stop(shell: Shell) -> Undo:
    """Keys cannot enter the page."""
    current = shell.window.activeFocusItem()
    if current is not None:
        current.setFocus(False)  # Qt keeps the stop that has the focus
    return _both(*(_set(item, activeFocusOnTab=False) for item in shell.hearing.stops()))


def skipped(shell: Shell) -> Undo:
    """Keys pass by a key."""
    return _set(_key(shell), activeFocusOnTab=False)


def twice(shell: Shell) -> Undo:
    """Two stops that say they are the same thing."""
    foot = next(i for i in shell.hearing.stops() if id_of(i) == "page.foot")
    return _set(foot, nid=_KEY)


def trapped(shell: Shell) -> Undo:
    """A key that throws the focus back to where it came from."""
    stops = shell.hearing.stops()
    before = stops[next(i for i, s in enumerate(stops) if id_of(s) == _KEY) - 1]
    key = _key(shell)

    def back() -> None:
        if key.hasActiveFocus():
            before.forceActiveFocus()

    key.activeFocusChanged.connect(back)
    return lambda: (key.activeFocusChanged.disconnect(back), None)[1]


def unsaid(shell: Shell) -> Undo:
    """A word on the page that nothing in the accessible tree says."""
    return _set(_words(shell, "page.foot").item, text="请看背面")


def unseen(shell: Shell) -> Undo:
    """The caption is there and shows no words."""
    caption = shell.view.caption
    item = next(i for i in everything(page_item(shell)) if i.property("text") == caption and i.isVisible())
    return _set(item, visible=False)


def complaint(shell: Shell) -> Undo:
    """A QML expression that refers to something that is not there."""
    root = shell.root()
    context = qmlContext(root)
    assert context is not None
    QQmlExpression(context, root, "Qt.callLater(() => nobody.knows)").evaluate()
    shell.app.processEvents()
    return shell.warnings.clear


PLANTS: dict[str, Plant] = {
    "contrast": faint_words,
    "icon contrast": faint_icon,
    "edge contrast": faint_edge,
    "tiny": tiny_words,
    "truncated": cut_words,
    "broken word": broken_word,
    "off screen": words_off_screen,
    "spills": spilled_words,
    "words overlap": words_on_words,
    "words covered": words_under_keys,
    "small": small_key,
    "gap": close_keys,
    "above reach": high_key,
    "target off screen": key_off_screen,
    "no name": nameless,
    "role": wrong_role,
    "state": wrong_state,
    "action": dead_key,
    "order": wrong_order,
    "focus ring": no_ring,
    "no focus stop": no_stop,
    "focus trap": trapped,
    "visited twice": twice,
    "not reached by keys": skipped,
    "never spoken": unsaid,
    "never shown": unseen,
    "warning": complaint,
}
"""What plants a fault of which kind."""
WITH_WALK = frozenset({"focus ring", "no focus stop", "focus trap", "visited twice", "not reached by keys"})
"""Kinds that only the walk can find."""
