"""What stands behind the first frame: identity, store, catalogue, platform, devices, voice, control socket."""

from __future__ import annotations

import contextlib
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts import SignatureError, digest_bytes, suite
from contracts.commands import Action
from drivers.device import Status
from drivers.hotplug import Hotplug, Uevent
from kiosk_app import log_export
from kiosk_app.audit import AuditLog, file_line
from kiosk_app.audit.events import AUDIT_ALARM
from kiosk_app.catalogues import check_package, load_catalogue, try_catalogue
from kiosk_app.control import AlreadyRunningError, ControlServer
from kiosk_app.equipment import workshop
from kiosk_app.equipment.around import Around
from kiosk_app.equipment.certificates import Certificates
from kiosk_app.equipment.chatting import Chatting
from kiosk_app.equipment.commands import Commands
from kiosk_app.equipment.hands import Hands
from kiosk_app.equipment.jack import Jack
from kiosk_app.equipment.looking import Looking
from kiosk_app.equipment.modules import Modules
from kiosk_app.equipment.office import Office
from kiosk_app.equipment.paying import Paying
from kiosk_app.equipment.printing import Printing
from kiosk_app.equipment.scanning import Scanning
from kiosk_app.equipment.speaking import Speaking
from kiosk_app.equipment.technical import Workbench
from kiosk_app.health.standstill import COMMISSIONING
from kiosk_app.partner import Code, run_hook, way_back
from kiosk_app.services import warm
from kiosk_app.signs import read_shelf
from kiosk_app.visit import Site
from kiosk_app.visit.effects import CallHost, HandBack
from kiosk_app.visit.events import CatalogueChanged, Halted
from kiosk_app.visit.nearby import read_nearby
from kiosk_app.visit.state import Attract, Lock, OutOfService, State, Visit
from offline_cache import (
    AuditAlarm,
    ClipShelf,
    ClockCorrected,
    CommandRefused,
    ItemDone,
    KeyMissing,
    KeyRefused,
    Keyring,
    Limits,
    NeedsService,
    Neighbours,
    NotEncrypted,
    Online,
    PaymentJournal,
    PlatformClient,
    PlatformClosed,
    ProfileChanged,
    SchemaTooNew,
    Store,
    StoreBusy,
    StoreError,
    SyncEngine,
    SyncReport,
    SyncSettings,
    TechniciansChanged,
    TimeRefused,
    VoicesChanged,
    WrongKey,
    known_custodians,
    open_store,
)
from offline_cache import Commands as CommandsArrived
from provisioning import (
    DeviceSpec,
    ProvisioningError,
    SiteProfile,
    apply_profile,
    check_home,
    load_identity,
    load_profile,
    renew_if_due,
)
from provisioning.errors import TerminalRevokedError
from provisioning.identity import Identity, lock, needs_renewal
from provisioning.inventory import hardware
from provisioning.platform_http import PlatformHttp
from provisioning.replacement import ReplacementDamagedError, changed, with_replacements
from provisioning.technicians import TechniciansMalformedError, parse_technicians

if TYPE_CHECKING:
    from kiosk_app.equipment.enrolling import Enrolling
    from kiosk_app.equipment.self_testing import SelfTesting
    from kiosk_app.terminal import Options, Terminal


RENEWAL_CHECK_S = 3600.0
RENEWAL_RETRY_S = 60.0
"""While a renewal is due and does not come through: a line that is back after weeks must not wait an hour for it."""
WHY_NO_KEY = {WrongKey: "wrong_key", KeyMissing: "key_missing", KeyRefused: "key_refused"}
WHY_NO_STORE = {StoreBusy: "store_busy", NotEncrypted: "not_encrypted", SchemaTooNew: "store_newer"}
WITHDRAWN = TerminalRevokedError.code
REVOKED = "revoked"
PRINTERS = frozenset({"receipt_printer", "page_printer"})
TECHNICIANS = "technicians"
PLATFORM = "platform"
"""The fact of the store that says whose documents it holds."""


class HaltedError(Exception):
    """The terminal must not serve anybody; `word` names the sentence on the page, `why` that of the doctor."""

    def __init__(self, word: str, why: str = "") -> None:
        self.word = word
        self.why = why or word
        super().__init__(word)


def boot_id() -> str:
    """Return the kernel's id of this boot, without dashes."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip().replace("-", "")
    except OSError:
        return secrets.token_hex(16)


def keypad_of(profile: SiteProfile) -> Mapping[str, Any]:
    """Return what a profile says of the keypad: which key maps, which keys of its own."""
    keypad = profile.device("keypad")
    return keypad.options if keypad is not None else {}


def resting(state: State) -> bool:
    """True between two visits: nobody is here, has covered the page, or is changing how it looks."""
    untouched = isinstance(state.place, OutOfService) or state.prefs == state.world.waiting
    nobody = state.visit == Visit() and state.cover is None and state.technician is None
    return isinstance(state.place, Attract | OutOfService) and nobody and untouched


def needs_fresh_start(former: SiteProfile, profile: SiteProfile) -> bool:
    """True when something changed that is opened once, at the start: devices, the ciphers, how long the audit stays."""
    return (former.devices, former.suite, former.audit_days) != (profile.devices, profile.suite, profile.audit_days)


def site_of(profile: SiteProfile, *, returns: bool = False) -> Site:
    """Return what residents see of a profile; `returns`: this machine can be given back to a partner."""
    return Site(
        profile.terminal,
        {"zh": profile.name.zh, "en": profile.name.en},
        {"zh": profile.place.zh, "en": profile.place.en},
        frozenset(profile.services),
        profile.hotlines,
        bool(profile.witnesses),
        suite=suite(profile.suite),
        hours=profile.hours,
        volume=profile.volume,
        usual=profile.accessibility,
        help=profile.help,
        screen=profile.screen,
        partner=profile.partner.name if profile.partner is not None and returns else None,
        prints=frozenset(device.kind for device in profile.devices if device.kind in PRINTERS),
    )


class EngineRoom:
    """Opens everything in order and closes it in reverse. `open` runs on the boot thread."""

    def __init__(self, options: Options, terminal: Terminal) -> None:
        self.options = options
        self.terminal = terminal
        self._closers: list[Callable[[], None]] = []
        self.store: Store | None = None
        self.office: Office | None = None
        self.workbench: Workbench | None = None
        self.paying: Paying | None = None
        self.engine: SyncEngine | None = None
        self.commands: Commands | None = None
        self.hands: Hands | None = None
        self.looking: Looking | None = None
        self.scanning: Scanning | None = None
        self.modules: Modules | None = None
        self.printing: Printing | None = None
        self.certificates: Certificates | None = None
        self.speaking: Speaking | None = None
        self.jack: Jack | None = None
        self.around: Around | None = None
        self.audit: AuditLog | None = None
        self.clips: ClipShelf | None = None
        self.spoken: frozenset[str] = frozenset()
        self.client: PlatformClient | None = None
        self.testing: SelfTesting | None = None
        self._closed = False
        self._renewal_failed = ""
        self.identity: Identity | None = None
        self.profile: SiteProfile | None = None
        """The one that the terminal lives by; a newer one may lie on the disk until nobody is here."""
        self._coming: SiteProfile | None = None
        self.replaced: dict[str, str] = {}
        self.parts_damaged = False
        self.opened_at = float("-inf")
        """When the devices were started, in monotonic seconds."""
        self.halted = ""
        """Why it could not be opened, in a technician's word; empty when it was."""

    def open(self) -> None:
        """Bring it up. A terminal that must not serve still answers on its control socket.

        Raises:
            HaltedError: not in service, or the store cannot keep a promise.
        """
        try:
            self._open()
        except HaltedError as halted:
            self.halted = halted.why
            self._open_control()
            raise

    def _open(self) -> None:
        options, terminal = self.options, self.terminal
        line = options.log or file_line(options.folders.log)
        self._log(AuditLog(None, options.clock, line=line, strict=options.strict))
        try:
            self.identity = load_identity(options.folders.provision)
            self.profile = self._with_parts(load_profile(options.folders.provision))
            if not options.simulated:
                check_home(self.identity, hardware())
        except ProvisioningError as error:
            self._record("identity_refused", why=error.code)
            raise HaltedError("not_enrolled") from None
        terminal.screen.post(self._enter)
        try:
            if self.identity.revoked:
                raise HaltedError(REVOKED)
            self._open_store()
        except HaltedError:
            self._open_voice(self._profile.device("speech"))
            raise
        self._log(AuditLog(self._store, options.clock, line=line, strict=options.strict))
        self.clips = clips = ClipShelf(options.folders.clips, options.checkpoint)
        self._know_platform(self._store, clips)
        self.spoken = clips.services()
        self._record("terminal_started", terminal=self.identity.terminal, version="0.1.0", simulated=options.simulated)
        self._tell_parts()
        self.reload_catalogue()
        self._open_signs()
        self._open_devices(*self._open_office())
        self._open_testing()
        self._open_control()
        self._take_arrived()
        self._catch_up()
        warm()

    def stop(self) -> None:
        """Close in reverse order; harmless when repeated."""
        self._closed = True
        while self._closers:
            self._closers.pop()()

    @property
    def idle(self) -> bool:
        """True when nothing is being printed."""
        return all(part is None or part.idle for part in (self.printing, self.certificates))

    @property
    def _store(self) -> Store:
        if self.store is None:
            raise HaltedError("store")
        return self.store

    @property
    def _identity(self) -> Identity:
        if self.identity is None:
            raise HaltedError("not_enrolled")
        return self.identity

    @property
    def _profile(self) -> SiteProfile:
        if self.profile is None:
            raise HaltedError("not_enrolled")
        return self.profile

    def _with_parts(self, signed: SiteProfile) -> SiteProfile:
        """The profile with the addresses of parts replaced here; a record that is not ours counts for nothing."""
        self.parts_damaged = False
        try:
            used = with_replacements(self.options.folders.provision, signed)
        except ReplacementDamagedError:
            self.parts_damaged = True
            used = signed
        self.replaced = changed(signed, used)
        return used

    def _tell_parts(self) -> None:
        if self.parts_damaged:
            self._record("parts_refused")
        for spec in self._profile.devices:
            if spec.id in self.replaced:
                self._record("part_replaced", device=spec.id, kind=spec.kind)

    def _log(self, audit: AuditLog) -> None:
        self.audit = audit
        self.terminal.log_with(lambda name, fields: audit.record(name, fields))

    def _record(self, name: str, **fields: str | int | bool) -> None:
        if self.audit is not None:
            self.audit.record(name, fields)

    def _open_store(self) -> None:
        options, folders, days = self.options, self.options.folders, self._profile.audit_days
        try:
            # A terminal on simulators is no terminal: it asks nothing of the machine it happens to run on.
            ring = Keyring(folders.key) if options.simulated else Keyring(folders.key, known_custodians())
            self.store = open_store(
                folders.store,
                ring,
                options.clock,
                boot_id(),
                Limits(audit_days=days, **({"reserve_bytes": 0} if options.simulated else {})),
                checkpoint=options.checkpoint,
                suite=suite(self._profile.suite),
            )
        except (WrongKey, KeyMissing, KeyRefused) as error:
            why = WHY_NO_KEY[type(error)]
            self._record("store_refused", why=why)
            raise HaltedError("store_key", why) from None
        except StoreError as error:
            self._record("store_refused", why=type(error).__name__)
            raise HaltedError("store", WHY_NO_STORE.get(type(error), "store")) from None
        self._closers.append(self.store.close)
        damage = self.store.damage
        if damage is not None:
            self._record("store_quarantined", count=1, rescued=damage.rows_saved, lost=len(damage.lost))

    def _know_platform(self, store: Store, clips: ClipShelf) -> None:
        """Documents and clips go when the terminal was enrolled with another platform; what is to be sent stays."""
        authority = digest_bytes(self._identity.ca_path.read_bytes())
        known = store.meta.get(PLATFORM)
        if known == authority:
            return
        if known is not None:
            store.forget_catalogue()
            # What the disk does not let go is dropped with the first index of the new platform.
            with contextlib.suppress(OSError):
                clips.keep(())
        store.meta.set(PLATFORM, authority)

    def reload_catalogue(self) -> None:
        """Take the cached catalogue; pages see it at their next step."""
        terminal = self.terminal
        try:
            catalogue = load_catalogue(self._store, self._identity.trust)
        except Exception as error:  # noqa: BLE001 - stored by another release of this program: what is in use stays
            self._record("catalogue_refused", why=type(error).__name__)
            return
        live = len(catalogue.live())
        self._record("catalogue_activated", version=catalogue.version, services=live)

        def take() -> None:
            visit = terminal.conductor.state.visit
            terminal.shelf.switch(catalogue, visit.service, begun=bool(visit.answers))
            terminal.keep_front()
            terminal.conductor.dispatch(CatalogueChanged())

        terminal.screen.post(take)

    def _open_office(self) -> tuple[PlatformClient, Office]:
        options, terminal, identity = self.options, self.terminal, self._identity
        client = PlatformClient(
            identity.url, identity, options.clock, trusted=identity.trust, checkpoint=options.checkpoint
        )
        self.office = office = Office(
            self._store,
            client,
            identity.terminal,
            options.clock,
            options.random_bytes,
            self._profile.witnesses,
            terminal.post,
            lambda name, fields: self._record(name, **fields),
        )
        self.engine = office.engine = SyncEngine(
            self._store,
            client,
            options.clock,
            random.random,
            office.hear,
            terminal=identity.terminal,
            about=self._about,
            validate=check_package,
            trial=try_catalogue,
            settings=SyncSettings(beat_s=options.beat_s),
            checkpoint=options.checkpoint,
            random_bytes=options.random_bytes,
            shelf=self.clips,
        )
        terminal.screen.post(self._hold_only_what_is_used)
        office.on_catalogue = self.reload_catalogue
        office.on_report = self._hear_report
        terminal.screen.post(lambda: terminal.conductor.equip(office.performers()))
        terminal.screen.post(lambda: terminal.conductor.equip({CallHost: self._call_host, HandBack: self._hand_back}))
        terminal.screen.post(lambda: terminal.conductor.on_step.append(lambda _event, _state: self._live_by()))
        terminal.screen.post(lambda: terminal.conductor.wipers.add("office", office.wipe))
        self._open_commands(self.engine)
        self._open_workbench()
        self._open_line(client, self.engine.observed)
        self._open_till(client, self.engine, office)
        self.engine.start()
        self._closers.append(self.engine.stop)
        self.client = client
        terminal.screen.post(self._renew_later)
        self._closers.append(office.close)
        return client, office

    def _hold_only_what_is_used(self) -> None:
        shelf = self.terminal.shelf
        self.terminal.conductor.on_step.append(lambda _event, state: shelf.let_go(state.visit.service))

    def _take_arrived(self) -> None:
        """What came with an enrolment on a stick. Taken or refused, and told so, it is done with."""
        arrived = self.options.folders.arrived
        if not arrived.exists():
            return
        from kiosk_app import sticks

        # A store that takes nothing now keeps nobody from starting: the next start tries again.
        with contextlib.suppress(StoreError, OSError):
            sticks.import_reference(self, {"path": str(arrived)})
            arrived.unlink()

    def _open_signs(self) -> None:
        """Clips in sign language that lie here; pages show them from the next drawing on."""
        shelf, refused = read_shelf(self.options.folders.signs)
        if refused:
            self._record("signs_refused", count=len(refused))
        self.terminal.shelf.signs = shelf

    def _open_commands(self, engine: SyncEngine) -> None:
        """What the platform asks from afar."""
        terminal = self.terminal
        self.commands = commands = Commands(
            self._store,
            secrets.token_hex(8),
            lambda: terminal.conductor.state,
            lambda: self.idle,
            terminal.screen,
            terminal.conductor.dispatch,
            {Action.SELF_TEST: lambda: workshop.self_test(self), Action.LOGS: lambda: log_export.job(self)},
            lambda: terminal.restart(),
            lambda name, fields: self._record(name, **fields),
            engine.poke,
        )
        free = False

        def stepped(_event: object, state: State) -> None:
            nonlocal free
            free = commands.stepped(free, state)

        terminal.screen.post(lambda: terminal.conductor.on_step.append(stepped))
        commands.start()
        self._closers.append(commands.stop)

    def _open_workbench(self) -> None:
        """Technician mode: who may open it, and its tools."""
        from kiosk_app.drawers import drawers

        terminal = self.terminal
        self.workbench = bench = Workbench(
            self._store,
            self.options.clock,
            drawers(self),
            terminal.post,
            lambda name, fields: self._record(name, **fields),
        )
        self._learn_technicians()
        terminal.shelf.technician = bench.technician
        terminal.screen.post(lambda: terminal.conductor.equip(bench.performers()))
        terminal.screen.post(lambda: terminal.conductor.on_step.append(bench.stepped))
        bench.start()
        self._closers.append(bench.stop)

    def _learn_technicians(self) -> None:
        """Take the signed list that lies in the store; one that is not ours counts for nothing."""
        if self.workbench is None:
            return
        try:
            value = self._store.catalogue.proved(TECHNICIANS, self._identity.trust)
            roll = parse_technicians(value, self._identity.terminal) if value is not None else None
        except (SignatureError, TechniciansMalformedError) as error:
            self._record("technicians_refused", why=type(error).__name__)
            roll = None
        self.workbench.learn(roll)

    def _open_line(self, client: PlatformClient, saw: Callable[[bool], None]) -> None:
        """The line to staff who answer in writing."""
        options, terminal = self.options, self.terminal
        chatting = Chatting(
            client,
            options.clock,
            options.random_bytes,
            terminal.post,
            lambda name, fields: self._record(name, **fields),
            saw,
        )
        terminal.screen.post(lambda: terminal.conductor.equip(chatting.performers()))
        terminal.screen.post(lambda: terminal.conductor.wipers.add("chat", chatting.wipe))
        self._closers.append(chatting.close)

    def _open_till(self, client: PlatformClient, engine: SyncEngine, office: Office) -> None:
        """Payments; what the last run left undone is brought to its end."""
        options, terminal, store = self.options, self.terminal, self._store
        self.paying = paying = Paying(
            client,
            PaymentJournal(store),
            lambda: store.next_provisional(self._identity.terminal),
            engine,
            options.clock,
            options.random_bytes,
            terminal.post,
            lambda name, fields: self._record(name, **fields),
            engine.observed,
            options.checkpoint,
        )
        terminal.screen.post(lambda: terminal.conductor.equip(paying.performers()))
        terminal.screen.post(lambda: office.on_wipe.append(paying.wipe))
        paying.start()
        self._closers.append(paying.close)

    def _renew_later(self) -> None:
        """Loop's thread: look at the certificate now and every hour, sooner while it is due; done elsewhere."""
        if self.office is not None and not self._closed:
            self.office.aside(self._renew)
            due = needs_renewal(self._identity.certificate, self.options.clock.now())
            self.terminal.screen.after(RENEWAL_RETRY_S if due else RENEWAL_CHECK_S, self._renew_later)

    def _renew(self) -> None:
        folder, clock = self.options.folders.provision, self.options.clock
        before = self._identity.certificate.serial_number
        try:
            found = renew_if_due(PlatformHttp(clock), folder, clock, self.options.random_bytes)
        except ProvisioningError as error:
            if error.code != self._renewal_failed:
                self._renewal_failed = error.code
                self._record("renewal_failed", why=error.code)
                self._refused(error.code)
            return
        self._renewal_failed = ""
        if found.enrolled_at != self._identity.enrolled_at:
            # Enrolled anew while it ran: the next start takes it.
            return
        self.identity = found
        if self.identity.certificate.serial_number != before and self.client is not None:
            self.client.renewed()
            if self.engine is not None:
                # It may be waiting because the old one had run out.
                self.engine.poke()
            self._record("certificate_renewed", serial=f"{self.identity.certificate.serial_number:x}"[:32])

    def _refused(self, code: str) -> None:
        """The platform does not accept this terminal; when it was withdrawn, nobody is served any more."""
        if code != WITHDRAWN or self._identity.revoked or self._enrolled_anew():
            return
        self._record("terminal_revoked")
        self.identity = replace(self._identity, revoked=True)
        # A disk that takes nothing more: the next start hears it again.
        with contextlib.suppress(OSError):
            lock(self.identity, self.options.random_bytes)
        self.terminal.post(Halted(REVOKED))
        # A process that holds neither store nor devices is one that a technician can enrol anew.
        self.terminal.screen.post(self.terminal.have_relief)

    def _enrolled_anew(self) -> bool:
        """Tell whether another identity is in force than the one this process began with, whose end that was."""
        try:
            return load_identity(self.options.folders.provision).enrolled_at != self._identity.enrolled_at
        except ProvisioningError:
            return False

    def _call_host(self, effect: CallHost) -> None:
        self._record("host_called", why=effect.why)

    def _hear_report(self, report: SyncReport) -> None:
        if isinstance(report, Online) and report.online and self.paying is not None:
            self.paying.nudge()
        if isinstance(report, ItemDone) and self.testing is not None:
            self.testing.settle()
        if isinstance(report, NeedsService):
            self._refused(report.code)
        if isinstance(report, TechniciansChanged):
            self._learn_technicians()
            self._record("technicians_changed")
        if isinstance(report, ClockCorrected):
            way = "slow" if report.seconds > 0 else "fast"
            self._record("clock_corrected", machine=way, minutes=abs(report.seconds) // 60)
        if isinstance(report, PlatformClosed):
            self._record("platform_closed", seconds=max(0, report.seconds))
        if isinstance(report, TimeRefused):
            self._record("time_refused", why=report.why)
        if isinstance(report, CommandsArrived) and self.commands is not None:
            self.commands.arrived(report.commands)
        if isinstance(report, CommandRefused):
            self._record("command_refused", command=report.id or "none", why=report.why.value)
        if isinstance(report, AuditAlarm):
            declared = AUDIT_ALARM.fields["why"]
            self._record("audit_alarm", why=report.why if declared.fits(report.why) else "other")
        if isinstance(report, VoicesChanged) and self.clips is not None:
            spoken, changed = self.clips.services(), len(report.services)
            self.terminal.screen.post(lambda: self._renew_voice(spoken, changed))
        if isinstance(report, Neighbours):
            near = read_nearby(report.found, self.options.clock.now())
            self.terminal.screen.post(lambda: self.terminal.neighbours(near))
        if isinstance(report, ProfileChanged):
            self._take_profile()

    def _take_profile(self) -> None:
        """Put the profile that came into force on the disk, whole or not at all; any thread but the loop's."""
        cached = self._store.catalogue.get("profile")
        if cached is None:
            return
        try:
            folder = self.options.folders.provision
            coming = self._with_parts(
                apply_profile(folder, dict(cached.envelope), self.options.clock, self.options.random_bytes)
            )
        except ProvisioningError as error:
            self._record("profile_refused", why=type(error).__name__)
            return
        self.terminal.screen.post(lambda: self._live_by(coming))

    def _catch_up(self) -> None:
        """A power cut may have come between fetching a profile and putting it into force: it is not fetched again."""
        cached = self._store.catalogue.get("profile")
        rev = cached.envelope.get("signed", {}).get("rev") if cached is not None else None
        if isinstance(rev, int) and rev > self._profile.rev:
            # A disk that takes nothing more keeps nobody from starting: the next start tries again.
            with contextlib.suppress(OSError):
                self._take_profile()

    def _live_by(self, coming: SiteProfile | None = None) -> None:
        """Loop's thread: live by the newest profile at once when nobody is here, else as soon as that is so."""
        self._coming = coming or self._coming
        if self._coming is None or not resting(self.terminal.conductor.state):
            return
        former, self.profile, self._coming = self._profile, self._coming, None
        self._record("profile_applied", rev=self.profile.rev)
        self._tell_parts()
        if self.office is not None:
            self.office.witnesses = self.profile.witnesses
        self._enter()
        if needs_fresh_start(former, self.profile):
            self.terminal.have_relief()

    def _enter(self) -> None:
        """Loop's thread: residents see the site that the profile says."""
        profile = self._profile
        returns = way_back(self.options.folders.partner, profile) is not None
        self.terminal.enter(site_of(profile, returns=returns), keypad_of(profile))

    def _hand_back(self, effect: HandBack) -> None:
        """Loop's thread, behind the wipers: the partner's programme gets the machine back."""
        way = way_back(self.options.folders.partner, self._profile)
        done = way is not None and (isinstance(way, Code) or run_hook(way.command))
        self._record("handed_back", how=self._profile.partner.exit if self._profile.partner else "none", done=done)
        if isinstance(way, Code):
            self.terminal.on_return(way.code)

    def _open_devices(self, client: PlatformClient, office: Office) -> None:
        options, terminal, conductor = self.options, self.terminal, self.terminal.conductor
        profile = self._profile

        def record(name: str, fields: Mapping[str, str | int | bool]) -> None:
            self._record(name, **fields)

        self.looking = looking = Looking(
            profile.device("camera"), profile.device("photo_decoder"), options, terminal, record
        )
        self.scanning = scanning = Scanning(profile.device("document_scanner"), options, terminal)
        office.page = scanning.page
        self.modules = modules = Modules(profile.devices, options.clock, terminal.post, record)
        self.hands = hands = Hands(
            profile.devices,
            options.clock,
            terminal.screen.post,
            terminal.screen.after,
            conductor.dispatch,
            record,
            looking.card,
        )

        def listen(wanted: frozenset[str]) -> None:
            hands.listen(wanted)
            looking.listen(wanted)

        self.printing = printing = Printing(
            profile.device("receipt_printer"), self._store, options, terminal, office, record
        )
        self.certificates = certificates = Certificates(
            profile.device("page_printer"),
            self._store,
            client,
            self._identity.ca_path,
            options,
            terminal,
            office,
            record,
        )
        self.speaking = speaking = Speaking(profile.device("speech"), options, terminal, record)
        self.jack = jack = Jack(profile.device("headphones"), options.clock, terminal.post)
        self.around = around = Around(
            profile.devices, options.clock, terminal.screen.post, terminal.screen.after, conductor.dispatch, record
        )

        def join() -> None:
            conductor.on_listening = listen
            for part in (printing, certificates, looking, scanning, modules):
                conductor.equip(part.performers())
            speaking.join(conductor)
            conductor.on_step.append(around.watch)
            conductor.wipers.add("readers", hands.wipe)
            conductor.wipers.add("camera", looking.wipe)
            conductor.wipers.add("pages", scanning.wipe)
            conductor.wipers.add("modules", modules.wipe)
            conductor.wipers.add("voice", speaking.wipe)
            office.on_wipe.append(certificates.wipe)
            from kiosk_app.visit import listening

            listen(listening(conductor.state))
            conductor.show()

        terminal.screen.post(join)
        plugs = Hotplug(self._plugged)
        for part in (hands, looking, scanning, modules, printing, certificates, speaking, jack, around, plugs):
            part.start()
            self._closers.append(part.stop)
        self.opened_at = options.clock.monotonic()

    def _plugged(self, event: Uevent) -> None:
        """A plug went in or out: devices that wait for one look at once. The listener's thread."""
        for part in (self.hands, self.modules, self.printing, self.certificates, self.jack, self.around):
            if part is not None:
                part.nudge()

    def open_bench(self) -> Enrolling:
        """Not in service for want of an enrolment: a technician may begin one from the page."""
        # Not loaded where nobody needs it.
        from kiosk_app.equipment.enrolling import Enrolling
        from kiosk_app.equipment.machine import Surroundings

        terminal, around = self.terminal, self.options.around or Surroundings()

        def record(name: str, fields: Mapping[str, str | int | bool]) -> None:
            self._record(name, **fields)

        bench = Enrolling(self.options, terminal, around, record)
        if self.speaking is None:
            self._open_voice(DeviceSpec("speech", "speech", around.voice))

        def join() -> None:
            terminal.conductor.equip(bench.performers())
            terminal.conductor.on_listening = bench.listen

        terminal.screen.post(join)
        self._closers.append(bench.close)
        return bench

    def _open_voice(self, spec: DeviceSpec | None) -> None:
        """Out of service, and still able to say so."""
        terminal = self.terminal

        def record(name: str, fields: Mapping[str, str | int | bool]) -> None:
            self._record(name, **fields)

        self.speaking = speaking = Speaking(spec, self.options, terminal, record)
        terminal.screen.post(lambda: speaking.join(terminal.conductor))
        speaking.start()
        self._closers.append(speaking.stop)
        self._closers.append(lambda: terminal.screen.post(lambda: speaking.leave(terminal.conductor)))

    def _renew_voice(self, spoken: frozenset[str], changed: int) -> None:
        """Loop's thread, behind the catalogue that the clips belong to."""
        self.spoken = spoken
        live = {service.id for service in self.terminal.shelf.catalogue.live()}
        self._record("voices_changed", changed=changed, without=len(live - spoken))
        # A voice that does not run yet finds the clips when it starts.
        if self.speaking is not None:
            self.speaking.renew()

    def statuses(self) -> list[Status]:
        """Return what every device last said."""
        found = list(self.hands.last.values()) if self.hands else []
        found += self.modules.last.values() if self.modules else ()
        found += self.around.last.values() if self.around else ()
        found += self.looking.statuses() if self.looking else ()
        for part in (self.scanning, self.printing, self.certificates, self.speaking, self.jack):
            if part is not None and part.last is not None:
                found.append(part.last)
        return found

    def _about(self) -> Mapping[str, Any]:
        devices = [
            {
                "id": s.device,
                "kind": s.kind,
                "state": s.state.value,
                "detail": dict(s.detail) | ({"replaced": self.replaced[s.device]} if s.device in self.replaced else {}),
            }
            for s in self.statuses()
        ]
        kept_by = self._identity.key_protection.value
        return {"version": "0.1.0", "state": self._standing(), "key_protection": kept_by, "devices": devices}

    def _standing(self) -> str:
        """What the platform is told of the service: why nobody is served comes before that nobody is."""
        here = self.terminal.conductor.state
        if here.world.lock is not Lock.NONE:
            return "locked"
        if isinstance(here.place, OutOfService) and here.place.why != COMMISSIONING:
            return "out_of_service"
        return self.testing.state if self.testing is not None else "in_service"

    def _open_testing(self) -> None:
        """The self-test; where the terminal is run as one, by itself too."""
        from kiosk_app.equipment.self_testing import SelfTesting

        self.testing = testing = SelfTesting(self)
        self._closers.append(testing.close)
        self.terminal.screen.post(lambda: self.terminal.conductor.equip(testing.performers()))
        if self.options.self_test:
            testing.open()
            self.terminal.screen.post(testing.begin)

    def _open_control(self) -> None:
        from kiosk_app.control_handlers import handlers

        server = ControlServer(
            self.options.folders.control,
            handlers(self),
            self.terminal.screen.post,
            heard=lambda command, outcome: self._record("command_asked", command=command, outcome=outcome),
        )
        try:
            server.start()
        except (AlreadyRunningError, OSError) as error:
            self._record("unexpected_event", state="control", event=type(error).__name__)
            return
        self._closers.append(server.stop)
