"""What goes out of a running terminal on a USB stick, and what comes in. Runs on the control socket's worker."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import INTL, CanonicalError, SignatureError, Suite, suite, verify
from kiosk_app.audit import AuditLog, file_line
from kiosk_app.equipment.office import one_word
from kiosk_app.folders import Folders
from kiosk_app.terminal import Options
from offline_cache import (
    MOST_ANSWERS,
    BadStick,
    Keyring,
    Limits,
    NoSealingKey,
    Sealer,
    Stick,
    Store,
    SyncEngine,
    known_custodians,
    open_store,
    read_answers,
    read_capped,
)
from provisioning import ProvisioningError, accept_profile, load_identity, load_profile
from provisioning.identity import Identity
from provisioning.profile import envelope_from_bytes

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom

Request = Mapping[str, Any]


class NotOpenError(RuntimeError):
    """The terminal is out of service: its store is not open."""


def export(room: EngineRoom, request: Request) -> dict[str, Any]:
    """Write what is not accepted to `path`; `dead` for dead letters only."""
    store, _, identity = _parts(room)
    ciphers = INTL if room.profile is None else suite(room.profile.suite)
    return _export(store, identity, ciphers, room.options, request, lambda *told: _tell(room, *told))


def export_cold(place: Folders, request: Request) -> dict[str, Any]:
    """The same without a running terminal: from the disk of one that is broken, or withdrawn.

    Whose machine it is does not matter: what is written is for the platform alone.

    Raises:
        ProvisioningError: there is no identity, or its key stays in the TPM of another machine.
        StoreError: the store does not open.
    """
    identity, profile, options = load_identity(place.provision), load_profile(place.provision), Options(place)
    boot = secrets.token_hex(16)
    ring, limits = Keyring(place.key, known_custodians()), Limits(min_free_bytes=0, reserve_bytes=0)
    with open_store(place.store, ring, options.clock, boot, limits, suite=suite(profile.suite)) as store:
        audit = AuditLog(store, options.clock, line=file_line(place.log))
        return _export(store, identity, suite(profile.suite), options, request, lambda event, f: audit.record(event, f))


def _export(
    store: Store,
    identity: Identity,
    ciphers: Suite,
    options: Options,
    request: Request,
    tell: Callable[[str, Mapping[str, str | int]], None],
) -> dict[str, Any]:
    try:
        sealer = sealer_of(store, identity, ciphers, options)
        done = store.export(Path(str(request["path"])), sealer, dead_only=bool(request.get("dead")))
    except NoSealingKey as error:
        tell("stick_refused", {"what": "export", "why": "no-key"})
        return {"ok": False, "code": "no-key", "why": str(error)}
    except OSError as error:
        tell("stick_refused", {"what": "export", "why": "unwritable"})
        return {"ok": False, "code": "unwritable", "why": f"{request['path']}: {error.strerror or error}"}
    tell("outbox_exported", {"bundle": done.bundle, "count": done.items, "dead": done.dead, "left": done.left})
    return {"ok": True, **asdict(done)}


def sealer_of(store: Store, identity: Identity, ciphers: Suite, options: Options) -> Sealer:
    """Return what seals for this terminal's platform.

    Raises:
        NoSealingKey: the platform has not told its key yet.
    """
    return Sealer(
        identity.terminal,
        identity.certificate_pem,
        lambda data: bytes.fromhex(identity.sign(data)),
        _sealing(store, identity.trust),
        options.clock,
        options.random_bytes,
        ciphers,
    )


def import_answers(room: EngineRoom, request: Request) -> dict[str, Any]:
    """Settle the platform's answers of the file `path`."""
    _, engine, identity = _parts(room)
    try:
        data = read_capped(Path(str(request["path"])), MOST_ANSWERS)
        found = engine.settle_answers(read_answers(data, identity.trust, identity.terminal))
    except BadStick as error:
        return _refused(room, "answers", error.code, str(error))
    except ValueError as error:
        return _refused(room, "answers", "too-large", str(error))
    except OSError as error:
        return _refused(room, "answers", "unreadable", f"{request['path']}: {error.strerror or error}")
    _record(room, "answers_imported", accepted=found.sent, dead=found.dead, known=found.known)
    return {"ok": True, "sent": found.sent, "dead": found.dead, "known": found.known}


def import_reference(room: EngineRoom, request: Request) -> dict[str, Any]:
    """Take the signed documents of the file `path`."""
    _, engine, identity = _parts(room)
    try:
        with Stick(Path(str(request["path"])), identity.trust, identity.terminal) as stick:
            found = engine.take_from(stick, lambda envelope: _accept(room, identity, envelope))
    except BadStick as error:
        return _refused(room, "reference", error.code, str(error))
    except OSError as error:
        return _refused(room, "reference", "unreadable", f"{request['path']}: {error.strerror or error}")
    _record(room, "reference_imported", version=found.now, refused=len(found.refused))
    return {
        "ok": True,
        "before": found.before,
        "now": found.now,
        "refused": [{"package": one.id, "why": one.why} for one in found.refused],
    }


def _accept(room: EngineRoom, identity: Identity, envelope: Mapping[str, Any]) -> None:
    """Judge a profile as `apply_profile` will, before anything of it is kept."""
    held = identity.profile_file
    try:
        current = envelope_from_bytes(held.read_bytes()) if held.exists() else None
        accept_profile(envelope, identity.trust, identity.terminal, room.options.clock.now(), current)
    except ProvisioningError as error:
        raise ValueError(error.code) from None


def _parts(room: EngineRoom) -> tuple[Store, SyncEngine, Identity]:
    if room.store is None or room.engine is None or room.identity is None:
        raise NotOpenError("the store is not open")
    return room.store, room.engine, room.identity


def store_of(room: EngineRoom) -> Store:
    """Return the open store.

    Raises:
        NotOpenError: the terminal is out of service.
    """
    if room.store is None:
        raise NotOpenError("the store is not open")
    return room.store


def _sealing(store: Store, trust: Mapping[str, bytes]) -> object:
    cached = store.catalogue.get("index")
    if cached is None:
        return None
    try:
        return verify(cached.envelope, trust).get("sealing")
    except (SignatureError, CanonicalError):
        return None


def _record(room: EngineRoom, event: str, **fields: str | int) -> None:
    _tell(room, event, fields)


def _tell(room: EngineRoom, event: str, fields: Mapping[str, str | int]) -> None:
    if room.audit is not None:
        room.audit.record(event, fields)


def _refused(room: EngineRoom, what: str, code: str, why: str) -> dict[str, Any]:
    _record(room, "stick_refused", what=what, why=one_word(code))
    return {"ok": False, "code": code, "why": why}
