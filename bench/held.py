"""`kiosk run` on a lead: the very terminal that residents get, told what to press by lines of JSON on standard input.

Commands, one a line, each answered by one line: `{"page": true}`, `{"press": NODE}`, `{"edit": NODE, "text": WORDS}`,
`{"where": NODE}` (its middle in px), `{"ready": SECONDS}`. Under a keeper (`bench.kept`) it asks for no relief: a fresh
process would weigh less than the one that served the visit, and would not have the lead.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

from kiosk_app.run import serve
from kiosk_app.terminal import Terminal
from ui.shell import Shell
from ui.view import Act, Action, Edit

PATIENCE_S = 30.0


class Lead:
    """Carries out the lines, each on the terminal's own loop."""

    def __init__(self, shell: Shell, terminal: Terminal) -> None:
        self.shell = shell
        self.terminal = terminal

    def listen(self) -> None:
        """Answer every line; the end of the input ends the terminal."""
        for line in sys.stdin:
            request = json.loads(line)
            if "ready" in request:
                answer: Mapping[str, Any] = {"ready": self.terminal.wait_ready(float(request["ready"]))}
            else:
                answer = self.shell.call(lambda request=request: self.answer(request), PATIENCE_S)  # type: ignore[misc]
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        os._exit(0)

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do one thing and say what is shown then."""
        if "press" in request:
            self.shell.on_input(Act(str(request["press"]), Action.PRESS))
        elif "edit" in request:
            self.shell.on_input(Edit(str(request["edit"]), str(request["text"])))
        elif "where" in request:
            return self.where(str(request["where"]))
        view, state = self.shell.view, self.terminal.conductor.state
        case = state.visit.case
        return {
            "screen": view.screen,
            "page": view.page,
            "title": view.title,
            "cover": view.cover,
            "caption": view.caption,
            "online": state.world.online,
            "printed": case.print.value if case else "",
            "nodes": [n.id for n in view.nodes],
        }

    def where(self, name: str) -> Mapping[str, Any]:
        """Return the middle of a node on the window, nothing when it is not there."""
        item = self.shell.hearing.item(name)
        if item is None:
            return {}
        middle = item.mapToScene(item.boundingRect().center())
        return {"x": round(middle.x()), "y": round(middle.y())}


def watch(shell: Shell, terminal: Terminal) -> None:
    """Take the lead before the loop runs."""
    threading.Thread(target=Lead(shell, terminal).listen, name="lead", daemon=True).start()


def without_lead(arguments: list[str]) -> list[str]:
    """Return the arguments without what a keeper has added; its line stays open, and nothing is said on it."""
    if "--lead" not in arguments:
        return arguments
    at = arguments.index("--lead")
    return [word for word in (*arguments[:at], *arguments[at + 2 :]) if word != "--relief"]


if __name__ == "__main__":
    sys.exit(serve(without_lead(sys.argv[1:]), watch))
