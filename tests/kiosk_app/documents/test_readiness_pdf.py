"""The readiness report on paper: its own fonts, its words, and a QR code that a scanner reads."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from contracts.readiness import ReportMalformedError, statement_of
from kiosk_app.documents.readiness_pdf import FONTS, LOOK, page_of, report_pdf
from kiosk_app.health.guided import row_json
from kiosk_app.health.verdicts import passed
from kiosk_app.visit.guided import Outcome, Row, Trial
from tests.kiosk_app.health.test_selftest import SAYS, broken, report


def signed(**other: Any) -> dict[str, Any]:
    rows = (row_json(Row(Trial.CARD, Outcome.FAIL, "unread")),)
    made = report((passed("disk", SAYS), broken("clock")), rows)
    return {
        "report": made,
        "signature": "00" * 70,
        "address": statement_of(made).address("https://a.example", "00" * 70),
    }


def test_the_page_says_who_what_when_and_every_row() -> None:
    page = page_of(signed(), "zh")
    assert [table["title"] for table in page["tables"]] == ["设备", "检查", "请人看、听、按的测试"]
    facts = {fact["label"]: fact["value"] for fact in page["facts"]}
    assert facts["终端"] == "XC-0042"
    assert facts["谁做的"] == "机器自己"
    assert statement_of(signed()["report"]).digest.endswith(facts["校验值"])
    assert page["verdict"] == "fail"


def test_a_report_that_nobody_signed_says_so_and_has_no_code() -> None:
    page = page_of({**signed(), "signature": None, "address": None}, "en")
    assert (page["code"], page["foot"]) == ("", "Not signed: this report proves nothing.")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pdf_carries_its_fonts(lang: str) -> None:
    pdf = report_pdf(signed(), lang)
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile3" in pdf


def test_a_scanner_reads_the_code_from_the_paper() -> None:
    import typst
    import zxingcpp
    from PIL import Image

    made = signed()
    picture = typst.Compiler(LOOK, font_paths=typst.Fonts(font_paths=[FONTS])).compile(
        format="png", sys_inputs={"page": json.dumps(page_of(made, "zh"))}, ppi=200
    )
    first = picture[0] if isinstance(picture, list) else picture
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(first)).convert("L"))
    assert found.text == made["address"]


def test_what_is_no_report_is_not_put_on_paper() -> None:
    with pytest.raises(ReportMalformedError):
        report_pdf({"report": {"kind": "other"}, "signature": None, "address": None})
