"""Command line of the simulated receipt printer."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from drivers.receipt_printer.simulator.machine import Machine
from drivers.receipt_printer.simulator.paper import Paper
from drivers.receipt_printer.simulator.server import Server
from drivers.receipt_printer.simulator.wires import PtyWire, TcpWire, Wire


def main() -> int:
    """Run until killed; the first line on stdout is one JSON object that says where the printer is."""
    parser = argparse.ArgumentParser(prog="python -m drivers.receipt_printer.simulator", description=main.__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="listen on 127.0.0.1:PORT, 0 chooses one")
    where.add_argument("--pty-link", type=Path, metavar="PATH", help="serial line: link PATH to a pty")
    parser.add_argument("--control", type=Path, metavar="SOCKET", help="UNIX socket that takes JSON lines")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where receipts go, as PNG")
    parser.add_argument("--baud", type=int, help="pace the wire like this baud rate, 8N1")
    parser.add_argument("--speed-mm-s", type=float, default=150.0, help="speed of the paper (default 150)")
    parser.add_argument("--unpaced", action="store_true", help="no waiting, neither wire nor paper")
    parser.add_argument("--buffer", type=int, default=65536, help="receive buffer in bytes (default 65536)")
    parser.add_argument("--clone", action="store_true", help="a printer without process ID and real-time clearing")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    wire: Wire
    where_line: dict[str, object]
    if options.pty_link is not None:
        wire, where_line = PtyWire(options.pty_link), {"uri": f"serial:{options.pty_link}"}
    else:
        tcp = TcpWire(options.tcp)
        wire, where_line = tcp, {"uri": f"tcp://127.0.0.1:{tcp.port}", "port": tcp.port}
    server = Server(wire, options.control, time.monotonic, None if options.unpaced else options.baud, options.buffer)
    speed = None if options.unpaced else options.speed_mm_s
    machine = Machine(Paper(options.out), server.send, speed, clone=options.clone)
    sys.stdout.write(json.dumps(where_line) + "\n")
    sys.stdout.flush()
    server.run(machine)
    return 0


if __name__ == "__main__":
    sys.exit(main())
