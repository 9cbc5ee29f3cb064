"""The public page behind the QR code of a readiness report: is it genuine, and what does it say in one word."""

from __future__ import annotations

from central_platform import public_page
from central_platform.public_page import said
from central_platform.readiness import Checked, Proof

_HEAD = '<header><p>家门口 · 终端自检报告 <span lang="en">Readiness report of a terminal</span></p>'


def readiness_html(found: Checked) -> str:
    """Return the page."""
    match found.proof:
        case Proof.GENUINE:
            return _signed(found, "这份报告是真的", "This report is genuine", "state", _compare())
        case Proof.AWAITED:
            words = said(
                "签名是真的，报告本身还没有传到平台。没有网络的站点，请把 U 盘送到平台。",
                "The signature is genuine, and the report itself has not arrived. Without a network, bring the stick.",
            )
            return _signed(found, "报告还没有收到", "The report has not arrived", "warning", words)
        case Proof.FALSE:
            return _page(
                "这份报告不能采信",
                "This report cannot be believed",
                said(
                    "它被改动过，或不是平台认识的终端签的。请在终端上重新自检，再扫新的二维码。",
                    "It was changed, or signed by no terminal known here. Run the self-test again, then scan.",
                ),
            )


def _signed(found: Checked, zh: str, en: str, style: str, words: str) -> str:
    statement = found.statement
    assert statement is not None
    verdict = ("可以服务", "ready") if statement.ready else ("还不能服务", "not ready")
    received = f"{found.received_at:%Y-%m-%d %H:%M}" if found.received_at else "—"
    rows = public_page.rows(
        (
            ("终端", "Terminal", statement.terminal),
            ("结论", "Verdict", " ".join(verdict)),
            ("自检时间（UTC）", "Tested at", statement.at.replace("T", " ").removesuffix("Z")),
            ("平台收到", "Received", received),
            ("报告编号", "Report", statement.report),
            ("校验值", "Digest", statement.digest),
        )
    )
    tick = f'<p class="{style}">{verdict[0]} <span lang="en">{verdict[1]}</span></p>'
    return _page(zh, en, tick + rows + words)


def _compare() -> str:
    return said(
        "请把终端编号、报告编号和校验值与手里的报告对一对，一样才是这一份。",
        "Compare terminal, report and digest with the report that you hold.",
    )


def _page(zh: str, en: str, body: str) -> str:
    return public_page.page(zh, f'{_HEAD}<h1>{zh}</h1><p class="en" lang="en">{en}</p></header>{body}')
