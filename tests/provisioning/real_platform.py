"""The real platform as a process of its own, and its desk: what operators do, over the same data."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from central_platform import enrolment
from central_platform.platform import Platform
from central_platform.settings import Settings

DEADLINE_S = 40.0


@dataclass(frozen=True)
class Running:
    url: str
    fingerprint: str
    data: Path
    desk: Platform

    def slot(self, terminal: str, **wanted: Any) -> str:
        """Make a slot and return its code."""
        return enrolment.create(self.desk, terminal, {"name": "试点终端"}, **wanted)

    def ticket(self, terminal: str, **wanted: Any) -> str:
        """Make a slot and return the text of its slip."""
        slip: Mapping[str, str] = {
            "url": self.url,
            "terminal": terminal,
            "code": self.slot(terminal, **wanted),
            "ca_fingerprint": self.fingerprint,
        }
        return json.dumps(slip)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run an operator's command."""
        command = [sys.executable, "-m", "central_platform", *words, "--data", str(self.data)]
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S)


@contextmanager
def running_platform(data: Path, *more: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "central_platform", "serve", "--data", str(data), "--port", "0", *more]
    with (data / "stderr").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert process.stdout is not None
    stdout = process.stdout
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        try:
            line = lines.get(timeout=DEADLINE_S)
        except queue.Empty:
            line = ""
        assert line, (data / "stderr").read_text()
        ready: dict[str, Any] = json.loads(line)
        with closing(Platform.open(Settings(data))) as desk:
            yield Running(ready["url"], ready["ca_fingerprint"], data, desk)
    finally:
        process.terminate()
        process.wait(10)
        stdout.close()
