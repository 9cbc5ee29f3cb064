"""The public pages of a sealed certificate: to take it to a phone, and to see whether a paper is genuine."""

from __future__ import annotations

from datetime import datetime
from html import escape

from central_platform import public_page
from central_platform.public_page import said
from central_platform.wire.common import Text
from central_platform.wire.documents import PublicDocument

HEAD = '<header><p>家门口 · 电子证明 <span lang="en">Sealed certificate</span></p>'


def take_html(title: Text, token: str, until: datetime) -> str:
    """Return the page that offers the file, until it runs out."""
    body = (
        f"{_head(title.zh, title.en)}"
        + said(
            "这是您刚在自助终端上办的证明，盖有电子印章。存到手机里，用的时候把文件发给对方。",
            "This is the certificate that you have just applied for at the terminal, under an electronic seal.",
        )
        + said(
            "里面有姓名、证件号码等个人信息。手机是您自己的，再往下点；别把这个网址发给别人。",
            "It holds personal data such as name and ID number. Go on only on your own phone; keep this to yourself.",
        )
        + f'<a class="button" href="/take/{escape(token)}/file">把证明存到手机 <span lang="en">Save the file</span></a>'
        + said(f"这个网址到 {until:%H:%M} 为止，过了就打不开了。", f"This address ends at {until:%H:%M}.")
    )
    return public_page.page(title.zh, body)


def gone_html() -> str:
    """Return what somebody sees whose address has run out."""
    return public_page.page(
        "这个网址已经过期",
        _head("这个网址已经过期", "This address has run out")
        + said(
            "这样做是为了保护您的个人信息。证明还在，没有丢。",
            "That protects your personal data. The certificate itself is not lost.",
        )
        + said(
            "还在终端旁边的，请在终端上再要一个网址。已经离开的，再办一次就行；也可以打电话问。",
            "At the terminal, ask for a new address. Later, simply apply again, or call us.",
        ),
    )


def later_html() -> str:
    """Return what somebody sees while the certificate cannot be sealed."""
    return public_page.page(
        "请等半分钟，再点一次",
        _head("请等半分钟，再点一次", "Please try again in half a minute")
        + said(
            "证明还没有盖好章，没盖章的不能给您。您的事情不受影响。",
            "The seal is not set yet, and without it nothing is handed out. Your case is not affected.",
        ),
    )


def genuine_html(found: PublicDocument) -> str:
    """Return the page that says that a certificate is genuine, and how to compare."""
    warning = f'<p class="warning">{escape(found.warning)}</p>' if found.warning else ""
    rows = public_page.rows(
        (
            ("编号", "Number", found.number),
            ("出具单位", "Issued by", found.issuer.zh),
            ("出具日期", "Issued on", f"{found.issued_on:%Y-%m-%d}"),
            ("持有人（只显示一部分）", "Holder, in part", found.holder),
            ("电子文件的校验值", "Digest of the file", found.digest),
        )
    )
    body = (
        f"{_head(found.title.zh, found.title.en)}"
        '<p class="state">查到了，本平台出具过 <span lang="en">Found: issued by this platform</span></p>'
        f"{warning}{rows}"
        + said(
            "请看清这一页的网址，再把上面每一项与手里的证明对一对：都一样，才是真的。",
            "Look at the address of this page, then compare every line with the paper: all must agree.",
        )
        + said(
            "表格里的数字这里不显示。要核对数字，请对方给您电子文件：电子印章能查出改过的地方。",
            "Figures are not shown here. To check them ask for the file: its seal shows any change.",
        )
    )
    return public_page.page(f"查到了 · {found.title.zh}", body)


def lookup_html(tried: bool) -> str:
    """Return the form that checks a certificate; after a try that found nothing it says so first."""
    title = "没有查到这份证明" if tried else "查一查证明的真假"
    english = "No such certificate was found" if tried else "Check a certificate"
    what = (
        said(
            "先别急着说它是假的：请照着证明，再填一次编号和校验码。还是查不到，请打下面的电话问一问。",
            "That does not prove it false yet: please copy both codes from the paper once more, or call us.",
        )
        if tried
        else said("请照着证明，填编号和校验码。", "Please copy both codes from the certificate.")
    )
    body = _head(title, english) + what + public_page.asking("/documents", "编号", "Number")
    return public_page.page(title, body)


def _head(zh: str, en: str) -> str:
    return f'{HEAD}<h1>{escape(zh)}</h1><p class="en" lang="en">{escape(en)}</p></header>'
