"""`kiosk demo` on a display: the terminal's window and the device lab's, until one of them is closed."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from concurrent.futures import Future

from kiosk_app.lab.processes import Process, WorldError
from kiosk_app.lab.server import LabServer
from kiosk_app.lab.world import World

LOOK_S = 0.3
JOB_S = 60.0
DONE = 0


def show_windows(seed: int, seconds: float = 0.0) -> int:
    """Open both windows; return when the lab's is closed, or after `seconds` when that is not 0.

    Raises:
        WorldError: the world does not start.
    """
    with World("real", seed, show=True) as world:
        world.install()
        world.power_on()
        path = world.folder / "lab.sock"
        jobs: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()

        def on_main(job: Callable[[], None]) -> None:
            done: Future[None] = Future()
            jobs.put((job, done))
            done.result(JOB_S)

        server = LabServer(world, path, on_main)
        lab = Process("ui.lab", ["--socket", str(path)], world.folder / "lab.stderr")
        end = time.monotonic() + seconds
        try:
            while lab.running and (seconds <= 0 or time.monotonic() < end):
                _do_one(jobs)
        except KeyboardInterrupt:
            return DONE
        finally:
            lab.end()
            server.close()
    return DONE


def _do_one(jobs: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]]) -> None:
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
