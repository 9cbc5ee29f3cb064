"""What becomes of orders that nobody asks about: codes that ran out are closed, money without a matter goes back."""

from __future__ import annotations

import logging
import threading

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from central_platform.payments import orders
from central_platform.payments.models import PaymentOrder
from central_platform.payments.states import TimeUp
from central_platform.platform import Platform

AT_ONCE = 50
log = logging.getLogger("central_platform")


def settle(platform: Platform, most: int = AT_ONCE) -> int:
    """Look at the orders whose time has come, the longest waiting first; returns how many there were."""
    due = select(PaymentOrder.number).where(PaymentOrder.next_at <= platform.clock.now())
    with platform.database.read() as session:
        numbers = list(session.scalars(due.order_by(PaymentOrder.next_at).limit(most)))
    for number in numbers:
        try:
            orders.advance(platform, number, TimeUp())
        except SQLAlchemyError as error:
            # Its text may quote a statement. The others must not wait for this one; its next turn comes by itself.
            log.error("payment %s could not be settled: %s", number, type(error).__name__)
    return len(numbers)


class Settling:
    """A thread that settles every `settings.payment_tick_s`, until `close`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="payments", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; the call to the provider that is under way is waited for."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._platform.settings.payment_tick_s):
            try:
                settle(self._platform)
            except SQLAlchemyError as error:
                # The next turn tries again; its text may quote a statement.
                log.error("payments could not be settled: %s", type(error).__name__)
