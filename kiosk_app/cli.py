"""The `kiosk` command. `run` is dispatched before anything heavy is imported: its first frame is timed."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"]:
        from kiosk_app.run import run

        sys.exit(run(arguments[1:]))
    from kiosk_app.commands import app

    app()


if __name__ == "__main__":
    main()
