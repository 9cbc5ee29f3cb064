"""Every way this room can fail, as types. Texts are for technicians and hold nothing personal."""

# ruff: noqa: N818 - errors are named for what happened: `except WrongKey` reads better than `except WrongKeyError`

from __future__ import annotations

from enum import StrEnum


class StoreError(Exception):
    """Something about the encrypted store."""


class WrongKey(StoreError):
    """No page of the file can be read with this key. The file is left as it was."""


class NotEncrypted(StoreError):
    """The file or the library would keep data in the clear; the store refuses to open."""


class SchemaTooNew(StoreError):
    """A newer program wrote this file. Nothing was changed."""


class StoreBusy(StoreError):
    """Another process owns this store."""


class StoreFull(StoreError):
    """Too little disk or too many waiting items: no new case may be promised."""


class StoreClosed(StoreError):
    """The store was closed before this could be done."""


class KeyFileError(StoreError):
    """The key file is not 32 bytes, or others may read it."""


class KeyMissing(StoreError):
    """There is a store, and no record of its key."""


class KeyRefused(StoreError):
    """The custodian of the key does not give or take it: the text says why and what to do. No other was asked."""


class AnotherTpm(KeyRefused):
    """What is to be opened was made by another TPM, or this one was cleared since."""


class UnknownItem(StoreError):
    """No item has this id."""


class DigestConflict(StoreError):
    """The same id was used before for something else."""


class ItemTooLarge(StoreError):
    """The body is larger than one batch may carry (480 KiB)."""


class AttachmentDamaged(StoreError):
    """The file of an attachment is missing, cut, reordered or changed."""


class NotDead(StoreError):
    """Only a dead letter can be retried."""


class NoSealingKey(StoreError):
    """The platform's sealing key is not here, so nothing can be written that only the platform opens."""


class BadStick(Exception):
    """A file from a USB stick cannot be used; nothing of it was. `code` is one closed word.

    not-a-bundle, truncated, too-large, damaged, malformed, signature (no trusted key signed it), other-terminal,
    older (than what is in use).
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class PlatformError(Exception):
    """A call to the platform did not give its result."""


class Lost(StrEnum):
    """How a call was lost, for a technician."""

    BROKEN = "broken"
    """The connection stood and broke."""
    NO_NAME = "no_name"
    NOBODY = "nobody"
    """The machine is there, and nobody listens at the port."""
    NO_ROUTE = "no_route"
    NO_ANSWER = "no_answer"
    STRANGER = "stranger"
    """Who answers has no certificate of the authority that this terminal trusts."""
    DATES = "dates"
    NO_TLS = "no_tls"
    """Who answers does not speak TLS, as a proxy does."""
    OWN_KEY = "own_key"
    """The terminal's own key cannot be used."""


class NetworkLost(PlatformError):
    """Nothing that is ours came back. `sent` is True when the request may have reached the platform.

    `dates` is True when the platform's certificate is not valid at the time that this machine believes it is.
    """

    def __init__(self, why: str, *, sent: bool, dates: bool = False, lost: Lost = Lost.BROKEN) -> None:
        super().__init__(why)
        self.sent = sent
        self.dates = dates
        self.lost = Lost.DATES if dates else lost


class CaptivePortal(NetworkLost):
    """Something answered that is not the platform, such as a log-in page. Counts as network loss."""


class AnswerTooLarge(NetworkLost):
    """More came than any answer to this call holds. Counts as network loss."""


class PlatformBusy(PlatformError):
    """408, 425, 429 or 5xx: later. `retry_after` is in seconds, or None when the platform did not say."""

    def __init__(self, status: int, retry_after: float | None = None, code: str = "") -> None:
        super().__init__(f"the platform answered {status} {code}".rstrip())
        self.status = status
        self.retry_after = retry_after
        self.code = code


class Refused(PlatformError):
    """A problem document (RFC 9457) with a closed `code`: asking again will not help.

    `remaining` is how many tries are left, where the platform counts them. `retry_s` is after how many seconds asking
    again makes sense, where it says so (too-many, code-locked). `offset` is where an upload goes on (offset-mismatch).
    `field` points at the answer that is to blame, where one is.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        remaining: int | None = None,
        retry_s: float | None = None,
        offset: int | None = None,
        field: str = "",
    ) -> None:
        super().__init__(f"refused: {status} {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.remaining = remaining
        self.retry_s = retry_s
        self.offset = offset
        self.field = field


class NotAuthorised(PlatformError):
    """401 or 403: this terminal's certificate is not accepted. Needs service."""

    def __init__(self, status: int, code: str = "", detail: str = "", remaining: int | None = None) -> None:
        super().__init__(f"not authorised: {status} {code}".rstrip())
        self.status = status
        self.code = code
        self.detail = detail
        self.remaining = remaining


class BadSignature(PlatformError):
    """A signed document came that no trusted key has signed."""
