"""A terminal's disk judged on another machine, by a program that is trusted; on a copy, the disk stays as it is."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from kiosk_app.audit.export import read_export
from kiosk_app.audit.verify import Report, judge
from kiosk_app.clock import SystemClock
from kiosk_app.folders import Folders
from offline_cache import KeyFileError, KeyMissing, KeyRefused, Keyring, Limits, StoreError, open_store
from provisioning import ProvisioningError, load_identity


class DiskError(Exception):
    """There is no terminal's audit in this folder, or it does not open; the text says why and what to do."""


def judge_disk(place: Folders, document: object | None) -> Report:
    """Judge the chain in a terminal's folder that was copied from its disk.

    Args:
        place: the folder; it is only read.
        document: the platform's heads as a signed envelope. They are checked with the keys that lie in the folder: a
            disk whose keys were replaced refuses the real platform's heads.

    Raises:
        DiskError: it cannot be judged.
        HeadsError: `document` cannot be used.
    """
    try:
        identity = load_identity(place.provision)
    except ProvisioningError as error:
        raise DiskError(f"{place.root} holds no terminal ({type(error).__name__}): copy its whole folder") from None
    key = _key(place.key)
    if not place.store.is_file():
        raise DiskError(f"there is no store in {place.root}: copy the terminal's whole folder")
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        copy = Path(folder) / place.store.name
        for name in (place.store.name, place.store.name + "-wal"):
            if (source := place.store.with_name(name)).exists():
                shutil.copyfile(source, copy.with_name(name))
        try:
            with open_store(copy, key, SystemClock(), "audit", Limits(min_free_bytes=0, reserve_bytes=0)) as store:
                heads = store.heads
                return judge(
                    store.audit_rows(), heads.all(), document, identity.terminal, identity.trust, heads.start()
                )
        except StoreError as error:
            raise DiskError(
                f"the store does not open ({type(error).__name__}): it is not the one of this key"
            ) from None


def judge_file(path: Path, keys: Folders, document: object | None) -> Report:
    """Judge an exported audit with the platform's keys that lie in `keys`, the folder of any of its terminals.

    Raises:
        DiskError: there are no keys.
        ExportError: the file is no exported audit.
        HeadsError: `document` cannot be used.
    """
    try:
        trust = load_identity(keys.provision).trust
    except ProvisioningError as error:
        raise DiskError(
            f"{keys.root} holds no keys ({type(error).__name__}): name the folder of a terminal of that platform with "
            "--state"
        ) from None
    found = read_export(path)
    return judge(found.rows, found.saved, document, found.terminal, trust, found.proof)


def _key(path: Path) -> bytes:
    try:
        return Keyring(path).current()
    except KeyRefused:
        raise DiskError(
            f"{path} is no key in clear: one that a TPM keeps opens the store on its own terminal only"
        ) from None
    except KeyMissing:
        raise DiskError(f"there is no key at {path}: copy the terminal's whole folder") from None
    except (KeyFileError, OSError) as error:
        raise DiskError(f"the store's key cannot be read ({error}): copy the whole folder, keep its modes") from None
