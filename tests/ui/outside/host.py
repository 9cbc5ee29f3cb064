"""A terminal window that shows one gallery page after another, and says what its own narrator hears of each.

One JSON object a line: in `{"page", "lang", "voice", "wrong"}`, where `wrong` is the id of a node that cannot be
accepted, out `[{"node", "role", "name", "value", "state", "hint"}]`.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import asdict, replace

from kiosk_app.lab.gallery import Shot
from kiosk_app.visit.state import Prefs
from ui.audit.scene import scene_of, settle
from ui.shell import Shell, ShellConfig


def main() -> None:
    """Answer every line of standard input until it ends."""
    shell = Shell(ShellConfig())

    def answer(line: str) -> None:
        wish = json.loads(line)
        view = Shot(wish["page"], Prefs(lang=wish["lang"], voice=wish["voice"])).view()
        nodes = tuple(replace(node, invalid=node.invalid or node.id == wish["wrong"]) for node in view.nodes)
        shell.present(replace(view, nodes=nodes))
        settle(shell)
        heard = [shell.hearing.hear(thing.item) for thing in scene_of(shell).things]
        sys.stdout.write(json.dumps([asdict(one) for one in heard if one is not None]) + "\n")
        sys.stdout.flush()

    def listen() -> None:
        for line in sys.stdin:
            shell.post(lambda line=line: answer(line))  # type: ignore[misc]
        shell.quit()

    threading.Thread(target=listen, daemon=True).start()
    shell.run()


if __name__ == "__main__":
    main()
