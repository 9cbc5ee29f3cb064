"""What a running terminal answers on its control socket. Handlers run on the loop; store work goes to a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.device import DeviceState, Status
from kiosk_app import log_export, sticks
from kiosk_app.audit.export import export_audit
from kiosk_app.audit.findings import shown
from kiosk_app.audit.verify import HeadsError, heads_of_file, judge
from kiosk_app.control import ControlError, Handler
from kiosk_app.health import Facts, check_all, doctor_report
from kiosk_app.health.probes import gather
from kiosk_app.health.selftest import Occasion
from kiosk_app.health.verdicts import warned
from kiosk_app.sticks import NotOpenError
from kiosk_app.visit.events import Resume, Suspend
from kiosk_app.visit.state import Attract, OutOfService
from offline_cache import PlatformError, Store, StoreError
from provisioning import CheckResult
from provisioning.replacement import ReplacementDamagedError

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom
    from kiosk_app.equipment.self_testing import SelfTesting

FONTS = Path(__file__).parents[1] / "ui" / "fonts"
KEYPAD = "keypad"
Request = Mapping[str, Any]
FIRST_WORD_S = 3.0
"""A device that was started says within this time how it is."""
FRESH_S = 3.0
"""What the heartbeat found is told for so long before the platform is asked again for the doctor."""
PARTS_DAMAGED = warned("parts", ReplacementDamagedError.cause, ReplacementDamagedError.remedy, word="damaged")


def handlers(room: EngineRoom) -> dict[str, Handler]:
    """Return the handlers by command."""
    worker, auditor = ThreadPoolExecutor(1, "control"), ThreadPoolExecutor(1, "control-audit")

    def off_loop(job: Callable[[Request], Any], who: ThreadPoolExecutor = worker) -> Handler:
        def handle(request: Request) -> Future[Any]:
            return who.submit(job, request)

        return handle

    def store() -> Store:
        if room.store is None:
            raise NotOpenError("the store is not open")
        return room.store

    return {
        "doctor": off_loop(lambda request: doctor(room, look=request.get("look") is not False)),
        "self-test": lambda request: _testing(room).run(Occasion.DEMAND),
        "readiness": off_loop(lambda request: _readiness(room, kept=bool(request.get("kept"))), auditor),
        "outbox-list": off_loop(lambda request: [_row(row) for row in store().list_items()]),
        "outbox-show": off_loop(lambda request: _row(store().show(str(request["id"])).row)),
        "outbox-counts": off_loop(lambda request: asdict(store().counts())),
        "outbox-retry": off_loop(lambda request: retry(room, store(), str(request["id"]))),
        "outbox-export": off_loop(lambda request: sticks.export(room, request)),
        "outbox-import-answers": off_loop(lambda request: sticks.import_answers(room, request)),
        "logs-export": off_loop(lambda request: log_export.export(room, Path(str(request["path"]))), auditor),
        "outbox-verify": off_loop(lambda request: _verified(store())),
        "store-show": off_loop(lambda request: _store(store())),
        "store-acknowledge": off_loop(lambda request: _acknowledge(room, store())),
        "audit-show": off_loop(lambda request: _audit(store(), int(request.get("after", 0)))),
        "audit-verify": off_loop(lambda request: _audit_verdict(room, store(), request), auditor),
        "audit-export": off_loop(lambda request: _audit_export(room, store(), request), auditor),
        "services": lambda request: services(room),
        "services-import": off_loop(lambda request: sticks.import_reference(room, request)),
        "suspend": lambda request: _cover(room, Suspend(str(request.get("why", "technician")))),
        "resume": lambda request: _cover(room, Resume()),
    }


def doctor(room: EngineRoom, *, look: bool = True) -> dict[str, Any]:
    """Return the doctor's report of a running terminal. `halted` is why it serves nobody, empty when it serves.

    With `look` whoever asks again some seconds later hears what has changed meanwhile.
    """
    report = report_of(room, results(room))
    if look:
        _look_again(room)
    return report | {"halted": standstill(room)}


def results(room: EngineRoom) -> tuple[CheckResult, ...]:
    """Return every check that takes no time and touches nothing."""
    options, place, halted = room.options, room.options.folders, standstill(room)
    # Whether the identity is at home here was judged at the start; a TPM would keep the loop waiting.
    facts = gather(place.provision, place.store, place.key, (FONTS,), at_home=False, machine=options.machine)
    facts = replace(facts, running=True, halted=halted)
    if room.store is not None:
        counts = room.store.counts()
        catalogue = room.terminal.shelf.catalogue
        facts = replace(
            facts,
            outbox_ready=counts.ready + counts.inflight,
            outbox_dead=counts.dead,
            damaged=room.store.damaged_cases,
            reserve=room.store.tend().reserve.value,
            audit=room.store.unwritten,
            services=len(catalogue.live()),
            catalogue_version=catalogue.version,
            unspoken=unspoken(room),
        )
    facts = _with_sound(facts, room)
    if room.engine is not None:
        facts = replace(facts, reach=room.engine.reach, clock_skew_s=room.engine.skew_s)
    return (*check_all(facts, options.clock.now()), *((PARTS_DAMAGED,) if room.parts_damaged else ()))


def report_of(room: EngineRoom, checks: Iterable[CheckResult]) -> dict[str, Any]:
    """Return the report of these checks and of the devices as they are now."""
    identity = room.identity
    return doctor_report(
        (*room.statuses(), *_untold(room)),
        checks,
        replaced=room.replaced,
        at=room.options.clock.now(),
        terminal=identity.terminal if identity else "",
    )


def _look_again(room: EngineRoom) -> None:
    """Have the platform asked, and, while nobody is here, the cameras see whether they see."""
    if room.engine is not None:
        room.engine.look_again(FRESH_S)
    if isinstance(room.terminal.conductor.state.place, Attract):
        for part in (room.looking, room.scanning):
            if part is not None:
                part.look()


def standstill(room: EngineRoom) -> str:
    """Return why nobody is served, in a technician's word; empty when residents are."""
    place = room.terminal.conductor.state.place
    return room.halted or (place.why if isinstance(place, OutOfService) else "")


def _with_sound(facts: Facts, room: EngineRoom) -> Facts:
    """What the speech process has found of voice and sound, once it has looked: that counts, not what is installed."""
    last = room.speaking.last if room.speaking is not None else None
    detail = last.detail if last is not None else {}
    if "audio" not in detail:
        return facts
    return replace(facts, voice=bool(detail.get("engine")), audio=detail["audio"] != "none")


def _untold(room: EngineRoom) -> tuple[Status, ...]:
    """The devices of the profile that say nothing of themselves: their entry could not be understood, or the terminal
    stands still and never looked at them. Of a keypad nobody can tell.
    """
    told = {status.device for status in room.statuses()}
    if room.hands is None:
        state, cause = DeviceState.OFFLINE, "terminal_halted"
    elif room.options.clock.monotonic() - room.opened_at < FIRST_WORD_S:
        state, cause = DeviceState.STARTING, ""
    else:
        state, cause = DeviceState.NO_DEVICE, "profile"
    specs = room.profile.devices if room.profile else ()
    return tuple(
        Status(spec.id, spec.kind, state, {"cause": cause})
        for spec in specs
        if spec.id not in told and spec.kind != KEYPAD
    )


def unspoken(room: EngineRoom) -> tuple[str, ...]:
    """Return the services that are offered here without clips of their own, by id."""
    shelf = room.terminal.shelf
    offered = {service.id for service in shelf.catalogue.live() if shelf.desk().offered(service.id)}
    return tuple(sorted(offered - room.spoken))


def services(room: EngineRoom) -> list[dict[str, Any]]:
    """Return the services of the catalogue, live ones first; `voice` is true for those with clips of their own."""
    shelf = room.terminal.shelf
    return [
        {
            "id": s.id,
            "name": s.names.zh,
            "name_en": s.names.en,
            "level": s.level.name,
            "offline": s.offline == "queue",
            "live": shelf.desk().offered(s.id),
            "voice": s.id in room.spoken,
        }
        for s in shelf.catalogue.all()
    ]


def _testing(room: EngineRoom) -> SelfTesting:
    if room.testing is None:
        raise NotOpenError("the terminal is still starting, or out of service")
    return room.testing


def _readiness(room: EngineRoom, *, kept: bool) -> Any:
    """The newest report; a terminal that has none yet makes one, unless only a `kept` one is wanted."""
    testing = _testing(room)
    last = testing.last()
    return last if last is not None or kept else testing.run(Occasion.DEMAND).result()


def _cover(room: EngineRoom, event: Suspend | Resume) -> dict[str, bool]:
    room.terminal.conductor.dispatch(event)
    return {"ok": True}


def _row(row: Any) -> dict[str, Any]:
    shown = asdict(row)
    shown["state"] = str(row.state)
    shown["problem"] = row.problem.code if row.problem else None
    return shown


def retry(room: EngineRoom, store: Store, item_id: str) -> dict[str, Any]:
    """Send a dead letter once more."""
    try:
        store.retry(item_id)
    except StoreError as error:
        return {"ok": False, "why": str(error)}
    if room.engine is not None:
        room.engine.poke()
    return {"ok": True}


def _store(store: Store) -> dict[str, Any]:
    damage, disk = store.damage, store.tend()
    return {
        "key_protection": store.protection,
        "free_bytes": disk.free_bytes,
        "reserve": disk.reserve.value,
        "attachments": len(store.attachments.waiting()),
        "audit": asdict(store.unwritten),
        "damage": None if damage is None else asdict(damage),
    }


def _acknowledge(room: EngineRoom, store: Store) -> dict[str, Any]:
    count, unwritten = store.damaged_cases, store.unwritten
    lost = unwritten.lost - unwritten.seen
    if count is None and not lost:
        return {"ok": False}
    if lost:
        store.acknowledge_unwritten()
    if count is None:
        if room.audit is not None:
            room.audit.record("audit_loss_acknowledged", count=lost)
        return {"ok": True, "days": None}
    store.acknowledge_damage()
    if room.audit is not None:
        room.audit.record("damage_acknowledged", count=count)
    return {"ok": True, "days": store.limits.quarantine_days}


def _verified(store: Store) -> dict[str, Any]:
    found = store.verify()
    return {"items": found.items, "bad": list(found.bad), "sound": found.sound, "ok": found.ok}


def _audit(store: Store, after: int) -> list[dict[str, Any]]:
    return [
        {"seq": row.seq, "at": row.at, "entry": row.entry, "prev": row.prev, "hash": row.hash}
        for row in store.read_audit(after, 500)
    ]


def _audit_verdict(room: EngineRoom, store: Store, request: Request) -> dict[str, Any]:
    if room.identity is None:
        raise NotOpenError("not enrolled")
    try:
        document: object | None = None
        if request.get("live"):
            document = _heads_asked(room)
        elif request.get("heads"):
            document = heads_of_file(Path(str(request["heads"])))
        identity, heads = room.identity, store.heads
        report = judge(store.audit_rows(), heads.all(), document, identity.terminal, identity.trust, heads.start())
    except HeadsError as error:
        raise ControlError("bad-request", f"{error}: export them with `central-platform audit-heads`") from None
    return shown(report, str(request.get("lang", "zh")))


def _audit_export(room: EngineRoom, store: Store, request: Request) -> dict[str, Any]:
    if room.identity is None:
        raise NotOpenError("not enrolled")
    try:
        return {"ok": True, "entries": export_audit(store, room.identity.terminal, Path(str(request["path"])))}
    except OSError as error:
        return {"ok": False, "why": f"{request['path']}: {error.strerror or type(error).__name__}"}


def _heads_asked(room: EngineRoom) -> object:
    client = room.client
    try:
        if client is not None:
            return client.audit_heads().envelope
    except PlatformError as error:
        why = f"the platform cannot be asked ({type(error).__name__}): take its heads as a file with --heads"
        raise ControlError("unreachable", why) from None
    finally:
        if client is not None:
            client.close()
    raise ControlError("unreachable", "the terminal is not that far yet: try again in a moment")
