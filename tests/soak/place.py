"""A world whose terminal is the served one, with a folder of its own for temporary files."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.programs import family
from kiosk_app.lab.people import Resident
from kiosk_app.lab.processes import Process, WorldError, wait_until
from kiosk_app.lab.world import LIFTED_S, World
from tests.soak.slope import Sample

MB = 1024 * 1024
REST_S = 30.0
LOOK_S = 0.1
FREED_S = 1.5
"""Freed memory goes back half a second after a visit (`kiosk_app.terminal.SETTLED_S`); then it is weighed."""


class Place(World):
    """Simulators on ptys and TCP, a platform, an encrypted store, and a terminal as `kiosk run` starts it."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__("fast", seed)
        self._lifted_at = -2

    def _speech(self) -> str:
        # A recording of every word would grow by gigabytes; the tape is played to nobody, as fast as it goes.
        return "speech:null?pace=fast"

    def power_on(self) -> None:
        """Start the terminal's process on its folder and wait until all of it is up."""
        self.power_off()
        (self.folder / "stage.sock").unlink(missing_ok=True)
        self._stage = Process(
            "tests.soak.served",
            ["--state", str(self.state.root), "--window"],
            self.folder / "stage.stderr",
            environment={"QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(self.temporary)},
        )
        self.stage.connect(self._stage)
        self.stage.ask(ready=True)

    @property
    def pid(self) -> int:
        """The terminal's process.

        Raises:
            WorldError: it is off.
        """
        if self._stage is None:
            raise WorldError("the terminal is off")
        return self._stage.popen.pid

    def lift(self) -> None:
        """Lift the card; whether the reader has felt it is looked at when the next one comes."""
        self.card.ask(remove=True)
        self._lifted_at = self._finds()

    def present(self, resident: Resident) -> None:
        """Put a card on the pad, once the reader knows that it is empty."""
        with contextlib.suppress(WorldError):
            wait_until(lambda: self._finds() > self._lifted_at + 1, LIFTED_S, "the reader looks")
        super().present(resident)

    def _finds(self) -> int:
        return int(str(self.card.ask(status=True)["finds"]))

    def settle(self) -> None:
        """Wait until nobody is here, nothing is to be sent, and no process is on its way.

        Raises:
            WorldError: it does not come to rest.
        """

        def rests() -> bool:
            view = self.stage.ask(view=True)["view"]
            if not view["online"] or self.stage.ask(waiting=True)["waiting"]:
                self.stage.ask(poke=True)
                threading.Event().wait(LOOK_S)
                return False
            return bool(view["place"] == "Attract" and view["devices"].get("speech") in ("online", "busy"))

        wait_until(rests, REST_S, "the terminal comes to rest")

    def sample(self, visits: int) -> Sample:
        """Measure the terminal as it stands."""
        self.settle()
        threading.Event().wait(FREED_S)
        own, *children = (memory_of(pid) for pid in family(self.pid))
        files = [(path.stat().st_size, path) for path in self._files()]
        store = self.state.store.parent
        values = {
            "pss_mb": own["pss_mb"],
            "anon_mb": own["anon_mb"],
            "all_pss_mb": own["pss_mb"] + sum(child["pss_mb"] for child in children),
            "handles": own["handles"],
            "all_handles": own["handles"] + sum(child["handles"] for child in children),
            "threads": own["threads"],
            "children": len(children),
            "files": len(files),
            "store_mb": sum(size for size, path in files if path.parent == store) / MB,
            "log_mb": sum(size for size, path in files if path == self.state.log) / MB,
            "other_mb": sum(s for s, path in files if path.parent != store and path != self.state.log) / MB,
            "shm": len(list(Path("/dev/shm").iterdir())),
        }
        counts = {name: value for name, value in self.stage.ask(counts=True).items() if name != "ok"}
        return Sample(visits, values | counts)

    def _files(self) -> Iterator[Path]:
        for folder in (self.state.root, self.temporary):
            yield from (path for path in folder.rglob("*") if path.is_file())


def memory_of(pid: int) -> Mapping[str, Any]:
    """Return a process's PSS and the anonymous part of it in MB, its handles and its threads; 0 when it has gone."""
    found = {"pss_mb": 0.0, "anon_mb": 0.0, "handles": 0, "threads": 0}
    names = {"Pss:": "pss_mb", "Pss_Anon:": "anon_mb"}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            word, *rest = line.split()
            if word in names:
                found[names[word]] = int(rest[0]) / 1024
        found["handles"] = len(os.listdir(f"/proc/{pid}/fd"))
        found["threads"] = len(os.listdir(f"/proc/{pid}/task"))
    return found
