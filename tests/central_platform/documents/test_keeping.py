"""What is kept, and what is said where nobody should hear it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from central_platform import documents
from central_platform.housekeeping import Housekeeping
from central_platform.models import Document, DocumentContent
from tests.central_platform.documents.certified import (
    NAMELESS,
    address_of,
    counted,
    document_of,
    earn,
    fetched,
    linked,
)
from tests.central_platform.world import (
    World,
)


def test_after_a_month_what_it_says_is_gone_and_that_it_is_genuine_stays(world: World, tmp_path: Path) -> None:
    document = document_of(earn(world))
    signed, pdf = fetched(world, document)
    path = address_of(pdf, tmp_path)
    world.clock.advance(days=10)
    young = document_of(earn(world))
    world.clock.advance(days=20)
    assert documents.forget(world.platform) == 0
    world.clock.advance(seconds=1)
    assert documents.forget(world.platform) == 1
    assert world.public.get(path).json()["digest"] == signed["digest"]
    with world.platform.database.read() as session:
        assert list(session.scalars(select(DocumentContent.document))) == [young]
        row = session.get_one(Document, document)
        kept = " ".join(str(value) for name, value in vars(row).items() if not name.startswith("_"))
    assert not [text for text in NAMELESS if text in kept]


def test_a_running_platform_deletes_it_by_itself(world: World) -> None:
    earn(world)
    world.clock.advance(days=31)
    tidy = Housekeeping(world.platform)
    tidy.start()
    tidy.close()
    assert (counted(world, DocumentContent), counted(world, Document)) == (0, 1)


def test_a_link_that_ran_out_is_forgotten(world: World) -> None:
    document = document_of(earn(world))
    linked(world, document)
    world.clock.advance(minutes=31)
    documents.forget(world.platform)
    with world.platform.database.read() as session:
        row = session.get_one(Document, document)
    assert (row.link_hash, row.link_until) == (None, None)


def test_no_log_holds_what_opens_something_or_says_who_it_is(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        receipt = earn(world)
        document = document_of(receipt)
        path = linked(world, document)
        check = address_of(fetched(world, document)[1], tmp_path)
        for address in (path, f"{path}/file", check, receipt["track_url"].removeprefix("https://platform.test")):
            assert world.public.get(address).status_code == 200
    lines = [line.path for line in world.platform.logbook.lines()]
    assert lines[-4:] == ["/take/*", "/take/*/file", "/documents/*", "/receipts/*"]
    secrets = [*NAMELESS, document, path.removeprefix("/take/"), check.removeprefix("/documents/")]
    assert not [text for text in secrets if text in caplog.text + " ".join(lines)]
