"""A terminal's process as `kiosk run` starts it, on a lead: `python -m tests.acceptance.relieved --state DIR ...`.

Each process listens on `DIR.leads/<pid>.sock`: one JSON object a line, one line back (`bench.held`).
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from pathlib import Path

from bench.held import PATIENCE_S, Lead
from kiosk_app.run import serve
from kiosk_app.terminal import Terminal
from ui.shell import Shell


def leads(state: Path) -> Path:
    """Return where the processes of a terminal listen."""
    return state.with_name(state.name + ".leads")


def watch(shell: Shell, terminal: Terminal, leading: type[Lead] = Lead) -> None:
    """Listen before the loop runs."""
    folder = leads(terminal.options.folders.root)
    folder.mkdir(exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / f"{os.getpid()}.sock"))
    listener.listen()
    threading.Thread(target=_serve, args=(listener, leading(shell, terminal)), name="test", daemon=True).start()


def _serve(listener: socket.socket, lead: Lead) -> None:
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            for line in lines:
                request = json.loads(line)
                if "ready" in request:
                    answer = {"ready": lead.terminal.wait_ready(float(request["ready"]))}
                else:
                    answer = dict(lead.shell.call(lambda: lead.answer(request), PATIENCE_S))  # noqa: B023
                lines.write(json.dumps(answer) + "\n")
                lines.flush()


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:], watch))
