"""Fixtures of the platform's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.central_platform.world import Template, World, build


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("template")
    made = build(folder)
    made.platform.close()
    return Template(folder, folder / "packages", made.key, made.der)


@pytest.fixture
def world(template: Template, tmp_path: Path) -> Iterator[World]:
    made = template.open(tmp_path)
    yield made
    made.platform.close()
