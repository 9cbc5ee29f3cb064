"""What the machine is made of, sent once with the enrolment. No serial numbers of people's things, no addresses."""

from __future__ import annotations

import os
import platform
from typing import Any


def machine_inventory() -> dict[str, Any]:
    """Return architecture, system, processors, memory in MiB and Python version."""
    return {
        "arch": platform.machine(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "processors": os.cpu_count() or 1,
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20),
        "tpm": os.path.exists("/dev/tpmrm0"),
    }
