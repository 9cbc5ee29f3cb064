"""The public page of a receipt."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from central_platform import public_page
from central_platform.wire.submissions import PublicReceipt, Step

STATES = {
    "accepted": ("已受理", "Accepted"),
    "supplement": ("等您补充", "Waiting for you"),
    "done": ("已办结", "Done"),
    "refused": ("没有办成", "Not granted"),
}


def receipt_html(receipt: PublicReceipt, steps: Sequence[Step]) -> str:
    """Return the page of one receipt."""
    zh, en = STATES.get(receipt.state, (receipt.state, receipt.state))
    rows = public_page.rows(
        (
            ("受理编号", "Case number", receipt.number),
            ("受理时间", "Accepted at", f"{receipt.accepted_at:%Y-%m-%d %H:%M}"),
            ("校验码", "Check code", receipt.check_code),
        )
    )
    items = "".join(
        f'<li><time datetime="{step.at.isoformat()}">{step.at:%Y-%m-%d %H:%M}</time> {escape(step.text.zh)}'
        f'<span class="en" lang="en"> {escape(step.text.en)}</span></li>'
        for step in steps
    )
    name = receipt.service_name
    compare = public_page.said(
        "请把受理编号和校验码与您手里的回执对一对，一样才是真的。",
        "Compare number and check code with your paper: it is genuine only if both agree.",
    )
    body = (
        '<header><p>家门口 · 政务服务回执 <span lang="en">Government service receipt</span></p>'
        f"<h1>{escape(name.zh)}</h1>"
        f'<p class="en" lang="en">{escape(name.en)}</p></header>'
        f'<p class="state">{escape(zh)} <span lang="en">{escape(en)}</span></p>{rows}'
        f'<h2>办理进度 <span class="en" lang="en">Progress</span></h2><ol>{items}</ol>{compare}'
    )
    return public_page.page(f"{zh} · {name.zh}", body)


def lookup_html(tried: bool) -> str:
    """Return the form that looks a receipt up; after a try that found nothing it says so first."""
    title = "没有查到这张回执" if tried else "查一查我的回执"
    english = "No such receipt was found" if tried else "Look up my receipt"
    what = (
        public_page.said(
            "您的事情不受影响。请照着回执，再填一次受理编号和校验码。",
            "Your case is not affected. Please copy both codes from your receipt once more.",
        )
        if tried
        else public_page.said("请照着回执，填受理编号和校验码。", "Please copy both codes from your receipt.")
    )
    head = f'<header><h1>{title}</h1><p class="en" lang="en">{english}</p></header>'
    body = head + what + public_page.asking("/receipts", "受理编号", "Case number")
    return public_page.page(title, body)
