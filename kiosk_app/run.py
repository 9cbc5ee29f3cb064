"""`kiosk run`: a real terminal, and the keeper that has it relieved by a fresh process after a visit.

The terminal's process imports nothing beyond Qt, `ui` and the visit before the first frame; its keeper not even those.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk_app.folders import Folders
    from kiosk_app.terminal import Terminal
    from ui.shell import Shell

SIGNAL_LOOK_S = 0.5
USAGE = "usage: kiosk run [--state DIR] [--profile FILE] [--landscape] [--window]"


class UsageError(ValueError):
    """The command line is wrong; the text says what was expected."""


def options(arguments: list[str]) -> dict[str, str]:
    """Read the few options of `run` without a parser library; `--lead` and `--relief` are the keeper's.

    Raises:
        UsageError: an unknown option, or one without its value.
    """
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in {"--state", "--profile", "--lead"} and rest:
            found[word] = rest.pop(0)
        elif word in {"--landscape", "--window", "--help", "--relief"}:
            found[word] = "yes"
        else:
            raise UsageError(f"{word}: {USAGE}")
    return found


def run(arguments: list[str]) -> int:
    """Keep a terminal running until it is told to stop; returns the exit code."""
    try:
        chosen = options(arguments)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if "--help" in chosen:
        sys.stdout.write(USAGE + "\n")
        return 0
    if "--profile" in chosen:
        code = _apply(chosen)
        if code:
            return code
        # A process that relieves another must not put it into force again.
        at = arguments.index("--profile")
        arguments = arguments[:at] + arguments[at + 2 :]
    from kiosk_app.keeper import keep

    return keep(("-m", __name__, *arguments))


def serve(arguments: list[str], watch: Callable[[Shell, Terminal], None] | None = None) -> int:
    """Run one terminal in this process until it is told to stop; returns the exit code.

    `watch` is given the parts before the loop runs: benchmarks look at the very terminal that residents get.
    """
    chosen = options(arguments)
    from kiosk_app.terminal import Options, Terminal
    from ui.shell import Shell, ShellConfig

    size = (1920, 1080) if "--landscape" in chosen else (1080, 1920)
    shell = Shell(ShellConfig(*size, fullscreen="--window" not in chosen))
    terminal = Terminal(shell, Options(_place(chosen), self_test=True))
    terminal.glass = lambda: shell.call(shell.glass)
    left = 0

    def leave(code: int) -> None:
        nonlocal left
        left = code
        shell.quit()

    terminal.on_return = leave
    if "--lead" in chosen:
        from kiosk_app.relief import Relief

        def leave_for_good(code: int) -> None:
            relief.returns()
            leave(code)

        terminal.on_return = leave_for_good
        relief = Relief(terminal, shell, shell.quit, int(chosen["--lead"]), relieves="--relief" in chosen)
        shell.on_first_frame = lambda at: relief.drawn()
        terminal.restart = relief.now
    else:
        terminal.restart = shell.quit
        shell.on_first_frame = lambda at: terminal.boot()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0) if terminal.room is None else shell.post(shell.quit))

    def look_up() -> None:
        # Python sees a signal only between two of its own steps; an idle Qt loop takes none.
        shell.after(SIGNAL_LOOK_S, look_up)

    terminal.show()
    look_up()
    if watch is not None:
        watch(shell, terminal)
    shell.run()
    terminal.stop()
    return left


def _place(chosen: Mapping[str, str]) -> Folders:
    from kiosk_app.folders import folders

    return folders(Path(chosen["--state"]) if "--state" in chosen else None)


def _apply(chosen: Mapping[str, str]) -> int:
    """Put a signed profile into force first; 1 when it is refused."""
    import secrets

    from kiosk_app.clock import SystemClock
    from provisioning import ProvisioningError, apply_profile

    try:
        apply_profile(_place(chosen).provision, Path(chosen["--profile"]), SystemClock(), secrets.token_bytes)
    except ProvisioningError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:]))
