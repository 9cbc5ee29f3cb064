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


class NotEnrolledError(ProvisioningError):
    """The folder holds no identity."""

    code = "not-enrolled"
    cause = Words("这台终端还没有开通。", "This terminal is not enrolled.")
    remedy = Words("请运行 kiosk provision enrol，并扫开通单。", "Run kiosk provision enrol and scan the slip.")


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
        TerminalRevokedError,
        CertificateLapsedError,
        ClockWrongError,
    )
}
"""The platform's problem codes that have an error of their own."""
