"""One real platform process, mutual TLS, the whole way: enrol, catalogue, submit offline, reconnect, exactly once."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from contracts import canonical, digest
from contracts.clips import unpack
from contracts.id_number import check_character
from drivers.speech.clips import ClipBank
from offline_cache import (
    CatalogueChanged,
    ClipShelf,
    ItemDead,
    ItemDone,
    ItemState,
    NotAuthorised,
    PlatformClient,
    Refused,
    SyncEngine,
    SyncReport,
    SyncSettings,
    VoicesChanged,
    active_package,
)
from offline_cache.store.store import wire_item
from tests.drivers.speech.baking import bake
from tests.faults.real_platform import Files, key_pem, request_for
from tests.offline_cache.support import RealClock, item, open_at, until

PACKAGES = Path(__file__).parents[2] / "central_platform" / "packages"
pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("central_platform.cli") is None, reason="there is no central_platform in this checkout"
)


@dataclass(frozen=True)
class Enrolled:
    """A running platform and a terminal that is in service with it."""

    url: str
    files: Files
    terminal: str
    keys: dict[str, bytes]

    @contextmanager
    def client(self) -> Iterator[PlatformClient]:
        client = PlatformClient(self.url, self.files, RealClock(), trusted=self.keys, timeouts=(2.0, 10.0))
        yield client
        # The platform waits for open connections when it is asked to end.
        client.close()

    def lab(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, self.url + path, json=body, verify=str(self.files.ca_path), timeout=10)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enrolled]:
    folder = tmp_path_factory.mktemp("platform")
    # The clips that were baked are many and stay at home: two of our own, for one service.
    packages = shutil.copytree(PACKAGES, folder / "packages", ignore=shutil.ignore_patterns("voice"))
    bake(packages / "XF01" / "voice", {"样例意见": 400.0, "样例建议": 500.0})
    served = ["--data", str(folder / "data"), "--packages", str(packages)]
    command = [sys.executable, "-m", "central_platform.cli", "serve", "--lab", *served]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=os.getcwd())
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, "the platform did not start"
        ready = json.loads(line)
        ca = Path(ready["ca_pem_path"])
        slot = Enrolled(ready["url"], Files(ca), "", {}).lab("POST", "/lab/terminals", {"name": "样例终端"})
        yield put_into_service(folder, ready["url"], ca, slot["code"])
    finally:
        # It has nothing to save; a graceful end would wait for open connections.
        process.kill()
        process.wait(10)
        process.stdout.close()


def put_into_service(folder: Path, url: str, ca: Path, code: str) -> Enrolled:
    key = ec.generate_private_key(ec.SECP256R1())
    client = PlatformClient(url, Files(ca), RealClock())
    found = client.enrol(code, request_for(key), {"cores": 2})
    with pytest.raises(Refused) as again:
        client.enrol(code, request_for(ec.generate_private_key(ec.SECP256R1())), {})
    assert again.value.code == "code-used"
    client.close()
    cert_path, key_path = folder / "terminal.pem", folder / "terminal.key"
    cert_path.write_text(found.certificate_pem)
    key_path.write_bytes(key_pem(key))
    return Enrolled(url, Files(ca, cert_path, key_path), found.terminal, dict(found.keys))


def feedback() -> dict[str, Any]:
    return {
        "service": "XF01", "service_version": 1, "answers": {"content": "样例：楼道灯坏了"}, "person": None,
        "level": "L0", "evidence": [], "provisional": None, "lang": "zh", "consent": {},
    }  # fmt: skip


def test_the_whole_way(enrolled: Enrolled, tmp_path: Path) -> None:
    reports: list[SyncReport] = []
    with open_at(tmp_path) as store, enrolled.client() as client:
        engine = SyncEngine(
            store, client, RealClock(), random.random, reports.append, terminal=enrolled.terminal,
            about=lambda: {"version": "0.1.0", "state": "in_service", "devices": []},
            settings=SyncSettings(base_s=0.05, cap_s=0.3), shelf=ClipShelf(tmp_path / "clips"),
        )  # fmt: skip
        enrolled.lab("POST", "/lab/faults", {"mode": "drop-after-commit", "count": 1, "path": "/v1/submissions"})
        saved = [store.submit(item(f"case-{n}", body=feedback())) for n in range(3)]
        rating = store.submit(
            item("case-0", kind="rating", body={"submission": saved[0].id, "grade": 5, "reasons": [], "words": ""})
        )
        wrong = store.submit(item("case-9", body={**feedback(), "answers": {}}))
        engine.start()
        until(lambda: not store.list_items((ItemState.READY, ItemState.INFLIGHT)), 15)
        until(lambda: any(isinstance(report, CatalogueChanged) for report in reports), 15)
        until(lambda: any(isinstance(report, VoicesChanged) for report in reports), 15)
        engine.stop()
        assert VoicesChanged(("XF01",)) in reports
        bank = ClipBank([tmp_path / "clips"])
        [piece] = bank.compose("样例建议", "zh")
        assert piece.path is not None
        assert bank.samples(piece.path)
        done = {report.id: report.receipt for report in reports if isinstance(report, ItemDone)}
        dead = [report for report in reports if isinstance(report, ItemDead)]
        assert set(done) == {*(s.id for s in saved), rating.id}
        assert [(report.id, report.problem.code) for report in dead] == [(wrong.id, "data-invalid")]
        for promised in saved:
            stored = enrolled.lab("GET", f"/lab/submissions?id={promised.id}")
            assert [found["status"] for found in stored] == ["accepted"]
            receipt = done[promised.id]
            assert receipt is not None
            assert store.receipt_for(promised.id)["number"] == receipt["number"]  # type: ignore[index]
        package = active_package(store, "XF01", enrolled.keys)
        assert package is not None
        assert package["service"]["id"] == "XF01"
        assert store.catalogue.get("profile") is not None


def test_every_call_is_understood(enrolled: Enrolled, tmp_path: Path) -> None:
    with enrolled.client() as client:
        id_no = "11010219440308114" + check_character("11010219440308114")
        enrolled.lab(
            "POST", "/lab/people", {"id_no": id_no, "name": "测试甲", "phone": "13800000001", "addr": "样例街 1 号"}
        )
        assert abs((client.server_time() - RealClock().now()).total_seconds()) < 5
        identity = client.identify(id_no, "测试甲", [{"kind": "card", "layout": "resident"}])
        assert (identity.level, identity.expires_s) == ("L1", 900)
        assert client.prefill(id_no, "YL01", identity).fields["phone"] == "13800000001"
        raw = enrolled.lab("POST", "/lab/tokens", {"person": {"name": "测试甲", "id_no": id_no}})["raw"]
        verified = client.verify_token(raw, "identify", enrolled.terminal)
        assert (verified.id_no, verified.kind) == (id_no, "doorstep")
        with pytest.raises(Refused) as used:
            client.verify_token(raw, "identify", enrolled.terminal)
        assert used.value.code == "token-used"
        challenge = client.request_phone_code("13800000001", id_no, "identify")
        assert "13800000001" not in challenge.masked
        with pytest.raises(Refused) as wrong:
            client.check_phone_code(challenge.challenge, "000000")
        assert wrong.value.code == "code-wrong"
        assert wrong.value.remaining == 4
        text = enrolled.lab("GET", "/lab/messages?phone=13800000001")[-1]["text"]
        client.check_phone_code(challenge.challenge, next(word for word in split_digits(text) if len(word) == 6))
        assert client.find_cases(id_no=id_no, identity=identity) == ()
        assert client.submission(item().id) is None
        index = client.catalogue_index()
        assert index is not None
        assert client.catalogue_index(index.etag) is None
        profile = client.profile()
        assert profile is not None
        assert profile.value["terminal"] == enrolled.terminal


def test_the_clips_of_a_service_are_those_that_the_index_names(enrolled: Enrolled) -> None:
    with enrolled.client() as client:
        index, found = client.catalogue_index(), client.service_voice("XF01")
        assert index is not None
        assert found is not None
        named = {entry["id"]: entry.get("voice") for entry in index.value["packages"]}
        assert named.pop("XF01") == digest(found.value) == found.etag.strip('"')
        assert set(named.values()) == {None}
        assert [len(folder.clips) for folder in unpack(found.value).folders.values()] == [2]
        assert client.service_voice("XF01", found.etag) is None
        with pytest.raises(Refused) as refused:
            client.service_voice("SB01")
        assert (refused.value.status, refused.value.code) == (404, "not-found")


def test_a_receipt_is_found_by_what_is_printed_on_it(enrolled: Enrolled, tmp_path: Path) -> None:
    with enrolled.client() as client:
        with open_at(tmp_path) as store:
            store.renumber(client.heartbeat(beat(enrolled)).high_water)
            saved = store.submit(item("case-r", body=feedback()))
            reply = client.submit_batch(item().id, enrolled.terminal, [wire_item(store.show(saved.id))])
        receipt = reply.results[0].receipt
        assert receipt is not None
        found = client.receipt(str(receipt["track_url"]).rpartition("/")[2])
        assert found["number"] == receipt["number"]
        assert client.receipt_by_number(receipt["number"], receipt["check_code"])["number"] == receipt["number"]
        assert client.find_cases(number=receipt["number"])[0].service == "XF01"
        known = client.submission(saved.id)
        assert known is not None
        assert canonical(known.receipt) == canonical(receipt)


def test_without_a_certificate_a_terminal_is_turned_away(enrolled: Enrolled) -> None:
    stranger = PlatformClient(enrolled.url, Files(enrolled.files.ca_path), RealClock(), timeouts=(2.0, 5.0))
    with pytest.raises(NotAuthorised):
        stranger.heartbeat(beat(enrolled))
    stranger.close()


def beat(enrolled: Enrolled) -> dict[str, Any]:
    return {"terminal": enrolled.terminal, "at": RealClock().now().isoformat(), "mono_ms": int(time.monotonic() * 1000)}


def split_digits(text: str) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in text).split()
