"""One thread owns the one writing connection; everyone else asks it. Readers have their own connections."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from offline_cache.errors import StoreClosed
from offline_cache.store.database import Connection, DatabaseError, failure, is_full, truncate_log

T = TypeVar("T")
Job = Callable[[Connection], object]
Ended = Callable[[bool], None]
"""Told whether a job's transaction is on the disk."""
ERASE_IDLE_S = 0.2
ERASE_WITHIN_S = 5.0
"""What was deleted is gone from the log as soon as nothing is asked for so long, and at the latest after that."""


class Writer:
    """Runs each job in its own `BEGIN IMMEDIATE ... COMMIT`, in the order they came."""

    def __init__(
        self,
        connection: Connection,
        monotonic: Callable[[], float],
        make_room: Callable[[], object] = lambda: None,
    ) -> None:
        """`make_room` is called when a job that is owed meets a full disk; then it is run once more."""
        self._connection = connection
        self._monotonic = monotonic
        self._make_room = make_room
        self._unerased_since: float | None = None
        self._jobs: queue.SimpleQueue[tuple[Job, bool, bool, Future[object]] | None] = queue.SimpleQueue()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def call(self, job: Callable[[Connection], T], *, owed: bool = True, ended: Ended | None = None) -> T:
        """Run `job` in a transaction; when this returns, its effect is on the disk.

        `owed`: it belongs to something promised before, so that on a full disk the reserve is its. `ended` is called
        with the outcome on the writer's thread, before anything else is written.

        Raises:
            StoreFull: the disk is full.
            StoreError: the job's own refusal, or a failing disk.
        """
        return self._ask(job, transaction=True, owed=owed, ended=ended).result()

    def later(self, job: Callable[[Connection], object], ended: Ended | None = None) -> None:
        """Queue `job` behind what was asked before and return at once; how it went is told to `ended`, as in `call`."""
        self._ask(job, transaction=True, ended=ended)

    def outside(self, job: Callable[[Connection], T]) -> T:
        """Run `job` on the writing connection without a transaction (checkpoints)."""
        return self._ask(job, transaction=False).result()

    def erase(self) -> None:
        """Make what was deleted unreadable now; returns when it is. When that fails now, it is owed."""

        def job(_connection: Connection) -> None:
            self.erase_soon()
            self._erase()

        self.outside(job)

    def erase_soon(self) -> None:
        """For a job, about what it has deleted: make it unreadable when a pause comes, within `ERASE_WITHIN_S`."""
        if self._unerased_since is None:
            self._unerased_since = self._monotonic()

    def close(self) -> None:
        """Finish what was asked, then end the thread and its connection."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _ask(
        self, job: Callable[[Connection], T], *, transaction: bool, owed: bool = True, ended: Ended | None = None
    ) -> Future[T]:
        future: Future[T] = Future()
        if ended is not None:
            future.add_done_callback(lambda done: ended(done.exception() is None))
        with self._gate:
            if self._closed:
                raise StoreClosed("the store is closed")
            self._jobs.put((job, transaction, owed, future))  # type: ignore[arg-type]
        return future

    def _run(self) -> None:
        while (asked := self._next()) is not None:
            job, transaction, owed, future = asked
            try:
                result = self._attempt(job, transaction, owed)
            except DatabaseError as error:
                future.set_exception(failure(error))
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked
                future.set_exception(error)
            else:
                future.set_result(result)
            del asked, job, future
        self._connection.close()

    def _attempt(self, job: Job, transaction: bool, owed: bool) -> object:
        run = self._transaction if transaction else lambda wanted: wanted(self._connection)
        # First the reserve. Then the log itself: folded into the file it mostly takes no more of the disk.
        for more in (self._make_room, self._folded) if owed else ():
            try:
                return run(job)
            except DatabaseError as error:
                if not is_full(error):
                    raise
                more()
        return run(job)

    def _folded(self) -> None:
        with contextlib.suppress(DatabaseError):
            truncate_log(self._connection)

    def _next(self) -> tuple[Job, bool, bool, Future[object]] | None:
        while self._unerased_since is not None:
            try:
                if self._monotonic() - self._unerased_since < ERASE_WITHIN_S:
                    return self._jobs.get(timeout=ERASE_IDLE_S)
            except queue.Empty:
                pass
            try:
                self._erase()
            except DatabaseError:
                # A failing disk: whoever writes next is told. The log stays marked and is cut when that works again.
                break
        return self._jobs.get()

    def _erase(self) -> None:
        done = truncate_log(self._connection)
        self._unerased_since = None if done else self._monotonic()

    def _transaction(self, job: Job) -> object:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = job(connection)
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
        return result


def _roll_back(connection: Connection) -> None:
    try:
        connection.execute("ROLLBACK")
    except DatabaseError:
        # A full disk has already rolled back.
        return
