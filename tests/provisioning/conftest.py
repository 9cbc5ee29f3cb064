from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.double import Platform, platform


@pytest.fixture
def double(tmp_path: Path) -> Iterator[Platform]:
    with platform(tmp_path / "server") as running:
        yield running
