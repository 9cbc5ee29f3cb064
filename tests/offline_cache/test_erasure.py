"""Bodies that were accepted can be read nowhere, with the key in hand: not in the file, not in its log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from offline_cache import Store
from offline_cache.store.pages import scan
from tests.offline_cache.support import KEY, item, open_at, until

DYING = """
import os, sys
from pathlib import Path
from tests.offline_cache.support import open_at
from tests.offline_cache.test_erasure import drain_one_batch
drain_one_batch(open_at(Path(sys.argv[1])))
os.kill(os.getpid(), 9)
"""


def drain_one_batch(store: Store) -> None:
    """Have one of two cases accepted, as in the middle of a drain."""
    for word in ("FIRST", "SECOND"):
        store.submit(item(word, body={"text": f"MARK-{word}" * 40}))
    first = store.take(lambda waiting: [next(waiting)])
    assert store.settle_and_take({first[0].row.id: None}, lambda waiting: [next(waiting)]).items


def readable(folder: Path, mark: str) -> bool:
    """Whether some version of some page holds the words, decrypted."""
    log = folder / "store.db-wal"
    found = scan(folder / "store.db", log.read_bytes() if log.exists() else b"", KEY)
    pages = ((n, raw) for n, versions in found.versions.items() for raw in versions if raw is not None)
    return any(mark.encode() in found.cipher.decrypt(number, raw) for number, raw in pages)


def test_a_pause_in_a_drain_erases_what_was_accepted_and_nothing_else(tmp_path: Path) -> None:
    with open_at(tmp_path) as store:
        drain_one_batch(store)
        until(lambda: (tmp_path / "store.db-wal").stat().st_size == 0)
        assert not readable(tmp_path, "MARK-FIRST")
        assert readable(tmp_path, "MARK-SECOND")


def test_after_a_crash_in_a_drain_the_next_start_erases_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DYING, str(tmp_path)], check=False, cwd=os.getcwd(), timeout=60)
    # The log still tells: so the check below can see it.
    assert readable(tmp_path, "MARK-FIRST")
    with open_at(tmp_path) as store:
        assert store.damage is None
        assert not readable(tmp_path, "MARK-FIRST")
        assert readable(tmp_path, "MARK-SECOND")
