"""What public pages share: one file each, no script, nothing loaded from elsewhere, readable at any size."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

STYLE = """
:root{color-scheme:light dark;--ink:#14213d;--quiet:#44506b;--paper:#fff;--desk:#eef2f8;--line:#c9d3e3;
--brand:#0b4fa8;--good:#0a6b3d;--warn:#9c1320}
@media (prefers-color-scheme:dark){:root{--ink:#f2f5fa;--quiet:#c3cde0;--paper:#172033;--desk:#0d1422;--line:#3a4763;
--brand:#9cc5ff;--good:#7fe0b0;--warn:#ffb3b3}}
*{box-sizing:border-box}
body{margin:0;background:var(--desk);color:var(--ink);
font:1.125rem/1.7 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
main{max-width:38rem;margin:2rem auto;padding:2rem 1.5rem;background:var(--paper);border:1px solid var(--line);
border-radius:1rem}
header p,.en{color:var(--quiet);margin:0}
h1{font-size:1.75rem;line-height:1.3;margin:.25rem 0 0}
.state,.warning{display:inline-block;margin:1.5rem 0;padding:.5rem 1rem;border:2px solid var(--good);
border-radius:.75rem;color:var(--good);font-weight:700;font-size:1.25rem}
.warning{border-color:var(--warn);color:var(--warn)}
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
button,.button{display:block;margin-top:1.5rem;padding:.75rem 1rem;min-height:3.5rem;width:100%;font:inherit;
font-weight:700;text-align:center;text-decoration:none;border:0;border-radius:.75rem;background:var(--brand);
color:var(--paper)}
a:focus-visible,input:focus-visible,button:focus-visible{outline:4px solid var(--brand);outline-offset:3px}
footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line)}
"""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
HELP = (
    '<footer><p>有不明白的，请打 <a href="tel:66007070">66007070</a> 或 <a href="tel:12345">12345</a>。</p>'
    '<p class="en" lang="en">Questions? Call 66007070 or 12345.</p></footer>'
)


def page(title: str, body: str) -> str:
    """Return a whole page; `body` is HTML."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}{HELP}</main></body></html>"
    )


def said(zh: str, en: str) -> str:
    """Return a paragraph in Chinese with its English beneath; both are text."""
    return f'<p>{escape(zh)}</p><p class="en" lang="en">{escape(en)}</p>'


def rows(lines: Iterable[tuple[str, str, str]]) -> str:
    """Return a list of labels in both languages and what they say."""
    items = "".join(
        f'<div><dt>{escape(zh)} <span lang="en">{escape(en)}</span></dt><dd>{escape(value)}</dd></div>'
        for zh, en, value in lines
    )
    return f"<dl>{items}</dl>"


def asking(action: str, zh: str, en: str) -> str:
    """Return the form that looks something up by its check code and its number, which is called `zh` and `en`."""
    return (
        f'<form action="{escape(action)}" method="get"><label for="n">{escape(zh)} '
        f'<span lang="en">{escape(en)}</span></label>'
        '<input id="n" name="number" required autocomplete="off" placeholder="XC-2026-0101-000001">'
        '<label for="c">校验码 <span lang="en">Check code</span></label>'
        '<input id="c" name="check" required autocomplete="off" placeholder="XXXX-XXXX">'
        '<button>查一查 <span lang="en">Look up</span></button></form>'
    )
