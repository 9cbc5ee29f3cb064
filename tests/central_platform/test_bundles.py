"""Sticks from terminals: a real store's outbox, sealed, imported by a real platform, the answers carried back."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from central_platform import enrolment
from central_platform.bundles import Imported, import_bundle
from contracts import GM, INTL, canonical, digest, outbox_bundle
from contracts.outbox_bundle import BundleError
from offline_cache import BadStick, ItemState, NoSealingKey, Sealer, Store, read_answers
from offline_cache.http.answers import BatchReply
from offline_cache.items import NewItem, Problem, Withdrawal
from offline_cache.store.store import wire_item
from offline_cache.sync.answer_file import Brought, settle_answers
from tests.central_platform.world import TERMINAL, World, application, csr_pem, new_key
from tests.offline_cache.support import item, open_at


class Kiosk:
    """The terminal of `world` with a store of its own."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.store: Store = open_at(folder, clock=world.clock)
        self.stick = folder / "stick.bundle"
        self.trust = {name: bytes.fromhex(key) for name, key in world.platform.authority.keys.items()}
        self.certificate = x509.load_der_x509_certificate(world.der).public_bytes(Encoding.PEM).decode()

    def sealer(self, key: Any = None, **changes: Any) -> Sealer:
        signing = key or self.world.key
        return Sealer(
            changes.get("terminal", TERMINAL),
            changes.get("certificate", self.certificate),
            lambda data: signing.sign(data, ec.ECDSA(hashes.SHA256())),
            changes.get("sealing", self.world.platform.signed_index()[1]["signed"]["sealing"]),
            self.world.clock,
            random.Random(7).randbytes,
            changes.get("suite", INTL),
        )

    def save(self, case: str = "", **more: Any) -> str:
        return self.store.submit(item(case or f"case-{random.random()}", more.pop("body", application()), **more)).id

    def export(self, **more: Any) -> bytes:
        self.store.export(self.stick, self.sealer(), **more)
        return self.stick.read_bytes()

    def bring(self, found: Imported) -> Brought:
        reply = read_answers(canonical(found.answers), self.trust, TERMINAL)
        return settle_answers(self.store, reply, lambda _failures: 0.0)

    def states(self) -> dict[str, ItemState]:
        return {row.id: row.state for row in self.store.list_items()}


@pytest.fixture
def kiosk(world: World, tmp_path: Path) -> Iterator[Kiosk]:
    found = Kiosk(world, tmp_path / "kiosk")
    yield found
    found.store.close()


def statuses(found: Imported) -> list[str]:
    return [result.status.value for result in found.results]


def code_of(world: World, data: bytes, **more: Any) -> str:
    with pytest.raises(BundleError) as refused:
        import_bundle(world.platform, data, **more)
    return refused.value.code


def stored(world: World) -> list[Any]:
    found: list[Any] = world.public.get("/lab/submissions").json()
    return found


def audit(world: World) -> list[dict[str, Any]]:
    text = (world.platform.settings.data / "imports.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_an_outbox_goes_out_on_a_stick_and_its_answers_come_back(kiosk: Kiosk, world: World) -> None:
    good = kiosk.save("case-1")
    rating = kiosk.save("case-1", kind="rating", body={"submission": good, "grade": 5, "reasons": [], "words": ""})
    wrong = kiosk.save("case-2", body={**application(), "answers": {}})
    data = kiosk.export()
    assert set(kiosk.states().values()) == {ItemState.INFLIGHT}
    found = import_bundle(world.platform, data)
    assert statuses(found) == ["accepted", "accepted", "rejected"]
    brought = kiosk.bring(found)
    assert (brought.sent, brought.dead, brought.known) == (2, 1, 0)
    assert kiosk.states() == {good: ItemState.SENT, rating: ItemState.SENT, wrong: ItemState.DEAD}
    receipt = kiosk.store.receipt_for(good)
    assert receipt is not None
    assert receipt["track_url"].startswith("https://platform.test/receipts/")
    assert kiosk.store.row(wrong).problem == Problem("data-invalid", 422, kiosk.store.row(wrong).problem.detail)  # type: ignore[union-attr]
    assert kiosk.bring(found).known == 3


def test_the_same_bundle_again_and_the_line_afterwards_have_no_second_effect(kiosk: Kiosk, world: World) -> None:
    saved = kiosk.save()
    data = kiosk.export()
    import_bundle(world.platform, data)
    again = import_bundle(world.platform, data)
    assert statuses(again) == ["duplicate"]
    sent = world.submit(wire_item(kiosk.store.show(saved))).json()["results"]
    assert [result["status"] for result in sent] == ["duplicate"]
    assert len(stored(world)) == 1
    assert sent[0]["receipt"]["number"] == again.results[0].receipt.number  # type: ignore[union-attr]


def test_what_was_sent_on_line_first_is_a_duplicate_of_the_stick(kiosk: Kiosk, world: World) -> None:
    saved = kiosk.save()
    data = kiosk.export()
    assert world.result(wire_item(kiosk.store.show(saved)))["status"] == "accepted"
    assert statuses(import_bundle(world.platform, data)) == ["duplicate"]


def test_only_dead_letters_when_asked_and_they_stay(kiosk: Kiosk, world: World) -> None:
    kiosk.save("case-1")
    dead = kiosk.save("case-2")
    kiosk.store.settle({}, {dead: Problem("service-unknown", 404)}, {})
    data = kiosk.export(dead_only=True)
    assert statuses(import_bundle(world.platform, data)) == ["accepted"]
    assert kiosk.states()[dead] is ItemState.DEAD
    assert ItemState.READY in kiosk.states().values()


def test_a_dead_letter_that_the_platform_took_after_all_is_sent(kiosk: Kiosk, world: World) -> None:
    dead = kiosk.save()
    kiosk.store.settle({}, {dead: Problem("service-unknown", 404)}, {})
    kiosk.bring(import_bundle(world.platform, kiosk.export()))
    assert kiosk.states()[dead] is ItemState.SENT
    assert kiosk.store.show(dead).body is None


def test_nothing_behind_a_refused_item_of_its_case_is_taken(kiosk: Kiosk, world: World) -> None:
    first = kiosk.save("case-1", body={**application(), "answers": {}})
    second = kiosk.save("case-1")
    other = kiosk.save("case-2")
    found = import_bundle(world.platform, kiosk.export())
    assert ([result.id for result in found.results], found.held) == ([first, other], (second,))
    kiosk.bring(found)
    assert kiosk.states() == {first: ItemState.DEAD, second: ItemState.INFLIGHT, other: ItemState.SENT}


def test_a_case_taken_back_after_the_export_is_asked_back_and_not_just_erased(kiosk: Kiosk) -> None:
    before, after = kiosk.save(), kiosk.save()
    assert kiosk.store.delete_before_acceptance(before) is Withdrawal.ERASED
    kiosk.export()
    assert kiosk.store.delete_before_acceptance(after) is Withdrawal.REQUESTED


def test_answers_do_not_bring_back_what_was_taken_back(kiosk: Kiosk, world: World) -> None:
    gone = kiosk.save()
    found = import_bundle(world.platform, kiosk.export())
    kiosk.store.write(lambda c: c.execute("UPDATE ledger SET state = 'withdrawn' WHERE id = ?", (gone,)))
    assert kiosk.bring(found).sent == 0
    assert kiosk.states()[gone] is ItemState.WITHDRAWN


def test_many_items_are_taken_in_batches_and_in_the_order_of_their_cases(kiosk: Kiosk, world: World) -> None:
    ids = [kiosk.save(f"case-{n % 9}") for n in range(45)]
    found = import_bundle(world.platform, kiosk.export())
    assert [result.id for result in found.results] == ids
    assert set(statuses(found)) == {"accepted"}
    arrived = [row["id"] for row in stored(world) if row["case_key"] == "case-3"]
    assert arrived == ids[3::9]


def test_a_terminal_that_lost_its_store_and_counts_anew_still_gets_everything_in(kiosk: Kiosk, world: World) -> None:
    lost = kiosk.save()
    data = kiosk.export()
    new_life = world.item(application(), seq=1)
    assert world.result(new_life)["status"] == "accepted"
    found = import_bundle(world.platform, data)
    assert (statuses(found), found.results[0].id) == (["accepted"], lost)
    assert {row["seq"] for row in stored(world)} == {1, 2}


def test_a_bundle_of_a_platform_that_is_not_this_one_is_refused(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    foreign = outbox_bundle.published(new_key().public_key())
    kiosk.store.export(kiosk.stick, kiosk.sealer(sealing=foreign))
    assert code_of(world, kiosk.stick.read_bytes()) == "other-platform"


def test_a_sealing_key_put_aside_still_opens_old_bundles(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    data = kiosk.export()
    folder = world.platform.settings.data / "authority"
    (folder / "sealing.key").rename(folder / "sealing-2026.key")
    world.platform.authority = type(world.platform.authority).open(folder, world.clock.now())
    assert statuses(import_bundle(world.platform, data)) == ["accepted"]


def other_terminal(world: World) -> tuple[Any, str]:
    key = new_key()
    code = enrolment.create(world.platform, "XC-0043", {"name": "另一台"})
    return key, enrolment.enrol(world.platform, code, csr_pem(key), {}).certificate.pem


def test_items_cannot_be_forged_onto_another_terminal(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    key, certificate = other_terminal(world)
    for sealer, code in (
        (kiosk.sealer(key), "damaged"),
        (kiosk.sealer(key, certificate=certificate), "terminal-unknown"),
        (kiosk.sealer(certificate="no certificate"), "terminal-unknown"),
    ):
        kiosk.store.export(kiosk.stick, sealer)
        assert code_of(world, kiosk.stick.read_bytes()) == code
    assert stored(world) == []


def test_a_certificate_of_another_authority_is_refused(kiosk: Kiosk, world: World, tmp_path: Path) -> None:
    kiosk.save()
    stranger = type(world.platform.authority).open(tmp_path / "stranger", world.clock.now())
    from central_platform.authority import read_csr

    issued = stranger.issue(TERMINAL, read_csr(csr_pem(world.key)), world.clock.now(), 14)
    kiosk.store.export(kiosk.stick, kiosk.sealer(certificate=issued.pem))
    assert code_of(world, kiosk.stick.read_bytes()) == "terminal-unknown"


def test_items_that_another_terminal_brought_first_are_a_conflict(kiosk: Kiosk, world: World) -> None:
    saved = kiosk.save()
    data = kiosk.export()
    key, certificate = other_terminal(world)
    with open_at(kiosk.stick.parent / "other", clock=world.clock) as store:
        body = kiosk.store.show(saved).body
        assert body is not None
        store.submit(NewItem(saved, "case-x", "application", "1", body))
        store.export(kiosk.stick, kiosk.sealer(key, certificate=certificate, terminal="XC-0043"))
    assert statuses(import_bundle(world.platform, kiosk.stick.read_bytes())) == ["accepted"]
    found = import_bundle(world.platform, data)
    assert found.results[0].problem is not None
    assert found.results[0].problem.code.value == "digest-conflict"


def test_an_expired_certificate_is_no_matter_and_a_withdrawn_terminal_is(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    world.clock.advance(days=60)
    data = kiosk.export()
    enrolment.revoke(world.platform, TERMINAL)
    assert code_of(world, data) == "terminal-revoked"
    assert stored(world) == []
    assert statuses(import_bundle(world.platform, data, revoked_too=True)) == ["accepted"]


def test_every_import_leaves_a_line_whatever_came_of_it(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    data = kiosk.export()
    code_of(world, data[:-5])
    code_of(world, b"PK\3\4 holiday pictures")
    import_bundle(world.platform, data)
    lines = audit(world)
    assert [(line["event"], line.get("code"), line["terminal"]) for line in lines] == [
        ("bundle-refused", "truncated", ""),
        ("bundle-refused", "not-a-bundle", ""),
        ("bundle-imported", None, TERMINAL),
    ]
    assert (lines[2]["accepted"], lines[2]["rejected"], lines[2]["revoked"]) == (1, 0, False)


def test_a_random_flip_changes_nothing(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    data = kiosk.export()
    dice = random.Random(5)
    for _ in range(40):
        changed = bytearray(data)
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        assert code_of(world, bytes(changed)) in {"damaged", "truncated", "not-a-bundle", "terminal-unknown"}
    assert stored(world) == []
    assert statuses(import_bundle(world.platform, data)) == ["accepted"]


def mad(kiosk: Kiosk, *items: Mapping[str, Any]) -> bytes:
    """A bundle of the right terminal whose items no store would have kept."""
    data, _ = kiosk.sealer().seal([{"captured_at": "", **one} for one in items], ())
    return data


@pytest.mark.parametrize("field", ["seq", "case_key", "kind", "captured_at", "mono_ms", "body", "digest"])
def test_an_item_of_wrong_types_is_refused_alone(kiosk: Kiosk, world: World, field: str) -> None:
    good, bad = world.item(application()), {**world.item(application()), field: ["wrong"]}
    found = import_bundle(world.platform, mad(kiosk, bad, good))
    assert [(r.id, r.status.value) for r in found.results] == [(bad["id"], "rejected"), (good["id"], "accepted")]
    problem = found.results[0].problem
    assert problem is not None
    assert (problem.code.value, problem.field) == ("invalid-request", f"/{field}")


def test_an_item_whose_body_was_changed_is_refused(kiosk: Kiosk, world: World) -> None:
    found = import_bundle(world.platform, mad(kiosk, world.item(application(), digest=digest({"other": 1}))))
    assert found.results[0].problem is not None
    assert found.results[0].problem.code.value == "digest-mismatch"


def sealed_lines(kiosk: Kiosk, lines: list[bytes]) -> bytes:
    """A bundle of lines that were never JSON values of ours."""
    about = {
        "bundle": "b", "terminal": TERMINAL, "made_at": "", "certificate": kiosk.certificate, "items": len(lines),
        "first": "", "last": "", "left": 0,
    }  # fmt: skip
    recipient = outbox_bundle.read_published(kiosk.world.platform.authority.sealing)
    packed = outbox_bundle.pack(lines)

    def by_device(data: bytes) -> bytes:
        return kiosk.world.key.sign(data, ec.ECDSA(hashes.SHA256()))

    return outbox_bundle.seal(packed, about, recipient, new_key(), bytes(32), by_device)


def test_a_body_nested_beyond_reason_takes_nothing_down(kiosk: Kiosk, world: World) -> None:
    outcomes = set()
    for depth in (300, 800, 900, 930, 960, 990, 5000):
        empty = canonical(world.item({}))
        nested = empty.replace(b'"body":{}', b'"body":{"a":' + b"[" * depth + b"]" * depth + b"}")
        good = world.item(application())
        try:
            found = import_bundle(world.platform, sealed_lines(kiosk, [nested, canonical(good)]))
        except BundleError as error:
            outcomes.add(error.code)
        else:
            outcomes.add(",".join(statuses(found)))
    # Deeper than the decoder goes the whole is malformed; up to there the item alone is refused.
    assert outcomes == {"rejected,accepted", "malformed"}


def test_an_id_that_is_there_twice_refuses_the_whole(kiosk: Kiosk, world: World) -> None:
    one = world.item(application())
    assert code_of(world, mad(kiosk, one, {**one, "seq": 2})) == "malformed"
    assert stored(world) == []


def test_without_a_sealing_key_nothing_is_written(kiosk: Kiosk) -> None:
    with pytest.raises(NoSealingKey):
        kiosk.sealer(sealing=None)
    assert not kiosk.stick.exists()


def test_a_place_that_cannot_be_written_keeps_what_was_there(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.save()
    former = kiosk.export()
    trap = kiosk.stick.with_name(kiosk.stick.name + ".new")
    trap.mkdir()
    with pytest.raises(IsADirectoryError):
        kiosk.export()
    assert kiosk.stick.read_bytes() == former
    trap.rmdir()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    trap.symlink_to(victim)
    kiosk.export()
    assert victim.read_text() == "mine"


def changed_answers(kiosk: Kiosk, found: Imported, **changes: Any) -> bytes:
    return canonical(kiosk.world.platform.authority.sign({**found.answers["signed"], **changes}))


def test_answers_that_are_not_for_this_terminal_change_nothing(kiosk: Kiosk, world: World) -> None:
    kiosk.save()
    found = import_bundle(world.platform, kiosk.export())
    good = canonical(found.answers)
    result = found.answers["signed"]["results"][0]
    cases = {
        good[: len(good) // 2]: "not-a-bundle",
        good.replace(b"accepted", b"rejected", 1): "signature",
        b"[" * 100_000: "not-a-bundle",
        changed_answers(kiosk, found, terminal="XC-0043"): "other-terminal",
        changed_answers(kiosk, found, kind="profile"): "not-a-bundle",
        changed_answers(kiosk, found, results={"a": 1}): "malformed",
        changed_answers(kiosk, found, results=[result, result]): "malformed",
        changed_answers(kiosk, found, results=[{**result, "id": 7}]): "malformed",
    }
    before = kiosk.states()
    for data, code in cases.items():
        with pytest.raises(BadStick) as refused:
            read_answers(data, kiosk.trust, TERMINAL)
        assert refused.value.code == code
    assert kiosk.states() == before
    assert isinstance(read_answers(good, kiosk.trust, TERMINAL), BatchReply)


def test_the_answers_hold_nothing_personal(kiosk: Kiosk, world: World) -> None:
    from tests.central_platform.world import CARD, PERSON

    kiosk.save(body=application("TB01", (CARD,), PERSON, copies=2))
    found = import_bundle(world.platform, kiosk.export())
    assert statuses(found) == ["accepted"]
    assert found.results[0].receipt is not None
    assert PERSON["name"].encode() not in canonical(found.answers)
    assert PERSON["id_no"].encode() not in canonical(found.answers)
    assert PERSON["name"].encode() not in kiosk.stick.read_bytes()


def test_a_terminal_of_the_gm_suite_is_understood_by_the_same_platform(world: World, tmp_path: Path) -> None:
    kiosk = Kiosk(world, tmp_path)
    ids = [kiosk.save() for _ in range(3)]
    kiosk.store.export(kiosk.stick, kiosk.sealer(suite=GM))
    data = kiosk.stick.read_bytes()
    assert data.startswith(b"DSOB3\n")
    found = import_bundle(world.platform, data)
    assert [(r.id, r.status.value) for r in found.results] == [(item_id, "accepted") for item_id in ids]
    # The same outbox in the other suite is the same outbox.
    again = import_bundle(world.platform, kiosk.export())
    assert {r.status.value for r in again.results} == {"duplicate"}
    kiosk.store.close()


def test_an_item_whose_scans_are_not_here_waits_with_what_is_behind_it(world: World, tmp_path: Path) -> None:
    kiosk = Kiosk(world, tmp_path)
    made = kiosk.store.attachments.put(io.BytesIO(b"scan"), "image/png")
    first = kiosk.store.submit(item("case-1", application()), [made]).id
    rating = {"submission": first, "grade": 5, "reasons": [], "words": ""}
    behind = kiosk.save("case-1", body=rating, kind="rating")
    other = kiosk.save("case-2")
    found = import_bundle(world.platform, kiosk.export())
    assert {r.id: r.status.value for r in found.results} == {first: "waiting_blobs", other: "accepted"}
    assert found.held == (behind,)
    kiosk.bring(found)
    waiting = (ItemState.READY, ItemState.INFLIGHT)
    assert [row.id for row in kiosk.store.list_items(waiting)] == [first, behind]
    assert len(kiosk.store.attachments.waiting()) == 1
    kiosk.store.close()
