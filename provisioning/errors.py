"""Why putting a terminal into service stopped: each error names its cause and the technician's next step."""

from __future__ import annotations

from typing import ClassVar

from provisioning.words import Words


class ProvisioningError(Exception):
    """Something refused or failed. `code` is a closed kebab word; nothing personal and no secret is ever inside."""

    code: ClassVar[str] = "provisioning"
    exit_code: ClassVar[int] = 1
    cause: Words = Words("开通没有完成。", "Enrolment did not complete.")
    remedy: Words = Words("请重试；仍不行请联系平台运维。", "Try again; if it stays, call the platform's operators.")

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{self.cause.en} {self.remedy.en}" + (f" ({detail})" if detail else ""))


class PlatformUnreachableError(ProvisioningError):
    """No connection, no TLS, or no answer in time."""

    code = "platform-unreachable"
    exit_code = 3
    cause = Words("连不上平台。", "The platform cannot be reached.")
    remedy = Words(
        "请检查网线、平台地址和本机时间，再试一次。",
        "Check the cable, the platform's address and the clock, then retry.",
    )


class AuthorityMismatchError(ProvisioningError):
    """The server does not hold a certificate of the authority whose fingerprint was given. The code was not sent."""

    code = "authority-mismatch"
    cause = Words(
        "对方不是开通单上的平台，开通码没有发出。",
        "This server is not the platform on the slip; the code was not sent.",
    )
    remedy = Words(
        "请核对开通单上的地址和指纹；都对则停止开通，报告网络可能被冒充。",
        "Compare address and fingerprint with the slip; if both agree, stop and report a possible impostor.",
    )


class ServerDatesError(ProvisioningError):
    """The server's certificate is not valid at this machine's time. The code was not sent."""

    code = "server-dates"
    cause = Words(
        "本机时间看平台证书不在有效期，开通码没有发出。",
        "By this machine's clock the platform's certificate is not valid; the code was not sent.",
    )
    remedy = Words(
        "请先校正本机时间再试；时间正确则联系平台运维。",
        "Set the clock and try again; if it is right, call the operators.",
    )


class TicketMalformedError(ProvisioningError):
    """Code, address or fingerprint cannot be what a slip says."""

    code = "ticket-malformed"
    exit_code = 2
    cause = Words("开通单上的内容不完整或输错了。", "The slip's content is incomplete or mistyped.")
    remedy = Words(
        "请重新扫开通单上的二维码，或逐字核对。", "Scan the slip's QR code again, or compare it letter by letter."
    )


class CodeUnknownError(ProvisioningError):
    """The platform does not know the code."""

    code = "code-unknown"
    cause = Words("平台没有这个开通码。", "The platform does not know this code.")
    remedy = Words(
        "请逐字核对开通码（没有 I、L、O、U）。", "Compare the code letter by letter (it has no I, L, O or U)."
    )


class CodeUsedError(ProvisioningError):
    """The code has already enrolled a terminal."""

    code = "code-used"
    cause = Words("这个开通码已经用过。", "This code has already been used.")
    remedy = Words("请让平台运维签发新的开通码。", "Ask the platform's operators for a new code.")


class CodeExpiredError(ProvisioningError):
    """The code's 72 hours are over."""

    code = "code-expired"
    cause = Words("开通码已过期。", "The code has expired.")
    remedy = Words(
        "请让平台运维签发新的开通码，72 小时内使用。",
        "Ask the platform's operators for a new code and use it within 72 hours.",
    )


class CodeLockedError(ProvisioningError):
    """Too many wrong tries."""

    code = "code-locked"
    cause = Words("试错次数过多，开通码已锁定。", "Too many wrong tries: the code is locked.")
    remedy = Words(
        "请让平台运维解锁或签发新的开通码。", "Ask the platform's operators to unlock it or issue a new one."
    )


class EnrolmentPendingError(ProvisioningError):
    """The platform knows this machine and its key; an operator has to accept it. `detail` says why."""

    code = "enrolment-pending"
    exit_code = 3
    cause = Words(
        "平台收到了，等运维确认这台机器。", "The platform has the request; an operator has to accept this machine."
    )
    remedy = Words(
        "请联系平台运维确认，然后再运行一次 kiosk provision enrol，不用重新输入。",
        "Ask the operators to accept it, then run kiosk provision enrol again; nothing has to be typed anew.",
    )


class EnrolmentRejectedError(ProvisioningError):
    """An operator did not accept this machine."""

    code = "enrolment-rejected"
    cause = Words("平台运维没有接受这台机器。", "The operators did not accept this machine.")
    remedy = Words(
        "请向平台运维问明原因；改好后用新开通码重新开通。",
        "Ask the operators why; when that is mended, enrol with a new code.",
    )


class SlotOccupiedError(ProvisioningError):
    """Another machine is in service as this terminal."""

    code = "slot-occupied"
    cause = Words("这个终端编号正由另一台机器使用。", "Another machine is in service under this terminal's number.")
    remedy = Words(
        "确实要换机：先按 docs/enrolment.md 取出旧机没上传的办件，再加 --replace 开通。不是换机：请核对开通单。",
        "To swap the machine: first save the old one's unsent cases (docs/enrolment.md), then enrol with --replace. "
        "Otherwise compare the slip.",
    )


class MachineClockError(ProvisioningError):
    """What the platform has just certified is not valid by this machine's clock."""

    code = "machine-clock"
    cause = Words(
        "本机时间不对：平台刚发的证书在本机看来不在有效期。",
        "This machine's clock is wrong: by it the certificate that was just issued is not valid.",
    )
    remedy = Words(
        "请校正本机时间（主板电池可能没电），再运行一次同样的命令；开通码仍然有效。",
        "Set the clock (the board's battery may be empty) and run the same command again; the code is still good.",
    )


class AuthorityChangedError(ProvisioningError):
    """The server under the platform's address does not hold a certificate of the authority this terminal has pinned."""

    code = "authority-changed"
    cause = Words(
        "平台换了认证机构，或有人冒充：本机不信任它，继续离线受理，已存的办件都在。",
        "The platform changed its authority, or somebody poses as it: this terminal does not trust it, goes on off "
        "line, and keeps every case.",
    )
    remedy = Words(
        "请打电话向平台运维核实；确实换了，请用新开通单（新指纹）重新开通。",
        "Ask the operators by phone; if it was changed, enrol with a new slip (new fingerprint).",
    )


class RequestRefusedError(ProvisioningError):
    """The platform understood and said no for a reason outside this list; `detail` is its code word."""

    code = "request-refused"
    cause = Words("平台拒绝了这次请求。", "The platform refused the request.")
    remedy = Words("请把括号里的代码告诉平台运维。", "Tell the platform's operators the word in brackets.")


class TerminalRevokedError(ProvisioningError):
    """The platform no longer trusts this terminal's certificate."""

    code = "certificate-revoked"
    cause = Words("平台已停用这台终端的证书。", "The platform has revoked this terminal's certificate.")
    remedy = Words(
        "请向平台运维确认后，用新开通码重新开通。",
        "Confirm with the platform's operators, then enrol again with a new code.",
    )


class CertificateLapsedError(ProvisioningError):
    """The certificate ended so long ago that the platform no longer renews it."""

    code = "certificate-expired"
    cause = Words("终端离线太久，证书不能再续。", "The terminal was away too long for its certificate to be renewed.")
    remedy = Words(
        "请让平台运维签发新的开通码，重新开通。", "Ask the platform's operators for a new code and enrol again."
    )


class ClockWrongError(ProvisioningError):
    """A signed renewal was not accepted: mostly this terminal's clock is more than an hour off."""

    code = "signature-invalid"
    cause = Words(
        "平台不接受续期签名，本机时间可能不对。", "The platform refuses the signed renewal; the clock may be wrong."
    )
    remedy = Words("请先校正本机时间再试。", "Set the clock and try again.")


class AnswerBadError(ProvisioningError):
    """The answer is not what the contract says: wrong key, wrong name, wrong authority, not JSON."""

    code = "answer-bad"
    cause = Words("平台的答复不对，没有采用。", "The platform's answer is wrong and was not taken.")
    remedy = Words(
        "请检查网络是否弹出登录页；不是则联系平台运维。",
        "See whether the network shows a log-in page; if not, call the platform's operators.",
    )


class NothingAskedError(ProvisioningError):
    """There is an answer on the stick, and this machine wrote no request."""

    code = "nothing-asked"
    exit_code = 2
    cause = Words("这台机器还没有写过开通申请。", "This machine has written no request yet.")
    remedy = Words(
        "请先运行 kiosk provision request，把申请带到平台。",
        "Run kiosk provision request first and bring the request to the platform.",
    )


class BundleDamagedError(ProvisioningError):
    """A file on the stick is missing, cut off, or not what it should be; nothing changed."""

    code = "bundle-damaged"
    cause = Words("盘上的开通包不完整，没有采用。", "The bundle on the stick is incomplete and was not taken.")
    remedy = Words(
        "请在平台重新拷贝，先弹出再拔盘。", "Copy it again at the platform, and eject the stick before pulling it."
    )


class BundleForgedError(ProvisioningError):
    """No key that the pinned authority certified for it has signed the answer; nothing changed."""

    code = "bundle-forged"
    cause = Words("开通包的签名不对，没有采用。", "The bundle's signature is wrong and it was not taken.")
    remedy = Words(
        "请只用平台写出的开通包；再次出现请报告，可能有人改动过。",
        "Use only what the platform wrote; if it happens again, report that somebody may have changed it.",
    )


class BundleForeignError(ProvisioningError):
    """The answer is for another machine, for an earlier request, or from another platform; nothing changed."""

    code = "bundle-foreign"
    cause = Words("这个开通包不是给这台机器的这次申请的。", "This bundle does not answer this machine's request.")
    remedy = Words(
        "请核对屏幕上的钥匙字和终端编号；本机最近一次申请写好后，请平台重新签发。",
        "Compare the key word and the terminal's number; have the platform answer this machine's newest request.",
    )


class BundleOlderError(ProvisioningError):
    """The answer is older than what is in force."""

    code = "bundle-older"
    cause = Words("这个开通包比正在用的旧。", "This bundle is older than what is in force.")
    remedy = Words("请让平台重新签发。", "Have the platform write a new one.")


class NoAnswerError(ProvisioningError):
    """No stick that is plugged in holds an answer."""

    code = "no-answer"
    exit_code = 2
    cause = Words("插着的盘上没有平台的答复。", "No stick that is plugged in holds the platform's answer.")
    remedy = Words("请插上平台写好答复的盘再试。", "Plug in the stick with the platform's answer and try again.")


class OtherPlatformError(ProvisioningError):
    """The machine was enrolled with another platform before; whoever stands before it does not change that."""

    code = "other-platform"
    cause = Words(
        "本机从前由另一个平台开通，这张开通单不能在屏幕上用。",
        "This machine was enrolled with another platform before; this slip cannot be used by screens.",
    )
    remedy = Words(
        "请核对开通单；确实要换平台，请运行 kiosk provision enrol。",
        "Compare the slip; to change the platform, run kiosk provision enrol.",
    )


class StickUnwritableError(ProvisioningError):
    """A file could not be written; `detail` is the system's word."""

    code = "stick-unwritable"
    exit_code = 3
    cause = Words("写不进去。", "It cannot be written.")
    remedy = Words("请看盘是否满了、是否写保护，换一个再试。", "Is it full or write-protected? Try another stick.")


class NotEnrolledError(ProvisioningError):
    """The folder holds no identity."""

    code = "not-enrolled"
    cause = Words("这台终端还没有开通。", "This terminal is not enrolled.")
    remedy = Words("请运行 kiosk provision enrol，并扫开通单。", "Run kiosk provision enrol and scan the slip.")


class HardwareChangedError(ProvisioningError):
    """The identity was made on another machine: this is a clone of its disk, or its main board was changed."""

    code = "hardware-changed"
    cause = Words(
        "这份身份是在另一台机器上开通的，这里不能用。",
        "This identity was made on another machine and is of no use here.",
    )
    remedy = Words(
        "换了主板或整机：请让平台运维签发新的开通码，加 --replace 重新开通。不是你换的：请报告，可能有人复制了硬盘。",
        "If the board or the machine was changed, ask the operators for a new code and enrol with --replace. If not, "
        "report it: somebody may have copied the disk.",
    )


class IdentityCopiedError(ProvisioningError):
    """The folder is a copy: the terminal's own lies, or lay, elsewhere."""

    code = "identity-copied"
    cause = Words("这个身份目录是复制来的，不能用。", "This identity folder is a copy and is of no use.")
    remedy = Words(
        "请用原来的目录；原目录没了，请用新开通码重新开通。",
        "Use the original folder; if it is gone, enrol again with a new code.",
    )


class TpmRefusedError(ProvisioningError):
    """The TPM that keeps the device key is missing, silent or unwilling; `detail` says which."""

    code = "tpm-refused"
    exit_code = 3
    cause = Words("安全芯片没有给出设备密钥。", "The TPM did not give the use of the device key.")
    remedy = Words(
        "请看括号里的原因；确认固件里开着安全芯片、装了 tpm2-tools。",
        "See the reason in brackets; check that the firmware has the TPM on and that tpm2-tools are installed.",
    )


class IdentityDamagedError(ProvisioningError):
    """A file of the identity is missing or unreadable, or key and certificate do not belong together."""

    code = "identity-damaged"
    cause = Words("本机的身份文件损坏。", "This terminal's identity files are damaged.")
    remedy = Words(
        "请用新开通码重新开通；未上传的办件不受影响。",
        "Enrol again with a new code; cases not yet uploaded are not touched.",
    )


class KeyExposedError(ProvisioningError):
    """The key file can be read by other accounts of the machine."""

    code = "key-exposed"
    cause = Words("设备密钥的权限过宽，可能已泄露。", "The device key can be read by others and may have leaked.")
    remedy = Words("请重新开通，换一把新密钥。", "Enrol again to get a new key.")


class ProfileError(ProvisioningError):
    """A site profile was refused; the one in force stays."""

    code = "profile"


class ProfileMalformedError(ProfileError):
    """Not a profile: `detail` names the field."""

    code = "profile-malformed"
    cause = Words("站点配置的内容不完整，原配置继续使用。", "The site profile is incomplete; the one in force stays.")
    remedy = Words("请让平台运维重新导出站点配置。", "Ask the platform's operators to export the profile again.")


class ProfileSignatureBadError(ProfileError):
    """No key that this terminal trusts has signed it."""

    code = "profile-signature"
    cause = Words(
        "站点配置的签名不对，原配置继续使用。", "The site profile's signature is wrong; the one in force stays."
    )
    remedy = Words(
        "请只用平台导出的文件，不要手工修改。", "Use only files exported by the platform, and do not edit them."
    )


class ProfileOfAnotherError(ProfileError):
    """It is bound to another terminal."""

    code = "profile-other-terminal"
    cause = Words("这份站点配置属于另一台终端。", "This site profile belongs to another terminal.")
    remedy = Words(
        "请核对终端编号，换用本机的那一份。", "Compare the terminal's number and use the file made for this one."
    )


class ProfileOlderError(ProfileError):
    """Its revision is lower than the one in force, or equal with other content."""

    code = "profile-older"
    cause = Words("这份站点配置比正在用的旧。", "This site profile is older than the one in force.")
    remedy = Words("请让平台运维导出最新版本。", "Ask the platform's operators to export the newest one.")


class ProfileExpiredError(ProfileError):
    """Its last day is over."""

    code = "profile-expired"
    cause = Words("这份站点配置已过期。", "This site profile has expired.")
    remedy = Words(
        "请先核对本机时间；时间正确则让平台运维重新导出。",
        "Check the clock first; if it is right, ask the operators for a new export.",
    )


BY_CODE: dict[str, type[ProvisioningError]] = {
    kind.code: kind
    for kind in (
        CodeUnknownError,
        CodeUsedError,
        CodeExpiredError,
        CodeLockedError,
        EnrolmentRejectedError,
        SlotOccupiedError,
        HardwareChangedError,
        TerminalRevokedError,
        CertificateLapsedError,
        ClockWrongError,
    )
} | {"certificate-superseded": IdentityCopiedError}
"""The platform's problem codes that have an error of their own."""
