"""Modules for voice, palm and iris: a reference goes out, a verdict comes back. Nothing biometric passes here."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping

from drivers.biometric import BiometricModule, Compare, Compared, Modality
from drivers.device import Completion, Report, Status
from drivers.owner import Clock
from drivers.transport import parse_uri
from kiosk_app.conductor import Performer, Record
from kiosk_app.visit.effects import CheckBiometric, Effect
from kiosk_app.visit.events import BiometricEnded, DeviceChanged, Event
from provisioning import DeviceSpec

COMPARE_SECONDS = 20.0
DECISIONS = frozenset({"accept", "reject", "not_enrolled"})


KEY_BYTES = 32


def subject(key: bytes, number: str) -> bytes:
    """The reference under which an authority enrolled the holder of a number: 32 bytes.

    `key` is agreed with the authority: without it the few numbers that exist could be tried one by one.
    """
    return hmac.new(key, number.encode(), hashlib.sha256).digest()


def key_of(spec: DeviceSpec) -> bytes:
    """Read the key of a profile entry, `reference_key`: 64 hexadecimal digits.

    Raises:
        ValueError: there is none, or it is too short.
    """
    key = bytes.fromhex(str(spec.options.get("reference_key", "")))
    if len(key) != KEY_BYTES:
        raise ValueError(f"reference_key: expected {KEY_BYTES} bytes")
    return key


class Modules:
    """The modules of a site, one of each kind. Loop's thread but for reports."""

    def __init__(
        self,
        specs: Iterable[DeviceSpec],
        clock: Clock,
        post: Callable[[Event], None],
        record: Record,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._post = post
        self._record = record
        self._count = itertools.count(1)
        self._running: dict[str, str] = {}
        self._modules: dict[str, BiometricModule] = {}
        self._keys: dict[str, bytes] = {}
        self.last: dict[str, Status] = {}
        kinds = {modality.kind: modality for modality in Modality}
        for spec in specs:
            modality = kinds.get(spec.kind)
            if modality is None or modality.value in self._modules:
                continue
            try:
                line, key = parse_uri(spec.uri), key_of(spec)
            except ValueError:
                self._post(DeviceChanged(spec.kind, "no_device", {"cause": "profile"}))
                continue
            self._keys[modality.value] = key
            module = BiometricModule(spec.id, line, modality=modality, clock=clock, random_bytes=random_bytes)
            self._modules[modality.value] = module

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {CheckBiometric: self._check}

    def start(self) -> None:
        """Begin; states arrive as events."""
        for kind, module in self._modules.items():
            module.start(lambda report, kind=kind: self._hear(kind, report))  # type: ignore[misc]

    def stop(self) -> None:
        """End the owners."""
        for module in self._modules.values():
            module.stop()

    def nudge(self) -> None:
        """Something was plugged in or pulled out: look at once. Any thread."""
        for module in self._modules.values():
            module.nudge()

    def wipe(self) -> None:
        """The visit is over: a comparison that still runs is for nobody."""
        running, self._running = self._running, {}
        for kind, name in running.items():
            self._modules[kind].cancel(name)

    def _check(self, effect: CheckBiometric) -> None:
        module = self._modules.get(effect.kind)
        if module is None:
            self._post(BiometricEnded(effect.kind, "offline"))
            return
        name = self._running[effect.kind] = f"{effect.kind}-{next(self._count)}"
        module.submit(Compare(name, COMPARE_SECONDS, subject(self._keys[effect.kind], effect.id_number)))

    def _hear(self, kind: str, report: Report) -> None:
        """Module's thread."""
        match report:
            case Status(state=state, detail=detail):
                self.last[kind] = report
                self._post(DeviceChanged(report.kind, state.value, dict(detail)))
            case Completion() if self._running.get(kind) == report.id:
                self._running.pop(kind, None)
                self._post(BiometricEnded(kind, self._decision(report)))

    def _decision(self, done: Completion) -> str:
        if isinstance(done.result, Compared):
            # A sample that was too poor to compare is no failure of the person: it may be tried again.
            return done.result.decision.value if done.result.decision.value in DECISIONS else "poor_sample"
        why = done.error.kind.value if done.error else "device_fault"
        self._record("device_failed", {"device": done.device, "command": done.id, "cause": why})
        return "offline"
