"""`kiosk store`: the encrypted store of a terminal that is not running."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import FAILED, UNREACHABLE, USAGE, Json, State, out, place, stop

if TYPE_CHECKING:
    from offline_cache import Keyring

app = typer.Typer(help="The encrypted store and its key.", no_args_is_help=True)


class Custodian(StrEnum):
    """Who may keep the key."""

    TPM = "tpm"
    CREDENTIAL = "credential"
    FILE = "file"


@app.command("rotate-key")
def rotate_key(
    custodian: Annotated[
        Custodian | None, typer.Option(help="Who keeps the new key; without it, who keeps it now.")
    ] = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Put the store under a new key. Stop the terminal first; files exported under the former key stay under it."""
    from offline_cache import Keyring, StoreBusy, StoreError, known_custodians
    from offline_cache import rotate_key as rotate

    folders = place(state)
    if not folders.store.exists():
        stop(f"there is no store in {folders.root}: name the terminal's folder with --state", UNREACHABLE)
    owner = folders.store.stat().st_uid
    if owner != os.geteuid():
        # What root writes here, the terminal could not read.
        stop(f"the store belongs to another user: run this as uid {owner}, the terminal's own", USAGE)
    ring = Keyring(folders.key, known_custodians())
    try:
        rotate(folders.store, ring, SystemClock().now, custodian=custodian.value if custodian else None)
    except StoreBusy:
        stop("the terminal is running: stop it, then rotate the key", UNREACHABLE)
    except StoreError as error:
        stop(f"the key was not changed: {error}", FAILED)
    facts = _written_down(folders.store, ring, folders.log)
    out(facts if as_json else f"the store is under a new key, kept by {facts['key_protection']}")


def _written_down(file: Path, ring: Keyring, log: Path) -> dict[str, Any]:
    """Open the store with the new key, as the proof, and put the change on the audit chain."""
    from kiosk_app.audit import AuditLog, file_line
    from kiosk_app.engine_room import boot_id
    from offline_cache import open_store

    clock = SystemClock()
    with open_store(file, ring, clock, boot_id()) as store:
        kept_by = store.protection
        AuditLog(store, clock, line=file_line(log)).record("store_key_rotated", custodian=kept_by)
        return {"key_protection": kept_by, "waiting": store.counts().ready + store.counts().inflight}
