"""`kiosk demo` on a display: the terminal's window and the device lab's, until one of them is closed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from kiosk_app.lab.parts import portraits
from kiosk_app.lab.processes import Process, WorldError
from kiosk_app.lab.server import WorldServer
from kiosk_app.lab.world import World

LOOK_S = 0.3
JOB_S = 60.0
DONE = 0

Job = tuple[Callable[[], None], Future[None]]


class OwnedWorld(World):
    """A world whose processes belong to the main thread: a process that is tied to its owner dies with the thread."""

    def __init__(self, seed: int) -> None:
        super().__init__("real", seed, show=True)
        self.jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()

    def power_on(self) -> None:
        """Start the terminal on the main thread, whoever asks; returns when it is up."""
        if threading.current_thread() is threading.main_thread():
            super().power_on()
            return
        done: Future[None] = Future()
        self.jobs.put((super().power_on, done))
        done.result(JOB_S)


def show_windows(seed: int, seconds: float = 0.0) -> int:
    """Open both windows; return when the lab's is closed, or after `seconds` when that is not 0.

    Raises:
        WorldError: the world does not start.
    """
    with OwnedWorld(seed) as world:
        faces = list(portraits().values())
        if faces:
            world.parts.add(frozenset({"camera"}))
        world.install()
        world.power_on()
        path = world.folder / "lab.sock"
        with WorldServer(world, path, faces=faces):
            lab = Process("ui.lab", ["--socket", str(path)], world.folder / "lab.stderr")
            end = time.monotonic() + seconds
            try:
                while lab.running and (seconds <= 0 or time.monotonic() < end):
                    _do_one(world.jobs)
            except KeyboardInterrupt:
                return DONE
            finally:
                lab.end()
    return DONE


def _do_one(jobs: queue.SimpleQueue[Job]) -> None:
    """Wait a little for a job and do it; its failure is its asker's."""
    try:
        job, done = jobs.get(timeout=LOOK_S)
    except queue.Empty:
        return
    try:
        job()
    except WorldError as error:
        done.set_exception(error)
    else:
        done.set_result(None)
