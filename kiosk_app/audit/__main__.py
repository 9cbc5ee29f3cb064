"""`python -m kiosk_app.audit --doc [FILE]`: write the document of events, to standard output without FILE."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk_app.audit.doc import document


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m kiosk_app.audit")
    parser.add_argument(
        "--doc", nargs="?", const="-", required=True, metavar="FILE", help="write the document of events"
    )
    where = parser.parse_args().doc
    if where == "-":
        sys.stdout.write(document())
    else:
        Path(where).write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
