"""One thread owns the one writing connection; everyone else asks it. Readers have their own connections."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from offline_cache.errors import StoreClosed, StoreError, StoreFull
from offline_cache.store.database import Connection, DatabaseError, is_full, truncate_log

T = TypeVar("T")
Job = Callable[[Connection], object]


class Writer:
    """Runs each job in its own `BEGIN IMMEDIATE ... COMMIT`, in the order they came."""

    def __init__(self, connection: Connection, make_room: Callable[[], object] = lambda: None) -> None:
        """`make_room` is called when a job that is owed meets a full disk; then it is run once more."""
        self._connection = connection
        self._make_room = make_room
        self._jobs: queue.SimpleQueue[tuple[Job, bool, bool, Future[object]] | None] = queue.SimpleQueue()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def call(self, job: Callable[[Connection], T], *, owed: bool = True) -> T:
        """Run `job` in a transaction; when this returns, its effect is on the disk.

        `owed`: it belongs to something promised before, so that on a full disk the reserve is its.

        Raises:
            StoreFull: the disk is full.
            StoreError: the job's own refusal, or a failing disk.
        """
        return self._ask(job, transaction=True, owed=owed).result()

    def later(self, job: Callable[[Connection], object]) -> Future[object]:
        """Queue `job` behind what was asked before and return at once."""
        return self._ask(job, transaction=True)

    def outside(self, job: Callable[[Connection], T]) -> T:
        """Run `job` on the writing connection without a transaction (checkpoints)."""
        return self._ask(job, transaction=False).result()

    def close(self) -> None:
        """Finish what was asked, then end the thread and its connection."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _ask(self, job: Callable[[Connection], T], *, transaction: bool, owed: bool = True) -> Future[T]:
        future: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise StoreClosed("the store is closed")
            self._jobs.put((job, transaction, owed, future))  # type: ignore[arg-type]
        return future

    def _run(self) -> None:
        while (asked := self._jobs.get()) is not None:
            job, transaction, owed, future = asked
            try:
                result = self._attempt(job, transaction, owed)
            except DatabaseError as error:
                # The library's text may quote values of a row; only its class of failure is passed on.
                kind = StoreFull if is_full(error) else StoreError
                future.set_exception(kind(f"the store failed: {type(error).__name__}"))
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
