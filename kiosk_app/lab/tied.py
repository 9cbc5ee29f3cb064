"""Run `python -m MODULE ...` in this process, which the kernel kills when the one that started it dies.

A child of a child keeps the promise because PR_SET_PDEATHSIG outlives exec. Started as a file, without site packages,
so that the detour costs milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """`tied.py OWNER_PID MODULE [ARGUMENT...]`."""
    owner = int(sys.argv[1])
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != owner:
        raise SystemExit(0)
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[2:]])  # noqa: S606


if __name__ == "__main__":
    main()
