"""pyttsx3's own `say`, as its manual shows it: told by lines on standard input what to say, tells when it was called.

Run as `python -m bench.say`; it prints the monotonic time right before each `say` and right after `runAndWait`.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import sys
import time

import espeakng_loader


def main() -> None:
    """Say each line."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    # Loaded first, so that pyttsx3 finds this one by its soname.
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet):
        engine = pyttsx3.init("espeak")
        engine.setProperty("voice", "gmw/en-us")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        began = time.monotonic()
        with contextlib.redirect_stdout(quiet):
            engine.say(line.strip())
            engine.runAndWait()
        sys.stdout.write(f"{began} {time.monotonic()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
