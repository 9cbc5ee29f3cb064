"""What the accessible tree says of everything that can be acted on: name, role, state, and an action that works."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtQuick import QQuickItem

from ui.audit.report import Finding
from ui.audit.scene import Piece, Scene, node_at
from ui.view import Node, Role

_R = QAccessible.Role
_BUTTONS = (_R.Button, _R.CheckBox, _R.RadioButton)
_OF_ROLE = {Role.TOGGLE: (_R.CheckBox,), Role.CHOICE: (_R.RadioButton,), Role.FIELD: (_R.EditableText,)}


def check_names(scene: Scene) -> list[Finding]:
    """Check every target and every other thing that keys can stop at."""
    out: list[Finding] = []
    pressable = {id(t.item) for t in scene.targets}
    stops = [t for t in scene.things if id(t.item) not in pressable and _stops(t.item)]
    for piece in (*scene.targets, *stops):
        face = QAccessible.queryAccessibleInterface(piece.item)
        label = scene.label(piece)
        if face is None or not face.isValid():
            out.append(Finding("no name", label, "not in the accessible tree"))
            continue
        if not face.text(QAccessible.Text.Name).strip():
            out.append(Finding("no name", label))
        out += _told(piece, label, face, pressable=id(piece.item) in pressable)
    return out


def _stops(item: QQuickItem) -> bool:
    return item.activeFocusOnTab() and item.isEnabled()


def _told(piece: Piece, label: str, face: QAccessibleInterface, *, pressable: bool) -> list[Finding]:
    out: list[Finding] = []
    node = node_at(piece.item)
    role = face.role()
    wanted = _wanted(node, pressable=pressable)
    if wanted and role not in wanted:
        out.append(Finding("role", label, f"{role.name}, not {' or '.join(r.name for r in wanted)}"))
    if node is not None and node.checked is not None and pressable:
        state = face.state()
        if not state.checkable or bool(state.checked) != node.checked:
            told = "on" if state.checked else "off" if state.checkable else "nothing"
            out.append(Finding("state", label, f"told {told}, shown {'on' if node.checked else 'off'}"))
    if pressable and not _can_press(face, is_open=bool(piece.item.property("open"))):
        out.append(Finding("action", label))
    return out


def _wanted(node: Node | None, *, pressable: bool) -> tuple[QAccessible.Role, ...]:
    if node is None:
        return _BUTTONS if pressable else ()
    found = _OF_ROLE.get(node.role)
    if found is None and pressable:
        return (_R.CheckBox,) if node.role is Role.BUTTON and node.checked is not None else _BUTTONS
    return found or ()


def _can_press(face: QAccessibleInterface, *, is_open: bool) -> bool:
    """Whether an assistive program can press it now; what is closed may say that it cannot be."""
    actions = face.actionInterface()
    able = actions is not None and "Press" in actions.actionNames()
    return able and not (is_open and face.state().disabled)
