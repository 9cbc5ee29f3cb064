"""The doctor's checks besides devices: pure, from facts to a result with cause and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.site import Screen
from kiosk_app.health.line import check_platform
from kiosk_app.health.standstill import check_service
from kiosk_app.health.store_checks import (
    check_audit,
    check_disk,
    check_outbox,
    check_store_encrypted,
    check_store_key,
)
from kiosk_app.health.verdicts import failed, passed, warned
from offline_cache import Reach, Unwritten
from provisioning import CheckResult, Words

SKEW_S = 120
"""More is a fault that the console shows (reference protocol)."""
MOST_NAMED = 6
"""So many services are named; `kiosk services list` shows all of them."""

OPERATORS = Words("请联系平台运维。", "Call the platform's operators.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What `provisioning` refused: its code, why, and what to do."""

    word: str
    cause: Words
    remedy: Words


@dataclass(frozen=True, slots=True)
class Facts:
    """What the terminal knows of itself. None means that it is not known (yet). `unspoken` are the ids of the services
    that are offered here and whose packages brought no clips of the natural voice. `reserve`, of a running terminal, is
    `held`, `given_up` or `none`: disk that is kept for what was promised. `damaged` is how many cases a damage
    of the store has cost, as long as nobody has acknowledged it. `audit` counts entries that are not in the chain.
    """

    store_encrypted: bool | None = None
    store_key: str | None = None
    damaged: int | None = None
    clock_skew_s: float | None = None
    disk_free: int | None = None
    reserve: str | None = None
    audit: Unwritten | None = None
    certificate_from: datetime | None = None
    certificate_until: datetime | None = None
    identity_refused: Refusal | None = None
    """Why the identity is of no use here, and what to do."""
    profile_refused: str = ""
    """Why the profile's file is of no use, in the word of `provisioning`."""
    profile_expires: datetime | None = None
    screen: Screen | None = None
    """As the profile says it; None where it does not."""
    outbox_ready: int = 0
    outbox_dead: int = 0
    services: int | None = None
    catalogue_version: int | None = None
    fonts: bool | None = None
    voice: bool | None = None
    audio: bool | None = None
    unspoken: tuple[str, ...] | None = None
    reach: Reach | None = None
    """How the platform is reached. Only a running terminal knows."""
    running: bool = False
    """Whether a terminal that runs tells all this; `halted` is then why it serves nobody, one word or none."""
    halted: str = ""
    open_swap: tuple[str, ...] | None = None
    """Swap devices and files that are not encrypted: what was in memory can be read from them."""


def check_all(facts: Facts, now: datetime) -> tuple[CheckResult, ...]:
    """Return every check, in a fixed order."""
    return (
        check_service(running=facts.running, halted=facts.halted),
        check_store_encrypted(facts.store_encrypted, facts.damaged),
        check_store_key(facts.store_key),
        check_platform(facts.reach, enrolled=facts.certificate_until is not None),
        check_clock(facts.clock_skew_s),
        check_disk(facts.disk_free, facts.reserve),
        check_audit(facts.audit),
        check_swap(facts.open_swap),
        check_certificate(facts.certificate_from, facts.certificate_until, now, facts.identity_refused),
        check_profile(facts.profile_expires, now, facts.profile_refused),
        check_outbox(facts.outbox_ready, facts.outbox_dead),
        check_catalogue(facts.catalogue_version, facts.services),
        check_fonts(facts.fonts),
        check_voice(facts.voice),
        check_audio(facts.audio),
        check_clips(facts.unspoken),
        *(() if facts.screen is None else (check_reach(facts.screen),)),
    )


def check_reach(screen: Screen) -> CheckResult:
    """Whether somebody in a wheelchair reaches every key of the seated look."""
    if not screen.seated_reach:
        return warned(
            "reach",
            Words(
                "按站点配置，坐轮椅的人够不到低位屏的按键。",
                "By the site profile, keys of the seated look are out of reach from a wheelchair.",
            ),
            Words(
                "请调整屏幕高度；量得不对就更正站点配置里的 screen。",
                "Move the screen, or correct `screen` in the site profile if it was measured wrongly.",
            ),
        )
    return passed("reach", Words("坐轮椅也够得到低位屏的按键。", "The seated look is within reach from a wheelchair."))


def check_clock(skew_s: float | None) -> CheckResult:
    """This clock against the platform's."""
    if skew_s is None:
        return warned(
            "clock",
            Words("还没有和平台对过时间。", "The clock has not been compared with the platform's."),
            Words("请接通网络后再查。", "Connect the network and check again."),
            word="unknown",
        )
    if abs(skew_s) > SKEW_S:
        seconds = round(abs(skew_s))
        slow = skew_s < 0
        return failed(
            "clock",
            Words(
                f"本机时间{'慢' if slow else '快'}了 {seconds} 秒。",
                f"The clock is {seconds} seconds {'slow' if slow else 'fast'}.",
            ),
            Words(
                "请打开系统的时间同步；主板电池没电的请更换。",
                "Switch on time synchronisation; replace a dead clock battery.",
            ),
            word="wrong",
        )
    return passed("clock", Words("本机时间正确。", "The clock is right."))


def check_swap(open_swap: tuple[str, ...] | None) -> CheckResult:
    """Nothing of a visit is written to a disk in the clear by the kernel."""
    if open_swap is None:
        return warned(
            "swap",
            Words("不知道有没有交换分区。", "Whether there is swap is not known."),
            Words("请在终端上再查一遍。", "Check again on the terminal."),
            word="unknown",
        )
    if open_swap:
        names = ", ".join(open_swap)
        return failed(
            "swap",
            Words(f"交换分区没有加密：{names}。", f"Swap is not encrypted: {names}."),
            Words(
                "请关闭它（swapoff，并从 /etc/fstab 去掉），或换成加密的。",
                "Turn it off (swapoff, and take it out of /etc/fstab), or make it encrypted.",
            ),
            word="open",
        )
    return passed("swap", Words("内存内容不会明文写到磁盘。", "Memory is never written to the disk in the clear."))


def check_certificate(
    begin: datetime | None, end: datetime | None, now: datetime, refused: Refusal | None = None
) -> CheckResult:
    """The terminal's own certificate, and whether its identity is `refused` here."""
    if refused is not None:
        return failed("certificate", refused.cause, refused.remedy, word=refused.word)
    if begin is None or end is None:
        return failed(
            "certificate",
            Words("这台终端还没有开通。", "This terminal is not enrolled."),
            Words("请运行 kiosk provision enrol，并扫开通单。", "Run kiosk provision enrol and scan the slip."),
            word="not_enrolled",
        )
    if now >= end:
        return failed(
            "certificate",
            Words("终端证书已过期。", "The terminal's certificate has expired."),
            Words(
                "请接通网络，终端会自己续期；一小时后仍如此请联系平台运维。",
                "Connect the network: it renews itself; call the operators if not so in an hour.",
            ),
            word="expired",
        )
    if now < begin:
        return failed(
            "certificate",
            Words(
                "终端证书还没有生效，本机时间可能不对。", "The certificate is not valid yet: the clock may be wrong."
            ),
            Words("请先校正本机时间。", "Set the clock first."),
            word="not_yet",
        )
    days = (end - now).days
    if now >= begin + (end - begin) * 3 / 4:
        return warned(
            "certificate",
            Words(
                f"终端证书还有 {days} 天到期，没有自动续上。",
                f"The certificate ends in {days} days and was not renewed.",
            ),
            Words(
                "请检查网络；终端连上平台后会自己续期。",
                "Check the network: it renews itself once the platform is reached.",
            ),
            word="due",
        )
    return passed("certificate", Words(f"终端证书还有 {days} 天到期。", f"The certificate is valid for {days} days."))


def check_profile(expires: datetime | None, now: datetime, refused: str = "") -> CheckResult:
    """The signed site profile; `refused` is why its file is of no use. A terminal that runs has the right one still."""
    if refused:
        return failed(
            "profile",
            Words(
                "站点配置文件坏了或被改过，下次启动用不了。",
                "The profile's file was changed; the next start refuses it.",
            ),
            Words(
                "请不要关机，先用平台导出的文件运行 kiosk provision apply。",
                "Do not switch it off; first run kiosk provision apply with a file that the platform exported.",
            ),
            word=refused,
        )
    if expires is None:
        return failed(
            "profile",
            Words("没有可用的站点配置。", "There is no usable site profile."),
            Words(
                "请连上平台，或用 U 盘导入站点配置。", "Connect the platform, or apply the site profile from a stick."
            ),
            word="none",
        )
    if now >= expires:
        return warned(
            "profile",
            Words("站点配置已过期，仍按原配置服务。", "The site profile has expired; service goes on with it."),
            Words(
                "请连上平台，或用 U 盘导入新的站点配置。", "Connect the platform, or apply a new profile from a stick."
            ),
            word="expired",
        )
    return passed("profile", Words("站点配置有效。", "The site profile is valid."))


def check_catalogue(version: int | None, services: int | None) -> CheckResult:
    """Service packages that are verified and active."""
    if services is None:
        return warned(
            "catalogue",
            Words("不知道本机有哪些事项。", "Which services are on this terminal is not known."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
            word="unknown",
        )
    if not version or not services:
        return failed(
            "catalogue",
            Words("本机没有可办的事项。", "There is no service on this terminal."),
            Words(
                "请连上平台下载事项目录，或用 U 盘导入。",
                "Connect the platform to fetch the catalogue, or import it from a stick.",
            ),
            word="none",
        )
    return passed(
        "catalogue",
        Words(f"事项目录第 {version} 版，可办 {services} 项。", f"Catalogue version {version}, {services} services."),
    )


def check_fonts(present: bool | None) -> CheckResult:
    """Chinese glyphs for screen and paper."""
    if present is None:
        return warned(
            "fonts",
            Words("还没有检查字体。", "Fonts have not been checked."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
            word="unknown",
        )
    if not present:
        return failed(
            "fonts",
            Words("缺少中文字体。", "Chinese fonts are missing."),
            Words("请安装 fonts-noto-cjk，再重启终端。", "Install fonts-noto-cjk and restart the terminal."),
            word="missing",
        )
    return passed("fonts", Words("中文字体齐全。", "Chinese fonts are there."))


def check_voice(present: bool | None) -> CheckResult:
    """A Mandarin voice for the speech process."""
    if not present:
        return warned(
            "voice",
            Words("没有可用的朗读语音，屏幕上有字幕。", "There is no voice to read aloud; captions carry the words."),
            Words("请重新安装语音组件，再重启终端。", "Install the speech parts again and restart the terminal."),
            word="missing",
        )
    return passed("voice", Words("朗读语音可用。", "The voice is there."))


def check_audio(present: bool | None) -> CheckResult:
    """Something that makes sound."""
    if not present:
        return warned(
            "audio",
            Words("没有找到声音设备，屏幕上有字幕。", "No sound device was found; captions carry the words."),
            Words(
                "请插好声卡和音箱的线，再重启终端。",
                "Plug in the sound card and the loudspeaker and restart the terminal.",
            ),
            word="missing",
        )
    return passed("audio", Words("声音设备可用。", "The sound device is there."))


def check_clips(unspoken: tuple[str, ...] | None) -> CheckResult:
    """Every service has the natural voice; one without is legal and spoken by the fallback."""
    if unspoken is None:
        return warned(
            "service_voice",
            Words("还不知道事项有没有自然语音。", "It is not known which services have the natural voice."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
            word="unknown",
        )
    if unspoken:
        named = unspoken[:MOST_NAMED]
        more = ("等", " and more") if len(unspoken) > MOST_NAMED else ("", "")
        return warned(
            "service_voice",
            Words(
                f"有 {len(unspoken)} 项没有自然语音。由备用语音念：{'、'.join(named)}{more[0]}。",
                f"Spoken by the fallback, without the natural voice: {', '.join(named)}{more[1]}.",
            ),
            Words(
                "可以照常使用；联网后会自动下载，一直没有的，请事项包的发布人补上语音。",
                "They work. Clips come by themselves on line; if they never do, ask who publishes the package.",
            ),
            word="unspoken",
        )
    return passed("service_voice", Words("可办事项都有自然语音。", "Every service has the natural voice."))
