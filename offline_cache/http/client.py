"""Every call of the wire protocol, with typed answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from contracts import Envelope, SignatureError, digest_bytes, verify
from contracts.blobs import COMPLETE, NO, OFFSET, YES, name_of
from contracts.clips import MOST_DOCUMENT
from offline_cache.errors import BadSignature, CaptivePortal, NotAuthorised, PlatformBusy, Refused
from offline_cache.faces import Checkpoint, ClientIdentity, Clock, no_checkpoint
from offline_cache.http import answers, shapes
from offline_cache.http.answers import (
    BatchReply,
    BlobState,
    CaseProgress,
    ChatDuty,
    ChatNews,
    Enrolment,
    HeartbeatReply,
    HeldLicence,
    Identity,
    ItemResult,
    Link,
    Payment,
    PhoneChallenge,
    Prefill,
    SignedDocument,
    VerifiedPerson,
)
from offline_cache.http.transport import MAX_ANSWER, Answer, Transport

T = TypeVar("T")
SIGNATURES = 64 * 1024
"""Room for the envelope around a signed document."""
MOST_INDEX = 64 * 2**20
"""The index with the guides of a district: 5,000 of them are 13 MB."""
PERSONAL = ("token-", "code-", "phone-", "identity-", "evidence-", "level-", "guardian-")
"""How the codes begin that are about a resident, never about the terminal."""
CHAT_S = 6.0
"""How long a call of a talk may take: somebody is waiting, and asks again soon."""
PAY_S = 10.0
"""How long a call about a payment may take: the platform asks the provider meanwhile, which has six seconds."""


class PlatformClient:
    """The platform as the terminal sees it. Usable from any thread; never retries by itself.

    Every method raises `NetworkLost` (and its kind `CaptivePortal`), `PlatformBusy`, `NotAuthorised` or
    `Refused`; methods that fetch signed documents also `BadSignature`.
    """

    def __init__(
        self,
        base_url: str,
        identity: ClientIdentity | None,
        clock: Clock,
        *,
        trusted: Mapping[str, bytes] | None = None,
        timeouts: tuple[float, float] = (5.0, 30.0),
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        """`trusted`: key id -> raw Ed25519 public key whose signatures count."""
        self._transport = Transport(base_url, identity, timeouts, clock, checkpoint)
        self._trusted = dict(trusted or {})

    def trust(self, keys: Mapping[str, bytes]) -> None:
        """Replace the keys whose signatures count."""
        self._trusted = dict(keys)

    @property
    def trusted(self) -> Mapping[str, bytes]:
        """The keys whose signatures count, by id."""
        return self._trusted

    def renewed(self) -> None:
        """The certificate files changed."""
        self._transport.renewed()

    def close(self) -> None:
        """Drop this thread's connections."""
        self._transport.close()

    # Being a terminal

    def server_time(self) -> datetime:
        """Return the platform's time. Needs no certificate."""
        answer = self._transport.exchange("GET", "/v1/time", with_certificate=False)
        return _read(answer, lambda value: shapes.moment(shapes.obj(value), "server_time"))

    def signed_time(self, nonce: str) -> Envelope:
        """Return the platform's signed statement of the time (`contracts.times`), unjudged.

        The one call that does not mind whether the platform's certificate is valid now: a clock that is wrong cannot
        tell. Its chain is checked all the same. Needs no certificate of ours.
        """
        answer = self._transport.exchange(
            "GET", "/v1/time", query={"nonce": nonce}, with_certificate=False, dates=False
        )
        return _read(answer, lambda value: dict(shapes.obj(shapes.obj(value).get("statement"), "statement")))

    def enrol(self, code: str, csr_pem: str, inventory: Mapping[str, Any]) -> Enrolment:
        """Trade a one-time code for a certificate. Codes: code-unknown, code-used, code-expired, code-locked."""
        payload = {"code": code, "csr_pem": csr_pem, "inventory": inventory}
        answer = self._transport.exchange("POST", "/v1/enrol", payload, with_certificate=False)
        return _read(answer, answers.read_enrolment)

    def renew(self, csr_pem: str, at: str, signature: str, *, with_certificate: bool = True) -> str:
        """Return a new certificate (PEM). After expiry call it without the old one."""
        payload = {"csr_pem": csr_pem, "at": at, "signature": signature}
        answer = self._transport.exchange("POST", "/v1/certs/renew", payload, with_certificate=with_certificate)
        return _read(answer, lambda value: shapes.field(shapes.obj(value), "certificate_pem", str))

    def heartbeat(self, status: Mapping[str, Any], within_s: float | None = None) -> HeartbeatReply:
        """Say how the terminal is; learn what is new."""
        answer = self._transport.exchange("POST", "/v1/heartbeat", status, within_s=within_s)
        return _read(answer, answers.read_heartbeat)

    def audit_heads(self) -> SignedDocument:
        """Return what the platform remembers of this terminal's audit chain (`contracts.heads.read_heads`)."""
        found = self._signed("/v1/audit/heads", None)
        if found is None:
            raise CaptivePortal("an answer without a body to a question without a tag", sent=True)
        return found

    # Signed documents

    def profile(self, etag: str | None = None) -> SignedDocument | None:
        """Return the site profile, or None when `etag` is still current."""
        return self._signed("/v1/profile", etag)

    def technicians(self, etag: str | None = None) -> SignedDocument | None:
        """Return who may work on this terminal, with their secrets, or None when `etag` is still current."""
        return self._signed("/v1/technicians", etag)

    def catalogue_index(self, etag: str | None = None) -> SignedDocument | None:
        """Return the index of service packages, or None when `etag` is still current."""
        return self._signed("/v1/catalogue/index", etag, MOST_INDEX)

    def service_package(self, service: str, etag: str | None = None) -> SignedDocument | None:
        """Return one service package, or None when `etag` is still current."""
        return self._signed(f"/v1/catalogue/service/{quote(service, safe='')}", etag)

    def service_voice(self, service: str, etag: str | None = None) -> SignedDocument | None:
        """Return the clips of a service (`contracts.clips.unpack`), or None when `etag` is still current."""
        return self._signed(f"/v1/catalogue/voice/{quote(service, safe='')}", etag, MOST_DOCUMENT + SIGNATURES)

    # Cases

    def submit_batch(
        self, batch_id: str, terminal: str, items: Sequence[Mapping[str, Any]], within_s: float | None = None
    ) -> BatchReply:
        """Send items; the same id again has no second effect."""
        answer = self._transport.exchange(
            "POST",
            "/v1/submissions:batch",
            {"terminal": terminal, "items": list(items)},
            headers={"Idempotency-Key": batch_id},
            within_s=within_s,
            compress=True,
        )
        return _read(answer, answers.read_batch)

    def submission(self, item_id: str) -> ItemResult | None:
        """Return what the platform knows of an item; None when it never saw it."""
        try:
            answer = self._transport.exchange("GET", f"/v1/submissions/{quote(item_id, safe='')}")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        return _read(answer, lambda value: answers.read_submission(value, item_id))

    def blob_state(self, sha256: str) -> BlobState:
        """Return how much of an attachment the platform has."""
        answer = self._transport.exchange("HEAD", f"/v1/blobs/{name_of(sha256)}")
        return BlobState(answer.offset or 0, answer.complete)

    def put_blob(self, sha256: str, offset: int, data: bytes, *, last: bool) -> BlobState:
        """Send one part of an attachment, at most 256 KiB.

        Codes: offset-mismatch (with `offset`), too-large, digest-mismatch.
        """
        fields = {OFFSET: str(offset), COMPLETE: YES if last else NO}
        answer = self._transport.exchange("PUT", f"/v1/blobs/{name_of(sha256)}", content=data, headers=fields)
        return _read(answer, answers.read_blob)

    def fetch_document(self, document: str) -> bytes:
        """Return the sealed page of a case of this terminal, byte for byte what the platform signed.

        Codes: document-unknown, document-expired.
        """
        signed, page = _read(self._personal("/v1/documents:fetch", {"document": document}), answers.read_page)
        try:
            said = verify(signed, self._trusted)
        except SignatureError as error:
            raise BadSignature(f"a document: {error}") from None
        except ValueError:
            raise BadSignature("a document: it has no canonical form") from None
        wanted = ("document", document, digest_bytes(page))
        if not isinstance(said, Mapping) or (said.get("kind"), said.get("document"), said.get("digest")) != wanted:
            raise BadSignature("a document: the signature is about another one")
        return page

    def link_document(self, document: str) -> Link:
        """Return an address from which a phone may fetch the page. Codes: as those of `fetch_document`."""
        return _read(self._personal("/v1/documents:link", {"document": document}), answers.read_link)

    def find_cases(
        self, *, id_no: str | None = None, number: str | None = None, identity: Identity | None = None
    ) -> tuple[CaseProgress, ...]:
        """Return the progress of a person's cases, which needs their identity, or of one case by its number.

        Codes: as those of `prefill`; identity-required.
        """
        token = None if identity is None else identity.token
        payload = {"id_no": id_no, "number": number, "identity": token}
        return _read(self._personal("/v1/cases:find", payload), answers.read_cases)

    def receipt(self, opaque: str) -> Mapping[str, Any]:
        """Return the public look-up behind a receipt's QR code. Needs no certificate."""
        answer = self._transport.exchange("GET", f"/receipts/{quote(opaque, safe='')}", with_certificate=False)
        return _read(answer, shapes.obj)

    def receipt_by_number(self, number: str, check: str) -> Mapping[str, Any]:
        """Return the same by the number and check code printed on a receipt."""
        query = {"number": number, "check": check}
        return _read(self._transport.exchange("GET", "/receipts", query=query, with_certificate=False), shapes.obj)

    # People

    def identify(self, id_no: str, name: str, evidence: Sequence[Mapping[str, str]]) -> Identity:
        """Trade evidence (as in the body of an application) for an identity. Code: evidence-insufficient."""
        payload = {"id_no": id_no, "name": name, "evidence": [dict(item) for item in evidence]}
        return _read(self._personal("/v1/identities", payload), answers.read_identity)

    def end_identity(self, identity: Identity) -> None:
        """End an identity with the visit, so that nothing stays usable. Ending it twice changes nothing."""
        self._personal("/v1/identities", {"identity": identity.token}, method="DELETE")

    def prefill(self, id_no: str, service: str, identity: Identity) -> Prefill:
        """Return what offices already know for a service's form.

        Codes: identity-unknown (or ended), identity-expired, identity-elsewhere, identity-mismatch.
        """
        payload = {"id_no": id_no, "service": service, "identity": identity.token}
        return _read(self._personal("/v1/prefill", payload), answers.read_prefill)

    def find_licences(self, id_no: str, service: str, identity: Identity) -> tuple[HeldLicence, ...]:
        """Return the electronic licences that may take the place of papers of a service. Codes as `prefill`."""
        payload = {"id_no": id_no, "service": service, "identity": identity.token}
        return _read(self._personal("/v1/licences:find", payload), answers.read_licences)

    def verify_token(self, raw: str, purpose: str, terminal: str) -> VerifiedPerson:
        """Return the person behind a scanned code. Codes: token-unknown, token-expired, token-used."""
        payload = {"raw": raw, "purpose": purpose, "terminal": terminal}
        return _read(self._personal("/v1/tokens:verify", payload), answers.read_person)

    def request_phone_code(self, phone: str, id_no: str | None, purpose: str) -> PhoneChallenge:
        """Have a code sent to a phone. Codes: phone-not-registered; too-many and code-locked (with `retry_s`)."""
        payload = {"phone": phone, "id_no": id_no, "purpose": purpose}
        return _read(self._personal("/v1/phone-codes", payload), answers.read_challenge)

    def check_phone_code(self, challenge: str, code: str) -> None:
        """Check the code that was typed.

        Codes: code-wrong (with `remaining`), code-expired, code-locked (with `retry_s` when the phone is locked).
        """
        self._personal(f"/v1/phone-codes/{quote(challenge, safe='')}:check", {"code": code})

    # Talks by text with staff

    def chat_duty(self) -> ChatDuty:
        """Return whether staff answer now."""
        return _read(self._transport.exchange("GET", "/v1/chats/duty", within_s=CHAT_S), answers.read_duty)

    def open_chat(self, request: str, lang: str, service: str = "", step: str = "") -> str:
        """Begin a talk and return its id; the same request again is the same talk. Codes: chat-nobody, too-many."""
        payload = {"request": request, "lang": lang, "service": service or None, "step": step or None}
        return _read(self._chat("/v1/chats", payload), lambda value: shapes.field(shapes.obj(value), "chat", str))

    def send_chat(self, chat: str, message: str, text: str) -> datetime:
        """Send a message and return when the platform got it; the same message id again has no second effect.

        Codes: chat-unknown, chat-closed, chat-full, digest-conflict, invalid-request.
        """
        answer = self._chat("/v1/chats:send", {"chat": chat, "id": message, "text": text})
        return _read(answer, lambda value: shapes.moment(shapes.obj(value), "at"))

    def read_chat(self, chat: str, after: int) -> ChatNews:
        """Return what is newer than message `after`. Code: chat-unknown."""
        return _read(self._chat("/v1/chats:read", {"chat": chat, "after": after}), answers.read_news)

    def close_chat(self, chat: str) -> None:
        """End a talk; ending it twice changes nothing."""
        self._chat("/v1/chats:close", {"chat": chat})

    # Payments

    def open_payment(self, submission: str, application: Mapping[str, Any]) -> Payment:
        """Have the platform fix what an application costs and begin its payment; the same again is the same order.

        Codes: those of an application; bill-unknown, bill-paid, amount-needed, amount-unfit; payment-unavailable,
        digest-conflict, deleted, already-accepted, too-many.
        """
        return self._payment("open", {"submission": submission, "application": dict(application)})

    def payment(self, submission: str) -> Payment:
        """Return how an order stands. Code: payment-unknown."""
        return self._payment("state", {"submission": submission})

    def close_payment(self, submission: str) -> Payment:
        """End an order that nobody has paid; one that was paid all the same stays paid. Code: payment-unknown."""
        return self._payment("close", {"submission": submission})

    def _payment(self, call: str, payload: Mapping[str, Any]) -> Payment:
        return _read(self._personal(f"/v1/payments:{call}", payload, within_s=PAY_S), answers.read_payment)

    def _chat(self, path: str, payload: Mapping[str, Any]) -> Answer:
        return self._personal(path, payload, within_s=CHAT_S)

    def _personal(
        self, path: str, payload: Mapping[str, Any], method: str = "POST", within_s: float | None = None
    ) -> Answer:
        # A resident's own refusal may travel as 401, 403 or 429 with a code; it says nothing about the terminal.
        try:
            return self._transport.exchange(method, path, payload, within_s=within_s)
        except NotAuthorised as error:
            if error.code.startswith(PERSONAL):
                raise Refused(error.status, error.code, error.detail, error.remaining) from None
            raise
        except PlatformBusy as error:
            if error.code == "too-many":
                raise Refused(error.status, error.code, retry_s=error.retry_after) from None
            raise

    def _signed(self, path: str, etag: str | None, most: int = MAX_ANSWER) -> SignedDocument | None:
        known = {"If-None-Match": etag} if etag else None
        answer = self._transport.exchange("GET", path, headers=known, most=most)
        if answer.status == 304:
            return None
        try:
            value = verify(answer.value, self._trusted)
        except SignatureError as error:
            raise BadSignature(f"{path}: {error}") from None
        except ValueError:
            raise BadSignature(f"{path}: it has no canonical form") from None
        return SignedDocument(answer.etag, dict(answer.value), value)


def _read(answer: Answer, reader: Callable[[object], T]) -> T:
    try:
        return reader(answer.value)
    except (shapes.ShapeError, ValueError, TypeError, AttributeError) as error:
        what = str(error) if isinstance(error, shapes.ShapeError) else type(error).__name__
        raise CaptivePortal(f"the answer is not the platform's: {what}", sent=True) from None
