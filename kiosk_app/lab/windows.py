"""`kiosk demo` on a display: the terminal's window and the device lab's, until one of them is closed."""

from __future__ import annotations

import threading

from kiosk_app.lab.processes import Process
from kiosk_app.lab.server import LabServer
from kiosk_app.lab.world import World

LOOK_S = 0.3
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
        server = LabServer(world, path)
        lab = Process("ui.lab", ["--socket", str(path)], world.folder / "lab.stderr")
        pause = threading.Event()
        looks = 0.0
        try:
            while lab.running and (seconds <= 0 or looks < seconds):
                pause.wait(LOOK_S)
                looks += LOOK_S
        except KeyboardInterrupt:
            return DONE
        finally:
            lab.end()
            server.close()
    return DONE
