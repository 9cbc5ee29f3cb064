from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provisioning.double import Platform, platform
from tests.provisioning.real_platform import Running, running_platform
from tests.tools.software_tpm import SoftwareTpm, software_tpm


@pytest.fixture
def double(tmp_path: Path) -> Iterator[Platform]:
    with platform(tmp_path / "server") as running:
        yield running


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_platform(tmp_path_factory.mktemp("platform")) as platform:
        yield platform


@pytest.fixture
def tpm(tmp_path: Path) -> Iterator[SoftwareTpm]:
    with software_tpm(tmp_path / "tpm") as running:
        yield running
