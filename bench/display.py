"""A virtual screen of the terminal's size: Xvfb on a number of its own choosing."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator

from bench.x11 import NoDisplayError, Screen

WIDTH, HEIGHT = 1080, 1920


@contextlib.contextmanager
def virtual_screen() -> Iterator[tuple[str, Screen]]:
    """Run Xvfb; yields the display's name and a connection to it.

    Raises:
        NoDisplayError: Xvfb is not installed or does not start.
    """
    program = shutil.which("Xvfb")
    if program is None:
        raise NoDisplayError("Xvfb is not installed: apt-get install xvfb")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            number = said.readline().strip()
        if not number:
            raise NoDisplayError("Xvfb does not start")
        name = f":{number}"
        screen = Screen(name, WIDTH, HEIGHT)
        try:
            yield name, screen
        finally:
            screen.close()
    finally:
        server.terminate()
        server.wait()
