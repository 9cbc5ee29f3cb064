"""Fixtures of the tests of payments."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from central_platform.clock import BEIJING
from tests.central_platform.payments.world import Place, Provider, Relay, pay_packages, relaying
from tests.central_platform.world import Template, World, build


@pytest.fixture(scope="package")
def provider() -> Iterator[Provider]:
    # The name of a socket has little room: not in pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="pay-") as folder:
        made = Provider(Path(folder))
        yield made
        made.kill()


@pytest.fixture(scope="package")
def pay_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("pay-template")
    made = build(folder, datetime.now(BEIJING))
    made.platform.close()
    pay_packages(folder / "packages")
    return Template(folder, folder / "packages", made.key, made.der)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with relaying() as made:
        yield made


@pytest.fixture
def world(pay_template: Template, tmp_path: Path, provider: Provider, relay: Relay) -> Iterator[World]:
    """A platform that takes money, at the provider's time."""
    made = pay_template.open(tmp_path, provider.now(), relay.url)
    relay.to = made.public
    yield made
    relay.to = None
    made.platform.close()


@pytest.fixture
def place(world: World, provider: Provider, relay: Relay) -> Iterator[Place]:
    """The platform connected with the provider; every fault is over afterwards."""
    told = world.public.post("/lab/provider", json={"url": provider.url, "key": provider.key}).json()
    provider.ask(merchant=told["merchant"], key=told["key"])
    yield Place(world, provider, relay)
    provider.ask(fault="none")
