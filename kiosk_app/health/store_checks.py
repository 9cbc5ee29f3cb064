"""The doctor's checks of the store: its encryption, its key, its disk, the audit, what waits in it. Pure."""

from __future__ import annotations

from kiosk_app.health.verdicts import failed, passed, warned
from offline_cache import Unwritten
from provisioning import CheckResult, Words

DISK_STOP = 500 * 1024 * 1024
"""Below this no new case is taken."""
DISK_LOW = 2 * 1024 * 1024 * 1024


def check_store_encrypted(encrypted: bool | None, damaged: int | None = None) -> CheckResult:
    """The store's file is really encrypted, and no damage of it waits for a person."""
    if encrypted is None:
        return warned(
            "store",
            Words("还没有打开加密存储。", "The encrypted store has not been opened."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
            word="unknown",
        )
    if not encrypted:
        return failed(
            "store",
            Words("本机存储没有加密，已停止收件。", "The store is not encrypted; no case is taken."),
            Words(
                "请停用终端并联系平台运维，不要删除文件。",
                "Take the terminal out of use, call the operators, delete nothing.",
            ),
            word="plain",
        )
    if damaged is not None:
        return warned(
            "store",
            Words(
                f"本机存储坏过，已修好，有 {damaged} 件受影响。",
                f"The store was damaged and mended; {damaged} cases are affected.",
            ),
            Words(
                "请运行 kiosk store show 看是哪几件，联系当事人后运行 kiosk store acknowledge。",
                "Run kiosk store show for which, call whom it concerns, then run kiosk store acknowledge.",
            ),
            word="damaged",
        )
    return passed("store", Words("本机存储已加密。", "The store is encrypted."))


def check_store_key(protection: str | None) -> CheckResult:
    """What keeps the store's key: tpm, credential or file."""
    match protection:
        case "tpm" | "credential":
            return passed(
                "store_key", Words("存储密钥由硬件或系统保管。", "The store's key is kept by hardware or system.")
            )
        case "file":
            return warned(
                "store_key",
                Words(
                    "存储密钥放在受限文件里，没有硬件保护。", "The store's key is in a private file, without hardware."
                ),
                Words("可以使用；有安全芯片的机器请启用。", "It may be used; enable the machine's TPM if it has one."),
                word="file",
            )
        case None:
            return warned(
                "store_key",
                Words("不知道存储密钥怎么保管。", "It is not known what keeps the store's key."),
                Words("请启动终端后再查。", "Start the terminal and check again."),
                word="unknown",
            )
        case _:
            return failed(
                "store_key",
                Words("存储密钥可能被别人读到。", "Others may read the store's key."),
                Words(
                    "请把密钥文件的权限改为 0600，并联系平台运维。",
                    "Set the key file's mode to 0600 and call the operators.",
                ),
                word="exposed",
            )


def check_disk(free: int | None, reserve: str | None = None) -> CheckResult:
    """Bytes free where the store lives, and whether what is kept for promises is there."""
    if free is None:
        return warned(
            "disk",
            Words("不知道磁盘还剩多少。", "The free disk space is not known."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
            word="unknown",
        )
    amount = f"{free / (1 << 30):.1f} GB"
    if reserve == "given_up":
        return failed(
            "disk",
            Words(
                f"磁盘还剩 {amount}，备用空间已用掉，已停止收新件。",
                f"{amount} of disk are left and the reserve is used up; no new case is taken.",
            ),
            Words(
                "请清理磁盘；不要删除终端的数据文件夹。",
                "Make room on the disk; do not delete the terminal's data folder.",
            ),
            word="given_up",
        )
    if free < DISK_STOP:
        return failed(
            "disk",
            Words(f"磁盘只剩 {amount}，已停止收新件。", f"Only {amount} of disk are left; no new case is taken."),
            Words(
                "请清理磁盘；不要删除终端的数据文件夹。",
                "Make room on the disk; do not delete the terminal's data folder.",
            ),
            word="stop",
        )
    if free < DISK_LOW:
        return warned(
            "disk",
            Words(f"磁盘只剩 {amount}。", f"Only {amount} of disk are left."),
            Words("请近期清理磁盘。", "Make room on the disk soon."),
            word="low",
        )
    return passed("disk", Words(f"磁盘还剩 {amount}。", f"{amount} of disk are free."))


def check_audit(audit: Unwritten | None) -> CheckResult:
    """What happened is in the audit chain."""
    if audit is None:
        return warned(
            "audit",
            Words("不知道审计记录有没有写全。", "Whether the audit is complete is not known."),
            Words("请启动终端后再查。", "Start the terminal and check again."),
            word="unknown",
        )
    if audit.waiting:
        return failed(
            "audit",
            Words(
                f"磁盘写不进，有 {audit.waiting} 条审计记录还在内存里。",
                f"The disk takes nothing: {audit.waiting} audit entries are only in memory.",
            ),
            Words(
                "请先清理磁盘再关机；有空间后会自己写进去。",
                "Make room on the disk before you switch off; they are written by themselves then.",
            ),
            word="waiting",
        )
    if audit.lost > audit.seen:
        return warned(
            "audit",
            Words(
                f"曾有 {audit.lost - audit.seen} 条审计记录没能写下，链里记着时间。",
                f"{audit.lost - audit.seen} audit entries could not be written; the chain says of which time.",
            ),
            Words(
                "请用 kiosk audit show 查 audit_unwritten，告诉平台值班人员，再运行 kiosk store acknowledge。",
                "Look for audit_unwritten in kiosk audit show, tell the operators, then run kiosk store acknowledge.",
            ),
            word="lost",
        )
    return passed("audit", Words("审计记录都已写下。", "Every audit entry was written."))


def check_outbox(ready: int, dead: int) -> CheckResult:
    """What waits to be sent, and what cannot be."""
    if dead:
        return failed(
            "outbox",
            Words(f"有 {dead} 件无法送达，已留存在本机。", f"{dead} items cannot be delivered; they are kept here."),
            Words(
                "请运行 kiosk outbox list 看原因，告诉平台运维；改好后用 kiosk outbox retry 重发。",
                "Run kiosk outbox list for the reasons and tell the operators; when it is mended, kiosk outbox retry.",
            ),
            word="dead",
        )
    if ready:
        return passed(
            "outbox",
            Words(f"有 {ready} 件等待上传。", f"{ready} items wait to be sent."),
            Words("连上平台后会自动上传。", "They go by themselves once the platform is reached."),
        )
    return passed("outbox", Words("没有等待上传的件。", "Nothing waits to be sent."))
