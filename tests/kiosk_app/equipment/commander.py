"""A terminal without a screen that does commands and is killed: `python -m ...commander FOLDER RUN MOMENT`.

It dies by SIGKILL at MOMENT; a restart ends it with 3; when all is answered it ends with 0.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from contracts.commands import Action, Command, Outcome
from kiosk_app.equipment.commands import Commands, Report
from kiosk_app.lab.samples import ONLINE, desk
from kiosk_app.loop import PlainLoop
from kiosk_app.visit import step
from kiosk_app.visit.events import Event
from offline_cache import Store
from tests.offline_cache.support import new_id, open_at

DESK = desk()
RESTARTED = 3


def asked(store: Store, action: Action, command: str = "", **argument: Any) -> Command:
    """Put a command into the store as a heartbeat does."""
    now = store.clock.now().replace(microsecond=0)
    made = Command(command or new_id(), "XC-0042", action, now, now + timedelta(hours=1), argument)
    store.orders.take(made)
    return made


def main(folder: Path, run: str, moment: str) -> int:
    """Take three commands, do them, and die where it was told."""

    def checkpoint(name: str, /) -> None:
        if name == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def effect(name: str) -> None:
        with (folder / "effects").open("a") as file:
            file.write(f"{name}\n")

    def look() -> Report:
        effect("self-test")
        checkpoint("executed")
        return Report(Outcome.DONE, {"why": "ready"})

    def restart() -> None:
        effect("restart")
        os._exit(RESTARTED)

    state = ONLINE

    def dispatch(event: Event) -> None:
        nonlocal state
        state, _ = step(state, event, DESK)

    loop = PlainLoop()
    store = open_at(folder, checkpoint=checkpoint)
    jobs = {Action.SELF_TEST: look}
    commands = Commands(
        store, run, lambda: state, lambda: True, loop, dispatch, jobs, restart, lambda name, fields: None, lambda: None
    )
    # The platform sends until it has the results: whatever the last process did not keep comes again.
    now = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=0, minute=0, second=0, microsecond=0)
    for number, action in enumerate((Action.SELF_TEST, Action.RESTART, Action.LOCK), 1):
        command = f"01900000-0000-7000-8000-00000000000{number}"
        store.orders.take(Command(command, "XC-0042", action, now, now + timedelta(days=2)))
    commands.start()

    def done() -> None:
        if not store.orders.waiting() and not store.orders.begun():
            loop.quit()
        else:
            loop.after(0.05, done)

    loop.post(done)
    loop.run()
    commands.stop()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
