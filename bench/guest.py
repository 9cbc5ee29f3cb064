"""The bench's side of `bench.held`: a terminal in a process of its own, led through a visit."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.programs import StalledError, end, environment, python, start

PATIENCE_S = 30.0
TICK_S = 0.05


class Led:
    """A terminal that can be asked."""

    def ask(self, **request: Any) -> Mapping[str, Any]:
        """Say one thing, return the answer.

        Raises:
            StalledError: the terminal has gone.
        """
        raise NotImplementedError

    def page(self) -> Mapping[str, Any]:
        """Return what is shown."""
        return self.ask(page=True)

    def wait(self, what: str, ready: Callable[[Mapping[str, Any]], object], seconds: float = PATIENCE_S) -> None:
        """Wait until the page is so.

        Raises:
            StalledError: it was not within `seconds`; the message names the page that was shown instead.
        """
        until = time.monotonic() + seconds
        while not ready(page := self.page()):
            if time.monotonic() > until:
                raise StalledError(f"{what}: still at {page['page']} ({page['title']}) after {seconds:g} s")
            time.sleep(TICK_S)

    def go(self, *nodes: str, to: str) -> None:
        """Press these, then wait for the screen called `to`."""
        for node in nodes:
            self.ask(press=node)
        self.wait(to, lambda page: page["screen"] == to)


class Guest(Led):
    """One terminal. A context manager; the process ends with it."""

    def __init__(self, state: Path, log: Path, display: str = "", *, kept: bool = False) -> None:
        """Without a display it is drawn off screen. `kept`: under its keeper, as `kiosk run` runs it."""
        shown = {"DISPLAY": display} if display else {"QT_QPA_PLATFORM": "offscreen"}
        command = python("bench.kept" if kept else "bench.held", "--state", state, "--window")
        self.process: subprocess.Popen[bytes] = start(command, environment(**shown), log)

    def __enter__(self) -> Guest:
        try:
            self.ask(ready=PATIENCE_S)
            self.wait("in service", lambda page: page["screen"] == "attract")
        except BaseException:
            end(self.process)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)

    def ask(self, **request: Any) -> Mapping[str, Any]:
        """Say one thing over its standard input, return the answer."""
        pipe, said = self.process.stdin, self.process.stdout
        if pipe is None or said is None:
            raise StalledError("the terminal has no lead")
        pipe.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        pipe.flush()
        line = said.readline()
        if not line:
            raise StalledError(f"the terminal ended with {self.process.wait()}")
        answer: Mapping[str, Any] = json.loads(line)
        return answer
