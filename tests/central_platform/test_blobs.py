from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select
from typer.testing import CliRunner

from central_platform import blobs, enrolment
from central_platform.cli import app
from central_platform.models import Blob, BlobClaim, BlobPart, Case
from contracts.blobs import MOST_BYTES, PART_BYTES
from tests.central_platform.world import Answer, Client, World, application, csr_pem, new_key


def scan(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def name(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def put(client: Client, digest: str, offset: int, data: bytes, last: bool) -> Answer:
    fields = {
        "Upload-Offset": str(offset),
        "Upload-Complete": f"?{int(last)}",
        "Content-Type": "application/octet-stream",
    }
    return client.request("PUT", f"/v1/blobs/{digest}", data, fields)


def stands(client: Client, digest: str) -> tuple[int, str]:
    answer = client.request("HEAD", f"/v1/blobs/{digest}", b"", {})
    assert answer.status_code == 204
    return int(answer.headers["upload-offset"]), answer.headers["upload-complete"]


def send(client: Client, content: bytes) -> dict[str, Any]:
    for at in range(0, len(content), PART_BYTES):
        part = content[at : at + PART_BYTES]
        last = at + len(part) == len(content)
        assert put(client, name(content), at, part, last).status_code == (201 if last else 200)
    return {"digest": name(content), "size": len(content), "media": "image/jpeg"}


def neighbour(world: World) -> Client:
    code = enrolment.create(world.platform, "XC-0043", {"name": "邻近终端"})
    pem = enrolment.enrol(world.platform, code, csr_pem(new_key()), {}).certificate.pem
    return Client(world.app, x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER))


def test_parts_come_in_order_and_the_wrong_offset_is_told_the_right_one(world: World) -> None:
    content = scan(2 * PART_BYTES + 50)
    digest = name(content)
    assert stands(world.terminal, digest) == (0, "?0")
    first = put(world.terminal, digest, 0, content[:PART_BYTES], False)
    assert (first.status_code, first.json()) == (200, {"digest": digest, "offset": PART_BYTES, "complete": False})
    for offset in (0, 1, PART_BYTES - 1, PART_BYTES + 1, 2 * PART_BYTES):
        wrong = put(world.terminal, digest, offset, b"x" * 50, False)
        assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, str(PART_BYTES))
        assert (wrong.json()["code"], wrong.json()["offset"]) == ("offset-mismatch", PART_BYTES)
    # Parts may be of any size.
    assert put(world.terminal, digest, PART_BYTES, content[PART_BYTES : PART_BYTES + 7], False).status_code == 200
    assert stands(world.terminal, digest) == (PART_BYTES + 7, "?0")
    assert (
        put(world.terminal, digest, PART_BYTES + 7, content[PART_BYTES + 7 : 2 * PART_BYTES], False).status_code == 200
    )
    whole = put(world.terminal, digest, 2 * PART_BYTES, content[2 * PART_BYTES :], True)
    assert (whole.status_code, whole.json()["complete"]) == (201, True)
    assert stands(world.terminal, digest) == (len(content), "?1")
    # What is whole stays as it is.
    again = put(world.terminal, digest, 0, b"something else", True)
    assert (again.status_code, again.headers["upload-offset"]) == (200, str(len(content)))
    with world.platform.database.read() as session:
        assert b"".join(blobs.content(session, "XC-0042", digest)) == content


@pytest.mark.parametrize("size", [0, 1, 50, PART_BYTES, PART_BYTES + 1])
def test_an_attachment_of_any_size_becomes_whole(world: World, size: int) -> None:
    content = scan(size)
    if size:
        send(world.terminal, content)
    else:
        assert put(world.terminal, name(b""), 0, b"", True).status_code == 201
    assert stands(world.terminal, name(content)) == (size, "?1")


def test_bytes_that_do_not_fit_their_digest_are_forgotten(world: World) -> None:
    content = scan(100)
    refused = put(world.terminal, name(content), 0, scan(100, 2), True)
    assert (refused.status_code, refused.json()["code"]) == (422, "digest-mismatch")
    assert stands(world.terminal, name(content)) == (0, "?0")
    assert send(world.terminal, content)["size"] == 100


def test_what_is_too_large_is_refused(world: World) -> None:
    large = put(world.terminal, name(b"x"), 0, bytes(PART_BYTES + 1), False)
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    with world.platform.database.write() as session:
        now = world.clock.now()
        session.add(Blob(terminal="XC-0042", digest=name(b"y"), received=MOST_BYTES - 1, touched_at=now))
    assert put(world.terminal, name(b"y"), MOST_BYTES - 1, b"12", False).status_code == 413
    assert put(world.terminal, name(b"y"), MOST_BYTES - 1, b"1", False).status_code == 200


def test_another_terminal_learns_nothing_and_nobody_reads_back(world: World) -> None:
    content, other = scan(100), neighbour(world)
    ref = send(world.terminal, content)
    assert stands(other, ref["digest"]) == (0, "?0")
    assert put(other, ref["digest"], 0, content[:10], False).status_code == 200
    assert stands(world.terminal, ref["digest"]) == (100, "?1")
    for client in (world.terminal, other):
        assert client.get(f"/v1/blobs/{ref['digest']}").status_code == 405
    assert world.public.request("HEAD", f"/v1/blobs/{ref['digest']}", b"", {}).status_code == 401
    assert put(world.public, ref["digest"], 0, b"", True).status_code == 401


def test_an_item_waits_for_its_attachments_and_has_its_effect_once(world: World) -> None:
    contents = [scan(100), scan(PART_BYTES + 5, 2)]
    refs = [{"digest": name(c), "size": len(c), "media": "image/jpeg"} for c in contents]
    item = world.item(application(), blobs=refs)
    for content in contents:
        answer = world.submit(item).json()
        assert answer["results"][0] == {"id": item["id"], "status": "waiting_blobs", "receipt": None, "problem": None}
        assert answer["high_water"] == 0
        assert world.terminal.get(f"/v1/submissions/{item['id']}").status_code == 404
        send(world.terminal, content)
    first, again = world.result(item), world.result(item)
    assert (first["status"], again["status"]) == ("accepted", "duplicate")
    assert first["receipt"] == again["receipt"]
    with world.platform.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        claims = [(c.digest, c.media) for c in blobs.claimed(session, item["id"])]
    assert claims == [(ref["digest"], "image/jpeg") for ref in refs]


def test_what_would_be_refused_is_refused_before_its_scans_travel(world: World) -> None:
    refs = [{"digest": name(b"never sent"), "size": 10}]
    refused = world.result(world.item(application("TZ99"), blobs=refs))
    assert (refused["status"], refused["problem"]["code"]) == ("rejected", "service-unknown")


def test_an_item_that_names_another_size_is_refused(world: World) -> None:
    ref = send(world.terminal, scan(100))
    refused = world.result(world.item(application(), blobs=[{**ref, "size": 99}]))
    assert (refused["problem"]["code"], refused["problem"]["field"]) == ("data-invalid", "/blobs/0/size")
    assert world.result(world.item(application(), blobs=[{**ref, "size": None}]))["status"] == "accepted"


def test_what_is_waiting_keeps_no_place_and_no_number(world: World) -> None:
    slot = {"hall": "H01", "date": "2026-11-25", "slot": "09:00"}
    person = {"name": "测试甲", "id_no": "110102194403081144"}
    waits = [
        world.item(application("TC01", ({"kind": "card"},), person, **slot), blobs=[{"digest": name(b"%d" % n)}])
        for n in range(3)
    ]
    assert {result["status"] for result in world.submit(*waits).json()["results"]} <= {"waiting_blobs", "rejected"}
    with world.platform.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_what_nobody_claims_is_dropped_and_what_was_claimed_stays(world: World) -> None:
    claimed, loose = scan(PART_BYTES + 1), scan(50, 2)
    ref = send(world.terminal, claimed)
    assert world.result(world.item(application(), blobs=[ref]))["status"] == "accepted"
    send(world.terminal, loose)
    assert blobs.forget(world.platform) == 0
    world.clock.advance(days=world.platform.settings.blob_keep_days, seconds=1)
    assert blobs.forget(world.platform) == 1
    assert stands(world.terminal, name(loose)) == (0, "?0")
    assert stands(world.terminal, ref["digest"]) == (len(claimed), "?1")
    with world.platform.database.read() as session:
        assert session.scalar(select(func.count()).select_from(BlobPart)) == 2
        assert session.scalar(select(func.count()).select_from(BlobClaim)) == 1


def test_a_terminal_cannot_fill_the_platform_with_what_nobody_claims(world: World) -> None:
    with world.platform.database.write() as session:
        most = world.platform.settings.blob_unclaimed_bytes
        session.add(Blob(terminal="XC-0042", digest=name(b"y"), received=most + 1, touched_at=world.clock.now()))
    refused = put(world.terminal, name(b"x"), 0, b"x", True)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert put(neighbour(world), name(b"x"), 0, b"x", True).status_code == 201


def test_the_office_that_works_on_a_case_gets_its_scans_as_files(world: World, tmp_path: Path) -> None:
    contents = [scan(PART_BYTES + 5), scan(60, 2)]
    refs = [send(world.terminal, content) for content in contents]
    refs[1]["media"] = "application/pdf"
    item = world.item(application(), blobs=refs)
    assert world.result(item)["status"] == "accepted"
    folder = tmp_path / "case"
    command = ["attachments", item["id"], "--into", str(folder), "--data", str(world.platform.settings.data)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert [(folder / name).read_bytes() for name in ("1.jpg", "2.pdf")] == contents
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    unknown = CliRunner().invoke(app, ["attachments", "nobody", *command[2:]])
    assert (unknown.exit_code, unknown.stdout) == (1, "")
