"""Command line of the simulated A4 printer."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from drivers.page_printer.simulator.answers import Answers
from drivers.page_printer.simulator.machine import Machine
from drivers.page_printer.simulator.server import Server
from drivers.page_printer.simulator.tray import Tray
from drivers.transport.far_end import ControlSocket

SECONDS_PER_PAGE = 3.0
"""20 pages a minute."""


def main() -> int:
    """Run until killed; the first line on stdout is one JSON object that says where the printer is."""
    parser = argparse.ArgumentParser(prog="python -m drivers.page_printer.simulator", description=main.__doc__)
    parser.add_argument("--port", type=int, required=True, help="listen on 127.0.0.1:PORT, 0 chooses one")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where what is printed goes, as PDF")
    parser.add_argument("--control", type=Path, metavar="SOCKET", help="UNIX socket that takes JSON lines")
    parser.add_argument("--seconds-per-page", type=float, default=SECONDS_PER_PAGE, metavar="S", help="default 3")
    parser.add_argument("--unpaced", action="store_true", help="a sheet takes no time")
    parser.add_argument("--cups", action="store_true", help="a queue of CUPS with the printer behind it")
    parser.add_argument("--tls", type=Path, metavar="PEM", help="certificate and key for ipps")
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())

    seconds = 0.0 if options.unpaced else options.seconds_per_page
    machine = Machine(Tray(options.out), seconds, cups=options.cups)
    name = "A4"
    path = f"/printers/{name}" if options.cups else "/ipp/print"
    server = Server(options.port, machine, Answers(machine, name), path, options.tls)
    threading.Thread(target=machine.run, name="mechanism", daemon=True).start()
    control = ControlSocket(options.control, server.control) if options.control is not None else None
    where = f"ipps://localhost:{server.port}{path}" if options.tls else f"ipp://127.0.0.1:{server.port}{path}"
    sys.stdout.write(json.dumps({"uri": where, "port": server.port}) + "\n")
    sys.stdout.flush()
    ended.wait()
    if control is not None:
        control.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
