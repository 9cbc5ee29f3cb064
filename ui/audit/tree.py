"""The accessible tree as text, for people and for tests."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleInterface

from ui.shell import Shell


def tree(shell: Shell) -> str:
    """Return the accessible tree as indented text."""
    lines: list[str] = []

    def visit(face: QAccessibleInterface, depth: int) -> None:
        t = QAccessible.Text
        name, value, more = face.text(t.Name), face.text(t.Value), face.text(t.Description)
        if name or value:
            words = " | ".join(part for part in (name, value, more) if part)
            lines.append(f"{'  ' * depth}{face.role().name} {words}")
            depth += 1
        for i in range(face.childCount()):
            child = face.child(i)
            if child is not None and not child.state().invisible:
                visit(child, depth)

    face = QAccessible.queryAccessibleInterface(shell.window)
    if face is not None:
        visit(face, 0)
    return "\n".join(lines)
