"""Whatever the platform answers, in whatever order things are saved: per case the order is kept, nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from offline_cache import ItemState, Problem, Withdrawal
from offline_cache.sync.policy import choose
from tests.offline_cache.support import HandClock, item, open_at

CASES = [f"case-{n}" for n in range(4)]


class OutboxMachine(RuleBasedStateMachine):
    """A store against a model of what the platform has seen."""

    leaving = Bundle("leaving")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = HandClock()
        self.store = open_at(Path(self.folder.name), clock=self.clock)
        self.saved: dict[str, list[str]] = {case: [] for case in CASES}
        self.accepted: list[str] = []
        self.gone: set[str] = set()
        self.dead: set[str] = set()

    @rule(case=st.sampled_from(CASES), priority=st.booleans())
    def submit(self, case: str, priority: bool) -> None:
        self.saved[case].append(self.store.submit(item(case, priority=priority)).id)

    @rule(target=leaving, limit=st.integers(1, 4))
    def take(self, limit: int) -> list[str]:
        now = self.clock.now().timestamp()
        return [found.row.id for found in self.store.take(lambda waiting: choose(waiting, now, limit=limit))]

    @rule(ids=consumes(leaving), fate=st.sampled_from(["sent", "dead", "later", "lost", "unsent"]))
    def answer(self, ids: list[str], fate: str) -> None:
        ids = [i for i in ids if i not in self.accepted and i not in self.dead]
        if fate in ("sent", "lost"):
            # Also when its answer is lost, the platform has it.
            self.accepted += [i for i in ids if i not in self.accepted]
        match fate:
            case "sent":
                self.store.settle({key: {"number": "1"} for key in ids}, {}, {})
            case "dead":
                self.dead |= set(ids)
                self.store.settle({}, {i: Problem("no") for i in ids}, {})
            case "later":
                self.store.settle({}, {}, dict.fromkeys(ids, self.clock.now().timestamp()))
            case "unsent":
                self.store.put_back(dict.fromkeys(ids, 0.0), blame=False, reached=True)

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = open_at(Path(self.folder.name), clock=self.clock)

    @rule(case=st.sampled_from(CASES))
    def take_back(self, case: str) -> None:
        waiting = [i for i in self.saved[case] if self.store.row(i).state is ItemState.READY]
        if waiting and self.store.delete_before_acceptance(waiting[0]) is Withdrawal.ERASED:
            self.gone |= {i for i in self.saved[case] if self.store.row(i).state is ItemState.WITHDRAWN}

    @rule()
    def retry(self) -> None:
        for found in self.store.list_items((ItemState.DEAD,)):
            self.store.retry(found.id)
            self.dead.discard(found.id)

    @invariant()
    def the_platform_saw_each_case_in_order(self) -> None:
        for ids in self.saved.values():
            seen = [i for i in self.accepted if i in ids]
            assert seen == [i for i in ids if i in seen]
            # Nothing overtakes: all that was saved earlier is there too, or was taken back.
            if seen:
                earlier = ids[: ids.index(seen[-1])]
                assert all(i in self.accepted or i in self.gone for i in earlier)

    @invariant()
    def every_promise_is_kept_somewhere(self) -> None:
        for ids in self.saved.values():
            for item_id in ids:
                found = self.store.show(item_id)
                assert found.body is not None or found.row.state in (ItemState.SENT, ItemState.WITHDRAWN)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestOutboxOrder = OutboxMachine.TestCase
TestOutboxOrder.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
