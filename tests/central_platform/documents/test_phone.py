"""The resident's phone: an address that ends, a page that warns, the file."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.central_platform.documents.certified import (
    BROWSER,
    HEADERS,
    call,
    document_of,
    earn,
    fetched,
    linked,
    public,
)
from tests.central_platform.world import (
    World,
)


def test_a_link_leads_to_a_page_and_the_page_to_the_file(world: World) -> None:
    receipt = earn(world)
    answer = call(world, "link", document_of(receipt)).json()
    assert (answer["expires_s"], answer["expires_at"]) == (1800, "2026-11-20T10:30:00+08:00")
    path = answer["url"].removeprefix("https://platform.test")
    assert re.fullmatch(r"/take/[A-Za-z0-9_-]{22}", path)
    found = world.public.get(path, headers=BROWSER)
    assert found.status_code == 200
    public(found)
    for words in ("样例缴费证明", "Sample record", "个人信息", "personal data", "10:30", f'href="{path}/file"'):
        assert words in found.text
    file = world.public.get(f"{path}/file")
    assert file.content == fetched(world, document_of(receipt))[1]
    assert {name: file.headers[name] for name in HEADERS} == HEADERS
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == f'attachment; filename="{receipt["number"]}.pdf"'
    assert file.headers["content-disposition"].isascii()


def test_the_file_may_be_taken_before_the_terminal_fetched_it(world: World) -> None:
    document = document_of(earn(world))
    first = world.public.get(f"{linked(world, document)}/file").content
    assert fetched(world, document)[1] == first


def test_a_link_ends_after_half_an_hour_with_kind_words(world: World) -> None:
    path = linked(world, document_of(earn(world)))
    world.clock.advance(minutes=29, seconds=59)
    assert world.public.get(path).status_code == 200
    world.clock.advance(seconds=1)
    for address in (path, f"{path}/file"):
        answer = world.public.get(address, headers=BROWSER)
        assert answer.status_code == 404
        public(answer)
        assert "没有丢" in answer.text


def test_asking_again_ends_the_former_link(world: World) -> None:
    document = document_of(earn(world))
    first, second = linked(world, document), linked(world, document)
    assert world.public.get(first).status_code == 404
    assert world.public.get(f"{first}/file").status_code == 404
    assert world.public.get(second).status_code == 200


def test_of_a_link_only_the_hash_is_kept(world: World) -> None:
    token = linked(world, document_of(earn(world))).removeprefix("/take/")
    data = b"".join(path.read_bytes() for path in world.platform.settings.data.glob("platform.db*"))
    assert token.encode() not in data
    assert hashlib.sha256(token.encode()).hexdigest().encode() in data


@pytest.mark.parametrize("token", ["x", "A" * 22, "..", "%00", "%E5%BC%A0", "x" * 500])
def test_an_address_that_was_never_given_is_one_that_has_run_out(world: World, token: str) -> None:
    answer = world.public.get(f"/take/{token}")
    assert answer.status_code == 404
    public(answer)
