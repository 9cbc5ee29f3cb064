"""Invented receipts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from kiosk_app.documents import Appointment, ReceiptKind, ReceiptModel

URL = "https://gov.example.cn/receipts/8Jx2Lq0vTn4bRz7YkP3w"

ACCEPTED = ReceiptModel(
    kind=ReceiptKind.ACCEPTED,
    centre="西城区政务服务中心",
    service="高龄老年人津贴申领（80 周岁以上）",
    number="XC-2026-1122-000123",
    at=datetime(2026, 11, 22, 10, 23, 45, tzinfo=timezone(timedelta(hours=8))),
    applicant="张*华",
    id_masked="33**************18",
    department="德胜街道市民活动中心（社会事务科）",
    due=date(2027, 1, 5),
    working_days=30,
    pickup="本人持本回执到原窗口领取，或 EMS 邮寄到家里",
    fee="免费",
    materials=("《常住人口登记表》（已核验）", "人像采集（已完成）"),
    lines=("带本人身份证到西城区政务服务中心 3 号综合窗口，报受理编号就能领。",),
    next=("街道会打电话或上门核实。",),
    track_url=URL,
    check_code="8F3K-2Q7M",
    terminal="XC-0042",
    serial="20261122-0042-0087",
)
DONE = replace(ACCEPTED, kind=ReceiptKind.DONE, title="领取单")
PENDING = replace(ACCEPTED, kind=ReceiptKind.PENDING, number="L20261122-0042-0087", track_url="", lines=())
APPOINTMENT = replace(
    ACCEPTED,
    kind=ReceiptKind.APPOINTMENT,
    service="大厅预约",
    appointment=Appointment("2026年11月25日 上午 9:00–10:00", "西城区政务服务中心一层 3 号窗口", "手机号后四位"),
    reprint=2,
)
INFO = replace(ACCEPTED, kind=ReceiptKind.INFO, applicant="", id_masked="", due=None, materials=(), check_code="")
PAID = replace(DONE, title="", paid="86.40 元", payee="样例自来水公司", payment="PY-7K3M-9QXW-2TRB", simulated=True)
SLIP = replace(
    INFO,
    title="缴费待确认单",
    number="PY-7K3M-9QXW-2TRB",
    asked="86.40 元",
    payee="样例自来水公司",
    payment="PY-7K3M-9QXW-2TRB",
    lines=("没付成，不会扣钱。",),
)
ENGLISH = replace(
    ACCEPTED,
    lang="en",
    centre="Xicheng Government Service Centre",
    service="Old-age allowance for residents aged 80 and over",
    department="Desheng Sub-district, Social Affairs",
    pickup="Nothing to collect. The allowance is paid to your bank card every month.",
    fee="Free",
    materials=("Household registration form (checked)",),
    lines=("Bring your ID card to window 3 and give the case number.",),
    next=("The sub-district will call or visit to confirm.",),
)
ENGLISH_PENDING = replace(ENGLISH, kind=ReceiptKind.PENDING, number="L20261122-0042-0087", track_url="")
ALL = (ACCEPTED, DONE, PENDING, APPOINTMENT, INFO, PAID, SLIP, ENGLISH, ENGLISH_PENDING)
EVERY_FORM = (*ALL, *(replace(model, large=True) for model in ALL))


def name_of(model: ReceiptModel) -> str:
    return f"{model.lang}-{model.kind}{'-large' if model.large else ''}"
