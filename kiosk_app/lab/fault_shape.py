"""What a fault of the laboratory is: how it is played, what the doctor must say of it, and how it heals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from drivers.device import DeviceState, Status
from kiosk_app.health.checks import Refusal
from kiosk_app.health.devices import describe
from kiosk_app.health.duty import Duty, duty_of_check
from kiosk_app.health.line import check_platform
from kiosk_app.health.standstill import check_service
from offline_cache import Reach
from provisioning import CheckResult, CheckState, ProvisioningError, Words


class Scene(StrEnum):
    """What the terminal stands in; what needs another installation is played together."""

    RUNNING = "running"
    """In service with every device there is."""
    STARTING = "starting"
    """It is done while the power is off, and seen when it is on again."""
    ENTRIES = "entries"
    """A profile whose entries are wrong: one installation has all of these."""
    FRESH = "fresh"
    """A new terminal, its network cable not yet plugged in."""
    SMALL_DISK = "small_disk"
    """The terminal's folder is a disk of its own, which takes the rights of root."""
    WITHDRAWN = "withdrawn"
    """A terminal of its own, because nothing brings it back but another enrolment."""
    LATE = "late"
    """Days pass: last of all, because a clock never goes back."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to the terminal's world: `hand` names who does it, the rest is for the hand."""

    hand: str
    what: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the doctor must say of one device or check, by its id in the report."""

    subject: str
    kind: str
    severity: CheckState
    cause: Words
    remedy: Words
    duty: Duty


@dataclass(frozen=True, slots=True)
class Fault:
    """One root cause. `also` are ids of what else suffers from it and may say so; `shown` is it in a technician's eyes.

    `heals` is empty where the scene's end mends it.
    """

    id: str
    scene: Scene
    shown: Words
    does: Deed
    heals: Deed | None
    says: Said
    also: frozenset[str] = frozenset()


IDS: Mapping[str, str] = {
    "card_reader": "card-1",
    "code_reader": "code-1",
    "receipt_printer": "printer-1",
    "page_printer": "sheets-1",
    "speech": "voice-1",
    "camera": "camera-1",
    "document_scanner": "pages-1",
    "photo_decoder": "photos-1",
    "social_card_reader": "social-1",
    "headphones": "jack-1",
    "presence": "presence-1",
    "relays": "relays-1",
    "ups": "ups-1",
    "biometric_voice": "module-voice",
    "biometric_palm": "module-palm",
    "biometric_iris": "module-iris",
}
"""Kind -> id in the laboratory's profile."""
CHECKS: Mapping[str, Words] = {
    "service": Words("服务状态", "service"),
    "platform": Words("到平台的网络", "way to the platform"),
    "clock": Words("时钟", "clock"),
    "store": Words("存储", "store"),
    "store_key": Words("存储密钥", "store key"),
    "disk": Words("磁盘", "disk"),
    "audit": Words("审计", "audit"),
    "swap": Words("交换分区", "swap"),
    "certificate": Words("终端证书", "certificate"),
    "profile": Words("站点配置", "site profile"),
    "outbox": Words("发件箱", "outbox"),
    "catalogue": Words("事项目录", "catalogue"),
    "fonts": Words("字体", "fonts"),
    "voice": Words("朗读语音", "voice"),
    "audio": Words("声音", "sound"),
    "service_voice": Words("事项的自然语音", "natural voice of services"),
    "parts": Words("换件记录", "record of parts"),
}
"""What the checks are called."""
PARTS = frozenset(
    {"camera", "document-camera", "social-card", "jack", "presence", "relays", "ups", "voice", "palm", "iris"}
)
"""What the laboratory has to start for all of them."""

ONLINE, OFFLINE, BROKEN, HAND = (
    DeviceState.ONLINE,
    DeviceState.OFFLINE,
    DeviceState.HARDWARE_ERROR,
    DeviceState.USER_ACTION,
)
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def device(kind: str, state: DeviceState, cause: str = "", **detail: str) -> Said:
    """What is said of a device in this state."""
    known = {**detail, **({"cause": cause} if cause else {})}
    found = describe(Status(IDS[kind], kind, state, known))
    return Said(found.id, kind, found.severity, found.cause, found.remedy, found.duty)


def check(result: CheckResult) -> Said:
    """What is said by a check."""
    return Said(result.id, result.id, result.state, result.cause, result.remedy, duty_of_check(result))


def refused(error: type[ProvisioningError]) -> Refusal:
    """What `provisioning` says of it."""
    return Refusal(error.code, error.cause, error.remedy)


def platform(reach: Reach) -> Said:
    """What is said of the way to the platform."""
    return check(check_platform(reach, enrolled=True))


def halted(word: str) -> Said:
    """What is said of a terminal that stands still."""
    return check(check_service(running=True, halted=word))


def on_wire(
    name: str, part: str, shown: Words, says: Said, fault: str, *also: str, scene: Scene = Scene.RUNNING
) -> Fault:
    """A fault that a simulator has by name and loses with `none`."""
    return Fault(name, scene, shown, Deed(part, {"fault": fault}), Deed(part, {"fault": "none"}), says, frozenset(also))


def panel(
    name: str, part: str, shown: Words, says: Said, bad: Mapping[str, Any], well: Mapping[str, Any], *also: str
) -> Fault:
    """Something of a printer's panel, or of another part's state."""
    panel = part in ("printer", "sheets")
    does, heals = ({"set": bad}, {"set": well}) if panel else (bad, well)
    return Fault(name, Scene.RUNNING, shown, Deed(part, does), Deed(part, heals), says, frozenset(also))


def spoilt(
    name: str,
    shown: Words,
    says: Said,
    how: str,
    path: str,
    *also: str,
    scene: Scene = Scene.RUNNING,
) -> Fault:
    """A file of the terminal is spoilt, and put back as it was."""
    return Fault(
        name,
        scene,
        shown,
        Deed("file", {"do": how, "path": path}),
        Deed("file", {"do": "restore", "path": path}),
        says,
        frozenset(also),
    )


def machine(name: str, shown: Words, says: Said, file: str, content: str, well: str) -> Fault:
    """The kernel says something else in one of its files."""
    return Fault(
        name,
        Scene.RUNNING,
        shown,
        Deed("machine", {"file": file, "content": content}),
        Deed("machine", {"file": file, "content": well}),
        says,
    )


def line(name: str, shown: Words, reach: Reach, hand: str, bad: Mapping[str, Any], well: Mapping[str, Any]) -> Fault:
    """The way to the platform goes wrong."""
    return Fault(name, Scene.RUNNING, shown, Deed(hand, bad), Deed(hand, well), platform(reach))


def entry(name: str, kind: str, shown: Words, **change: Any) -> Fault:
    """An entry of the site profile cannot be understood."""
    says = device(kind, DeviceState.NO_DEVICE, "profile")
    return Fault(name, Scene.ENTRIES, shown, Deed("entry", {"id": IDS[kind], **change}), None, says)
