"""Command line of the simulated payment provider."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from central_platform.payments.simulator.server import ControlServer, HttpServer, Simulator
from central_platform.payments.simulator.till import Till


def main() -> int:
    """Run until killed; the first line on stdout is one JSON object that says where it is and what its key is."""
    parser = argparse.ArgumentParser(prog="python -m central_platform.payments.simulator", description=main.__doc__)
    parser.add_argument("--port", type=int, required=True, help="listen on 127.0.0.1:PORT, 0 chooses one")
    parser.add_argument("--control", type=Path, required=True, metavar="SOCKET", help="UNIX socket for JSON lines")
    parser.add_argument("--data", type=Path, metavar="FILE", help="keep orders and money here (default: in memory)")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    till = Till(options.data)
    simulator = Simulator(till)
    http, control = HttpServer(options.port, simulator), ControlServer(options.control, simulator)
    for server in (http, control):
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    port = http.server_address[1]
    where = {"url": f"http://127.0.0.1:{port}", "port": port, "key": till.key.public_key().public_bytes_raw().hex()}
    sys.stdout.write(json.dumps(where) + "\n")
    sys.stdout.flush()
    stop.wait()
    for server in (http, control):
        server.shutdown()
        server.server_close()
    options.control.unlink(missing_ok=True)
    simulator.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
