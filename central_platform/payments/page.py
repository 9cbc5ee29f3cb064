"""The public page of a payment, behind the QR code of a slip: how it stands, in words, and nothing personal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import select

from central_platform import public_page
from central_platform.payments.models import PaymentOrder
from central_platform.payments.rules import yuan
from central_platform.payments.states import State
from central_platform.platform import Platform

WAITED_FOR = (
    "还没有收到付款。刚付的，请过几分钟再看。",
    "No payment has been received. If you have just paid, please look again in a few minutes.",
)
WORDS: Mapping[State, tuple[str, str]] = {
    State.CREATED: WAITED_FOR,
    State.PENDING: WAITED_FOR,
    State.UNKNOWN: (
        "正在和收款方核对。付了的钱不会丢：办不成就自动退回。",
        "Being checked with the payment provider. Money for which nothing is done goes back by itself.",
    ),
    State.PAID: (
        "钱已收到，正在办理。十分钟内没有办成，钱自动退回。",
        "The money has arrived. If the matter is not done within ten minutes, it goes back by itself.",
    ),
    State.DELIVERED: ("钱已收到，事情办好了。", "The money has arrived and the matter is done."),
    State.CLOSED: (
        "没有收到付款。要是手机上扣了钱，会自动原路退回。",
        "Nothing was received. If your phone shows a payment all the same, it goes back by itself.",
    ),
    State.REFUNDING: (
        "这次没有办成，钱正在原路退回，不用您做什么。",
        "This was not done. The money is on its way back; you need not do anything.",
    ),
    State.REFUNDED: ("这次没有办成，钱已经原路退回。", "This was not done. The money has been returned."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody may read who has the number."""

    number: str
    state: State
    fen: int
    payee: Mapping[str, str]
    subject: Mapping[str, str]
    at: datetime
    simulated: bool


def find(platform: Platform, number: str) -> Shown | None:
    """Return an order by its number, or None."""
    with platform.database.read() as session:
        row = session.scalar(select(PaymentOrder).where(PaymentOrder.number == number.strip().upper()[:24]))
    if row is None:
        return None
    payee, subject = json.loads(row.payee), json.loads(row.subject)
    at = row.ended_at or row.paid_at or row.created_at
    return Shown(row.number, State(row.state), row.fen, payee, subject, at, row.simulated)


def html(found: Shown) -> str:
    """Return the page."""
    zh, en = WORDS[found.state]
    rows = public_page.rows(
        (
            ("缴费编号", "Payment number", found.number),
            ("金额（元）", "Amount (yuan)", yuan(found.fen)),
            ("收款单位", "Paid to", f"{found.payee['zh']} {found.payee['en']}"),
            ("交什么", "For", f"{found.subject['zh']} {found.subject['en']}"),
            ("时间", "At", f"{found.at:%Y-%m-%d %H:%M}"),
        )
    )
    simulated = (
        '<p class="state">演示：没有真的付款 <span lang="en">Demonstration: no money moved</span></p>'
        if found.simulated
        else ""
    )
    body = (
        '<header><p>家门口 · 缴费查询 <span lang="en">Payment</span></p>'
        f'<h1>{escape(zh)}</h1><p class="en" lang="en">{escape(en)}</p></header>{simulated}{rows}'
    )
    return public_page.page(zh, body)
