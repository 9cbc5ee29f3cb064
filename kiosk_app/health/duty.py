"""Which part a finding is about, and whose it is to mend: the host's, a technician's, or the platform's people's.

The host reaches what is outside the cabinet (paper, covers, plugs, lenses); a technician opens it; only the platform's
operators sign a profile, renew papers and publish services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from drivers.device import DeviceState, Paper, Status
from kiosk_app.health.sentences import name_of
from provisioning import CheckResult, CheckState, Words


class Who(StrEnum):
    """Whose turn it is."""

    NOBODY = "nobody"
    HOST = "host"
    TECHNICIAN = "technician"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Duty:
    """A part and who mends it."""

    part: Words
    who: Who

    def as_json(self) -> dict[str, str]:
        """Return the fields that it adds to a row of the report."""
        return {"part": self.part.zh, "part_en": self.part.en, "who": self.who.value}


PAPER, COVER = Words("纸", "paper"), Words("盖子", "cover")
CABLE = Words("数据线和电源", "cable and power")
ENTRY = Words("站点配置", "site profile")
RIGHTS = Words("系统权限", "rights of the system")
LENS = Words("镜头", "lens")
PROGRAMME = Words("终端程序", "terminal programme")
LINE = Words("网络", "network")
CLOCK = Words("时钟", "clock")
DISK = Words("磁盘", "disk")
STORE = Words("存储", "store")
KEY = Words("存储密钥", "store key")
PAPERS = Words("终端证书", "certificate")
OTHER_SIDE = Words("平台", "platform")
VOICE = Words("语音组件", "speech parts")
UPSD = Words("nut-server", "nut-server")

BY_CAUSE: Mapping[str, Duty] = {
    "profile": Duty(ENTRY, Who.PLATFORM),
    "uri": Duty(ENTRY, Who.PLATFORM),
    "no_pdf": Duty(ENTRY, Who.PLATFORM),
    "sam_not_authorised": Duty(Words("安全模块", "security module"), Who.PLATFORM),
    "denied": Duty(RIGHTS, Who.TECHNICIAN),
    "no_access": Duty(RIGHTS, Who.TECHNICIAN),
    "in_use": Duty(Words("别的程序", "another programme"), Who.TECHNICIAN),
    "busy": Duty(Words("别的程序", "another programme"), Who.TECHNICIAN),
    "terminal_not_running": Duty(PROGRAMME, Who.TECHNICIAN),
    "terminal_halted": Duty(PROGRAMME, Who.TECHNICIAN),
    "missing": Duty(CABLE, Who.TECHNICIAN),
    "no_device": Duty(CABLE, Who.TECHNICIAN),
    "disconnected": Duty(CABLE, Who.TECHNICIAN),
    "unreachable": Duty(Words("网线", "network cable"), Who.TECHNICIAN),
    "silent": Duty(CABLE, Who.TECHNICIAN),
    "unreadable": Duty(Words("型号和速率", "model and rate"), Who.TECHNICIAN),
    "refused": Duty(Words("电源和地址", "power and address"), Who.TECHNICIAN),
    "camera_black": Duty(LENS, Who.HOST),
    "sensor": Duty(Words("传感器", "sensor"), Who.TECHNICIAN),
    "service": Duty(Words("厂家服务", "vendor's service"), Who.TECHNICIAN),
    "no_paper": Duty(PAPER, Who.HOST),
    "no_toner": Duty(Words("粉盒", "toner"), Who.HOST),
    "output_full": Duty(Words("出纸盘", "output tray"), Who.HOST),
    "leftover": Duty(Words("打印任务", "print job"), Who.HOST),
    "stopped": Duty(Words("打印队列", "print queue"), Who.TECHNICIAN),
    "not_accepting": Duty(Words("打印队列", "print queue"), Who.TECHNICIAN),
    "cutter_error": Duty(Words("切刀", "cutter"), Who.TECHNICIAN),
    "head_hot": Duty(Words("打印头", "print head"), Who.NOBODY),
    "waiting_recovery": Duty(COVER, Who.HOST),
    "feed_button": Duty(Words("走纸键", "feed key"), Who.HOST),
    "stuck": Duty(Words("感应器前面", "what stands before it"), Who.HOST),
    "relay_stuck": Duty(Words("继电器", "relay"), Who.TECHNICIAN),
    "left_open": Duty(Words("柜门和门磁", "locker door and contact"), Who.HOST),
    "stale": Duty(CABLE, Who.TECHNICIAN),
    "no_driver": Duty(Words("nut-driver", "nut-driver"), Who.TECHNICIAN),
    "unknown_ups": Duty(Words("ups.conf", "ups.conf"), Who.TECHNICIAN),
    "off": Duty(Words("开机键", "power key"), Who.HOST),
    "overload": Duty(Words("接在上面的电器", "what hangs on it"), Who.HOST),
    "replace_battery": Duty(Words("电池", "battery"), Who.TECHNICIAN),
    "bypass": Duty(Words("旁路开关", "bypass switch"), Who.TECHNICIAN),
}
"""Word of a status -> part and who. A kind's own rows come first."""

BY_KIND: Mapping[tuple[str, str], Duty] = {
    ("ups", "refused"): Duty(UPSD, Who.TECHNICIAN),
    ("ups", "silent"): Duty(UPSD, Who.TECHNICIAN),
    ("ups", "unreadable"): Duty(UPSD, Who.TECHNICIAN),
    ("ups", "denied"): Duty(Words("upsd.conf", "upsd.conf"), Who.TECHNICIAN),
    ("page_printer", "unreadable"): Duty(Words("网络地址", "network address"), Who.TECHNICIAN),
    ("relays", "refused"): Duty(Words("路数和输入数", "channels and inputs"), Who.TECHNICIAN),
    ("photo_decoder", "missing"): Duty(Words("厂家程序", "vendor's programme"), Who.TECHNICIAN),
    ("photo_decoder", "changed"): Duty(Words("厂家程序", "vendor's programme"), Who.TECHNICIAN),
    ("photo_decoder", "no_decoder"): Duty(ENTRY, Who.PLATFORM),
    ("speech", "engine_missing"): Duty(VOICE, Who.TECHNICIAN),
    ("speech", "engine_silent"): Duty(VOICE, Who.TECHNICIAN),
    ("speech", "sound_library"): Duty(Words("libportaudio2", "libportaudio2"), Who.TECHNICIAN),
    ("headphones", "missing"): Duty(Words("声卡", "sound card"), Who.TECHNICIAN),
}
MAINS = Duty(Words("市电", "mains"), Who.HOST)

BY_STATE: Mapping[DeviceState, tuple[Words | None, Who]] = {
    DeviceState.ONLINE: (None, Who.TECHNICIAN),
    DeviceState.OFFLINE: (CABLE, Who.TECHNICIAN),
    DeviceState.NO_DEVICE: (CABLE, Who.TECHNICIAN),
    DeviceState.HARDWARE_ERROR: (None, Who.TECHNICIAN),
    DeviceState.USER_ACTION: (COVER, Who.HOST),
    DeviceState.BUSY: (None, Who.HOST),
    DeviceState.STARTING: (None, Who.HOST),
}
"""Where no word says more; None is the device itself."""

BY_CHECK: Mapping[str, Duty] = {
    "service": Duty(PROGRAMME, Who.TECHNICIAN),
    "store": Duty(STORE, Who.PLATFORM),
    "store_key": Duty(KEY, Who.TECHNICIAN),
    "platform": Duty(LINE, Who.TECHNICIAN),
    "clock": Duty(CLOCK, Who.TECHNICIAN),
    "disk": Duty(DISK, Who.TECHNICIAN),
    "audit": Duty(Words("审计", "audit"), Who.PLATFORM),
    "swap": Duty(Words("交换分区", "swap"), Who.TECHNICIAN),
    "certificate": Duty(PAPERS, Who.PLATFORM),
    "profile": Duty(ENTRY, Who.PLATFORM),
    "outbox": Duty(Words("发件箱", "outbox"), Who.PLATFORM),
    "catalogue": Duty(Words("事项目录", "catalogue"), Who.PLATFORM),
    "fonts": Duty(Words("字体", "fonts"), Who.TECHNICIAN),
    "voice": Duty(VOICE, Who.TECHNICIAN),
    "audio": Duty(Words("音箱", "loudspeaker"), Who.TECHNICIAN),
    "service_voice": Duty(Words("事项包", "service packages"), Who.PLATFORM),
    "reach": Duty(Words("屏幕高度", "height of the screen"), Who.TECHNICIAN),
    "parts": Duty(Words("换件记录", "record of parts"), Who.TECHNICIAN),
    "disk_write": Duty(Words("磁盘", "disk"), Who.TECHNICIAN),
    "store_pages": Duty(Words("存储", "store"), Who.PLATFORM),
    "packages": Duty(Words("事项包", "service packages"), Who.PLATFORM),
    "speech_loop": Duty(Words("语音组件", "speech parts"), Who.TECHNICIAN),
    "screen": Duty(Words("屏幕", "screen"), Who.TECHNICIAN),
    "touch": Duty(Words("触摸屏", "touch screen"), Who.TECHNICIAN),
    "memory": Duty(Words("内存", "memory"), Who.TECHNICIAN),
    "temperature": Duty(Words("风扇和进风口", "fan and vents"), Who.TECHNICIAN),
}
"""Check -> part and who, where its word says no more."""

BY_WORD: Mapping[tuple[str, str], Duty] = {
    ("service", "revoked"): Duty(PAPERS, Who.PLATFORM),
    ("service", "wrong_key"): Duty(KEY, Who.TECHNICIAN),
    ("service", "key_missing"): Duty(KEY, Who.TECHNICIAN),
    ("service", "key_refused"): Duty(Words("安全芯片", "TPM"), Who.TECHNICIAN),
    ("service", "store"): Duty(STORE, Who.TECHNICIAN),
    ("service", "power"): MAINS,
    ("service", "commissioning"): Duty(Words("自检报告", "readiness report"), Who.TECHNICIAN),
    ("service", "locked"): Duty(PROGRAMME, Who.PLATFORM),
    ("store", "unknown"): Duty(PROGRAMME, Who.TECHNICIAN),
    ("platform", "nobody"): Duty(OTHER_SIDE, Who.PLATFORM),
    ("platform", "failing"): Duty(OTHER_SIDE, Who.PLATFORM),
    ("platform", "closed"): Duty(OTHER_SIDE, Who.NOBODY),
    ("platform", "not_accepted"): Duty(PAPERS, Who.PLATFORM),
    ("platform", "dates"): Duty(CLOCK, Who.TECHNICIAN),
    ("platform", "own_key"): Duty(Words("设备密钥", "device key"), Who.TECHNICIAN),
    ("audit", "waiting"): Duty(DISK, Who.TECHNICIAN),
    ("certificate", "not_enrolled"): Duty(Words("开通", "enrolment"), Who.TECHNICIAN),
    ("certificate", "expired"): Duty(PAPERS, Who.TECHNICIAN),
    ("certificate", "due"): Duty(LINE, Who.TECHNICIAN),
    ("certificate", "not_yet"): Duty(CLOCK, Who.TECHNICIAN),
    ("certificate", "tpm-refused"): Duty(Words("安全芯片", "TPM"), Who.TECHNICIAN),
    ("catalogue", "unknown"): Duty(PROGRAMME, Who.TECHNICIAN),
    ("catalogue", "none"): Duty(LINE, Who.TECHNICIAN),
    ("profile", "profile-malformed"): Duty(ENTRY, Who.TECHNICIAN),
    ("profile", "profile-signature"): Duty(ENTRY, Who.TECHNICIAN),
    ("profile", "profile-other-terminal"): Duty(ENTRY, Who.TECHNICIAN),
    ("profile", "none"): Duty(ENTRY, Who.TECHNICIAN),
    ("profile", "expired"): Duty(LINE, Who.TECHNICIAN),
}
"""Check and its word -> part and who: they come first."""
_PAPER = frozenset({Paper.OUT.value, Paper.LOW.value, Paper.JAMMED.value})
OTHER_CHECK = Duty(Words("终端", "terminal"), Who.TECHNICIAN)


def duty_of(status: Status, severity: CheckState) -> Duty:
    """Return the part of a device's finding and who mends it; nobody has to when all is well."""
    itself = name_of(status.kind)
    if severity is CheckState.PASS:
        return Duty(itself, Who.NOBODY)
    cause, detail = status.detail.get("cause", ""), status.detail
    away = status.state in (DeviceState.OFFLINE, DeviceState.NO_DEVICE)
    if not away and detail.get("cover") == "open":
        return Duty(COVER, Who.HOST)
    if (
        not away
        and cause != "cutter_error"
        and detail.get("paper") in {Paper.OUT.value, Paper.LOW.value, Paper.JAMMED.value}
    ):
        return Duty(PAPER, Who.HOST)
    if status.kind == "ups" and (detail.get("power") == "low" or (not cause and detail.get("power") == "battery")):
        return MAINS
    found = BY_KIND.get((status.kind, cause)) or BY_CAUSE.get(cause)
    if found is not None:
        return found
    part, who = BY_STATE[status.state]
    return Duty(part or itself, who)


def duty_of_check(result: CheckResult) -> Duty:
    """Return the part of a check's result and who mends it."""
    usual = BY_CHECK.get(result.id, OTHER_CHECK)
    if result.state is CheckState.PASS:
        return Duty(usual.part, Who.NOBODY)
    return BY_WORD.get((result.id, result.word), usual)
