from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from offline_cache import ItemState, Store
from offline_cache.items import OutboxItem
from offline_cache.sync.hands import Hands
from tests.offline_cache.support import item, open_at


def elsewhere(*steps: Callable[[], object]) -> None:
    """Do it on a thread of its own and wait for it."""
    thread = threading.Thread(target=lambda: [step() for step in steps])
    thread.start()
    thread.join()


class Shop:
    """A store with one item, and hands that two threads share."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_at(folder)
        self.hands = Hands()
        self.id = self.store.submit(item()).id

    def take(self) -> list[OutboxItem]:
        return self.hands.take(lambda: self.store.take_ids([self.id]))

    def put_back(self, reached: bool) -> None:
        self.hands.put_back(self.id, reached, lambda left: self.store.put_back({self.id: 0.0}, False, left))

    @property
    def state(self) -> ItemState:
        return self.store.row(self.id).state


def test_an_item_that_never_left_is_ready_again_although_the_other_thread_had_marked_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.take()
    elsewhere(shop.take, lambda: shop.put_back(reached=False))
    assert shop.state is ItemState.INFLIGHT
    shop.put_back(reached=False)
    assert shop.state is ItemState.READY


def test_one_that_did_not_connect_leaves_inflight_what_the_other_may_have_brought(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.take()
    elsewhere(shop.take, lambda: shop.put_back(reached=True))
    shop.put_back(reached=False)
    assert shop.state is ItemState.INFLIGHT


def test_what_the_platform_may_have_from_before_stays_inflight(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.take()
    shop.put_back(reached=True)
    shop.take()
    shop.put_back(reached=False)
    assert shop.state is ItemState.INFLIGHT


def test_waiting_ends_when_the_other_lets_go_and_at_the_latest_in_time(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    items = shop.take()
    began = time.monotonic()
    shop.hands.wait_until_free(shop.id, 0.05)
    assert time.monotonic() - began >= 0.05
    freed: list[bool] = []
    waiting = threading.Thread(target=lambda: freed.append(shop.hands.wait_until_free(shop.id, 5.0) is None))
    waiting.start()
    shop.hands.let_go(items)
    waiting.join(5.0)
    assert freed == [True]
