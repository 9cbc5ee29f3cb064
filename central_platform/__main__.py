"""`python -m central_platform` is the `central-platform` command."""

from __future__ import annotations

from central_platform.cli import main

main()
