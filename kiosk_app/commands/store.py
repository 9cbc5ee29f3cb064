"""`kiosk store`: the encrypted store, its key, its disk and what a damage has cost."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import FAILED, UNREACHABLE, USAGE, Json, State, ask_terminal, out, place, stop

if TYPE_CHECKING:
    from offline_cache import Keyring

app = typer.Typer(help="The encrypted store and its key.", no_args_is_help=True)


class Custodian(StrEnum):
    """Who may keep the key."""

    TPM = "tpm"
    CREDENTIAL = "credential"
    FILE = "file"


@app.command("show")
def show(state: State = None, as_json: Json = False) -> None:
    """Who keeps the key, how much disk is left, and what a damage has cost."""
    found = ask_terminal(state, "store-show")
    if as_json:
        out(found)
        return
    out(f"key kept by {found['key_protection'] or 'nobody known'}, reserve {found['reserve']}")
    out(f"{found['free_bytes'] >> 20} MB of disk free, {found['attachments']} attachments wait")
    if found["audit"]["waiting"] or found["audit"]["lost"]:
        out(f"audit entries: {found['audit']['waiting']} only in memory, {found['audit']['lost']} lost unwritten")
    damage = found["damage"]
    if damage is None:
        out("no damage that nobody has seen")
        return
    out(f"damaged {damage['at']}: {damage['pages']} pages, {damage['rows_saved']} rows saved")
    out(f"the damaged copy lies in {damage['quarantine']}")
    for word, cases in (("lost", damage["lost"]), ("lacks an attachment", damage["incomplete"])):
        for case in cases:
            out(f"{word}: {case['provisional'] or case['id']} {case['kind']}")


@app.command("acknowledge")
def acknowledge(state: State = None) -> None:
    """What a damage or a full disk has cost was taken care of; the damaged copy goes some weeks later."""
    answer = ask_terminal(state, "store-acknowledge")
    if not answer["ok"]:
        stop("there is no damage to acknowledge: kiosk store show", FAILED)
    days = answer["days"]
    out("acknowledged" + (f"; the damaged copy is removed in {days} days" if days is not None else ""))


@app.command("rotate-key")
def rotate_key(
    custodian: Annotated[
        Custodian | None, typer.Option(help="Who keeps the new key; without it, who keeps it now.")
    ] = None,
    state: State = None,
    as_json: Json = False,
) -> None:
    """Put the store under a new key. Stop the terminal first; files exported under the former key stay under it."""
    from offline_cache import KeyMissing, KeyRefused, Keyring, StoreBusy, StoreError, StoreFull, known_custodians
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
    except (KeyMissing, KeyRefused, StoreFull) as error:
        stop(f"the key was not changed: {error}", FAILED)
    except StoreError as error:
        stop(f"the change of keys did not end: {error}; run it again", FAILED)
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
