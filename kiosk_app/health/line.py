"""The doctor's check of the way to the platform: pure, from what the last heartbeat found.

Off line a terminal goes on serving, so most of it only warns. It fails where somebody else answers, or where the
platform itself turns this terminal away.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_app.health.verdicts import passed, warned
from offline_cache import Reach
from provisioning import CheckResult, CheckState, Words

PLATFORM = "platform"
Told = tuple[CheckState, Words, Words]

LINE: Mapping[Reach, Told] = {
    Reach.NO_NAME: (
        CheckState.WARN,
        Words("查不到平台的网址，域名解析不通。", "The platform's name cannot be looked up."),
        Words(
            "请看网线和光猫是否通；通的话查本机的 DNS 设置。",
            "See whether the line is up; if it is, look at this machine's DNS settings.",
        ),
    ),
    Reach.NO_ROUTE: (
        CheckState.WARN,
        Words("网络不通，到不了平台。", "There is no network: the platform cannot be reached."),
        Words(
            "请插紧网线，看网口灯亮不亮；不亮就换线，再重启路由器。",
            "Plug the network cable in firmly; if its light stays dark change it, then restart the router.",
        ),
    ),
    Reach.NOBODY: (
        CheckState.WARN,
        Words("网络通，但平台没有在运行。", "The network works, but the platform is not running."),
        Words(
            "请打电话问平台运维；本机照常离线受理。",
            "Call the operators; meanwhile the terminal takes cases off line.",
        ),
    ),
    Reach.BROKEN: (
        CheckState.WARN,
        Words("连上平台就断开。", "The connection to the platform breaks."),
        Words(
            "请插紧网线；还这样就让网管看防火墙有没有拦它。",
            "Plug the cable in firmly; if it stays ask whoever runs the network whether a firewall cuts it.",
        ),
    ),
    Reach.NO_ANSWER: (
        CheckState.WARN,
        Words("平台一直不应答。", "The platform does not answer."),
        Words(
            "请用手机连同一个网试试；手机能上网就问平台运维。",
            "Try the same network with a phone; if that works, ask the operators.",
        ),
    ),
    Reach.STRANGER: (
        CheckState.FAIL,
        Words("应答的不是平台，证书不是它的。", "Who answers is not the platform: the certificate is another's."),
        Words(
            "请查网络有没有代理或加密检查；没有就打电话问平台运维。",
            "Look for a proxy or a TLS inspection in the network; if there is none, call the operators.",
        ),
    ),
    Reach.DATES: (
        CheckState.FAIL,
        Words("平台的证书在本机看来不在有效期。", "By this clock the platform's certificate is not valid."),
        Words(
            "请先校正本机时间；时间对就请平台运维换证书。",
            "Set the clock; if it is right, have the operators renew the platform's certificate.",
        ),
    ),
    Reach.NO_TLS: (
        CheckState.WARN,
        Words("平台的地址上是别的程序在应答。", "Another programme answers at the platform's address."),
        Words(
            "请让网管放行 443 端口，不要经过网页代理。",
            "Have whoever runs the network let port 443 through, past any web proxy.",
        ),
    ),
    Reach.PORTAL: (
        CheckState.WARN,
        Words("网络弹出了登录页，没有到平台。", "The network shows a page of its own instead of the platform."),
        Words(
            "请让网管给本机免登录；上网费到期的请续费。",
            "Have this machine exempted from the log-in page, or the line paid for.",
        ),
    ),
    Reach.OWN_KEY: (
        CheckState.FAIL,
        Words("本机的设备密钥打不开，连不上平台。", "This terminal's own key cannot be used for the platform."),
        Words(
            "请看安全芯片是否开着，再重启终端；还不行请重新开通。",
            "See that the TPM is on and restart the terminal; else enrol it again.",
        ),
    ),
    Reach.NOT_ACCEPTED: (
        CheckState.FAIL,
        Words("平台不接受这台终端。", "The platform turns this terminal away."),
        Words("请打电话问平台运维，是不是停用了它。", "Ask the operators whether they withdrew it."),
    ),
    Reach.FAILING: (
        CheckState.WARN,
        Words("平台在，但它自己出错或太忙。", "The platform is there, but fails or is too busy."),
        Words(
            "请告诉平台运维；本机照常离线受理，会自己再试。",
            "Tell the operators; the terminal takes cases off line and tries again.",
        ),
    ),
    Reach.CLOSED: (
        CheckState.WARN,
        Words("平台在维护，暂时不收件。", "The platform is under maintenance and takes nothing."),
        Words("请等它结束；本机照常离线受理。", "Wait until it is over; the terminal takes cases off line."),
    ),
    Reach.SLOW: (
        CheckState.WARN,
        Words("到平台的网络很慢。", "The line to the platform is very slow."),
        Words(
            "请看有没有别人占满了这条线；用手机卡的看信号。",
            "See whether others fill this line; with a SIM card look at the signal.",
        ),
    ),
}


def check_platform(reach: Reach | None, *, enrolled: bool) -> CheckResult:
    """How the platform is reached; a terminal that is not enrolled knows none."""
    if reach is None:
        asking = Words("请等半分钟再查。", "Wait half a minute and check again.")
        return warned(
            PLATFORM,
            Words("还没有联系过平台。", "The platform has not been asked yet."),
            asking if enrolled else Words("请先开通这台终端。", "Enrol this terminal first."),
            word="unknown",
        )
    if reach is Reach.WELL:
        return passed(PLATFORM, Words("连得上平台。", "The platform is reached."))
    severity, cause, remedy = LINE[reach]
    return CheckResult(PLATFORM, severity, cause, remedy, reach.value)
