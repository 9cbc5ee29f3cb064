"""The doctor's check of whether the terminal serves at all, and why not: pure, from the word that halted it."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_app.health.verdicts import failed, passed, warned
from provisioning import CheckResult, Words

SERVICE = "service"
COMMISSIONING = "commissioning"
"""Why a terminal whose first report of readiness is awaited is out of service."""

HALTS: Mapping[str, tuple[Words, Words]] = {
    "not_enrolled": (
        Words("终端停在“没有开通”。", "The terminal stands still: it is not enrolled."),
        Words("请看证书和站点配置两项怎么说，照着做。", "See what the lines on certificate and profile say to do."),
    ),
    "revoked": (
        Words("平台停用了这台终端，不再办事。", "The platform withdrew this terminal; it serves nobody."),
        Words(
            "请问平台运维原因；要恢复就用新开通码重新开通。",
            "Ask the operators why; to bring it back, enrol it with a new code.",
        ),
    ),
    "wrong_key": (
        Words("存储密钥不是这个存储的，打不开。", "The key is not the store's: it does not open."),
        Words(
            "请把原来的密钥文件放回去；没有就联系平台运维，不要删存储。",
            "Put the right key file back; if it is lost call the operators, and do not delete the store.",
        ),
    ),
    "key_missing": (
        Words("存储密钥不见了，存储打不开。", "The store's key is gone: it does not open."),
        Words(
            "请从备份放回密钥文件；没有就联系平台运维，不要删存储。",
            "Put the key file back from the backup; else call the operators, and do not delete the store.",
        ),
    ),
    "key_refused": (
        Words("安全芯片或系统不给存储密钥。", "The TPM or the system does not give the store's key."),
        Words(
            "请确认固件里开着安全芯片；换过主板的请联系平台运维。",
            "See that the firmware has the TPM on; after a change of the board call the operators.",
        ),
    ),
    "store_busy": (
        Words("另一个程序占着本机存储。", "Another programme has the store open."),
        Words(
            "请看是不是启动了两个终端程序，关掉一个再重启。",
            "See whether two terminals were started; end one and restart the other.",
        ),
    ),
    "not_encrypted": (
        Words("存储文件没有加密，不用它，已停办。", "The store's file is not encrypted; it is not used."),
        Words(
            "请不要删除它，联系平台运维：可能有人换过文件。",
            "Do not delete it and call the operators: somebody may have replaced it.",
        ),
    ),
    "store_newer": (
        Words("存储是新版程序写的，这一版打不开。", "A newer release wrote the store; this one cannot open it."),
        Words("请装回新版程序，不要删存储。", "Install the newer release again; do not delete the store."),
    ),
    "store": (
        Words("本机存储打不开，已停止办事。", "The store does not open; nobody is served."),
        Words(
            "请看磁盘是否满了、坏了；都不是就联系平台运维。",
            "See whether the disk is full or broken; if neither, call the operators.",
        ),
    ),
    "power": (
        Words("停电后已停止办事，备用电源快用完了。", "Nobody is served: the battery is almost empty."),
        Words("请恢复供电，会自己再开始。", "Restore the mains; it begins again by itself."),
    ),
}
"""Word of the halt -> what is so, what to do."""
WAITS: Mapping[str, tuple[Words, Words]] = {
    COMMISSIONING: (
        Words(
            "终端还没有启用：等自检通过、平台收到报告。", "Not in service yet: it waits for its report to be accepted."
        ),
        Words(
            "请先解决没通过的项，再联网，或用 U 盘把报告带去平台。",
            "Mend what failed; then connect it, or bring its report to the platform on a stick.",
        ),
    ),
    "locked": (
        Words("平台锁住了这台终端。", "The platform has locked this terminal."),
        Words("请问平台运维；由他们解锁。", "Ask the operators; they unlock it."),
    ),
}
"""Words of halts that somebody decided, and that end without anything being mended."""
OTHER = (
    Words("终端停着，不办事。", "The terminal stands still and serves nobody."),
    Words("请看屏幕上写的原因，按它说的做。", "Read the reason on its screen and do what it says."),
)


def check_service(*, running: bool, halted: str) -> CheckResult:
    """Whether residents are served."""
    if not running:
        return warned(
            SERVICE,
            Words("终端程序没有运行。", "The terminal's programme does not run."),
            Words("请启动终端，再查一次。", "Start the terminal and check again."),
            word="not_running",
        )
    if halted in WAITS:
        return warned(SERVICE, *WAITS[halted], word=halted)
    if halted:
        return failed(SERVICE, *HALTS.get(halted, OTHER), word=halted)
    return passed(SERVICE, Words("终端在服务。", "The terminal is in service."))
