"""`python -m ui.lab --socket PATH [--grab FILE] [--seconds N] [--lang zh|en]`: the device lab's window."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run the window until it is closed; 1 when a picture was asked for and could not be written."""
    parser = argparse.ArgumentParser(prog="python -m ui.lab", description="The device lab: every device on a mouse.")
    parser.add_argument("--socket", type=Path, required=True, help="UNIX socket of the lab's world")
    parser.add_argument("--grab", type=Path, metavar="FILE", help="write the window as PNG before it closes")
    parser.add_argument("--seconds", type=float, default=0.0, help="close by itself after so long (default: stay)")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    options = parser.parse_args(arguments)

    from PySide6.QtCore import QTimer

    from ui.lab.link import Link
    from ui.lab.window import LabWindow

    window = LabWindow(Link(options.socket), options.lang)
    window.show()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: window.app.quit())
    beat = QTimer()
    beat.start(200)  # lets Python see signals while Qt waits
    if options.seconds > 0 or options.grab is not None:
        QTimer.singleShot(round((options.seconds or 3.0) * 1000), window.app.quit)
    window.app.exec()
    written = options.grab is None or window.grab(options.grab)
    window.close()
    if not written:
        sys.stderr.write(f"{options.grab}: could not be written\n")
    return 0 if written else 1


if __name__ == "__main__":
    raise SystemExit(main())
