"""Kill -9 in the middle of what sticks do: `python -m tests.central_platform.stick_kills --kills N`.

Three children, killed at random moments: the platform's import (nothing lost, nothing twice), the terminal's export
(the file is whole, the old one or the new), the terminal's import of documents (one whole catalogue, old or new).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from sqlalchemy import select

from central_platform.bundles import import_bundle
from central_platform.models import Case, Submission
from central_platform.platform import Platform
from central_platform.reference import bundle
from central_platform.settings import Settings
from contracts import digest, outbox_bundle
from offline_cache import PlatformClient, Sealer, Stick, Store, SyncEngine
from tests.central_platform.world import TERMINAL, HandClock, World, application, build, change
from tests.offline_cache.support import item, open_at

ITEMS = 36
BEGUN = "begun"


def main() -> int:
    """The campaign; exit 1 at the first thing that is lost, doubled or half."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        CHILDREN[given.child[0]](Path(given.child[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name, found in campaign(Path(folder), given.kills, random.Random(given.seed)).items():
            sys.stdout.write(json.dumps({"child": name, **found}) + "\n")
    return 0


def campaign(folder: Path, kills: int, dice: random.Random, only: tuple[str, ...] = ()) -> dict[str, dict[str, int]]:
    """Kill each child (or `only` these) `kills` times in turn, check after each, and return what was counted."""
    world = build(folder)
    store = open_at(folder / "kiosk", clock=world.clock)
    ids = [store.submit(item(f"case-{n % 12}", application(words=f"样例 {n}"))).id for n in range(ITEMS)]
    key = world.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "device.key").write_bytes(key)
    facts = {
        "certificate": _pem(world),
        "sealing": world.platform.authority.sealing,
        "trust": world.platform.authority.keys,
    }
    (folder / "facts.json").write_text(json.dumps(facts))
    store.export(folder / "out.bundle", _sealer(folder))
    store.close()
    for version in (1, 2):
        (folder / f"{version}.ref").write_bytes(bundle(world.platform, clips=False))
        _publish_another(world, folder)
    world.platform.close()
    checks: dict[str, Callable[[], int]] = {
        "platform-import": lambda: _taken(folder, ids),
        "export": lambda: _whole(folder, ids),
        "reference-import": lambda: _one_catalogue(folder),
    }
    found: dict[str, dict[str, int]] = {}
    for name, check in checks.items():
        if only and name not in only:
            continue
        died = 0
        partly: set[int] = set()
        for _ in range(kills):
            died += _kill(name, folder, dice)
            partly.add(check())
        found[name] = {"kills": kills, "died_at_work": died, "states_seen": len(partly)}
    platform = _platform(folder)
    last = import_bundle(platform, (folder / "out.bundle").read_bytes())
    assert {result.status.value for result in last.results} <= {"accepted", "duplicate"}
    platform.close()
    assert _taken(folder, ids) == ITEMS
    return found


def _kill(name: str, folder: Path, dice: random.Random) -> bool:
    """Start a child and kill it within 0.4 s of its beginning; True when it was still at work."""
    command = [sys.executable, "-m", "tests.central_platform.stick_kills", "--child", name, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == BEGUN
        time.sleep(dice.random() * 0.4)
        at_work = child.poll() is None
        child.kill()
    return at_work


def _begun() -> None:
    sys.stdout.write(BEGUN + "\n")
    sys.stdout.flush()


def _child_import(folder: Path) -> None:
    platform, data = _platform(folder), (folder / "out.bundle").read_bytes()
    _begun()
    import_bundle(platform, data)


def _child_export(folder: Path) -> None:
    with open_at(folder / "kiosk", clock=HandClock()) as store:
        sealer = _sealer(folder)
        _begun()
        while True:
            store.export(folder / "again.bundle", sealer)


def _child_reference(folder: Path) -> None:
    trust = _trust(folder)
    with open_at(folder / "kiosk", clock=HandClock()) as store:
        client = PlatformClient("http://127.0.0.1:9", None, HandClock())
        _begun()
        while True:
            for name in ("1.ref", "2.ref"):
                # Forgetting makes room for the older one; without the switch back there would be one change only.
                store.forget_catalogue()
                engine = SyncEngine(
                    store, client, HandClock(), lambda: 0.5, lambda _report: None, terminal=TERMINAL, about=dict
                )
                with Stick(folder / name, trust, TERMINAL) as stick:
                    engine.take_from(stick)


CHILDREN = {"platform-import": _child_import, "export": _child_export, "reference-import": _child_reference}


def _taken(folder: Path, ids: list[str]) -> int:
    """How many are in; each once, each with one case, and of each case the oldest first."""
    platform = _platform(folder)
    try:
        with platform.database.read() as session:
            found = list(session.scalars(select(Submission.id)))
            cases = list(session.scalars(select(Case.submission)))
    finally:
        platform.close()
    assert sorted(found) == sorted(cases)
    assert set(found) <= set(ids)
    for first in range(12):
        mine = [one in found for one in ids[first::12]]
        assert mine == sorted(mine, reverse=True), "a later item of a case came before an older one"
    return len(found)


def _whole(folder: Path, ids: list[str]) -> int:
    path = folder / "again.bundle"
    if not path.exists():
        return 0
    key = load_pem_private_key((folder / "data" / "authority" / "sealing.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    items = outbox_bundle.open_bundle(outbox_bundle.take_apart(path.read_bytes()), key)
    assert [one["id"] for one in items] == ids
    return 1


def _one_catalogue(folder: Path) -> int:
    with open_at(folder / "kiosk", clock=HandClock()) as store:
        version = _version(store)
        if version:
            cached = store.catalogue.get("index")
            assert cached is not None
            assert cached.envelope["signed"]["version"] == version
            for entry in cached.envelope["signed"]["packages"]:
                package = store.catalogue.get(f"service/{entry['id']}")
                assert (package is not None) == entry["active"]
                assert package is None or digest(package.envelope["signed"]) == entry["digest"]
        else:
            assert [name for name in store.catalogue.names() if not name.startswith("staged/")] == []
        return version


def _version(store: Store) -> int:
    return int(store.meta.get("catalogue.version") or 0)


def _platform(folder: Path) -> Platform:
    settings = Settings(folder / "data", packages=folder / "packages", public_url="https://platform.test")
    return Platform.open(settings, clock=HandClock())


def _publish_another(world: World, folder: Path) -> None:
    path = folder / "packages" / "TB01" / "strings" / "zh.json"
    change(path, lambda words: words.update({"page.all.title": "样例改"}))
    world.platform.close()
    world.platform = _platform(folder)


def _pem(world: World) -> str:
    from cryptography import x509

    return x509.load_der_x509_certificate(world.der).public_bytes(Encoding.PEM).decode()


def _trust(folder: Path) -> dict[str, bytes]:
    facts = json.loads((folder / "facts.json").read_text())
    return {name: bytes.fromhex(raw) for name, raw in facts["trust"].items()}


def _sealer(folder: Path) -> Sealer:
    facts = json.loads((folder / "facts.json").read_text())
    key = load_pem_private_key((folder / "device.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Sealer(
        TERMINAL,
        facts["certificate"],
        lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())),
        facts["sealing"],
        HandClock(),
        random.Random().randbytes,
    )


if __name__ == "__main__":
    raise SystemExit(main())
