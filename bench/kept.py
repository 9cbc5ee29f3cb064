"""`kiosk run` on a lead, as a whole: its keeper, and under it the terminal that is led (`bench.held`)."""

from __future__ import annotations

import sys

# What the keeper of `kiosk run` has loaded before it keeps anything.
import kiosk_app.cli
import kiosk_app.run
from kiosk_app.keeper import keep

__all__ = ["kiosk_app"]

if __name__ == "__main__":
    sys.exit(keep(("-m", "bench.held", *sys.argv[1:])))
