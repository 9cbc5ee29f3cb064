"""Faults of the way to the platform, of the machine, of what makes it this terminal, and of its start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kiosk_app.health.checks import (
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
from kiosk_app.health.store_checks import check_audit, check_disk, check_outbox, check_store_encrypted, check_store_key
from kiosk_app.lab.fault_shape import (
    NOW,
    Deed,
    Fault,
    Scene,
    check,
    halted,
    line,
    machine,
    refused,
    spoilt,
)
from offline_cache import Reach, Unwritten
from provisioning import CheckResult, CheckState, Words
from provisioning.errors import IdentityDamagedError, KeyExposedError, ProfileSignatureBadError
from provisioning.replacement import ReplacementDamagedError

_UP: Mapping[str, Any] = {"do": "up"}
WAY = (
    line(
        "platform.nobody",
        Words("平台的程序没有运行，端口拒绝连接", "The platform's programme is down: its port refuses"),
        Reach.NOBODY,
        "cable",
        {"do": "shut"},
        {"do": "reopen"},
    ),
    line(
        "platform.broken",
        Words("连接一建立就被掐断", "Each connection is cut as soon as it stands"),
        Reach.BROKEN,
        "cable",
        {"do": "down"},
        _UP,
    ),
    line(
        "platform.no_answer",
        Words("数据发出去没有回音（黑洞）", "What is sent leads into nothing"),
        Reach.NO_ANSWER,
        "cable",
        {"do": "blackhole"},
        _UP,
    ),
    line(
        "platform.slow",
        Words("线路慢得一次心跳要好几秒", "The line is so slow that a heartbeat takes seconds"),
        Reach.SLOW,
        "cable",
        {"do": "slow"},
        _UP,
    ),
    line(
        "platform.stranger",
        Words("别的服务器拿自己的证书应答", "Another server answers with a certificate of its own"),
        Reach.STRANGER,
        "impostor",
        {"tls": True},
        {},
    ),
    line(
        "platform.no_tls",
        Words("网页代理在平台的地址上应答", "A web proxy answers at the platform's address"),
        Reach.NO_TLS,
        "impostor",
        {"tls": False},
        {},
    ),
    line(
        "platform.portal",
        Words("弹出登录页", "A log-in page answers"),
        Reach.PORTAL,
        "platform",
        {"mode": "html"},
        {"mode": "ok"},
    ),
    line(
        "platform.failing",
        Words("平台回 500", "The platform answers 500"),
        Reach.FAILING,
        "platform",
        {"mode": "500"},
        {"mode": "ok"},
    ),
    line(
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
    machine(
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
    spoilt(
        "certificate.damaged",
        Words("终端证书文件坏了", "The certificate's file is damaged"),
        check(check_certificate(None, None, NOW, refused(IdentityDamagedError))),
        "cut",
        "provision/identity/terminal.crt",
        "profile",
    ),
    spoilt(
        "certificate.key_exposed",
        Words("设备密钥文件谁都能读", "Everybody can read the device key's file"),
        check(check_certificate(None, None, NOW, refused(KeyExposedError))),
        "expose",
        "provision/identity/device.key",
        "profile",
    ),
    spoilt(
        "profile.signature",
        Words("有人手工改了站点配置文件", "Somebody edited the site profile's file"),
        check(check_profile(None, NOW, ProfileSignatureBadError.code)),
        "edit",
        "provision/identity/profile.json",
    ),
    spoilt(
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
        None,
        check(check_certificate(NOW - timedelta(days=12), NOW + timedelta(days=1, hours=12), NOW)),
        frozenset({"platform"}),
    ),
    Fault(
        "certificate.expired",
        Scene.LATE,
        Words("断网十五天，证书过期", "Off line for fifteen days: the certificate has expired"),
        Deed("days", {"days": 3}),
        Deed("days", {}),
        check(check_certificate(NOW - timedelta(days=15), NOW - timedelta(days=1), NOW)),
        frozenset({"platform"}),
    ),
    Fault(
        "service.revoked",
        Scene.WITHDRAWN,
        Words("平台停用了这台终端", "The platform withdrew this terminal"),
        Deed("operators", {"run": ["revoke"]}),
        None,
        halted("revoked"),
        frozenset({"certificate", "platform"}),
    ),
)

START = (
    spoilt(
        "service.wrong_key",
        Words("放错了存储密钥文件", "Another terminal's key file was put there"),
        halted("wrong_key"),
        "replace",
        "store/key",
        scene=Scene.STARTING,
    ),
    spoilt(
        "service.key_missing",
        Words("存储密钥文件丢了", "The store's key file is gone"),
        halted("key_missing"),
        "remove",
        "store/key",
        "store_key",
        scene=Scene.STARTING,
    ),
    spoilt(
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
    spoilt(
        "store.damaged",
        Words("存储文件坏了一页", "A page of the store is damaged"),
        check(check_store_encrypted(True, 1)),
        "flip",
        "store/store.db",
        scene=Scene.STARTING,
    ),
    spoilt(
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
        Deed("take-out", {"package": "pyttsx3"}),
        Deed("take-out", {}),
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
