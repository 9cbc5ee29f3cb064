"""A terminal's process on a machine that is not enrolled: `python -m tests.acceptance.unenrolled --state DIR ...`.

What hangs on the machine stands in `DIR.around.json`: where its sysfs and /dev are drawn, its sticks, its cameras. With
`--kept` it is a keeper of such processes, as `kiosk run` keeps its terminal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.held import Lead
from kiosk_app.keeper import keep
from kiosk_app.run import serve
from kiosk_app.terminal import Terminal
from tests.acceptance import relieved
from ui.shell import Shell


class Read(Lead):
    """Tells the words of the page as well."""

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        told = super().answer(request)
        nodes = () if "where" in request else self.shell.view.nodes
        words = {node.id: f"{node.text} {node.value} {node.note}".strip() for node in nodes}
        return {**told, "words": words, "closed": [node.id for node in nodes if not node.enabled]}


def around(root: Path) -> Any:
    """Return the surroundings that were drawn for the terminal in `root`."""
    from drivers.identify import Sure
    from kiosk_app.equipment.machine import Surroundings
    from provisioning import Words
    from provisioning.discovery import Suggestion, look

    def drawn() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(root.with_name(root.name + ".around.json").read_text("utf-8"))
        return found

    cameras = tuple(Suggestion("camera", uri, Sure.POSSIBLE, Words("", "")) for uri in drawn().get("cameras", ()))
    return Surroundings(
        look=lambda: look(Path(drawn()["sys"]), Path(drawn()["dev"])),
        sticks=lambda: {name: Path(path) for name, path in drawn().get("sticks", {}).items()},
        network=lambda: "up",
        others=cameras,
        voice="speech:null",
    )


def watch(shell: Shell, terminal: Terminal) -> None:
    """Hand in the surroundings, and listen."""
    terminal.options = replace(terminal.options, around=around(terminal.options.folders.root))
    relieved.watch(shell, terminal, Read)


if __name__ == "__main__":
    if "--kept" in sys.argv:
        sys.exit(keep(("-m", "tests.acceptance.unenrolled", *(word for word in sys.argv[1:] if word != "--kept"))))
    sys.exit(serve(sys.argv[1:], watch))
