"""A platform that issues certificates, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.central_platform.documents.certified import certified_packages
from tests.central_platform.world import Template, World


@pytest.fixture(scope="session")
def issuing(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The platform of all tests with TF01 beside its other services."""
    return replace(template, packages=certified_packages(tmp_path_factory.mktemp("certified") / "packages"))


@pytest.fixture
def world(issuing: Template, tmp_path: Path) -> Iterator[World]:
    made = issuing.open(tmp_path)
    yield made
    made.platform.close()
