"""Store, sync and platform calls: everything that may take longer than a page, off the loop.

Two workers: `desk` writes to the store in order, `line` asks the platform. Answers come back as events.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contracts import uuid7
from contracts.feedback import feedback_number
from kiosk_app.cases import my_case
from kiosk_app.conductor import Performer, Record
from kiosk_app.identity import Lockout, check_witness, person_from_token
from kiosk_app.services import Text
from kiosk_app.visit.effects import (
    Answer,
    CheckPhoneCode,
    CheckWitness,
    DeletePending,
    Effect,
    FetchPrefill,
    FindCases,
    KeepFeedback,
    Rate,
    SendPhoneCode,
    Submit,
    VerifyToken,
)
from kiosk_app.visit.events import (
    Accepted,
    CasesFound,
    CasesMissing,
    Event,
    FeedbackArrived,
    FeedbackFailed,
    FeedbackSaved,
    OnlineChanged,
    PendingDeleted,
    PhoneCodeRefused,
    PhoneCodeRight,
    PhoneCodeSent,
    PhoneCodeWrong,
    Prefilled,
    PrefillMissing,
    Rejected,
    Saved,
    SaveFailed,
    TokenAccepted,
    TokenRefused,
    Unanswered,
    WitnessChecked,
)
from kiosk_app.visit.supplied import Licence, Licences
from offline_cache import (
    Attachment,
    CatalogueChanged,
    Clock,
    Identity,
    ItemDead,
    ItemDone,
    ItemWaiting,
    NetworkLost,
    NewItem,
    Online,
    PackageRefused,
    PlatformClient,
    PlatformError,
    Refused,
    Store,
    StoreError,
    StoreFull,
    SyncEngine,
    SyncReport,
)

ANSWER_SECONDS = 8.0
MEDIA = "image/jpeg"
"""Of the pages that the document camera takes."""
SALT_BYTES = 32
LINES = 2
"""Questions to the platform at the same time."""
RUN_OUT = frozenset({"identity-expired", "identity-unknown"})
SCHEMA = "1"
APPLICATION_SCHEMA = "2"
"""Of applications: this terminal knows a receipt that says no."""


def one_word(why: str) -> str:
    """The first part of a reason, as the log takes it."""
    return why.partition(":")[0].strip().replace(" ", "-")


class Office:
    """Performs what the visit asks of the store and the platform. `post` hands an event to the loop."""

    def __init__(
        self,
        store: Store,
        client: PlatformClient,
        terminal: str,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        witnesses: tuple[Any, ...],
        post: Callable[[Event], None],
        record: Record,
    ) -> None:
        self._store = store
        self._client = client
        self._terminal = terminal
        self._clock = clock
        self._random_bytes = random_bytes
        self.witnesses = witnesses
        self._post = post
        self._record = record
        self._desk = ThreadPoolExecutor(1, "store")
        self._line = ThreadPoolExecutor(LINES, "platform")
        # Both now: a thread that comes with the first two questions at once is a handle more on some later day.
        both = threading.Barrier(LINES)
        for _ in range(LINES):
            self._line.submit(both.wait)
        self._salt = random_bytes(SALT_BYTES)
        self._guesses = Lockout()
        self._phone_of: dict[str, str] = {}
        self._identities: dict[str, Identity] = {}
        self._visits = 0
        self._said: set[str] = set()
        self.engine: SyncEngine | None = None
        self.page: Callable[[str], bytes | None] = lambda name: None
        self.on_wipe: list[Callable[[], None]] = []
        self.on_catalogue: Callable[[], None] = lambda: None
        self.on_report: Callable[[SyncReport], None] = lambda report: None

    def performers(self) -> Mapping[type[Effect], Performer]:
        """Which effects are performed here."""
        return {
            Submit: self._submit,
            Answer: self._supplement,
            Rate: self._rate,
            KeepFeedback: self._keep_feedback,
            DeletePending: self._delete,
            VerifyToken: self._verify_token,
            SendPhoneCode: self._send_code,
            CheckPhoneCode: self._check_code,
            CheckWitness: self._check_witness,
            FetchPrefill: self._prefill,
            FindCases: self._find_cases,
        }

    def hear(self, report: SyncReport) -> None:
        """Take what the sync engine reports; called on its threads."""
        match report:
            case Online(online):
                self._post(OnlineChanged(online))
            case ItemDone(item) if item in self._said:
                self._post(FeedbackArrived(item))
            case ItemDone(item, receipt) if receipt is not None:
                self._post(Accepted(item, receipt))
            case ItemDead(item, problem):
                self._record("dead_letter", {"submission": item, "problem": problem.code or "none"})
                self._post(Rejected(item, problem.code, problem.free))
            case ItemWaiting(item):
                self._post(Unanswered(item))
            case CatalogueChanged():
                self.on_catalogue()
            case PackageRefused(package, why):
                self._record("package_refused", {"package": package, "why": one_word(why)})
        self.on_report(report)

    def queue(self, kind: str, case_key: str, body: Mapping[str, Any]) -> None:
        """Put something of ours into the outbox behind its case."""
        self._desk.submit(self._put, kind, case_key, body)

    def aside(self, job: Callable[[], None]) -> None:
        """Run something that asks the platform, off the loop."""
        self._line.submit(job)

    def wipe(self) -> None:
        """The visit is over: identities of the platform end with it, wherever they may have been seen, and what it
        still waits for is told nobody.
        """
        self._visits += 1
        for also in self.on_wipe:
            also()
        self._phone_of.clear()
        self._said.clear()
        ended, self._identities = list(self._identities.values()), {}
        for identity in ended:
            self._line.submit(self._end, identity)

    def _end(self, identity: Identity) -> None:
        # Off line it stays good for its few minutes, on this terminal and for this person only.
        with contextlib.suppress(PlatformError):
            self._client.end_identity(identity)

    def close(self) -> None:
        """Finish what was begun."""
        self._desk.shutdown(wait=True)
        self._line.shutdown(wait=False, cancel_futures=True)

    def _new_id(self) -> str:
        return uuid7(int(self._clock.now().timestamp() * 1000), self._random_bytes)

    def _put(self, kind: str, case_key: str, body: Mapping[str, Any]) -> None:
        try:
            self._store.submit(NewItem(self._new_id(), case_key, kind, SCHEMA, dict(body), None, False))
        except StoreError:
            self._record("save_failed", {"why": kind})
            return
        if self.engine is not None:
            self.engine.poke()

    def _submit(self, effect: Submit) -> None:
        # Now: the visit may end, and its pages with it, before the store comes to them.
        pages = [self.page(name) for name in effect.pages]
        self._desk.submit(self._save, effect, pages)

    def _supplement(self, effect: Answer) -> None:
        self._desk.submit(self._save, effect, ())

    def _save(self, effect: Submit | Answer, pages: Sequence[bytes | None]) -> None:
        item_id = self._new_id()
        try:
            sealed = self._sealed(pages)
            provisional = self._store.next_provisional(self._terminal)
            self._store.submit(self._item(item_id, effect, provisional), sealed)
        except StoreFull:
            self._record("save_failed", {"why": "full"})
            self._post(SaveFailed("full"))
            return
        except StoreError:
            self._record("save_failed", {"why": "store"})
            self._post(SaveFailed("store"))
            return
        self._post(Saved(item_id, provisional))
        if self.engine is None:
            return
        if effect.hurry:
            self.engine.hurry(item_id, ANSWER_SECONDS)
        else:
            self.engine.poke()

    def _item(self, item_id: str, effect: Submit | Answer, provisional: str) -> NewItem:
        """An answer stands in no order with the case it belongs to: that one has long arrived."""
        if isinstance(effect, Answer):
            return NewItem(item_id, item_id, "supplement", SCHEMA, dict(effect.body), provisional, True)
        body = {**effect.body, "provisional": provisional}
        return NewItem(item_id, item_id, "application", APPLICATION_SCHEMA, body, provisional, True)

    def _sealed(self, pages: Sequence[bytes | None]) -> list[Attachment]:
        """Seal the pages of a case; all of them or none."""
        sealed: list[Attachment] = []
        try:
            for page in pages:
                if page is None:
                    raise StoreError("a page of the case is not there any more")
                sealed.append(self._store.attachments.put(io.BytesIO(page), MEDIA))
        except StoreError:
            for one in sealed:
                self._store.attachments.discard(one)
            raise
        return sealed

    def _rate(self, effect: Rate) -> None:
        self._record("rated", {"grade": effect.grade})
        body = {
            "submission": effect.submission,
            "grade": effect.grade,
            "reasons": list(effect.reasons),
            "words": effect.words,
        }
        self.queue("rating", effect.submission, body)

    def _keep_feedback(self, effect: KeepFeedback) -> None:
        self._desk.submit(self._save_feedback, effect, self._visits)

    def _save_feedback(self, effect: KeepFeedback, visit: int) -> None:
        """Under an id and a number drawn for it alone: nothing of it leads to the visit or to a case."""
        item_id, number = self._new_id(), feedback_number(self._random_bytes)
        if visit == self._visits:
            self._said.add(item_id)
        try:
            body = {**effect.body, "number": number}
            self._store.submit(NewItem(item_id, item_id, "feedback", SCHEMA, body, number, False))
        except StoreError as error:
            why = "full" if isinstance(error, StoreFull) else "store"
            self._record("save_failed", {"why": why})
            self._answer(visit, FeedbackFailed(why))
            return
        self._answer(visit, FeedbackSaved(item_id, number))
        if self.engine is not None:
            self.engine.poke()

    def _answer(self, visit: int, event: Event) -> None:
        """Tell the visit that asked, and no other."""
        if visit == self._visits:
            self._post(event)

    def _delete(self, effect: DeletePending) -> None:
        def job() -> None:
            try:
                self._store.delete_before_acceptance(effect.submission)
            except StoreError:
                self._record("save_failed", {"why": "delete"})
                return
            self._post(PendingDeleted(effect.submission))
            if self.engine is not None:
                self.engine.poke()

        self._desk.submit(job)

    def _ask(self, call: Callable[[], Event], otherwise: Callable[[str], Event]) -> None:
        """Ask the platform; a refusal becomes `otherwise(code)`, a lost network `otherwise("offline")`.

        What was asked in a visit that is over is not asked any more, and not answered: it would be told the next one.
        """
        visit = self._visits

        def job() -> None:
            if visit != self._visits:
                return
            try:
                event = call()
            except Refused as refused:
                self._saw(True)
                event = otherwise(refused.code)
            except (PlatformError, ValueError) as error:
                self._saw(not isinstance(error, NetworkLost))
                event = otherwise("offline")
            else:
                self._saw(True)
            if visit == self._visits:
                self._post(event)

        self._line.submit(job)

    def _saw(self, success: bool) -> None:
        if self.engine is not None:
            self.engine.observed(success)

    def _key(self, kind: str, secret: str) -> str:
        """What a guess is counted under: nothing that leads back to a card or a phone."""
        return hmac.new(self._salt, f"{kind}:{secret}".encode(), hashlib.sha256).hexdigest()

    def _verify_token(self, effect: VerifyToken) -> None:
        def call() -> Event:
            found = self._client.verify_token(effect.raw, effect.purpose, self._terminal)
            fields = {name: getattr(found, name) for name in ("name", "id_no", "sex", "birth", "address")}
            return TokenAccepted(person_from_token(fields), found.kind)

        self._ask(call, TokenRefused)

    def _send_code(self, effect: SendPhoneCode) -> None:
        key = self._key("phone", effect.phone)

        def call() -> Event:
            if self._guesses.locked(key, self._clock.monotonic()):
                return PhoneCodeRefused("code-locked")
            challenge = self._client.request_phone_code(effect.phone, effect.id_number or None, "identify")
            self._phone_of[challenge.challenge] = key
            return PhoneCodeSent(challenge.challenge, challenge.masked)

        self._ask(call, PhoneCodeRefused)

    def _check_code(self, effect: CheckPhoneCode) -> None:
        key = self._phone_of.get(effect.challenge, "")

        def call() -> Event:
            if self._guesses.locked(key, self._clock.monotonic()):
                return PhoneCodeWrong("code-locked")
            try:
                self._client.check_phone_code(effect.challenge, effect.code)
            except Refused as refused:
                if refused.code == "code-wrong":
                    self._guesses.failed(key, self._clock.monotonic())
                return PhoneCodeWrong(refused.code, refused.remaining or 0)
            self._guesses.cleared(key)
            return PhoneCodeRight()

        self._ask(call, PhoneCodeWrong)

    def _check_witness(self, effect: CheckWitness) -> None:
        key, visit = self._key("host", effect.id_number), self._visits

        def job() -> None:
            left = self._guesses.locked(key, self._clock.monotonic())
            name = None if left else check_witness(self.witnesses, effect.id_number, effect.pin)
            if name is not None:
                self._guesses.cleared(key)
            elif not left:
                self._guesses.failed(key, self._clock.monotonic())
                left = self._guesses.locked(key, self._clock.monotonic())
            if visit == self._visits:
                self._post(WitnessChecked(name or "", math.ceil(left)))

        self._line.submit(job)

    def _with_identity(self, effect: FetchPrefill | FindCases, call: Callable[[Identity], Event]) -> Event:
        """Ask with what the platform trades the evidence for; once more when that has run out meanwhile."""
        try:
            return call(self._identity(effect))
        except Refused as refused:
            if refused.code not in RUN_OUT:
                raise
        return call(self._identity(effect, anew=True))

    def _identity(self, effect: FetchPrefill | FindCases, *, anew: bool = False) -> Identity:
        """The platform's identity for this evidence: asked for once, good for this visit only."""
        proofs = ",".join(sorted(item["kind"] for item in effect.evidence))
        key, visit = self._key("identity", f"{effect.id_number}:{proofs}"), self._visits
        found = None if anew else self._identities.get(key)
        if found is None:
            found = self._client.identify(effect.id_number, effect.name, effect.evidence)
            if visit == self._visits:
                self._identities[key] = found
            else:
                # The visit ended while the platform was asked: so does what it gave.
                self._end(found)
        return found

    def _prefill(self, effect: FetchPrefill) -> None:
        def ask(identity: Identity) -> Event:
            held = self._client.prefill(effect.id_number, effect.service, identity)
            return Prefilled(held.fields, held.sources, self._licences(effect, identity))

        self._ask(lambda: self._with_identity(effect, ask), lambda _code: PrefillMissing())

    def _licences(self, effect: FetchPrefill, identity: Identity) -> Licences | None:
        """Which licences the platform holds in the place of papers; without an answer the papers are photographed."""
        if not effect.licences:
            return None
        try:
            found = self._client.find_licences(effect.id_number, effect.service, identity)
        except PlatformError:
            return None
        told = {
            one.material: Licence(one.kind, Text.read(one.name), one.number, Text.read(one.issuer), one.valid_until)
            for one in found
        }
        return Licences(effect.id_number, effect.service, told)

    def _find_cases(self, effect: FindCases) -> None:
        def ask(identity: Identity) -> Event:
            found = self._client.find_cases(id_no=effect.id_number, identity=identity)
            return CasesFound(effect.id_number, tuple(my_case(case) for case in found))

        self._ask(lambda: self._with_identity(effect, ask), lambda _code: CasesMissing())
