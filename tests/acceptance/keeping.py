"""A keeper of `tests.acceptance.relieved`, as `kiosk run` keeps its terminal."""

from __future__ import annotations

import sys

from kiosk_app.keeper import keep

if __name__ == "__main__":
    sys.exit(keep(("-m", "tests.acceptance.relieved", *sys.argv[1:])))
