"""The network check: from what each layer says to what is wrong, what to do and whose turn it is. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk_app.health.duty import Who
from offline_cache import Way
from provisioning import CheckState, Words

SKEW_LIMIT_S = 120
SLOW_MS = 800
SLOW_BYTES = 16 * 1024
WEAK_SIGNAL = 20
"""Per cent, as ModemManager tells it."""
NOTHING = Words("不需要处理。", "Nothing to do.")


@dataclass(frozen=True, slots=True)
class Link:
    """One network interface. `kind` is cable, wifi or modem; `carrier` None when the kernel does not say."""

    name: str
    kind: str
    carrier: bool | None
    speed: int | None = None
    duplex: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Modem:
    """What ModemManager says of a modem; empty where it says nothing."""

    state: str = ""
    failed: str = ""
    unlock: str = ""
    signal: int | None = None
    registration: str = ""
    operator: str = ""
    apn: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was found. `modem_told`: ModemManager could be asked; `way` None without a platform to look for."""

    links: tuple[Link, ...] = ()
    gateways: tuple[str, ...] = ()
    way: Way | None = None
    modem: Modem | None = None
    modem_told: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One layer."""

    id: str
    state: CheckState
    cause: Words
    remedy: Words
    who: Who

    def as_json(self) -> dict[str, str]:
        """Return the row of `kiosk device network --json`."""
        return {
            "id": self.id,
            "state": self.state.value,
            "cause": self.cause.zh,
            "remedy": self.remedy.zh,
            "cause_en": self.cause.en,
            "remedy_en": self.remedy.en,
            "who": self.who.value,
        }


def judge(facts: Facts) -> tuple[Finding, ...]:
    """Return what each layer that was reached says, in the order of the layers: the first that fails is the cause."""
    found = [_link(facts), *_modem(facts)]
    if facts.links and all(link.carrier is False for link in facts.links):
        return tuple(found)
    found += [_address(facts), _gateway(facts)]
    if facts.way is not None:
        found += _way(facts.way)
    return tuple(found)


def culprit(findings: tuple[Finding, ...]) -> Finding | None:
    """Return the finding to begin with: the first failure, else the first warning."""
    for state in (CheckState.FAIL, CheckState.WARN):
        for finding in findings:
            if finding.state is state:
                return finding
    return None


def read_modem(modem: str, bearer: str = "") -> Modem | None:
    """Read the answers of `mmcli -J -m` and `mmcli -J -b`; None when the first is none. `--` means nothing."""
    value = _object(modem).get("modem")
    if not isinstance(value, Mapping):
        return None
    generic, cell = _inner(value, "generic"), _inner(value, "3gpp")
    quality = _said(_inner(generic, "signal-quality"), "value")
    return Modem(
        state=_said(generic, "state"),
        failed=_said(generic, "state-failed-reason"),
        unlock=_said(generic, "unlock-required"),
        signal=int(quality) if quality.isdecimal() else None,
        registration=_said(cell, "registration-state"),
        operator=_said(cell, "operator-name"),
        apn=_said(_inner(_inner(_object(bearer), "bearer"), "properties"), "apn"),
    )


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}


def _inner(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _said(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) and found not in {"--", "none", "unknown"} else ""


def _well(name: str, zh: str, en: str) -> Finding:
    return Finding(name, CheckState.PASS, Words(zh, en), NOTHING, Who.NOBODY)


def _bad(name: str, cause: Words, remedy: Words, who: Who = Who.TECHNICIAN) -> Finding:
    return Finding(name, CheckState.FAIL, cause, remedy, who)


def _poor(name: str, cause: Words, remedy: Words, who: Who = Who.TECHNICIAN) -> Finding:
    return Finding(name, CheckState.WARN, cause, remedy, who)


def _link(facts: Facts) -> Finding:
    if not facts.links:
        return _bad(
            "link",
            Words("这台机器没有网络接口。", "The machine has no network interface."),
            Words("请看网卡是否装好，系统是否认出。", "See whether the network card is in and the system knows it."),
        )
    linked = [link for link in facts.links if link.carrier is not False]
    if not linked:
        names = "、".join(link.name for link in facts.links)
        return _bad(
            "link",
            Words(
                f"{names} 没有信号：网线没插好，或对端没开。",
                f"No signal on {names}: unplugged, or the far end is off.",
            ),
            Words(
                "请把网线两头拔下再插紧，看对端的灯。", "Plug both ends of the cable in firmly; look at the far lamps."
            ),
            Who.HOST,
        )
    best = next((link for link in linked if link.addresses), linked[0])
    if best.kind == "cable" and (best.duplex == "half" or best.speed == 10):
        return _poor(
            "link",
            Words(
                f"{best.name} 只连到 {best.speed or 10} Mbit/s。",
                f"{best.name} links at {best.speed or 10} Mbit/s only.",
            ),
            Words("请换一根网线，或换交换机的口。", "Try another cable, or another port of the switch."),
        )
    speed = f" {best.speed} Mbit/s" if best.speed else ""
    return _well("link", f"{best.name} 已连接{speed}。", f"{best.name} is linked{speed}.")


def _address(facts: Facts) -> Finding:
    given = [address for link in facts.links for address in link.addresses]
    real = [address for address in given if not address.startswith(("169.254.", "fe80:"))]
    if real:
        return _well("address", f"地址 {real[0]}。", f"The address is {real[0]}.")
    cause = Words("没有拿到地址：路由器没有分配。", "No address: the router gave none.")
    remedy = Words(
        "请重启路由器；用固定地址的，请看系统设置。",
        "Restart the router; with a fixed address, see the system settings.",
    )
    return _bad("address", cause, remedy)


def _gateway(facts: Facts) -> Finding:
    if facts.gateways:
        return _well("gateway", f"出口在 {facts.gateways[0]}。", f"The way out is {facts.gateways[0]}.")
    return _poor(
        "gateway",
        Words("没有出口：只到得了本地网络。", "No way out: only the local network is reached."),
        Words("请看路由器或固定地址里的网关。", "See the router, or the gateway of the fixed address."),
    )


def _way(way: Way) -> list[Finding]:
    steps = (_dns, _connect, _tls, _http, _clock, _certificate, _quality)
    return [finding for step in steps if (finding := step(way)) is not None]


def _dns(way: Way) -> Finding | None:
    match way.dns:
        case None:
            return None
        case "":
            return _well("dns", f"{way.host} 找得到。", f"{way.host} is found.")
        case "unknown":
            return _bad(
                "dns",
                Words(f"没有叫 {way.host} 的地方。", f"There is no {way.host}."),
                Words("请看平台地址是否写对。", "See whether the platform's address is right."),
                Who.PLATFORM,
            )
        case _:
            return _bad(
                "dns",
                Words("域名服务器没有应答。", "The name server does not answer."),
                Words("请看路由器给的域名服务器，或换一个。", "See which name server the router gives; try another."),
            )


def _connect(way: Way) -> Finding | None:
    place = f"{way.host}:{way.port}"
    if way.connect and way.portal:
        return _portal("connect", way)
    match way.connect:
        case None:
            return None
        case "":
            return _well("connect", f"{place} 连得上。", f"{place} is reached.")
        case "refused":
            return _bad(
                "connect",
                Words(
                    f"{place} 拒绝连接：平台没开，或端口被关。",
                    f"{place} refuses: the platform is down or the port shut.",
                ),
                Words("请问平台运维；地址里的端口也看一下。", "Ask the operators; see the port in the address, too."),
                Who.PLATFORM,
            )
        case "timeout":
            return _bad(
                "connect",
                Words(
                    f"{place} 没有回应：路上被防火墙挡住。", f"{place} is silent: a firewall on the way swallows it."
                ),
                Words(f"请让网络管理员放行到 {place} 的连接。", f"Have the network's people let {place} through."),
            )
        case _:
            return _bad(
                "connect",
                Words(f"到 {place} 没有路。", f"There is no route to {place}."),
                Words("请看网关和路由器的外网。", "See the gateway, and the router's line to the outside."),
            )


def _portal(name: str, way: Way) -> Finding:
    to = f" ({way.to})" if way.to else ""
    return _bad(
        name,
        Words(
            f"这个网络先要登录{to}，平台够不着。",
            f"This network wants a log-in first{to}; the platform is not reached.",
        ),
        Words(
            "请让网络管理员免登录放行这台机器。",
            "Have the network's people let this machine in without a log-in.",
        ),
    )


def _tls(way: Way) -> Finding | None:
    if way.tls and way.portal:
        return _portal("tls", way)
    match way.tls:
        case None:
            return None
        case "":
            return _well("tls", "对方是真的平台。", "It is the real platform.")
        case "authority":
            who = f" “{way.issuer}”" if way.issuer else ""
            return _bad(
                "tls",
                Words(
                    f"证书不是平台签的，是{who or '别人'}签的：有人在中间。",
                    f"It was signed by{who or ' others'}, not by the platform: somebody is in between.",
                ),
                Words(
                    "请关掉路上解密流量的设备，并告诉平台运维。",
                    "Turn off what decrypts on the way, and tell the operators.",
                ),
            )
        case "name":
            return _bad(
                "tls",
                Words(f"证书不是给 {way.host} 的。", f"The certificate is not for {way.host}."),
                Words("请看平台地址；域名可能指到别处。", "See the platform's address; its name may lead elsewhere."),
                Who.PLATFORM,
            )
        case "dates":
            return _bad(
                "tls",
                Words(
                    "按本机的钟，平台证书不在有效期。",
                    "By this machine's clock the platform's certificate is not valid.",
                ),
                Words(
                    "请先校准本机的时间；时间对的话，请告诉平台运维。",
                    "Set the clock first; if it is right, tell the operators.",
                ),
            )
        case "timeout":
            return _bad(
                "tls",
                Words("连上了，没有人说话。", "It connects, and nobody speaks."),
                Words(
                    "请让网络管理员看是否拦了加密连接。",
                    "Have the network's people see whether encrypted calls are held.",
                ),
            )
        case "not_tls":
            return _bad(
                "tls",
                Words("对方不会加密说话：那里不是平台。", "The far end speaks no TLS: that is not the platform."),
                Words(
                    "请看平台地址里的端口；路上若有代理，请绕过它。",
                    "See the port; go around a proxy on the way.",
                ),
            )
        case _:
            return _bad(
                "tls",
                Words("加密时被挂断。", "It hangs up while encryption begins."),
                Words("请让网络管理员看路上的设备。", "Have the network's people look at what is on the way."),
            )


def _http(way: Way) -> Finding | None:
    match way.http:
        case None:
            return None
        case "":
            return _well("http", "平台有回答。", "The platform answers.")
        case "redirect" | "page":
            return _portal("http", way)
        case "error":
            return _bad(
                "http",
                Words(
                    f"平台或前面的代理出错（{way.status}）。",
                    f"The platform or a proxy before it fails ({way.status}).",
                ),
                Words("请等几分钟再查；还不行请告诉平台运维。", "Look again in minutes; then tell the operators."),
                Who.PLATFORM,
            )
        case _:
            return _bad(
                "http",
                Words("平台接了，不回答。", "The platform takes the call and does not answer."),
                Words("请告诉平台运维。", "Tell the operators."),
                Who.PLATFORM,
            )


def _clock(way: Way) -> Finding | None:
    if way.skew_s is None:
        return None
    if abs(way.skew_s) <= SKEW_LIMIT_S:
        return _well("clock", "时间对。", "The time is right.")
    minutes = max(1, abs(way.skew_s) // 60)
    way_zh, way_en = ("快", "fast") if way.skew_s > 0 else ("慢", "slow")
    return _poor(
        "clock",
        Words(f"本机的钟{way_zh}了约 {minutes} 分钟。", f"The machine's clock is about {minutes} minutes {way_en}."),
        Words(
            "请打开系统的自动对时，或换主板电池。", "Turn on the system's time service, or change the board's battery."
        ),
    )


def _certificate(way: Way) -> Finding | None:
    match way.accepted:
        case None:
            return None
        case "":
            return _well("certificate", "平台认得这台机器。", "The platform knows this machine.")
        case "none":
            return _poor(
                "certificate",
                Words("这台机器还没有证书。", "This machine has no certificate yet."),
                Words("请先开通这台机器。", "Enrol the machine first."),
            )
        case code:
            return _bad(
                "certificate",
                Words(f"平台不认这台机器（{code}）。", f"The platform does not accept this machine ({code})."),
                Words(
                    "请把这个词告诉平台运维；可能要重新开通。",
                    "Tell the operators this word; it may need a new enrolment.",
                ),
                Who.PLATFORM,
            )


def _quality(way: Way) -> Finding | None:
    if not way.asked:
        return None
    if way.lost:
        return _poor(
            "quality",
            Words(f"{way.asked} 次里 {way.lost} 次没有回答。", f"{way.lost} of {way.asked} questions had no answer."),
            Words("线路不稳：请看网线、信号和路由器。", "The line is unsteady: see cable, signal and router."),
        )
    middle = sorted(way.rtts_ms)[len(way.rtts_ms) // 2]
    rate = "" if way.bytes_s is None else f"，{max(1, way.bytes_s // 1024)} KB/s"
    rate_en = rate.replace("，", ", ")
    if middle > SLOW_MS or (way.bytes_s is not None and way.bytes_s < SLOW_BYTES):
        return _poor(
            "quality",
            Words(f"线路很慢：来回 {middle} 毫秒{rate}。", f"The line is slow: {middle} ms there and back{rate_en}."),
            Words(
                "办事会慢，不会丢。请看线路是否被别人占满。", "Things are slow, not lost. See who else fills the line."
            ),
        )
    return _well("quality", f"来回 {middle} 毫秒{rate}。", f"{middle} ms there and back{rate_en}.")


def _modem(facts: Facts) -> list[Finding]:
    if facts.modem is None:
        if any(link.kind == "modem" for link in facts.links) and not facts.modem_told:
            cause = Words("有 4G 模块，系统里没有管理它的程序。", "There is a 4G modem, and no ModemManager to ask.")
            return [_poor("modem", cause, Words("请装上 ModemManager 再查。", "Install ModemManager and look again."))]
        return []
    return [_cell(facts.modem)]


def _cell(modem: Modem) -> Finding:
    if modem.failed == "sim-missing":
        return _bad(
            "modem",
            Words("4G 模块里没有卡。", "There is no SIM in the 4G modem."),
            Words("请插好卡，缺口朝对，再等一分钟。", "Put the SIM in the right way round, and wait a minute."),
        )
    if modem.unlock in {"sim-pin", "sim-puk"} or modem.state == "locked":
        word = "PUK" if modem.unlock == "sim-puk" else "PIN"
        return _bad(
            "modem",
            Words(f"4G 卡要 {word} 码。", f"The SIM asks for its {word}."),
            Words("请用没有密码的卡，或在手机里关掉它。", "Use a SIM without it, or turn it off in a telephone."),
        )
    if modem.state == "failed":
        return _bad(
            "modem",
            Words(f"4G 模块坏了（{modem.failed or '?'}）。", f"The 4G modem has failed ({modem.failed or '?'})."),
            Words("请断电再开；不行就换模块。", "Cycle its power; if that is no help, change it."),
        )
    if modem.registration == "denied":
        return _bad(
            "modem",
            Words("运营商不让这张卡上网。", "The carrier refuses this SIM."),
            Words(
                "请问运营商：可能停机或限了设备。", "Ask the carrier: it may be suspended or bound to another device."
            ),
        )
    if modem.state in {"disabled", "disabling"}:
        return _bad(
            "modem",
            Words("4G 模块被关了。", "The 4G modem is switched off."),
            Words("请在系统里打开它。", "Switch it on in the system."),
        )
    if modem.signal == 0 or modem.registration in {"searching", "idle"} or modem.state == "searching":
        return _bad(
            "modem",
            Words("4G 没有信号。", "The 4G modem has no signal."),
            Words("请看天线是否接好，或换个位置。", "See that the aerial is on, or move it."),
        )
    if modem.state != "connected":
        apn = f"（APN {modem.apn}）" if modem.apn else "（没有设 APN）"
        apn_en = f" (APN {modem.apn})" if modem.apn else " (no APN is set)"
        return _bad(
            "modem",
            Words(f"4G 有网，没有拨上{apn}。", f"The 4G modem is registered and not connected{apn_en}."),
            Words("请核对运营商给的 APN。", "Compare the APN with what the carrier gave."),
        )
    if modem.registration == "roaming":
        return _poor(
            "modem",
            Words("4G 在漫游，可能很贵。", "The 4G modem is roaming, which may cost."),
            Words("请换本地运营商的卡。", "Use a SIM of the local carrier."),
        )
    if modem.signal is not None and modem.signal < WEAK_SIGNAL:
        return _poor(
            "modem",
            Words(f"4G 信号弱（{modem.signal}%）。", f"The 4G signal is weak ({modem.signal}%)."),
            Words("请看天线是否接好，或换个位置。", "See that the aerial is on, or move it."),
        )
    signal = "" if modem.signal is None else f" {modem.signal}%"
    return _well("modem", f"4G 已连上{signal}。", f"4G is connected{signal}.")
