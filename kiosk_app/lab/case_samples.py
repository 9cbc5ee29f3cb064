"""One state for every page of my cases: the list, a case, an answer to what was asked, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from kiosk_app.services import Text
from kiosk_app.visit.answering import REPLY
from kiosk_app.visit.mine import Asked, Happened, Mine, MyCases
from kiosk_app.visit.state import (
    Case,
    MyCase,
    Outcome,
    PrintState,
    Progress,
    State,
    Supplement,
    SupplementReview,
    Verdict,
    Visit,
)

NUMBER, PRINTED = "XC-2026-1116-000045", "XC-2026-1120-000017"
NAME = Text("高龄老年人津贴申请", "Old-age allowance")
WHY = Text(
    "地址少了门牌号，工作人员上门没有找到；另外请说明平时什么时候在家。",
    "The address has no house number, so nobody could find it. Please also say when you are at home.",
)
ASKED = Asked(
    "s1", WHY, ("addr",), {"addr": "西城区 德胜街道 新风街 1 号院"}, free=True, due=date(2026, 11, 27), days_left=5
)


def my_cases(
    online: State, known: Visit, certified: Mapping[str, Any], ruled_out: Mapping[str, Any], now: datetime
) -> dict[str, State]:
    """Return the pages; `known` is whose cases they are, `certified` and `ruled_out` receipts."""

    def ago(days: int, hour: int) -> datetime:
        return (now - timedelta(days=days)).replace(hour=hour, minute=5)

    taken = Happened("accepted", ago(6, 10), Text("已受理，部门正在办理", "Accepted; the department is working on it"))
    asking = Happened("asked", ago(2, 15), Text("请您补充", "You are asked for something more"), WHY)
    decided = Happened("decided", ago(2, 9), Text("已办结", "Done"))
    open_case = Mine(NUMBER, "YL01", NAME, "supplement", ago(6, 10), (taken, asking), asked=ASKED)
    receipt = {**certified, "number": PRINTED}
    finished = Mine(
        PRINTED, "SB01", Text("社会保险个人权益记录打印", "Social-insurance record"), "done", ago(2, 9),
        (replace(taken, at=ago(2, 9)), decided), receipt=receipt,
    )  # fmt: skip
    waiting = replace(open_case, number="XC-2026-1119-000030", state="accepted", asked=None, steps=(taken,))
    waiting = replace(waiting, due=date(2026, 12, 18))
    refused = replace(waiting, number="XC-2026-1102-000008", state="refused", due=None, receipt=ruled_out)
    found = MyCases(now, known.person.id_number if known.person else "", (finished, open_case, waiting, refused))
    mine = replace(known, mine=found, case=None)

    def one(case: Mine, **more: Any) -> State:
        told = replace(found, cases=(case,), **more)
        return replace(online, place=MyCase(case.number), visit=replace(mine, mine=told))

    answers = {"addr": "西城区 德胜街道 新风街 1 号院 2 号楼 301 室", REPLY: "每天下午三点以后都在家。"}
    answering = replace(mine, answering=NUMBER, answers=answers)
    held = replace(answering, reveal=True)
    outcome = Case("s2", "L20261122-0042-0002", Verdict.ACCEPTED, print=PrintState.PRINTED, amends=NUMBER)
    arrived = replace(outcome, receipt={"number": NUMBER, "state": "accepted", "due": "2026-12-21"})

    def ended(case: Case) -> State:
        return replace(online, place=Outcome(), visit=replace(answering, case=case))

    offline = replace(online, world=replace(online.world, online=False))
    refusals = ("supplement-answered", "supplement-late", "supplement-closed", "supplement-unknown")
    return {
        "progress": replace(online, place=Progress(waiting=False), visit=mine),
        "progress-waiting": replace(online, place=Progress(), visit=known),
        "progress-stale": replace(offline, place=Progress(waiting=False, missing=True), visit=mine),
        "progress-none": replace(
            online, place=Progress(waiting=False), visit=replace(known, mine=replace(found, cases=()))
        ),
        "progress-missing": replace(online, place=Progress(waiting=False, missing=True), visit=known),
        "case-asked": one(open_case),
        "case-late": one(replace(open_case, asked=replace(ASKED, late=True))),
        "case-last-day": one(replace(open_case, asked=replace(ASKED, days_left=0))),
        "case-guardian": one(replace(open_case, asked=replace(ASKED, guardian=True))),
        "case-elsewhere": one(replace(open_case, asked=replace(ASKED, fields=("unknown",)))),
        "case-sent": one(open_case, sent=frozenset({"s1"})),
        "case-waiting": one(waiting),
        "case-done": one(finished),
        "case-refused": one(refused),
        "supplement": replace(online, place=Supplement(), visit=answering),
        "supplement-words": replace(online, place=Supplement(REPLY), visit=answering),
        "supplement-review": replace(online, place=SupplementReview(), visit=held),
        "supplement-clock": replace(online, place=SupplementReview("answer_clock"), visit=held),
        "answered": ended(arrived),
        "answered-saved": ended(replace(outcome, verdict=Verdict.SAVED)),
        "answered-confirming": ended(replace(outcome, verdict=Verdict.CONFIRMING)),
        **{
            f"answered-{why}": ended(replace(outcome, verdict=Verdict.REFUSED, problem=why, print=PrintState.NONE))
            for why in (*refusals, "level-not-reached")
        },
    }
