"""How the tests are shared among the workers: file by file; the visits, half of the time, in parts.

Examples that hypothesis draws have no deadline: a busy machine is not a fault of what is tested.
"""

from __future__ import annotations

import gc
import re
import zlib

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

PARTED = "tests/acceptance/test_visits.py"
PARTS = 2
WATCHED = re.compile(r"\[(face|attack)-")
"""Visits before the camera keep to one worker: they have to keep up with its frames."""


class Sharing(LoadFileScheduling):
    """Gives out files, and parts of the visits."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file != PARTED:
            return file
        return f"{file} {'camera' if WATCHED.search(nodeid) else zlib.crc32(nodeid.encode()) % PARTS}"


def pytest_collection_finish() -> None:
    """Whatever the collection built stays to the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing | None:
    """Share with `--dist loadfile`; every other way is left as it is."""
    return Sharing(config, log) if config.getvalue("dist") == "loadfile" else None
