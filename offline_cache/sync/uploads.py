"""Attachments on their way up: part by part, resumed where the platform says, on a thread of their own.

An item that names attachments goes out first, without them: what would be refused costs nobody a slow line. The
platform answers that it waits, the item is held here, its attachments go, then it goes again. Nothing of this has to be
remembered over a restart: the item is sent once more and the platform says what it still lacks.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from contracts.blobs import PART_BYTES
from offline_cache.errors import (
    AttachmentDamaged,
    NetworkLost,
    NotAuthorised,
    PlatformError,
    Refused,
    StoreError,
    UnknownItem,
)
from offline_cache.http.answers import BlobState
from offline_cache.http.client import PlatformClient
from offline_cache.items import Candidate, ItemState, Problem
from offline_cache.store.store import Store
from offline_cache.sync.pace import Pace, asked_of
from offline_cache.sync.reports import ItemDead, Listener

_LOG = logging.getLogger(__name__)
OPEN = (ItemState.READY, ItemState.INFLIGHT)
LEAST_PART = 16 * 1024
LOOK_S = 1.0
"""While the breaker is open nobody says when it closes."""
STORE_S = 30.0
"""After a failure of the store, which the store itself reports."""


@dataclass(slots=True)
class _Upload:
    """One item's attachments. `at`: where each stands, as far as the platform has said in this life."""

    item: str
    asked: int = 0
    open: bool = True
    failures: int = 0
    part: int = PART_BYTES
    due: float = 0.0
    at: dict[str, int] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)


class Uploads:
    """What the platform waits for. One thread in `run`, any thread elsewhere."""

    def __init__(
        self, store: Store, client: PlatformClient, pace: Pace, listener: Listener, wake: Callable[[], None]
    ) -> None:
        """`wake` lets the main thread send an item whose attachments are there."""
        self._store = store
        self._client = client
        self._pace = pace
        self._listener = listener
        self._wake = wake
        self._changed = threading.Condition()
        self._uploads: dict[str, _Upload] = {}
        self._first: str | None = None
        self._ended = False
        self._piece: tuple[str, str, int, bytes] = ("", "", 0, b"")

    def want(self, item_id: str) -> None:
        """The platform waits for attachments of this item. One that says so again and again gets time."""
        with self._changed:
            found = self._uploads.setdefault(item_id, _Upload(item_id))
            found.asked += 1
            found.open = True
            found.at.clear()
            found.whole.clear()
            if found.asked > 1:
                found.due = self._pace.now + self._pace.delay(found.asked - 2)
            self._changed.notify_all()

    def settled(self, ids: Collection[str]) -> None:
        """The fate of these is decided."""
        with self._changed:
            for item_id in ids:
                self._uploads.pop(item_id, None)
            self._changed.notify_all()

    def waits_for(self, item_id: str) -> bool:
        """Whether the item is held until its attachments are there."""
        found = self._uploads.get(item_id)
        return found is not None and found.open

    def holding(self, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
        """Yield the same candidates; one that is held here holds its case, and no other, as a dead letter does."""
        for candidate in candidates:
            yield replace(candidate, dead=True) if self.waits_for(candidate.id) else candidate

    def hurry(self, item_id: str, within_s: float) -> bool:
        """Let this one go before all others, from the next part on; True when all of it is there in time."""
        with self._changed:
            self._first = item_id
            self._changed.notify_all()
            try:
                return self._changed.wait_for(lambda: self._ended or not self.waits_for(item_id), within_s)
            finally:
                self._first = None

    def end(self) -> None:
        """Let `run` return after the call under way."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def run(self) -> None:
        """Bring what is wanted, one call at a time, until `end`."""
        self._want_what_is_owed()
        while not self._ended:
            with self._changed:
                upload, wait = self._next()
                if upload is None:
                    self._piece = ("", "", 0, b"")
                    self._changed.wait(wait)
                    continue
            try:
                self._step(upload)
            except UnknownItem:
                self.settled([upload.item])
            except AttachmentDamaged:
                self._bury(upload, Problem("attachment-damaged"))
            except StoreError:
                upload.due = self._pace.now + STORE_S
            except Exception as error:  # noqa: BLE001 - the next attachment must not wait for a dead thread
                _LOG.error("sync of attachments: %s", type(error).__name__)
                upload.due = self._pace.now + STORE_S

    def _want_what_is_owed(self) -> None:
        """A crash between the last answer and its mark: the item was accepted, its file is still here."""
        try:
            for item_id in dict.fromkeys(blob.item for blob in self._store.attachments.waiting()):
                if self._store.row(item_id).state is ItemState.SENT:
                    self.want(item_id)
        except StoreError:
            # The next start looks again.
            return

    def _next(self) -> tuple[_Upload | None, float | None]:
        """Return what goes next, or for how many seconds nothing will (None: until something is wanted)."""
        uploads = [upload for upload in self._uploads.values() if upload.open]
        if self._ended or not uploads:
            return None, None
        now = self._pace.now
        if not self._pace.may_send:
            wait = self._pace.resume_at - now
            return None, wait if wait > 0 else LOOK_S
        soonest = min(uploads, key=lambda upload: (upload.item != self._first, upload.due))
        if soonest.due > now:
            soonest = min(uploads, key=lambda upload: upload.due)
        return (soonest, None) if soonest.due <= now else (None, soonest.due - now)

    def _step(self, upload: _Upload) -> None:
        """Make one call for this item, or find that nothing is left to do."""
        item = self._store.show(upload.item)
        named = {ref.sha256: ref.size for ref in item.blobs}
        sizes = named or {blob.sha256: blob.size for blob in self._store.attachments.of(upload.item)}
        for sha256, size in sizes.items():
            if sha256 not in upload.whole:
                self._call(upload, sha256, size)
                return
        with self._changed:
            upload.open = False
            if item.row.state not in OPEN:
                self._uploads.pop(upload.item, None)
            self._changed.notify_all()
        self._wake()

    def _call(self, upload: _Upload, sha256: str, size: int | None) -> None:
        at = upload.at.get(sha256)
        try:
            if at is None:
                found = self._client.blob_state(sha256)
            elif size is None:
                self._bury(upload, Problem("attachment-lost"))
                return
            else:
                data = self._read(upload.item, sha256, at, min(upload.part, size - at))
                found = self._client.put_blob(sha256, at, data, last=at + len(data) >= size)
                upload.part = min(PART_BYTES, upload.part * 2)
        except Refused as refused:
            self._pace.succeeded()
            self._refused(upload, refused, sha256, size)
        except NotAuthorised as error:
            # The heartbeat finds out when that is over.
            self._pace.failed(error)
        except PlatformError as error:
            self._failed(upload, error)
        else:
            self._pace.succeeded()
            self._note(upload, sha256, size, found)

    def _note(self, upload: _Upload, sha256: str, size: int | None, found: BlobState) -> None:
        if found.complete:
            self._store.attachments.uploaded(upload.item, sha256, found.offset)
            upload.whole.add(sha256)
        elif size is not None and found.offset > size:
            self._bury(upload, Problem("attachment-offset-mismatch"))
        elif found.offset == upload.at.get(sha256):
            # A platform that takes nothing and does not say why gets time.
            self._later(upload)
        else:
            if sha256 in upload.at:
                upload.failures = 0
            upload.at[sha256] = found.offset

    def _refused(self, upload: _Upload, refused: Refused, sha256: str, size: int | None) -> None:
        if refused.code == "offset-mismatch" and refused.offset is not None and refused.offset <= (size or 0):
            # Usual when an answer was lost and nobody asked; a platform that goes on so gets time.
            upload.at[sha256] = refused.offset
            self._later(upload)
            return
        self._bury(upload, Problem(f"attachment-{refused.code}", refused.status, refused.detail))

    def _failed(self, upload: _Upload, error: PlatformError) -> None:
        """A line may carry everything but this: it holds up nothing else and says nothing of the platform.

        The heartbeat will, at once. The platform is asked where it stands; what failed twice in a row was too much.
        """
        self._later(upload, asked_of(error))
        upload.at.clear()
        if upload.failures > 1:
            upload.part = max(LEAST_PART, upload.part // 2)
        if isinstance(error, NetworkLost):
            self._pace.beat_soon()
            self._wake()

    def _later(self, upload: _Upload, asked: float | None = None) -> None:
        upload.due = self._pace.now + self._pace.delay(upload.failures, asked)
        upload.failures += 1

    def _bury(self, upload: _Upload, problem: Problem) -> None:
        """The platform will never have this attachment: its item becomes a dead letter, file and all kept."""
        news = self._store.settle({}, {upload.item: problem}, {})
        self.settled([upload.item])
        if upload.item in news:
            self._listener(ItemDead(upload.item, problem))
        self._wake()

    def _read(self, item_id: str, sha256: str, at: int, most: int) -> bytes:
        """Return at most so many bytes from `at` on. A sealed chunk is opened once for its four parts."""
        if most <= 0:
            return b""
        item, name, start, data = self._piece
        if (item, name) != (item_id, sha256) or not start <= at < start + len(data):
            start, data = at, next(self._store.attachments.read(item_id, sha256, at), b"")
            self._piece = (item_id, sha256, start, data)
        return data[at - start : at - start + most]
