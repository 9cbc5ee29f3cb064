"""The public page of a receipt: one file, no script, nothing loaded from elsewhere, readable at any size."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from central_platform.wire.submissions import PublicReceipt, Step

STYLE = """
:root{color-scheme:light dark;--ink:#14213d;--quiet:#44506b;--paper:#fff;--desk:#eef2f8;--line:#c9d3e3;
--brand:#0b4fa8;--good:#0a6b3d}
@media (prefers-color-scheme:dark){:root{--ink:#f2f5fa;--quiet:#c3cde0;--paper:#172033;--desk:#0d1422;--line:#3a4763;
--brand:#9cc5ff;--good:#7fe0b0}}
*{box-sizing:border-box}
body{margin:0;background:var(--desk);color:var(--ink);
font:1.125rem/1.7 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
main{max-width:38rem;margin:2rem auto;padding:2rem 1.5rem;background:var(--paper);border:1px solid var(--line);
border-radius:1rem}
header p,.en{color:var(--quiet);margin:0}
h1{font-size:1.75rem;line-height:1.3;margin:.25rem 0 0}
.state{display:inline-block;margin:1.5rem 0;padding:.5rem 1rem;border:2px solid var(--good);border-radius:.75rem;
color:var(--good);font-weight:700;font-size:1.25rem}
dl{margin:0;border-top:1px solid var(--line)}
dl div{padding:.75rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--quiet);font-size:1rem}
dd{margin:0;font-size:1.25rem;font-weight:600;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2rem 0 .5rem}
ol{margin:0;padding-left:1.5rem}li{margin:.5rem 0}
a{color:var(--brand);font-weight:700}
label{display:block;margin:1rem 0 .25rem}
input{width:100%;min-height:3rem;font:inherit;padding:.25rem .75rem;border:2px solid var(--quiet);
border-radius:.5rem;background:var(--paper);color:var(--ink)}
button{margin-top:1.5rem;min-height:3.5rem;width:100%;font:inherit;font-weight:700;border:0;border-radius:.75rem;
background:var(--brand);color:var(--paper)}
a:focus-visible,input:focus-visible,button:focus-visible{outline:4px solid var(--brand);outline-offset:3px}
footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line)}
"""
STATES = {"accepted": ("已受理", "Accepted"), "done": ("已办结", "Done")}
HELP = (
    '<footer><p>有不明白的，请打 <a href="tel:66007070">66007070</a> 或 <a href="tel:12345">12345</a>。</p>'
    '<p class="en" lang="en">Questions? Call 66007070 or 12345.</p></footer>'
)


def receipt_html(receipt: PublicReceipt, steps: Sequence[Step]) -> str:
    """Return the page of one receipt."""
    zh, en = STATES.get(receipt.state, (receipt.state, receipt.state))
    accepted = f"{receipt.accepted_at:%Y-%m-%d %H:%M}"
    rows = "".join(
        f'<div><dt>{label_zh} <span lang="en">{label_en}</span></dt><dd>{escape(value)}</dd></div>'
        for label_zh, label_en, value in (
            ("受理编号", "Case number", receipt.number),
            ("受理时间", "Accepted at", accepted),
            ("校验码", "Check code", receipt.check_code),
        )
    )
    items = "".join(
        f'<li><time datetime="{step.at.isoformat()}">{step.at:%Y-%m-%d %H:%M}</time> {escape(step.text.zh)}'
        f'<span class="en" lang="en"> {escape(step.text.en)}</span></li>'
        for step in steps
    )
    name = receipt.service_name
    body = (
        '<header><p>家门口 · 政务服务回执 <span lang="en">Government service receipt</span></p>'
        f"<h1>{escape(name.zh)}</h1>"
        f'<p class="en" lang="en">{escape(name.en)}</p></header>'
        f'<p class="state">{escape(zh)} <span lang="en">{escape(en)}</span></p><dl>{rows}</dl>'
        f'<h2>办理进度 <span class="en" lang="en">Progress</span></h2><ol>{items}</ol>'
        "<p>请把受理编号和校验码与您手里的回执对一对，一样才是真的。</p>"
        '<p class="en" lang="en">Compare number and check code with your paper: it is genuine only if both agree.</p>'
    )
    return page_html(f"{zh} · {name.zh}", body)


def lookup_html(tried: bool) -> str:
    """Return the form that looks a receipt up; after a try that found nothing it says so first."""
    title = "没有查到这张回执" if tried else "查一查我的回执"
    head = (
        '<p class="en" lang="en">No such receipt was found</p></header>'
        "<p>您的事情不受影响。请照着回执，再填一次受理编号和校验码。</p>"
        '<p class="en" lang="en">Your case is not affected. Please copy both codes from your receipt once more.</p>'
        if tried
        else '<p class="en" lang="en">Look up my receipt</p></header>'
        "<p>请照着回执，填受理编号和校验码。</p>"
        '<p class="en" lang="en">Please copy both codes from your receipt.</p>'
    )
    body = (
        f"<header><h1>{title}</h1>{head}"
        '<form action="/receipts" method="get"><label for="n">受理编号 <span lang="en">Case number</span></label>'
        '<input id="n" name="number" required autocomplete="off" placeholder="XC-2026-0101-000001">'
        '<label for="c">校验码 <span lang="en">Check code</span></label>'
        '<input id="c" name="check" required autocomplete="off" placeholder="XXXX-XXXX">'
        '<button>查一查 <span lang="en">Look up</span></button></form>'
    )
    return page_html(title, body)


def page_html(title: str, body: str) -> str:
    """Return a whole page around a body that is HTML already."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}{HELP}</main></body></html>"
    )
