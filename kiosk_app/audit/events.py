"""Every event of the terminal, declared once: id, sentence, fields. `docs/events.md` is made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from drivers.device import DeviceState, ErrorKind
from kiosk_app.audit.fields import COUNT, FLAG, HASH, ID, NAME, NAMES, TIME, FieldType, OneOf


class Severity(StrEnum):
    """How loudly an event is told."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Event:
    """One declared event. `audited` events also enter the hash chain; the others live in the line log only."""

    id: str
    zh: str
    en: str
    fields: Mapping[str, FieldType]
    severity: Severity
    audited: bool


_table: dict[str, Event] = {}


def _event(
    name: str, zh: str, en: str, *, severity: Severity = Severity.INFO, audited: bool = False, **fields: FieldType
) -> Event:
    if name in _table:
        raise ValueError(f"{name} is declared twice")
    event = Event(name, zh, en, fields, severity, audited)
    _table[name] = event
    return event


LEVEL = OneOf(("L0", "L1", "L2", "L3"))
OUTCOME = OneOf(("printed", "not_printed", "unknown"))
STATE = OneOf(tuple(state.value for state in DeviceState))
CAUSE = OneOf(("none", *(kind.value for kind in ErrorKind)))
PRINT_CAUSE = OneOf(("none", "uncovered", *(kind.value for kind in ErrorKind)))
WARN, ERROR = Severity.WARNING, Severity.ERROR

# The terminal
TERMINAL_STARTED = _event(
    "terminal_started", "终端启动", "terminal started", audited=True, terminal=ID, version=ID, boot=ID, simulated=FLAG
)
TERMINAL_STOPPED = _event("terminal_stopped", "终端停止", "terminal stopped", audited=True, how=NAME)
OUT_OF_SERVICE = _event("out_of_service", "终端暂停服务", "out of service", severity=ERROR, audited=True, why=NAME)
BACK_IN_SERVICE = _event("back_in_service", "终端恢复服务", "back in service", audited=True)
PROCESS_REPLACED = _event(
    "process_replaced", "一个子进程被换新", "a child process was replaced", severity=WARN, role=NAME, why=NAME
)

# The visit
VISIT_BEGAN = _event("visit_began", "有人来了", "a visit began", audited=True, visit=ID)
VISIT_ENDED = _event("visit_ended", "一次办事结束", "a visit ended", audited=True, visit=ID, how=NAME)
SCREEN_SHOWN = _event("screen_shown", "显示一屏", "a screen was shown", screen=NAME, page=COUNT)
IDENTIFIED = _event(
    "identified", "核实了身份", "identity was established", audited=True, visit=ID, level=LEVEL, way=NAME, ways=COUNT
)
IDENTIFICATION_FAILED = _event(
    "identification_failed", "没能核实身份", "identity was not established", severity=WARN, way=NAME, cause=NAME
)
CONSENT_GIVEN = _event("consent_given", "本人同意", "consent was given", audited=True, service=ID, version=ID)
CONSENT_WITHDRAWN = _event("consent_withdrawn", "本人收回同意", "consent was withdrawn", audited=True, service=ID)
SERVICE_OPENED = _event("service_opened", "打开一个事项", "a service was opened", service=ID)
SERVICE_REFUSED = _event(
    "service_refused", "事项没有办成", "a service was refused", severity=WARN, audited=True, service=ID, why=NAME
)
IDLE_WARNING = _event("idle_warning", "久无操作，已提醒", "idle warning was given", remaining=COUNT)
REMINDER = _event(
    "reminder",
    "提醒取走物品",
    "a forgotten thing was called out",
    thing=OneOf(("card", "receipt", "phone")),
    calls=COUNT,
)
ENROLMENT_STEP = _event(
    "enrolment_step",
    "维护人员在屏幕上开通",
    "an enrolment by screens went on",
    step=OneOf(("begun", "resumed", "slip", "waits", "requested", "open")),
)
ENROLMENT_REFUSED = _event(
    "enrolment_refused", "屏幕上的开通没有成功", "an enrolment by screens stopped", severity=WARN, why=NAME
)
ENROLMENT_DONE = _event("enrolment_done", "开通完成", "the machine was enrolled by screens", terminal=ID)
PARTS_REFUSED = _event(
    "parts_refused", "换件记录不是本机的，未采用", "the record of replaced parts is not this terminal's", severity=WARN
)
PART_REPLACED = _event("part_replaced", "换了部件", "a part was replaced", device=ID, kind=NAME)
POWER_CHANGED = _event(
    "power_changed", "供电变化", "the mains went or came back", power=OneOf(("mains", "battery", "low"))
)
HOST_CALLED = _event("host_called", "请现场工作人员", "the host was called", why=NAME)
UNEXPECTED_EVENT = _event(
    "unexpected_event",
    "此时不该发生的事",
    "an event that this state does not expect",
    severity=WARN,
    state=NAME,
    event=NAME,
)
INPUT_REFUSED = _event("input_refused", "输入不合规则", "an input did not fit", service=ID, field=NAME, rule=NAME)
WIPE_DONE = _event(
    "wipe_done", "清除完成", "the visit was wiped", audited=True, visit=ID, count=COUNT, failed=COUNT, which=NAMES
)
CHAT_OPENED = _event("chat_opened", "开始打字问人工", "a talk with staff began", audited=True, context=FLAG)
FEEDBACK_KEPT = _event(
    "feedback_kept",
    "有人反映了一件事",
    "something that could not be done was said",
    audited=True,
    reachable=FLAG,
    context=FLAG,
)
CHAT_ENDED = _event("chat_ended", "打字问人工结束", "a talk with staff ended", audited=True, sent=COUNT, received=COUNT)
SIGNS_REFUSED = _event(
    "signs_refused", "手语短片不合规则，没有用", "clips in sign language were left out", severity=WARN, count=COUNT
)
CHAT_FAILED = _event("chat_failed", "一句话没有送到", "a message to staff did not arrive", severity=WARN, why=NAME)

# Cases
SAVED = _event("saved", "已存入本机", "a case was saved", audited=True, submission=ID, service=ID)
PAGE_TAKEN = _event("page_taken", "拍下一页材料", "a page was photographed", service=ID, lie=NAME)
SCAN_FAILED = _event("scan_failed", "高拍仪没有拍成", "the document camera took no page", severity=WARN, why=NAME)
SAVE_FAILED = _event("save_failed", "没能存入本机", "a case could not be saved", severity=ERROR, audited=True, why=NAME)
SENT = _event("sent", "已发往平台", "items were sent", count=COUNT, ms=COUNT)
ACCEPTED = _event("accepted", "平台已受理", "a case was accepted", audited=True, submission=ID, number=ID)
RULED = _event("ruled", "按规则作出决定", "a rule decided a case", audited=True, rule=ID, outcome=NAME)
REJECTED = _event(
    "rejected", "平台不予受理", "a case was rejected", severity=WARN, audited=True, submission=ID, problem=NAME
)
DEAD_LETTER = _event(
    "dead_letter",
    "一件无法送达，已留存",
    "an item is kept as a dead letter",
    severity=ERROR,
    audited=True,
    submission=ID,
    problem=NAME,
)
UNANSWERED = _event("unanswered", "已发出，等不到答复", "sent, and no answer in time", severity=WARN, submission=ID)
DELETED = _event("deleted", "本人撤回", "a pending case was taken back", audited=True, submission=ID)
PAYMENT_OFFERED = _event("payment_offered", "显示付款码", "a payment code was shown", audited=True, order=ID, fen=COUNT)
PAYMENT_PAID = _event("payment_paid", "钱已收到", "the money arrived", audited=True, order=ID, fen=COUNT)
PAYMENT_ENDED = _event(
    "payment_ended",
    "缴费结束，没有付成",
    "a payment ended without money",
    audited=True,
    order=ID,
    outcome=OneOf(("closed", "refunding", "refunded")),
)
PAYMENT_UNKNOWN = _event(
    "payment_unknown",
    "不知道付成没有",
    "nobody knows whether the money arrived",
    severity=WARN,
    audited=True,
    order=ID,
)
PAYMENT_FAILED = _event(
    "payment_failed", "缴费没有问到结果", "nothing was learned about a payment", severity=WARN, what=NAME, why=NAME
)
PAYMENT_SETTLED = _event(
    "payment_settled",
    "缴费在后台了结",
    "a payment was brought to its end behind the screen",
    audited=True,
    order=ID,
    outcome=OneOf(("delivered", "closed", "refunding", "refunded", "never_opened", "lost_there")),
)
RATED = _event("rated", "已评价", "a rating was given", grade=COUNT)

# Devices
PRINT_STARTED = _event("print_started", "开始打印", "printing started", job=ID, copy=COUNT)
PRINT_FINISHED = _event(
    "print_finished", "打印结束", "printing finished", audited=True, job=ID, outcome=OUTCOME, cause=PRINT_CAUSE
)
CERTIFICATE_CHECKED = _event("certificate_checked", "证明验真通过", "a certificate is genuine", job=ID)
CERTIFICATE_REFUSED = _event(
    "certificate_refused",
    "证明没有通过验真，没有打印",
    "a certificate failed its check and was not printed",
    severity=ERROR,
    audited=True,
    job=ID,
    why=OneOf(("signature", "unreadable", "no_seal", "changed", "not_trusted")),
)
CERTIFICATE_FINISHED = _event(
    "certificate_finished",
    "证明打印结束",
    "printing a certificate has ended",
    audited=True,
    job=ID,
    outcome=OneOf(("printed", "not_printed", "unknown", "invalid")),
    cause=OneOf(("none", "network", *(kind.value for kind in ErrorKind))),
)
DEVICE_CHANGED = _event(
    "device_changed",
    "设备状态变化",
    "a device changed",
    device=ID,
    kind=NAME,
    state=STATE,
    paper=NAME,
    cover=NAME,
    cause=NAME,
)
DEVICE_FAILED = _event(
    "device_failed",
    "设备没有完成命令",
    "a device did not do what it was told",
    severity=WARN,
    device=ID,
    command=ID,
    cause=CAUSE,
)

# Network, store, packages
NETWORK_VERDICT = _event(
    "network_verdict", "网络判断", "verdict about the network", verdict=OneOf(("online", "offline")), why=NAME
)
PLATFORM_ANSWER_BAD = _event(
    "platform_answer_bad",
    "平台答复无法采用",
    "an answer of the platform was not taken",
    severity=WARN,
    what=NAME,
    status=COUNT,
)
STORE_OPENED = _event(
    "store_opened", "加密存储已打开", "the encrypted store was opened", cipher=ID, ready=COUNT, dead=COUNT
)
STORE_REFUSED = _event(
    "store_refused", "加密存储打不开", "the encrypted store does not open", severity=ERROR, audited=True, why=NAME
)
STORE_QUARANTINED = _event(
    "store_quarantined",
    "存储损坏，已隔离",
    "a damaged store was set aside",
    severity=ERROR,
    audited=True,
    count=COUNT,
    rescued=COUNT,
    lost=COUNT,
)
DAMAGE_ACKNOWLEDGED = _event(
    "damage_acknowledged", "存储损坏已有人处理", "a person has seen what a damage has cost", audited=True, count=COUNT
)
STORE_KEY_ROTATED = _event(
    "store_key_rotated", "存储密钥已更换", "the store is under a new key", audited=True, custodian=NAME
)
CATALOGUE_ACTIVATED = _event(
    "catalogue_activated", "启用新目录", "a catalogue was activated", audited=True, version=COUNT, services=COUNT
)
VOICES_CHANGED = _event(
    "voices_changed",
    "事项语音有更新",
    "the baked speech of services changed",
    audited=True,
    changed=COUNT,
    without=COUNT,
)
PACKAGE_REFUSED = _event(
    "package_refused",
    "事项包未采用",
    "a service package was refused",
    severity=ERROR,
    audited=True,
    package=ID,
    why=NAME,
)
CATALOGUE_REFUSED = _event(
    "catalogue_refused",
    "新目录不能用，仍用原来的",
    "a stored catalogue does not work, the former one stays",
    severity=ERROR,
    audited=True,
    why=NAME,
)

# USB sticks
OUTBOX_EXPORTED = _event(
    "outbox_exported",
    "待上传事项已导出",
    "what waits was written to a file for the platform",
    audited=True,
    bundle=ID,
    count=COUNT,
    dead=COUNT,
    left=COUNT,
)
LOGS_EXPORTED = _event(
    "logs_exported",
    "日志已导出",
    "the logs were sealed for the platform",
    audited=True,
    way=OneOf(("stick", "platform")),
    count=COUNT,
    dropped=COUNT,
)
ANSWERS_IMPORTED = _event(
    "answers_imported",
    "平台答复已导入",
    "the platform's answers came on a stick",
    audited=True,
    accepted=COUNT,
    dead=COUNT,
    known=COUNT,
)
REFERENCE_IMPORTED = _event(
    "reference_imported",
    "目录已从 U 盘导入",
    "signed documents came on a stick",
    audited=True,
    version=COUNT,
    refused=COUNT,
)
STICK_REFUSED = _event(
    "stick_refused",
    "U 盘上的文件未采用",
    "a file for or from a stick was refused",
    severity=ERROR,
    audited=True,
    what=OneOf(("export", "answers", "reference", "logs")),
    why=NAME,
)

# Provisioning and technicians
ENROLLED = _event("enrolled", "终端已开通", "the terminal was enrolled", audited=True, terminal=ID, protection=NAME)
IDENTITY_REFUSED = _event(
    "identity_refused", "终端身份不能用", "the terminal's identity cannot be used", severity=ERROR, why=NAME
)
TERMINAL_REVOKED = _event(
    "terminal_revoked",
    "平台停用了这台终端",
    "the platform has withdrawn this terminal",
    severity=ERROR,
    audited=True,
)
CERTIFICATE_RENEWED = _event(
    "certificate_renewed", "证书已更新", "the certificate was renewed", audited=True, serial=ID
)
RENEWAL_FAILED = _event("renewal_failed", "证书没能更新", "the certificate was not renewed", severity=WARN, why=NAME)
CLOCK_CORRECTED = _event(
    "clock_corrected",
    "本机时间不对，改用平台签名的时间",
    "the machine's clock is wrong, the platform's signed time is used",
    severity=WARN,
    audited=True,
    machine=OneOf(("slow", "fast")),
    minutes=COUNT,
)
PLATFORM_CLOSED = _event(
    "platform_closed",
    "平台预告维护，案卷先存在本机",
    "the platform announced maintenance, cases stay here meanwhile",
    seconds=COUNT,
)
TIME_REFUSED = _event(
    "time_refused",
    "平台时间的回答不可信，没有采用",
    "an answer to the question of time was not believed",
    severity=ERROR,
    audited=True,
    why=NAME,
)
PROFILE_APPLIED = _event("profile_applied", "启用站点配置", "a site profile was applied", audited=True, rev=COUNT)
PROFILE_REFUSED = _event(
    "profile_refused", "站点配置未采用", "a site profile was refused", severity=ERROR, audited=True, why=NAME
)
HANDED_BACK = _event(
    "handed_back",
    "交还给合作方的程序",
    "the machine was given back to the partner's programme",
    audited=True,
    how=NAME,
    done=FLAG,
)
COMMAND_ASKED = _event(
    "command_asked", "本机命令", "a local command was asked", audited=True, command=NAME, outcome=NAME
)
REMOTE = OneOf(("self-test", "restart", "lock", "unlock", "logs", "message"))
COMMAND_TAKEN = _event(
    "command_taken", "收到平台的指令", "the platform asked something", audited=True, command=ID, action=REMOTE
)
COMMAND_ENDED = _event(
    "command_ended",
    "平台的指令有了结果",
    "a command of the platform has ended",
    audited=True,
    command=ID,
    action=REMOTE,
    outcome=OneOf(("done", "failed", "refused")),
    why=NAME,
)
COMMAND_REFUSED = _event(
    "command_refused",
    "一条指令没有照办",
    "a command was refused",
    severity=WARN,
    audited=True,
    command=ID,
    why=OneOf(("forged", "malformed", "foreign", "unknown", "expired", "replayed", "conflict")),
)
SELF_TEST = _event(
    "self_test",
    "自检",
    "a self-test was run",
    audited=True,
    occasion=OneOf(("boot", "daily", "demand", "technician")),
    passed=COUNT,
    warned=COUNT,
    failed=COUNT,
)
READINESS_ACCEPTED = _event(
    "readiness_accepted",
    "平台收到自检报告，终端启用",
    "the platform has a report that says ready: the terminal is in service",
    audited=True,
)
TECHNICIAN_CALLED = _event(
    "technician_called", "维护人员放了卡", "a technician laid down their card", audited=True, technician=ID
)
TECHNICIAN_REFUSED = _event(
    "technician_refused",
    "维护人员的动态码没有通过",
    "a technician's code was refused",
    severity=WARN,
    audited=True,
    technician=ID,
    why=OneOf(("wrong", "used", "clock", "locked", "stale", "revoked", "store")),
    failures=COUNT,
)
TECHNICIAN_ENTERED = _event(
    "technician_entered", "维护人员进入维护模式", "a technician opened technician mode", audited=True, technician=ID
)
TECHNICIAN_OPENED = _event(
    "technician_opened", "维护人员打开一页", "a technician opened a page", audited=True, technician=ID, tool=NAME
)
TECHNICIAN_DID = _event(
    "technician_did",
    "维护人员做了一件事",
    "a technician did something",
    audited=True,
    technician=ID,
    tool=NAME,
    act=NAME,
    subject=ID,
    outcome=NAME,
)
TECHNICIAN_LEFT = _event(
    "technician_left",
    "维护人员退出维护模式",
    "a technician left technician mode",
    audited=True,
    technician=ID,
    how=NAME,
)
TECHNICIANS_CHANGED = _event(
    "technicians_changed", "维护人员名单有更新", "the list of technicians changed", audited=True
)
TECHNICIANS_REFUSED = _event(
    "technicians_refused",
    "维护人员名单未采用",
    "a list of technicians was refused",
    severity=ERROR,
    audited=True,
    why=NAME,
)

# The audit itself. The store writes the first four by itself.
CHAIN_SUITE = _event(
    "chain_suite",
    "审计链改用另一套算法",
    "the audit chain goes over to another cipher suite",
    severity=WARN,
    audited=True,
    suite=OneOf(("intl", "gm")),
)
AUDIT_LOST = _event(
    "audit_lost",
    "一段审计记录随磁盘损坏丢失",
    "audit entries were lost with damaged pages, or may have been",
    severity=ERROR,
    audited=True,
    first=COUNT,
    last=COUNT,
    before=HASH,
)
AUDIT_PRUNED = _event(
    "audit_pruned",
    "审计记录到期，最早的一段已清除",
    "the oldest audit entries were kept long enough and cut off",
    audited=True,
    count=COUNT,
    last=COUNT,
    hash=HASH,
)
AUDIT_UNWRITTEN = _event(
    "audit_unwritten",
    "有审计记录没能写下",
    "audit entries could not be written and are lost",
    severity=ERROR,
    audited=True,
    count=COUNT,
    first=TIME,
    last=TIME,
    why=OneOf(("stopped", "too_many")),
)
AUDIT_LOSS_ACKNOWLEDGED = _event(
    "audit_loss_acknowledged",
    "审计记录缺失已有人处理",
    "a person has seen that audit entries were lost",
    audited=True,
    count=COUNT,
)
AUDIT_ALARM = _event(
    "audit_alarm",
    "平台对审计链有疑问",
    "the platform does not believe the audit chain",
    severity=ERROR,
    audited=True,
    why=OneOf(("rolled_back", "rebuilt", "damaged", "silent", "signature", "other")),
)
FIELD_DROPPED = _event(
    "field_dropped", "日志中有一项未写出", "a field was not written", severity=WARN, event=NAME, count=COUNT
)

EVENTS: Mapping[str, Event] = dict(_table)
"""All of them, by id."""
