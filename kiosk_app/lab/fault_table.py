"""The faults that the laboratory can play, each a root cause of its own: how it is played on the true thing, what the
doctor must say of it, and how it heals. Pure data; `fault_hands` does it, docs/fault-table.md is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from drivers.device import DeviceState, Status
from kiosk_app.health.checks import (
    Refusal,
    check_audio,
    check_catalogue,
    check_certificate,
    check_clips,
    check_clock,
    check_fonts,
    check_profile,
    check_swap,
    check_voice,
)
from kiosk_app.health.devices import describe
from kiosk_app.health.duty import Duty, duty_of_check
from kiosk_app.health.line import check_platform
from kiosk_app.health.standstill import check_service
from kiosk_app.health.store_checks import check_audit, check_disk, check_outbox, check_store_encrypted, check_store_key
from offline_cache import Reach, Unwritten
from provisioning import CheckResult, CheckState, ProvisioningError, Words
from provisioning.errors import IdentityDamagedError, KeyExposedError, ProfileSignatureBadError
from provisioning.replacement import ReplacementDamagedError


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


def _on_wire(
    name: str, part: str, shown: Words, says: Said, fault: str, *also: str, scene: Scene = Scene.RUNNING
) -> Fault:
    """A fault that a simulator has by name and loses with `none`."""
    return Fault(name, scene, shown, Deed(part, {"fault": fault}), Deed(part, {"fault": "none"}), says, frozenset(also))


def _set(
    name: str, part: str, shown: Words, says: Said, bad: Mapping[str, Any], well: Mapping[str, Any], *also: str
) -> Fault:
    """Something of a printer's panel, or of another part's state."""
    panel = part in ("printer", "sheets")
    does, heals = ({"set": bad}, {"set": well}) if panel else (bad, well)
    return Fault(name, Scene.RUNNING, shown, Deed(part, does), Deed(part, heals), says, frozenset(also))


def _file(
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


def _machine(name: str, shown: Words, says: Said, file: str, content: str, well: str) -> Fault:
    return Fault(
        name,
        Scene.RUNNING,
        shown,
        Deed("machine", {"file": file, "content": content}),
        Deed("machine", {"file": file, "content": well}),
        says,
    )


def _line(name: str, shown: Words, reach: Reach, hand: str, bad: Mapping[str, Any], well: Mapping[str, Any]) -> Fault:
    return Fault(name, Scene.RUNNING, shown, Deed(hand, bad), Deed(hand, well), platform(reach))


def _entry(name: str, kind: str, shown: Words, cause: str, **change: Any) -> Fault:
    says = device(kind, DeviceState.NO_DEVICE, cause)
    return Fault(name, Scene.ENTRIES, shown, Deed("entry", {"id": IDS[kind], **change}), None, says)


READERS = (
    _on_wire(
        "card_reader.silent",
        "card",
        Words("读卡器通着电，不回话", "The reader has power and answers nothing"),
        device("card_reader", OFFLINE, "silent"),
        "silent",
    ),
    _on_wire(
        "card_reader.unplugged",
        "card",
        Words("读卡器的线拔了", "The reader's cable is out"),
        device("card_reader", OFFLINE, "missing"),
        "unplug",
    ),
    _on_wire(
        "card_reader.self_test",
        "card",
        Words("读卡器自检报错（SW3 60）", "The reader's self-test fails (SW3 60)"),
        device("card_reader", BROKEN, "self_test_failed"),
        "selftest-60",
    ),
    _on_wire(
        "card_reader.sam",
        "card",
        Words("安全模块没有授权（SW3 66）", "Its security module is not authorised (SW3 66)"),
        device("card_reader", BROKEN, "sam_not_authorised"),
        "sam-66",
    ),
    Fault(
        "card_reader.held",
        Scene.RUNNING,
        Words("别的程序锁住了读卡器的串口", "Another programme holds the lock of the reader's line"),
        Deed("hold", {"part": "card", "link": "card"}),
        Deed("release", {}),
        device("card_reader", OFFLINE, "in_use"),
    ),
    _entry(
        "card_reader.entry",
        "card_reader",
        Words("站点配置里读卡器的地址写错了", "The profile's address of the card reader is no address"),
        "profile",
        uri="serial:/dev/ttyS9?baud=fast",
    ),
    _on_wire(
        "code_reader.silent",
        "code",
        Words("扫码器通着电，不回话", "The code reader has power and answers nothing"),
        device("code_reader", OFFLINE, "silent"),
        "silent",
    ),
    _on_wire(
        "code_reader.unplugged",
        "code",
        Words("扫码器的线拔了", "The code reader's cable is out"),
        device("code_reader", OFFLINE, "missing"),
        "unplug",
    ),
    Fault(
        "code_reader.held",
        Scene.RUNNING,
        Words("别的程序锁住了扫码器的串口", "Another programme holds the lock of the code reader's line"),
        Deed("hold", {"part": "code", "link": "code"}),
        Deed("release", {}),
        device("code_reader", OFFLINE, "in_use"),
    ),
    _on_wire(
        "social_card.unplugged",
        "social-card",
        Words("社保卡读卡器关着，端口没有人听", "The social-security card reader is off: nobody listens at its port"),
        device("social_card_reader", OFFLINE, "refused"),
        "unplug",
    ),
)

PRINTERS = (
    _set(
        "receipt_printer.paper_low",
        "printer",
        Words("小票纸快用完（近尽传感器）", "The roll is near its end (sensor)"),
        device("receipt_printer", ONLINE, paper="low", cover="closed"),
        {"paper": "low"},
        {"paper": "full"},
    ),
    _set(
        "receipt_printer.paper_out",
        "printer",
        Words("小票纸用完", "The roll is used up"),
        device("receipt_printer", HAND, paper="out", cover="closed"),
        {"paper": "out"},
        {"paper": "full"},
    ),
    _set(
        "receipt_printer.jammed",
        "printer",
        Words("小票卡纸", "The paper is jammed"),
        device("receipt_printer", BROKEN, "mechanical_error", paper="jammed", cover="closed"),
        {"paper": "jammed"},
        {"paper": "full"},
    ),
    _set(
        "receipt_printer.cover",
        "printer",
        Words("小票打印机盖子开着", "The cover is open"),
        device("receipt_printer", HAND, paper="full", cover="open"),
        {"cover": "open"},
        {"cover": "closed"},
    ),
    _set(
        "receipt_printer.cutter",
        "printer",
        Words("切刀卡住", "The knife is stuck"),
        device("receipt_printer", BROKEN, "cutter_error", paper="jammed", cover="closed"),
        {"cutter": "error"},
        {"cutter": "ok"},
    ),
    _set(
        "receipt_printer.hot",
        "printer",
        Words("打印头过热", "The head is too hot"),
        device("receipt_printer", ONLINE, "head_hot", paper="full", cover="closed"),
        {"hot": True},
        {"hot": False},
    ),
    _set(
        "receipt_printer.unrecoverable",
        "printer",
        Words("打印机报不可恢复错误", "The printer reports an unrecoverable error"),
        device("receipt_printer", BROKEN, "unrecoverable", paper="full", cover="closed"),
        {"unrecoverable": True},
        {"unrecoverable": False},
    ),
    _set(
        "receipt_printer.feed_button",
        "printer",
        Words("走纸键被压住", "Something presses the feed key"),
        device("receipt_printer", HAND, "feed_button", paper="full", cover="closed"),
        {"feed_button": True},
        {"feed_button": False},
    ),
    _set(
        "receipt_printer.silent",
        "printer",
        Words("打印机连得上，不回状态", "The printer takes the connection and tells no status"),
        device("receipt_printer", OFFLINE, "silent", paper="unknown", cover="unknown"),
        {"silent": True},
        {"silent": False},
    ),
    Fault(
        "receipt_printer.off",
        Scene.RUNNING,
        Words("打印机断电", "The printer has no power"),
        Deed("printer", {"power": "off"}),
        Deed("printer", {"power": "on"}),
        device("receipt_printer", OFFLINE, "refused"),
    ),
    _set(
        "page_printer.paper_low",
        "sheets",
        Words("A4 纸快用完", "The tray of A4 paper is low"),
        device("page_printer", ONLINE, paper="low", cover="closed"),
        {"paper": "low"},
        {"paper": "full"},
    ),
    _set(
        "page_printer.paper_out",
        "sheets",
        Words("A4 纸用完", "The tray is empty"),
        device("page_printer", HAND, "no_paper", paper="out", cover="closed"),
        {"paper": "out"},
        {"paper": "full"},
    ),
    _set(
        "page_printer.jammed",
        "sheets",
        Words("A4 卡纸", "A sheet is jammed"),
        device("page_printer", BROKEN, "jammed", paper="jammed", cover="closed"),
        {"paper": "jammed"},
        {"paper": "full"},
    ),
    _set(
        "page_printer.cover",
        "sheets",
        Words("证明打印机后盖开着", "Its door is open"),
        device("page_printer", HAND, "cover_open", paper="full", cover="open"),
        {"cover": "open"},
        {"cover": "closed"},
    ),
    _set(
        "page_printer.toner",
        "sheets",
        Words("墨粉用完", "The toner is used up"),
        device("page_printer", BROKEN, "no_toner", paper="full", cover="closed"),
        {"toner": "empty"},
        {"toner": "ok"},
    ),
    _set(
        "page_printer.output",
        "sheets",
        Words("出纸盘满", "The output tray is full"),
        device("page_printer", HAND, "output_full", paper="full", cover="closed"),
        {"output": "full"},
        {"output": "ok"},
    ),
    _set(
        "page_printer.paused",
        "sheets",
        Words("有人在面板上按了暂停", "Somebody paused it at its panel"),
        device("page_printer", BROKEN, "stopped", paper="full", cover="closed"),
        {"paused": True},
        {"paused": False},
    ),
    _set(
        "page_printer.not_accepting",
        "sheets",
        Words("队列满，不收任务", "Its queue is full and takes no jobs"),
        device("page_printer", BROKEN, "not_accepting", paper="full", cover="closed"),
        {"accepting": False},
        {"accepting": True},
    ),
    _set(
        "page_printer.no_pdf",
        "sheets",
        Words("换上的打印机不认 PDF", "The printer that was put there knows no PDF"),
        device("page_printer", BROKEN, "no_pdf", paper="full", cover="closed"),
        {"pdf": False},
        {"pdf": True},
    ),
    _set(
        "page_printer.silent",
        "sheets",
        Words("打印机连得上，不回话", "It takes the connection and never answers"),
        device("page_printer", OFFLINE, "silent"),
        {"silent": True},
        {"silent": False},
    ),
    _set(
        "page_printer.garbage",
        "sheets",
        Words("那个地址上是别的网页", "Another web server answers at its address"),
        device("page_printer", OFFLINE, "unreadable"),
        {"answer": "garbage"},
        {"answer": "ok"},
    ),
    Fault(
        "page_printer.off",
        Scene.RUNNING,
        Words("打印机关着", "The printer is off"),
        Deed("sheets", {"power": "off"}),
        Deed("sheets", {"power": "on"}),
        device("page_printer", OFFLINE, "refused"),
    ),
)

ENTRIES = (
    _entry(
        "receipt_printer.entry",
        "receipt_printer",
        Words("站点配置里小票打印机的地址写错了", "The profile's address of the receipt printer is none"),
        "profile",
        uri="tcp://printer",
    ),
    _entry(
        "speech.entry",
        "speech",
        Words("站点配置里语音的地址写错了", "The profile's address of the speech device is none"),
        "profile",
        uri="speech:loud",
    ),
)

EYES = (
    Fault(
        "camera.unplugged",
        Scene.RUNNING,
        Words("摄像头的线拔了", "The camera's cable is out"),
        Deed("camera-plug", {"in": False}),
        Deed("camera-plug", {"in": True}),
        device("camera", OFFLINE, "no_device"),
    ),
    _set(
        "camera.covered",
        "camera",
        Words("镜头上贴着纸", "Its lens is taped over"),
        device("camera", BROKEN, "camera_black"),
        {"scene": "black"},
        {"scene": "normal"},
    ),
    _set(
        "camera.frozen",
        "camera",
        Words("画面定住", "Its picture stands still"),
        device("camera", BROKEN, "camera_frozen"),
        {"scene": "frozen"},
        {"scene": "normal"},
    ),
    Fault(
        "document_scanner.unplugged",
        Scene.RUNNING,
        Words("高拍仪的线拔了", "The document camera's cable is out"),
        Deed("table-plug", {"in": False}),
        Deed("table-plug", {"in": True}),
        device("document_scanner", OFFLINE, "no_device"),
    ),
    _set(
        "document_scanner.covered",
        "document-camera",
        Words("高拍仪镜头盖着", "Its lens is covered"),
        device("document_scanner", BROKEN, "camera_black"),
        {"lens": "covered"},
        {"lens": "clear"},
    ),
    _set(
        "document_scanner.frozen",
        "document-camera",
        Words("高拍仪画面定住", "Its picture stands still"),
        device("document_scanner", BROKEN, "camera_frozen"),
        {"lens": "frozen"},
        {"lens": "clear"},
    ),
    Fault(
        "photo_decoder.missing",
        Scene.RUNNING,
        Words("厂家的证件照解码程序被删", "The vendor's decoder of card photos was deleted"),
        Deed("decoder", {"do": "remove"}),
        Deed("decoder", {"do": "restore"}),
        device("photo_decoder", BROKEN, "missing"),
    ),
    Fault(
        "photo_decoder.changed",
        Scene.RUNNING,
        Words("解码程序被换成另一版", "The decoder was replaced by another version"),
        Deed("decoder", {"do": "change"}),
        Deed("decoder", {"do": "restore"}),
        device("photo_decoder", BROKEN, "changed"),
    ),
)

MODULES = (
    _set(
        "palm.sensor",
        "palm",
        Words("掌纹模块说传感器坏了", "The palm module says that its sensor failed"),
        device("biometric_palm", BROKEN, "sensor"),
        {"state": "sensor_fault"},
        {"state": "ready"},
    ),
    _set(
        "voice.service",
        "voice",
        Words("声纹模块连不上厂家服务", "The voiceprint module does not reach its vendor"),
        device("biometric_voice", BROKEN, "service"),
        {"state": "service_fault"},
        {"state": "ready"},
    ),
    _on_wire(
        "iris.silent",
        "iris",
        Words("虹膜模块不回话", "The iris module answers nothing"),
        device("biometric_iris", OFFLINE, "silent"),
        "silent",
    ),
    _on_wire(
        "palm.off",
        "palm",
        Words("掌纹模块没开，端口没有人听", "The palm module is off: nobody listens at its port"),
        device("biometric_palm", OFFLINE, "refused"),
        "unplug",
    ),
)

AROUND = (
    _on_wire(
        "headphones.gone",
        "jack",
        Words("声卡拔了，没有感应插头的耳机孔", "The sound card with the jack is out"),
        device("headphones", OFFLINE, "missing"),
        "unplug",
    ),
    _on_wire(
        "presence.silent",
        "presence",
        Words("感应器不发数据", "The sensor sends nothing"),
        device("presence", OFFLINE, "silent"),
        "silent",
    ),
    _on_wire(
        "presence.rate",
        "presence",
        Words("感应器的速率不对", "The sensor talks at another rate"),
        device("presence", OFFLINE, "unreadable"),
        "baud",
    ),
    _on_wire(
        "presence.unplugged",
        "presence",
        Words("感应器的线拔了", "The sensor's cable is out"),
        device("presence", OFFLINE, "missing"),
        "unplug",
    ),
    _entry(
        "presence.entry",
        "presence",
        Words("站点配置里感应器的参数写错", "The profile's figures of the sensor make no sense"),
        "profile",
        away_s="soon",
    ),
    _on_wire(
        "relays.silent",
        "relays",
        Words("继电器板不应答", "The relay board answers nothing"),
        device("relays", OFFLINE, "silent"),
        "silent",
    ),
    _on_wire(
        "relays.checksum",
        "relays",
        Words("应答的校验不对", "Its answers fail their checksum"),
        device("relays", OFFLINE, "unreadable"),
        "bad-crc",
    ),
    _on_wire(
        "relays.refused",
        "relays",
        Words("板子拒绝命令", "The board refuses commands"),
        device("relays", OFFLINE, "refused"),
        "exception",
    ),
    _on_wire(
        "relays.unplugged",
        "relays",
        Words("继电器板的线拔了", "The board's cable is out"),
        device("relays", OFFLINE, "missing"),
        "unplug",
    ),
    _set(
        "relays.left_open",
        "relays",
        Words("柜门开着没关", "A locker stands open"),
        device("relays", ONLINE, "left_open", open="locker-1"),
        {"pull": 1},
        {"shut": 1},
    ),
    _entry(
        "relays.entry",
        "relays",
        Words("站点配置里继电器板的路数写错", "The profile's channels of the board make no sense"),
        "profile",
        channels="four",
    ),
)

_UPS = (
    (
        "stale",
        "stale",
        Words("备用电源的数据线掉了（数据过时）", "The supply's data cable fell out (its data are old)"),
    ),
    ("no_driver", "no-driver", Words("nut-driver 没有连上", "nut-driver is not connected")),
    ("unknown_ups", "unknown", Words("ups.conf 里没有这个名字", "ups.conf does not know the name")),
    ("denied", "denied", Words("upsd 不让本机问", "upsd does not let this machine ask")),
    ("silent", "hang", Words("upsd 连得上，不应答", "upsd takes the connection and never answers")),
    ("unreadable", "garbage", Words("那个端口上是别的服务", "Another service is at the port")),
    ("refused", "unplug", Words("upsd 没有运行", "upsd does not run")),
)
_FLAGS = (
    ("replace_battery", "RB", Words("电池该换（RB）", "The battery must be replaced (RB)")),
    ("overload", "OVER", Words("过载（OVER）", "Overload (OVER)")),
    ("bypass", "BYPASS", Words("在旁路（BYPASS）", "Bypassed (BYPASS)")),
    ("off", "OFF", Words("输出关着（OFF）", "Output off (OFF)")),
    ("alarm", "ALARM", Words("面板报警（ALARM）", "An alarm on its panel (ALARM)")),
)
SUPPLY = (
    *(
        _on_wire(
            f"ups.{cause}",
            "ups",
            shown,
            device("ups", OFFLINE, cause),
            fault,
        )
        for cause, fault, shown in _UPS
    ),
    *(
        _set(
            f"ups.{cause}",
            "ups",
            shown,
            device("ups", ONLINE, cause, power="mains"),
            {"flags": flag},
            {"flags": ""},
        )
        for cause, flag, shown in _FLAGS
    ),
    _set(
        "ups.battery",
        "ups",
        Words("停电，用着备用电源", "The mains are out; the battery feeds the terminal"),
        device("ups", ONLINE, power="battery"),
        {"mains": False, "charge": 90},
        {"mains": True, "charge": 100},
    ),
    _set(
        "ups.low",
        "ups",
        Words("停电，备用电源快用完", "The mains are out and the battery is almost empty"),
        device("ups", ONLINE, power="low"),
        {"mains": False, "charge": 9},
        {"mains": True, "charge": 100},
        "service",
    ),
)

_UP: Mapping[str, Any] = {"do": "up"}
WAY = (
    _line(
        "platform.nobody",
        Words("平台的程序没有运行，端口拒绝连接", "The platform's programme is down: its port refuses"),
        Reach.NOBODY,
        "cable",
        {"do": "shut"},
        {"do": "reopen"},
    ),
    _line(
        "platform.broken",
        Words("连接一建立就被掐断", "Each connection is cut as soon as it stands"),
        Reach.BROKEN,
        "cable",
        {"do": "down"},
        _UP,
    ),
    _line(
        "platform.no_answer",
        Words("数据发出去没有回音（黑洞）", "What is sent leads into nothing"),
        Reach.NO_ANSWER,
        "cable",
        {"do": "blackhole"},
        _UP,
    ),
    _line(
        "platform.slow",
        Words("线路慢得一次心跳要好几秒", "The line is so slow that a heartbeat takes seconds"),
        Reach.SLOW,
        "cable",
        {"do": "slow"},
        _UP,
    ),
    _line(
        "platform.stranger",
        Words("别的服务器拿自己的证书应答", "Another server answers with a certificate of its own"),
        Reach.STRANGER,
        "impostor",
        {"tls": True},
        {},
    ),
    _line(
        "platform.no_tls",
        Words("网页代理在平台的地址上应答", "A web proxy answers at the platform's address"),
        Reach.NO_TLS,
        "impostor",
        {"tls": False},
        {},
    ),
    _line(
        "platform.portal",
        Words("弹出登录页", "A log-in page answers"),
        Reach.PORTAL,
        "platform",
        {"mode": "html"},
        {"mode": "ok"},
    ),
    _line(
        "platform.failing",
        Words("平台回 500", "The platform answers 500"),
        Reach.FAILING,
        "platform",
        {"mode": "500"},
        {"mode": "ok"},
    ),
    _line(
        "platform.closed",
        Words("平台宣布维护", "The platform announced maintenance"),
        Reach.CLOSED,
        "operators",
        {"run": ["maintenance", "on", "--minutes", "30"]},
        {"run": ["maintenance", "off"]},
    ),
)

SWAPS = "Filename\tType\tSize\tUsed\tPriority\n"
MACHINE = (
    Fault(
        "clock.wrong",
        Scene.RUNNING,
        Words("本机时钟走快了十分钟", "The machine's clock is ten minutes fast"),
        Deed("clock", {"terminal": 600}),
        Deed("clock", {"platform": 600}),
        check(check_clock(600.0)),
    ),
    _machine(
        "swap.open",
        Words("开着没加密的交换分区", "There is swap that is not encrypted"),
        check(check_swap(("/dev/sda2",))),
        "swaps",
        SWAPS + "/dev/sda2\tpartition\t2097148\t0\t-2\n",
        SWAPS,
    ),
    Fault(
        "fonts.missing",
        Scene.RUNNING,
        Words("中文字体被删", "The Chinese fonts were deleted"),
        Deed("fonts", {"there": False}),
        Deed("fonts", {"there": True}),
        check(check_fonts(False)),
    ),
    Fault(
        "disk.low",
        Scene.SMALL_DISK,
        Words("磁盘剩不到 2 GB", "Less than 2 GB of disk are left"),
        Deed("disk", {"mib": 1024}),
        Deed("disk", {"mib": 8192}),
        check(check_disk(1 << 30)),
    ),
    Fault(
        "disk.stop",
        Scene.SMALL_DISK,
        Words("磁盘剩不到 500 MB", "Less than 500 MB of disk are left"),
        Deed("disk", {"mib": 400}),
        Deed("disk", {"mib": 8192}),
        check(check_disk(300 << 20)),
    ),
    Fault(
        "audit.unwritten",
        Scene.SMALL_DISK,
        Words("磁盘一个字节也写不进", "The disk takes not one byte more"),
        Deed("disk", {"mib": 0}),
        Deed("disk", {"mib": 8192}),
        check(check_audit(Unwritten(3, 0))),
        frozenset({"disk", "platform"}),
    ),
)

IDENTITY = (
    _file(
        "certificate.damaged",
        Words("终端证书文件坏了", "The certificate's file is damaged"),
        check(check_certificate(None, None, NOW, refused(IdentityDamagedError))),
        "cut",
        "provision/identity/terminal.crt",
        "profile",
    ),
    _file(
        "certificate.key_exposed",
        Words("设备密钥文件谁都能读", "Everybody can read the device key's file"),
        check(check_certificate(None, None, NOW, refused(KeyExposedError))),
        "expose",
        "provision/identity/device.key",
        "profile",
    ),
    _file(
        "profile.signature",
        Words("有人手工改了站点配置文件", "Somebody edited the site profile's file"),
        check(check_profile(None, NOW, ProfileSignatureBadError.code)),
        "edit",
        "provision/identity/profile.json",
    ),
    _file(
        "store_key.exposed",
        Words("存储密钥文件谁都能读", "Everybody can read the store key's file"),
        check(check_store_key("exposed")),
        "expose",
        "store/key",
    ),
    Fault(
        "outbox.dead",
        Scene.STARTING,
        Words("平台永远不会收的一件（死信）", "The platform will never take one of the cases (a dead letter)"),
        Deed("dead-letter", {"there": True}),
        Deed("dead-letter", {"there": False}),
        check(check_outbox(0, 1)),
    ),
    Fault(
        "certificate.due",
        Scene.LATE,
        Words("断网十二天，证书没能续上", "Off line for twelve days: the certificate was not renewed"),
        Deed("days", {"days": 12}),
        Deed("cable", {"do": "up"}),
        check(check_certificate(NOW - timedelta(days=12), NOW + timedelta(days=1, hours=12), NOW)),
        frozenset({"platform"}),
    ),
    Fault(
        "certificate.expired",
        Scene.LATE,
        Words("断网十五天，证书过期", "Off line for fifteen days: the certificate has expired"),
        Deed("days", {"days": 15}),
        Deed("cable", {"do": "up"}),
        check(check_certificate(NOW - timedelta(days=15), NOW - timedelta(days=1), NOW)),
        frozenset({"platform"}),
    ),
    Fault(
        "service.revoked",
        Scene.LATE,
        Words("平台停用了这台终端", "The platform withdrew this terminal"),
        Deed("operators", {"run": ["revoke"]}),
        None,
        halted("revoked"),
        frozenset({"certificate", "platform"}),
    ),
)

START = (
    _file(
        "service.wrong_key",
        Words("放错了存储密钥文件", "Another terminal's key file was put there"),
        halted("wrong_key"),
        "replace",
        "store/key",
        scene=Scene.STARTING,
    ),
    _file(
        "service.key_missing",
        Words("存储密钥文件丢了", "The store's key file is gone"),
        halted("key_missing"),
        "remove",
        "store/key",
        "store_key",
        scene=Scene.STARTING,
    ),
    _file(
        "store.plain",
        Words("存储文件被换成没加密的", "The store's file was replaced by one in the clear"),
        check(check_store_encrypted(False)),
        "plain",
        "store/store.db",
        "service",
        scene=Scene.STARTING,
    ),
    Fault(
        "service.store_busy",
        Scene.STARTING,
        Words("另一个程序占着存储", "Another programme has the store open"),
        Deed("hold-store", {}),
        Deed("release", {}),
        halted("store_busy"),
    ),
    _file(
        "store.damaged",
        Words("存储文件坏了一页", "A page of the store is damaged"),
        check(check_store_encrypted(True, 1)),
        "flip",
        "store/store.db",
        scene=Scene.STARTING,
    ),
    _file(
        "parts.damaged",
        Words("换件记录被改过", "The record of replaced parts was changed"),
        check(
            CheckResult(
                "parts", CheckState.WARN, ReplacementDamagedError.cause, ReplacementDamagedError.remedy, "damaged"
            )
        ),
        "forge",
        "provision/replaced.json",
        scene=Scene.STARTING,
    ),
    Fault(
        "voice.missing",
        Scene.STARTING,
        Words("备用语音的程序包缺了", "The package of the fallback voice is missing"),
        Deed("environment", {"without": "pyttsx3"}),
        Deed("environment", {}),
        check(check_voice(False)),
        frozenset({"voice-1"}),
    ),
    Fault(
        "audio.missing",
        Scene.FRESH,
        Words("主机上没有声卡", "The machine has no sound card"),
        Deed("nothing", {}),
        None,
        check(check_audio(False)),
        frozenset({"platform", "clock", "catalogue", "service_voice"}),
    ),
    Fault(
        "catalogue.none",
        Scene.FRESH,
        Words("新终端还没连过平台", "A new terminal has never reached the platform"),
        Deed("nothing", {}),
        Deed("cable", {"do": "up"}),
        check(check_catalogue(None, 0)),
        frozenset({"platform", "clock", "audio", "service_voice"}),
    ),
    Fault(
        "service_voice.missing",
        Scene.FRESH,
        Words("平台发布的事项包里没有语音", "The platform publishes its packages without clips"),
        Deed("clips", {"there": False}),
        Deed("clips", {"there": True}),
        check(check_clips(("YL01",))),
        frozenset({"audio"}),
    ),
)

FAULTS: tuple[Fault, ...] = (
    *READERS,
    *PRINTERS,
    *ENTRIES,
    *EYES,
    *MODULES,
    *AROUND,
    *SUPPLY,
    *WAY,
    *MACHINE,
    *IDENTITY,
    *START,
)
"""In the order in which they are told."""
