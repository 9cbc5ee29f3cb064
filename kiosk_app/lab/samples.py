"""A desk with the shipped packages, invented people, and one state for every page: for galleries, audits and tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from contracts.hours import ALWAYS, read_hours
from contracts.site import HelpCard, Pair
from kiosk_app.clock import BEIJING
from kiosk_app.identity import (
    CardEvidence,
    Guardian,
    Level,
    Person,
    PhoneCodeEvidence,
    Relation,
    SocialCardEvidence,
    TokenEvidence,
)
from kiosk_app.lab.case_samples import my_cases
from kiosk_app.lab.moving import sample_folder
from kiosk_app.services import Catalogue, Text
from kiosk_app.signs import read_shelf
from kiosk_app.visit import Desk, Site, guided
from kiosk_app.visit.enrolment import Enrolling, Facts, Part, Refusal, Stage
from kiosk_app.visit.enrolment import Slip as EnrolSlip
from kiosk_app.visit.nearby import Nearby, Neighbour
from kiosk_app.visit.remark import Remark, Remarking, Slip, Step
from kiosk_app.visit.sealed import Certificate, Sheet
from kiosk_app.visit.sign_shelf import SignShelf
from kiosk_app.visit.state import (
    Aloud,
    CardShown,
    Case,
    ClosingSoon,
    DeviceFact,
    FaceStage,
    Farewell,
    Form,
    Guide,
    Help,
    Home,
    Identify,
    IdleWarning,
    Listing,
    LockComing,
    Look,
    Materials,
    Notice,
    Outcome,
    OutOfService,
    Paying,
    Payment,
    PayStage,
    PowerLow,
    Prefs,
    PrintState,
    Rating,
    Receipt,
    Review,
    Search,
    SelfTest,
    State,
    Submitting,
    Suspended,
    Technical,
    Technician,
    TechnicianCalled,
    TechnicianCode,
    Verdict,
    Visit,
    Way,
    Ways,
    WithGuardian,
    World,
)
from kiosk_app.visit.supplied import Agreed, Given, Licence, Licences, Paper, ScanStage
from kiosk_app.visit.talk import Chatting, Line, Link, Post, Talk
from kiosk_app.visit.workbench import Line as TechnicalLine
from kiosk_app.words import table

PACKAGES = Path(__file__).parents[2] / "central_platform" / "packages"
"""The platform's package folder, read as files: the two houses meet only on the wire, and this is not a terminal."""

NOW = datetime(2026, 11, 22, 9, 26, tzinfo=BEIJING)
ELDER = Person("赵秀兰", "110102194203155128", "女", date(1942, 3, 15), "北京市西城区新街口南大街 1 号", "汉", None)
ADULT = Person(
    "钱文博", "110102198807210034", "男", date(1988, 7, 21), "北京市西城区德胜门外大街 2 号", "汉", date(2035, 1, 1)
)
EXPIRED = Person(
    "孙丽华", "110102197512014429", "女", date(1975, 12, 1), "北京市西城区展览馆路 3 号", "汉", date(2020, 1, 1)
)
CHILD = Person(
    "孙小禾", "110102201609091237", "男", date(2016, 9, 9), "北京市西城区展览馆路 3 号", "汉", date(2029, 1, 1)
)
PERMIT = Person("欧阳咏诗", "810000199005120022", "女", date(1990, 5, 12), "北京市西城区德胜街道", "", date(2029, 3, 1))
FOREIGNER = Person("艾丽山", "911999198603140022", "女", date(1986, 3, 14), "", "XXX", date(2033, 12, 1))
LATIN = "EXAMPLE-MONTGOMERY, ALEXANDRIA WILHELMINA ANN"
ANSWERS = {
    "phone": "13800138000",
    "addr": "西城区 德胜街道 新风街 1 号院 2 号楼 301 室",
    "bank": "6222020200000000003",
}
RECEIPT = {
    "number": "XC-2026-1122-000123",
    "state": "accepted",
    "due": "2026-12-18",
    "limit_days": 20,
    "track_url": "https://platform.example/receipts/4f8a2c",
    "check_code": "8F3K-2Q7M",
}
DEVICES = {
    "receipt_printer": DeviceFact("online", {"paper": "full"}),
    "page_printer": DeviceFact("online", {"paper": "full"}),
    "card_reader": DeviceFact("online", {}),
    "code_reader": DeviceFact("online", {}),
}
ONLINE = State(world=World(online=True, devices=DEVICES))
EQUIPPED = replace(
    ONLINE,
    world=replace(
        ONLINE.world,
        devices={
            **DEVICES,
            **{
                kind: DeviceFact("online", {})
                for kind in (
                    "camera",
                    "document_scanner",
                    "social_card_reader",
                    "biometric_voice",
                    "biometric_palm",
                    "biometric_iris",
                )
            },
        },
    ),
)
"""A site that has everything."""
SEEING = replace(ONLINE, world=replace(ONLINE.world, devices={**DEVICES, "camera": DeviceFact("online", {})}))
"""The usual site: a camera, no modules."""
OFFLINE = replace(ONLINE, world=replace(ONLINE.world, online=False))
TOLD = Notice("今天下午停水，卫生间先不能用。", "No water this afternoon.", NOW + timedelta(hours=3))
KNOWN = Visit(
    service="YL01",
    person=ELDER,
    evidence=(CardEvidence(ELDER), PhoneCodeEvidence("13800138000")),
    answers=ANSWERS,
    prefilled=frozenset({"phone", "addr"}),
    sources={
        "phone": {"zh": "民政局 3月", "en": "Civil Affairs, March"},
        "addr": {"zh": "民政局 3月", "en": "Civil Affairs, March"},
    },
    started=True,
    card_on_pad=True,
)
CERTIFIED = {
    **RECEIPT,
    "state": "done",
    "due": None,
    "limit_days": None,
    "pickup": {
        "zh": "证明在本机打印，或者发到手机。"
        "没拿到的，30 天内带身份证到西城区政务服务中心 3 号综合窗口，报受理编号补打。",
        "en": "The record is printed here or sent to your phone.",
    },
    "result": {"kind": "certificate", "document": "d1", "copies": 1},
    "decision": {
        "rule": "SB01-2",
        "outcome": "granted",
        "words": {
            "zh": "这段时间有社保缴费记录，当场开具。",
            "en": "Contributions are on record for this period; issued on the spot.",
        },
    },
}
RULED_OUT = {
    **RECEIPT,
    "state": "refused",
    "due": None,
    "limit_days": None,
    "decision": {
        "rule": "SB01-1",
        "outcome": "refused",
        "words": {
            "zh": "您选的这段时间，社保记录里没有缴费。可以换一段时间再办。",
            "en": "The records show no contributions in the period you chose. You may choose another period.",
        },
        "where": {
            "zh": "记录不对，到西城区政务服务中心 3 号综合窗口",
            "en": "If the record is wrong: window 3 of the Xicheng Government Service Centre",
        },
        "bring": {
            "zh": "带上身份证；有劳动合同、工资单的也带上",
            "en": "Bring your ID card, and your contract or pay slips if you have them",
        },
        "by": "2026-12-22",
        "call": "66007070",
    },
}
WITH_OFFICER = {
    **RECEIPT,
    "limit_days": 3,
    "due": "2026-11-25",
    "decision": {
        "rule": "SB01-0",
        "outcome": "officer",
        "words": {
            "zh": "有一项记录这会儿查不到，已经转给工作人员接着看，您不用再办一次。",
            "en": "One of the records cannot be reached now. An officer goes on with it; you need not apply again.",
        },
        "call": "66007070",
    },
}
INSURED = Visit(
    service="SB01",
    person=ADULT,
    evidence=(CardEvidence(ADULT), PhoneCodeEvidence("13800138000")),
    answers={"periodFrom": "2025-11", "periodTo": "2026-10", "purpose": "house", "copies": "1"},
    started=True,
    card_on_pad=True,
)
DONE = Case("s1", "L20261122-0042-0001", Verdict.ACCEPTED, RECEIPT, print=PrintState.PRINTED)
PENDING = replace(DONE, verdict=Verdict.SAVED, receipt=None)
PAYER = Visit(service="SH01", answers={"accountNo": "1000000008"}, started=True, consent=True)
BILL = Payment(
    submission="s1",
    number="PY-7K3M-9QXW-2TRB",
    state="pending",
    fen=8640,
    payee={"zh": "样例自来水公司", "en": "Sample Water Company"},
    subject={"zh": "水费，2026年10月", "en": "Water, October 2026"},
    holder="王**",
    code="https://pay.example/s/4f8a2c4f8a2c4f8a2c4f8a",
    until=NOW + timedelta(seconds=270),
    simulated=True,
    track_url="https://platform.example/payments/PY-7K3M-9QXW-2TRB",
)
FINE = replace(
    BILL,
    fen=20_000,
    payee={"zh": "样例罚没收入专户", "en": "Sample Treasury Account for Fines"},
    subject={
        "zh": "交通违法罚款：10月28日，广安门内大街，不按导向车道行驶，不记分",
        "en": "Traffic fine: 28 October, Guang'anmen Inner Street, driving in the wrong lane, no points",
    },
    holder="",
)


def read(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text("utf-8"))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Build the catalogue from the shipped package folders."""
    packages = {
        folder.name: {
            "service": read(folder / "service.json"),
            "data": read(folder / "data.schema.json"),
            "ui": read(folder / "ui.schema.json"),
            "receipt": read(folder / "receipt.json"),
            "strings": {lang: read(folder / "strings" / f"{lang}.json") for lang in ("zh", "en")},
        }
        for folder in sorted(PACKAGES.iterdir())
        if (folder / "data.schema.json").exists()
    }
    reference = read(PACKAGES / "reference.json")
    index = {
        "version": 1,
        "packages": [{"id": name, "version": 1, "digest": "", "active": True} for name in packages],
        "halls": reference.get("halls", []),
        "listed": reference.get("listed", []),
        "reference": reference,
    }
    return Catalogue.build(index, packages)


def desk() -> Desk:
    """Return the desk of an invented site."""
    shelf = catalogue()
    place = {"zh": "西城区德胜街道 · 新风社区 03 号机", "en": "Desheng, Xinfeng community No. 3"}
    site = Site("XC-0042", {"zh": "新风社区 03 号机", "en": "Xinfeng No. 3"}, place)
    return Desk(NOW, shelf, site, lambda name: shelf.form(name, NOW.date()), _signs())


def desk_of(page: str) -> Desk:
    """Return the desk that a page of `pages` is drawn with: most with the usual one."""
    usual = desk()
    place = {"zh": "西城区新街口街道 · 社区服务站一层", "en": "Xinjiekou, community service station, ground floor"}
    one = Neighbour({"zh": "新街口 02 号机", "en": "Xinjiekou No. 2"}, place, 640, ALWAYS)
    neighbours = Nearby((one,), usual.now - timedelta(hours=2 if page == "out-near" else 0))
    help_card = HelpCard(
        Pair("有事请找值班的社区工作人员", "Ask the worker on duty"),
        "010-66001234",
        Pair("进门左手窗口", "left of the door"),
    )
    guest = replace(usual.site, hours=read_hours("10:00-17:30"), help=help_card, partner=Pair("手机银行", "the bank"))
    match page:
        case "closed" | "closed-card":
            return replace(usual, site=replace(guest, partner=None), near=neighbours)
        case "closed-guest":
            return replace(usual, site=guest, near=neighbours)
        case "help-host" | "help-away" | "attract-guest":
            return replace(usual, site=replace(guest, hours=ALWAYS))
        case "out-near":
            return replace(usual, near=neighbours)
        case _:
            return usual


@lru_cache(maxsize=1)
def _signs() -> SignShelf:
    """A moving test picture in the place of clips in sign language."""
    return read_shelf(sample_folder())[0]


def _self_tests() -> dict[str, State]:
    """A technician tests the machine: the list, each kind of trial, and the report."""
    tests = tuple(guided.Trial)
    rows = (
        guided.Row(guided.Trial.LOUDSPEAKER, guided.Outcome.PASS),
        guided.Row(guided.Trial.CARD, guided.Outcome.FAIL, "unread"),
    )
    draws = (3, 1, 4, 1, 5)
    base = replace(ONLINE, technician=Technician("T-0007"))

    def at(running: guided.Running | None = None, **more: Any) -> State:
        return replace(base, place=SelfTest(guided.Guided(tests, rows, running), **more))

    slip = replace(guided.begin(guided.Trial.RECEIPT, draws), done=("printed",), typed="31", wrong=1)
    unplug = replace(guided.begin(guided.Trial.HEADPHONES, draws), done=("in", "heard"))
    touched = replace(guided.begin(guided.Trial.TOUCH, draws), done=("centre",))
    address = (
        "https://platform.example/readiness?t=XC-0042&r=01890000-0000-7000-8000-000000000001&at=2026-11-20T02:00:00Z"
        f"&ok=1&d={'A' * 43}&s={'B' * 95}"
    )
    number = "01890000-0000-7000-8000-000000000001"
    return {
        "self-test": at(),
        **{
            f"self-test-{test.value}": at(guided.begin(test, draws)) for test in tests if test is not guided.Trial.TOUCH
        },
        "self-test-touch": at(touched),
        "self-test-slip": at(slip),
        "self-test-unplug": at(unplug),
        "self-test-testing": at(testing=True),
        "self-test-ready": at(told=guided.Findings(True, number, address, 3, 0, queued=True)),
        "self-test-unready": at(told=guided.Findings(False, number, "", 1, 2, queued=False)),
    }


def pages() -> dict[str, State]:
    """Return one state for every page a resident can see, by name."""
    found = {
        "attract": ONLINE,
        "attract-offline": OFFLINE,
        "attract-card": replace(ONLINE, world=replace(ONLINE.world, card_left=True)),
        "attract-guest": ONLINE,
        "closed": ONLINE,
        "closed-card": replace(ONLINE, world=replace(ONLINE.world, card_left=True)),
        "closed-guest": ONLINE,
        "home": replace(ONLINE, place=Home()),
        "home-known": replace(OFFLINE, place=Home(), visit=KNOWN),
        "themes": replace(ONLINE, place=Listing()),
        "theme": replace(ONLINE, place=Listing("T03")),
        "audiences": replace(ONLINE, place=Listing(asking=True)),
        "audience": replace(ONLINE, place=Listing(audience="elder")),
        "search": replace(ONLINE, place=Search("查社保")),
        "search-found": replace(ONLINE, place=Search("社保", shown=True)),
        "search-none": replace(ONLINE, place=Search("zzzz", shown=True)),
        "guide": replace(ONLINE, place=Guide(), visit=Visit(service="YL01")),
        "guide-closed": replace(OFFLINE, place=Guide(), visit=Visit(service="SB01")),
        "guide-listed": replace(ONLINE, place=Guide(), visit=Visit(service="GA03")),
        **my_cases(ONLINE, KNOWN, CERTIFIED, RULED_OUT, NOW),
        "identify": replace(ONLINE, place=Identify(Level.L2), visit=Visit(service="YL01")),
        "identify-second": replace(ONLINE, place=Identify(Level.L2), visit=_with_card()),
        "identify-phone": _way(Way.PHONE, phone="13800138"),
        "identify-code": _way(Way.PHONE, phone="13800138000", challenge="c1", masked="138*****000", asking="code"),
        "identify-witness": replace(_way(Way.WITNESS), world=OFFLINE.world),
        **_more_ways(),
        **_guardians(),
        **_cards(),
        **_papers(),
        **_licences(),
        "form-bank": replace(ONLINE, place=Form("bank"), visit=KNOWN),
        "form-address": replace(ONLINE, place=Form("addr"), visit=replace(KNOWN, prefilled=frozenset({"phone"}))),
        "form-text": replace(ONLINE, place=Form("content"), visit=Visit(service="XF01")),
        "form-select": replace(ONLINE, place=Form("hall"), visit=Visit(service="YY01")),
        "form-date": replace(ONLINE, place=Form("date"), visit=Visit(service="YY01")),
        "form-month": replace(ONLINE, place=Form("from"), visit=replace(KNOWN, service="SB01", answers={})),
        "form-waiting": replace(ONLINE, place=Form(waiting=True), visit=KNOWN),
        "review": replace(ONLINE, place=Review(), visit=KNOWN),
        "review-ticked": replace(ONLINE, place=Review(), visit=replace(KNOWN, consent=True)),
        "busy": replace(ONLINE, place=Submitting(), visit=KNOWN),
        "busy-slow": replace(ONLINE, place=Submitting(saved=True, slow=True), visit=KNOWN),
        **_self_tests(),
        "rating": replace(ONLINE, place=Rating(), visit=replace(KNOWN, case=DONE)),
        "rating-low": replace(ONLINE, place=Rating(1), visit=replace(KNOWN, case=DONE)),
        "rating-words": replace(
            ONLINE, place=Rating(2, words="说明写错了", writing=True), visit=replace(KNOWN, case=DONE)
        ),
        "farewell": replace(ONLINE, place=Farewell("finished", ("card", "receipt", "certificate", "phone"))),
        "idle": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=IdleWarning(24)),
        "help": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=Help()),
        **_ways(),
        **_chats(),
        **_remarks(),
        **_signed(),
        **_certificates(),
        **_payments(),
        "suspended": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=Suspended("paper")),
        "out": replace(ONLINE, place=OutOfService("store_key")),
        "out-near": replace(ONLINE, place=OutOfService("store")),
        "help-host": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=Help()),
        "help-away": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=Help(away=True)),
        "closing": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=ClosingSoon(NOW.replace(hour=17, minute=30))),
        "out-power": replace(ONLINE, place=OutOfService("power")),
        "out-enrol": replace(OFFLINE, place=OutOfService("not_enrolled", enrol=True)),
        **{f"enrol-{name}": replace(OFFLINE, place=place) for name, place in _enrolling().items()},
        **_technical(),
        "out-locked": replace(ONLINE, place=OutOfService("locked")),
        "locking": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=LockComing()),
        "attract-notice": replace(ONLINE, world=replace(ONLINE.world, notice=TOLD)),
        "power": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=PowerLow()),
    }
    for verdict in Verdict:
        receipt = RECEIPT if verdict is Verdict.ACCEPTED else None
        case = replace(DONE, verdict=verdict, receipt=receipt, problem="level-not-reached")
        found[f"outcome-{verdict}"] = replace(OFFLINE, place=Outcome(), visit=replace(KNOWN, case=case))
    for name, receipt in (("ruled-out", RULED_OUT), ("officer", WITH_OFFICER)):
        case = replace(DONE, receipt=receipt)
        found[f"outcome-{name}"] = replace(ONLINE, place=Outcome(), visit=replace(INSURED, case=case))
    taken = Case("s1", "L20261122-0042-0001", Verdict.REFUSED, problem="slot-full")
    booked = {"hall": "H02", "item": "W01", "date": "2026-11-23", "slot": "0900", "phone": "13800138000"}
    offered = (("2026-11-23", "1000"), ("2026-11-23", "1330"), ("2026-11-25", "0900"))
    for name, free in (("full", offered), ("none", ())):
        visit = Visit(service="YY01", answers=booked, started=True, case=replace(taken, free=free))
        found[f"outcome-slot-{name}"] = replace(ONLINE, place=Outcome(), visit=visit)
    for cause in ("no_paper", "jammed", "cover_open", "device_fault"):
        case = replace(DONE, print=PrintState.NOT_PRINTED, print_cause=cause)
        found[f"receipt-{cause}"] = replace(ONLINE, place=Receipt(), visit=replace(KNOWN, case=case))
    unknown = replace(PENDING, print=PrintState.UNKNOWN)
    found["receipt-unknown"] = replace(ONLINE, place=Receipt(), visit=replace(KNOWN, case=unknown))
    for key in sorted(table("zh")):
        name = key.removeprefix("notice.")
        if key != name and name.startswith(("card_", "code_", "phone_", "witness_", "face_", "body_")):
            found[f"notice-{name}"] = replace(ONLINE, place=Identify(Level.L2, notice=name, minutes=15), visit=KNOWN)
    return found


def _network() -> tuple[TechnicalLine, ...]:
    """A line with a log-in page in it, as `kiosk_app.health.network` tells it."""
    linked = {"zh": "eth0 已连接 1000 Mbit/s。", "en": "eth0 is linked 1000 Mbit/s."}
    cause = {
        "zh": "这个网络先要登录 (login.example)，平台够不着。",
        "en": "This network wants a log-in first (login.example); the platform is not reached.",
    }
    remedy = {
        "zh": "请让网络管理员免登录放行这台机器。",
        "en": "Have the network's people let this machine in without a log-in.",
    }
    return (
        TechnicalLine("link", {"zh": "网线和网卡", "en": "Cable and card"}, linked, style="ok"),
        TechnicalLine("tls", {"zh": "是不是真平台", "en": "The real platform"}, cause, remedy, "error"),
    )


def _logs() -> tuple[TechnicalLine, ...]:
    """One stick is in."""
    stick = {"zh": "写到这个 U 盘", "en": "Write to this stick"}
    return (TechnicalLine("stick", stick, {"zh": "KINGSTON", "en": "KINGSTON"}, act="write"),)


def _technical() -> dict[str, State]:
    """Technician mode: the code and what may be wrong with it, the menu, and pages made of lines."""
    inside = replace(ONLINE, technician=Technician("T-0007"))
    lines = (
        TechnicalLine(
            "printer",
            {"zh": "小票打印机缺纸", "en": "The receipt printer is out of paper"},
            {"zh": "现场工作人员", "en": "the host"},
            {"zh": "打开上盖，放一卷 80 毫米的纸", "en": "Open the lid and put in an 80 mm roll"},
            "error",
        ),
        TechnicalLine("reader", {"zh": "读卡器", "en": "Card reader"}, {"zh": "正常", "en": "well"}, style="ok"),
        TechnicalLine(
            "light",
            {"zh": "补光灯", "en": "Light"},
            {"zh": "灭着", "en": "off"},
            {"zh": "按一下，亮三秒", "en": "Press to light it for three seconds"},
            act="lamp.light",
        ),
        TechnicalLine("restart", {"zh": "重启程序", "en": "Restart the program"}, act="restart"),
    )
    code = TechnicianCode("T-0007", "1234")
    found = {
        "tech-code": replace(ONLINE, place=code),
        "tech-code-busy": replace(ONLINE, place=replace(code, busy=True)),
        "tech-menu": replace(inside, place=Technical()),
        "tech-looking": replace(inside, place=Technical("status", busy=True)),
        "tech-empty": replace(inside, place=Technical("outbox", lines=())),
        "tech-lines": replace(inside, place=Technical("devices", lines)),
        "tech-told": replace(inside, place=Technical("devices", lines, told="done")),
        "tech-network": replace(inside, place=Technical("network", _network())),
        "tech-logs": replace(inside, place=Technical("logs", _logs())),
        "tech-sure": replace(inside, place=Technical("service", lines, sure="restart")),
        "called": replace(ONLINE, place=Form("bank"), visit=KNOWN, cover=TechnicianCalled("T-0007", 24)),
        "called-longer": replace(
            ONLINE, place=Form("bank"), visit=KNOWN, cover=TechnicianCalled("T-0007", 90, longer=True)
        ),
    }
    for why in ("wrong", "used", "clock", "locked", "stale", "revoked", "store"):
        found[f"tech-code-{why}"] = replace(ONLINE, place=TechnicianCode("T-0007", notice=why, minutes=5))
    return found


def _ways() -> dict[str, State]:
    """How it is used, the question before private words are read aloud, and pages while somebody helps."""
    form = replace(ONLINE, place=Form("bank"), visit=KNOWN)
    helped = replace(KNOWN, helped=True)
    return {
        "ways": replace(form, cover=Ways()),
        "ways-attract": replace(ONLINE, cover=Ways()),
        "ways-helped": replace(form, visit=helped, cover=Ways()),
        "aloud": replace(ONLINE, place=Review(), visit=KNOWN, cover=Aloud()),
        "help-helped": replace(form, visit=helped, cover=Help()),
        "helped-form": replace(form, visit=helped),
        "helped-review": replace(ONLINE, place=Review(), visit=helped),
    }


def _remarks() -> dict[str, State]:
    """What could not be done is said: every page of it, with and without a number, and what may be in its way."""
    kept = Remark(step=Step.KEPT, what="slow", id="r1", number="XT-7K3M9-QXW2T")
    pieces = {
        "remark-what": Remark(),
        "remark-chosen": Remark(what="papers", tell=False),
        "remark-words": Remark(step=Step.WORDS, what="papers", words="跑了三趟，每次都说还差一样"),
        "remark-reach": Remark(step=Step.REACH, what="papers"),
        "remark-full": Remark(step=Step.REACH, what="papers", phone="1380013", notice="save_full"),
        "remark-saving": Remark(step=Step.SAVING, what="papers"),
        "remark-kept": kept,
        "remark-phone": replace(kept, phone="13800138000", arrived=True, copies=1, slip=Slip.PRINTED),
        "remark-no-paper": replace(kept, slip=Slip.FAILED),
        "remark-refused": replace(kept, refused="data-invalid"),
    }
    form = replace(ONLINE, place=Form("bank"))
    found = {
        name: replace(form, visit=replace(KNOWN, remark=replace(remark, shown=True)), cover=Remarking())
        for name, remark in pieces.items()
    }
    found["remark-attract"] = replace(ONLINE, visit=Visit(remark=Remark(shown=True)), cover=Remarking())
    return found


def _chats() -> dict[str, State]:
    """The talk with staff, from the first look to a long one, and everything that may be in its way."""
    asked = Line(0, True, "请问这个津贴每个月几号到账？", NOW)
    told = Line(1, False, "每月 15 号前后打到您的银行卡上，遇到节假日会晚一两天。", NOW)
    thanks = Line(2, True, "谢谢，那我接着填。", NOW)
    much = "我想问一下这个津贴的事情，去年我已经办过一次了，今年是不是还要再办一次？" * 13
    long = tuple(replace(one, n=3 * k + one.n) for k in range(10) for one in (asked, told, thanks))
    pieces = {
        "chat-asking": Talk(link=Link.ASKING),
        "chat-ready": Talk(link=Link.READY),
        "chat-write": Talk(link=Link.READY, writing=True, draft="请问几号到账"),
        "chat-sending": Talk(link=Link.READY, lines=(replace(asked, post=Post.SENDING),)),
        "chat-sent": Talk(link=Link.OPEN, lines=(asked,)),
        "chat-answered": Talk(link=Link.OPEN, lines=(asked, told)),
        "chat-answer-write": Talk(link=Link.OPEN, lines=(asked, told), writing=True, draft="谢谢"),
        "chat-unsent": Talk(link=Link.OPEN, lines=(asked, told, replace(thanks, post=Post.FAILED))),
        "chat-long": Talk(link=Link.OPEN, lines=long),
        "chat-much": Talk(link=Link.OPEN, lines=(replace(asked, text=much[:500]), replace(told, text=much[:500]))),
        "chat-much-write": Talk(link=Link.OPEN, lines=(asked, told), writing=True, draft=much[:500]),
        "chat-lost": Talk(link=Link.OPEN, lines=(asked,), lost=True),
        "chat-ended": Talk(link=Link.ENDED, lines=(asked, told)),
        "chat-nobody": Talk(link=Link.NOBODY, opens="09:00", closes="17:00"),
        "chat-busy": Talk(link=Link.BUSY),
        "chat-offline": Talk(link=Link.OFFLINE),
        "chat-full": Talk(link=Link.FULL, lines=(asked, told)),
    }
    form = replace(ONLINE, place=Form("bank"))
    found = {
        name: replace(form, visit=replace(KNOWN, talk=replace(talk, shown=True)), cover=Chatting())
        for name, talk in pieces.items()
    }
    found["chat-attract"] = replace(ONLINE, visit=Visit(talk=Talk(shown=True, link=Link.READY)), cover=Chatting())
    found["chat-helped"] = replace(found["chat-answered"], visit=replace(found["chat-answered"].visit, helped=True))
    return found


def _payments() -> dict[str, State]:
    """Paying, from the code to the money, and everything that may be in its way."""

    def at(place: Paying, **payment: Any) -> State:
        return replace(ONLINE, place=place, visit=replace(PAYER, payment=replace(BILL, **payment)))

    def ended(verdict: Verdict, **more: Any) -> State:
        fields = {"receipt": None, "print": PrintState.NONE, "payment": replace(BILL, state="paid"), **more}
        return replace(ONLINE, place=Outcome(), visit=replace(PAYER, case=replace(DONE, verdict=verdict, **fields)))

    waiting, ticked = Paying(PayStage.WAITING), replace(PAYER, payment=None)
    driver = replace(KNOWN, service="GA09", answers={"plate": "京A12345", "accept": "true"}, payment=FINE)
    slip = {"submission": BILL.number, "provisional": BILL.number, "payment": BILL}
    return {
        "pay-review": replace(ONLINE, place=Review(), visit=ticked),
        "pay-opening": replace(ONLINE, place=Paying(), visit=ticked),
        "pay-opening-slow": replace(ONLINE, place=Paying(slow=True), visit=ticked),
        "pay-code": at(waiting),
        "pay-code-real": at(waiting, simulated=False, holder=""),
        "pay-fine": replace(ONLINE, place=waiting, visit=driver),
        "pay-declined": at(waiting, declined=1),
        "pay-lost": at(replace(waiting, lost=True)),
        "pay-checking": at(replace(waiting, checking=True)),
        "pay-closing": at(Paying(PayStage.CLOSING)),
        "pay-closing-slow": at(Paying(PayStage.CLOSING, slow=True)),
        "pay-not-paid": at(Paying(PayStage.NOT_PAID, why="closed")),
        "pay-expired": at(Paying(PayStage.NOT_PAID, why="expired")),
        "pay-returned": at(Paying(PayStage.NOT_PAID, why="returned"), state="refunded"),
        "pay-done": ended(Verdict.ACCEPTED, receipt={**RECEIPT, "state": "done", "due": None}),
        "pay-saved": ended(Verdict.SAVED),
        "pay-confirming": ended(Verdict.CONFIRMING),
        "pay-refused": ended(Verdict.REFUSED, problem="payment-returned"),
        "pay-refused-printed": ended(Verdict.REFUSED, problem="bill-paid", print=PrintState.PRINTED),
        "pay-unsure": ended(Verdict.UNSURE, **slip),
        "pay-unsaved": ended(Verdict.UNSURE, **{**slip, "payment": replace(BILL, state="paid")}),
        "pay-unsure-no-paper": replace(
            ended(Verdict.UNSURE, **slip, print=PrintState.NOT_PRINTED, print_cause="no_paper"), place=Receipt()
        ),
    }


def _signed() -> dict[str, State]:
    """Pages with a clip in sign language beside them; `kiosk screens` draws them in text-only mode."""
    text = Prefs(text_only=True)
    base = replace(ONLINE, prefs=text)
    return {
        "sign-home": replace(base, place=Home()),
        "sign-guide": replace(base, place=Guide(), visit=Visit(service="YL01")),
        "sign-form": replace(base, place=Form("bank"), visit=KNOWN),
        "sign-still": replace(base, prefs=replace(text, sign="still"), place=Review(), visit=KNOWN),
        "sign-away": replace(base, prefs=replace(text, sign="away"), place=Review(), visit=KNOWN),
        "sign-chat": replace(base, place=Home(), visit=Visit(talk=Talk(shown=True, link=Link.READY)), cover=Chatting()),
    }


def _certificates() -> dict[str, State]:
    """A certificate on its way to paper or phone, and everything that may be in its way."""
    document = Certificate("d1")
    link = "https://platform.example/take/Zq3vXb1sT0m9Yk2LwR8uJA"
    without = {kind: fact for kind, fact in DEVICES.items() if kind != "page_printer"}
    empty = {**DEVICES, "page_printer": DeviceFact("user_action", {"paper": "out", "cover": "closed"})}
    pieces: dict[str, tuple[Certificate, Mapping[str, DeviceFact]]] = {
        "checking": (replace(document, sheet=Sheet.CHECKING), DEVICES),
        "printing": (replace(document, sheet=Sheet.PRINTING), DEVICES),
        "waits": (replace(document, sheet=Sheet.PRINTING), empty),
        "printed": (replace(document, sheet=Sheet.PRINTED), DEVICES),
        "failed": (replace(document, sheet=Sheet.NOT_PRINTED, cause="device_fault"), DEVICES),
        "no_network": (replace(document, sheet=Sheet.NOT_PRINTED, cause="network"), DEVICES),
        "jammed": (replace(document, sheet=Sheet.NOT_PRINTED, cause="jammed"), empty),
        "unknown": (replace(document, sheet=Sheet.UNKNOWN), DEVICES),
        "unknown_twice": (replace(document, sheet=Sheet.UNKNOWN, turn=1), DEVICES),
        "invalid": (replace(document, sheet=Sheet.INVALID), DEVICES),
        "no_paper": (document, empty),
        "no_printer": (document, without),
        "asking": (replace(document, linking="asking"), without),
        "phone": (replace(document, sheet=Sheet.PRINTED, link=link, minutes=30), DEVICES),
        "unlinked": (replace(document, linking="failed"), without),
    }
    return {
        f"certificate-{name}": replace(
            ONLINE,
            world=replace(ONLINE.world, devices=devices),
            place=Outcome(),
            visit=replace(INSURED, case=replace(DONE, receipt=CERTIFIED, certificate=sealed)),
        )
        for name, (sealed, devices) in pieces.items()
    }


def _more_ways() -> dict[str, State]:
    """The face, the modules, the codes of others, and what too many failures lead to."""
    photo = replace(KNOWN, evidence=(CardEvidence(ELDER, photo=True),))
    token = replace(KNOWN, evidence=(TokenEvidence(ELDER, kind="medical"),))
    social = replace(KNOWN, evidence=(SocialCardEvidence(ELDER),), service="YY01")
    unplugged = {**DEVICES, "camera": DeviceFact("offline", {})}

    def look(stage: FaceStage, prompt: str = "", **more: Any) -> Identify:
        return Identify(Level.L2, way=Way.FACE, look=Look(stage, prompt=prompt, **more))

    found = {
        "identify-face": replace(SEEING, place=Identify(Level.L2), visit=photo),
        "identify-all": replace(EQUIPPED, place=Identify(Level.L2), visit=photo),
        "identify-token": replace(ONLINE, place=Identify(Level.L2), visit=token),
        "identify-social": replace(EQUIPPED, place=Identify(Level.L1), visit=social),
        "identify-unplugged": replace(
            ONLINE, world=World(online=True, devices=unplugged), place=Identify(Level.L2), visit=photo
        ),
        "identify-people": replace(
            SEEING, place=Identify(Level.L2, notice="phone_code-locked"), visit=replace(photo, failures={"phone": 5})
        ),
        "face-consent": replace(SEEING, place=look(FaceStage.CONSENT), visit=photo),
        "face-ready": replace(SEEING, place=look(FaceStage.READY), visit=photo),
        "face-aim": replace(SEEING, place=look(FaceStage.RUNNING, "nearer"), visit=photo),
        "face-turn": replace(SEEING, place=look(FaceStage.RUNNING, "turn_left", step=1, steps=2), visit=photo),
        "face-mouth": replace(
            SEEING, place=look(FaceStage.RUNNING, "open_mouth", step=2, steps=2, praised=True), visit=photo
        ),
        "code-camera": replace(SEEING, place=Identify(Level.L2, way=Way.CODE), visit=Visit(service="YL01")),
    }
    for way in (Way.VOICE, Way.PALM, Way.IRIS):
        found[f"consent-{way}"] = replace(EQUIPPED, place=Identify(Level.L2, way=way), visit=photo)
        found[f"body-{way}"] = replace(EQUIPPED, place=Identify(Level.L2, way=way, busy="body"), visit=photo)
    return found


def _guardians() -> dict[str, State]:
    """A child's case from the first card to the guardian's own second proof."""
    child = replace(KNOWN, service="GA02", person=CHILD, evidence=(CardEvidence(CHILD),), answers={}, sources={})
    beside = Guardian(ADULT, (CardEvidence(ADULT, photo=True),))
    known = replace(beside, relation=Relation.PARENT)
    agreed = replace(known, consent=True)
    asking = WithGuardian(Level.L2)
    found = {
        "guardian-card": replace(SEEING, place=asking, visit=child),
        "guardian-relation": replace(SEEING, place=asking, visit=replace(child, guardian=beside)),
        "guardian-consent": replace(SEEING, place=asking, visit=replace(child, guardian=known)),
        "guardian-second": replace(
            SEEING, place=Identify(Level.L2, guardian=True), visit=replace(child, guardian=agreed)
        ),
    }
    filled = {"moveIn": "2026-03-05", "landlord": "王芳", "landlordPhone": "13912345678"}
    found["guardian-review"] = replace(
        SEEING, place=Review(), visit=replace(child, guardian=agreed, answers=filled, prefilled=frozenset())
    )
    for key in sorted(table("zh")):
        name = key.removeprefix("notice.")
        if name.startswith("guardian_") and key != name:
            found[f"notice-{name}"] = replace(SEEING, place=replace(asking, notice=name), visit=child)
    declined = replace(asking, notice="guardian_declined")
    return {**found, "guardian-declined": replace(SEEING, place=declined, visit=replace(child, guardian=known))}


def _licences() -> dict[str, State]:
    """An electronic licence in the place of a paper: offered, asked for, chosen, reviewed, not to be used after all."""
    assert KNOWN.person is not None
    held = Licence(
        "low_income_certificate",
        Text("最低生活保障证", "Minimum living allowance certificate"),
        "DB**********66",
        Text("西城区民政局", "Xicheng Civil Affairs Bureau"),
        date(2027, 3, 31),
    )
    told = Licences(KNOWN.person.id_number, "JZ02", {"PROOF": held})
    visit = replace(KNOWN, service="JZ02", licences=told)
    words = "平台复制一份，只用来办“临时救助申请”。"
    agreed = Agreed(held.kind, held.number, "临时救助申请", NOW, "zh", words, "applicant")
    used = replace(visit, papers={"PROOF": Paper(given=Given.LICENCE, agreed=agreed)})
    broken = {**EQUIPPED.world.devices, "document_scanner": DeviceFact("offline", {})}
    refused = Case("s1", "L20261122-0042-0001", Verdict.REFUSED, problem="licence-unusable")
    return {
        "licence-ask": replace(EQUIPPED, place=Materials("PROOF"), visit=visit),
        "licence-no-camera": replace(ONLINE, place=Materials("PROOF"), visit=visit),
        "licence-consent": replace(EQUIPPED, place=Materials("PROOF", ScanStage.CONSENT), visit=visit),
        "licence-chosen": replace(EQUIPPED, place=Materials("PROOF"), visit=used),
        "licence-chosen-no-camera": replace(
            EQUIPPED, world=replace(EQUIPPED.world, devices=broken), place=Materials("PROOF"), visit=used
        ),
        "licence-review": replace(EQUIPPED, place=Review(), visit=used),
        "licence-unusable": replace(EQUIPPED, place=Outcome(), visit=replace(used, case=refused)),
    }


def _papers() -> dict[str, State]:
    """A paper that is photographed, from the question to the second page, and a camera that does not work."""
    visit = replace(KNOWN, service="JZ02")
    pages = ("sha256:" + "a" * 64, "sha256:" + "b" * 64)
    two = replace(visit, papers={"PROOF": Paper(pages)})
    aim, look = Materials("PROOF", ScanStage.AIM, "opening"), Materials("PROOF", ScanStage.LOOK, shown=pages[0])
    broken = {**EQUIPPED.world.devices, "document_scanner": DeviceFact("offline", {})}
    without = replace(EQUIPPED, world=replace(EQUIPPED.world, devices=broken))
    return {
        "papers-ask": replace(EQUIPPED, place=Materials("PROOF"), visit=visit),
        "papers-more": replace(EQUIPPED, place=Materials("PROOF"), visit=two),
        "papers-timeout": replace(EQUIPPED, place=Materials("PROOF", notice="timeout"), visit=visit),
        "papers-broken": replace(without, place=Materials("PROOF"), visit=visit),
        "papers-taken": replace(EQUIPPED, place=replace(look, lie="good", new=True), visit=visit),
        "papers-unclear": replace(EQUIPPED, place=replace(look, lie="blurred", new=True), visit=visit),
        "papers-again": replace(EQUIPPED, place=look, visit=two),
        **{
            f"papers-{key.removeprefix('materials.')}": replace(
                EQUIPPED, place=replace(aim, prompt=key.removeprefix("materials.")), visit=visit
            )
            for key in AIMS
        },
    }


AIMS = (
    "materials.opening",
    "materials.no_page",
    "materials.two_pages",
    "materials.go_left",
    "materials.go_right",
    "materials.go_away",
    "materials.go_nearer",
    "materials.too_large",
    "materials.too_small",
    "materials.too_dark",
    "materials.glare",
    "materials.blurred",
    "materials.blank",
    "materials.still",
)


def _cards() -> dict[str, State]:
    """Cards that are shown before they are taken."""
    new = {"latin_name": LATIN, "nationality": "XXX", "renewals": "01"}
    old = {"latin_name": LATIN, "nationality": "XXX"}
    permit = {"pass_number": "H12345678", "issue_count": "02"}
    only_latin = replace(FOREIGNER, name=LATIN, id_number="XXX110186031402")
    return {
        "known-hmt": replace(ONLINE, place=CardShown(PERMIT, "hmt", facts=permit)),
        "known-foreigner": replace(ONLINE, place=CardShown(FOREIGNER, "foreigner_2023", facts=new)),
        "known-foreigner-2017": replace(ONLINE, place=CardShown(only_latin, "foreigner_2017", facts=old)),
    }


def _enrolling() -> dict[str, Enrolling]:
    """The pages on which a technician puts a machine into service."""
    start = Enrolling("not_enrolled")
    host, terminal = "platform.example:8443", "XC-0042"
    slip, digits = EnrolSlip(host, terminal), "3fa20c9d" * 8
    key = replace(start, slip=slip, word="4a15f362")
    pending = Facts(
        "certificate-revoked", {"zh": REVOKED[0], "en": REVOKED[1]}, "no_cable", "asked", "", host, terminal
    )
    parts = (
        Part("reader", "card_reader", "found"),
        Part("scanner", "code_reader", "elsewhere", "serial:/dev/serial/by-path/pci-0000:00:14.0-usb-0:3"),
        Part("printer", "receipt_printer", "missing"),
        Part("camera", "camera", "replaced"),
        Part("a4", "page_printer", "unseen"),
    )

    def refusal(code: str, zh: str, en: str, detail: str = "") -> Enrolling:
        told = Refusal(code, {"zh": zh, "en": en}, {}, detail)
        return replace(start, stage=Stage.REFUSED, slip=slip, refusal=told)

    return {
        "look": replace(start, facts=Facts()),
        "look-again": replace(start, facts=pending),
        "slip": replace(start, stage=Stage.SLIP),
        "scan": replace(start, stage=Stage.SCAN, reader="both"),
        "scan-none": replace(start, stage=Stage.SCAN, reader="none", notice="no_slip"),
        "address": replace(start, stage=Stage.TYPE, address="platform.example"),
        "code": replace(start, stage=Stage.TYPE, asking="code", code="7K3M9Q", notice="short"),
        "digits": replace(start, stage=Stage.TYPE, asking="digits", digits=digits[:30].upper()),
        "compare": replace(start, stage=Stage.COMPARE, slip=EnrolSlip(host, "", digits)),
        "ready": replace(key, stage=Stage.READY),
        "replace": replace(key, stage=Stage.READY, replace=True),
        "run": replace(key, stage=Stage.RUN, busy="asking"),
        "wait": replace(key, stage=Stage.WAIT, notice="unreachable"),
        "refused": refusal("slot-occupied", OCCUPIED[0], OCCUPIED[1]),
        "refused-code": refusal("code-unknown", "平台没有这个开通码。", "The platform does not know this code."),
        "stick": replace(key, stage=Stage.STICK, sticks=("KINGSTON", "USB-2")),
        "stick-none": replace(key, stage=Stage.STICK, sticks=()),
        "requested": replace(key, stage=Stage.REQUESTED, by_stick=True),
        "parts": replace(key, stage=Stage.PARTS, parts=parts, terminal=terminal),
        "done": replace(key, stage=Stage.DONE, terminal=terminal),
    }


REVOKED = ("平台已停用这台终端的证书。", "The platform has revoked this terminal's certificate.")
OCCUPIED = ("这个终端编号正由另一台机器使用。", "Another machine is in service under this terminal's number.")


def _with_card() -> Visit:
    return replace(KNOWN, evidence=(CardEvidence(ELDER),))


def _way(way: Way, **more: Any) -> State:
    return replace(ONLINE, place=Identify(Level.L2, way=way, **more), visit=_with_card())
