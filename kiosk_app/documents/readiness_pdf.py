"""The readiness report on paper: a PDF with its own fonts, and the QR code by which anyone can check it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.readiness import MACHINE, statement_of
from kiosk_app.health.doctor import whose

LOOK = Path(__file__).parent / "readiness.typ"
FONTS = Path(__file__).parents[2] / "ui" / "fonts"
SAID: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "终端自检报告",
        "terminal": "终端",
        "at": "自检时间（UTC）",
        "by": "谁做的",
        "machine": "机器自己",
        "occasion": "什么时候做",
        "version": "程序版本",
        "profile": "站点配置",
        "catalogue": "事项目录",
        "key": "密钥",
        "digest": "校验值",
        "report": "报告编号",
        "devices": "设备",
        "checks": "检查",
        "guided": "请人看、听、按的测试",
        "scan": "扫一扫，查真假",
        "unsigned": "没有签名：这份报告证明不了什么。",
        "foot": "家门口：扫二维码可以查这份报告是不是这台终端签的。",
        "part": "部位",
        "cause": "情况",
        "remedy": "怎么办",
        "who": "谁来办",
        "boot": "开机",
        "daily": "每天夜里",
        "demand": "有人要求",
        "technician": "维护时",
        "cold": "终端没有运行",
    },
    "en": {
        "title": "Readiness report of a terminal",
        "terminal": "Terminal",
        "at": "Tested at (UTC)",
        "by": "By",
        "machine": "the machine itself",
        "occasion": "Occasion",
        "version": "Programme",
        "profile": "Site profile",
        "catalogue": "Catalogue",
        "key": "Key",
        "digest": "Digest",
        "report": "Report",
        "devices": "Devices",
        "checks": "Checks",
        "guided": "Tests that a person took part in",
        "scan": "Scan to check",
        "unsigned": "Not signed: this report proves nothing.",
        "foot": "Doorstep: the code tells whether this terminal signed this report.",
        "part": "Part",
        "cause": "What is so",
        "remedy": "What to do",
        "who": "Whose turn",
        "boot": "start",
        "daily": "every night",
        "demand": "on demand",
        "technician": "maintenance",
        "cold": "the terminal does not run",
    },
}


def report_pdf(signed: Mapping[str, Any], lang: str = "zh") -> bytes:
    """Return the PDF of a signed report (`SignedReport.as_json`).

    Raises:
        ReportMalformedError: it is no readiness report.
        RuntimeError: the page cannot be set.
    """
    import typst

    page = json.dumps(page_of(signed, lang))
    fonts = typst.Fonts(font_paths=[FONTS])
    try:
        made = typst.Compiler(LOOK, font_paths=fonts).compile(
            format="pdf", sys_inputs={"page": page}, pdf_standards=["ua-1"], timestamp=0
        )
    except typst.TypstError as error:
        raise RuntimeError("the page cannot be set") from error
    if not isinstance(made, bytes):
        raise RuntimeError("the page came out as more than one file")
    return made


def page_of(signed: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return what the page says."""
    t, report = SAID["en" if lang == "en" else "zh"], signed["report"]
    statement, address = statement_of(report), signed["address"] or ""
    by = t["machine"] if report["by"] == MACHINE else report["by"]
    facts = (
        ("terminal", report["terminal"]),
        ("at", report["at"].replace("T", " ").removesuffix("Z")),
        ("by", by),
        ("occasion", t[report["occasion"]]),
        ("version", report["versions"]["terminal"]),
        ("profile", f"{report['profile']['rev']} ({report['profile']['digest'].removeprefix('sha256:')[:16]})"),
        ("catalogue", str(report["versions"]["catalogue"])),
        ("key", f"{report['machine']['key']} ({report['machine']['key_protection']})"),
        ("report", report["id"]),
        ("digest", statement.digest.removeprefix("sha256:")),
    )
    tables = [_table(t, name, report[name], lang) for name in ("devices", "checks", "guided") if report[name]]
    return {
        "lang": lang,
        "title": t["title"],
        "say": report["say"]["en" if lang == "en" else "zh"],
        "verdict": "pass" if report["ready"] else "fail",
        "facts": [{"label": t[name], "value": value} for name, value in facts],
        "columns": ["", t["part"], t["cause"], t["remedy"], t["who"]],
        "tables": tables,
        "code": _code(address) if address else "",
        "scan": t["scan"],
        "foot": t["foot"] if address else t["unsigned"],
    }


def _table(t: Mapping[str, str], name: str, rows: list[Mapping[str, Any]], lang: str) -> dict[str, Any]:
    end = "_en" if lang == "en" else ""
    return {
        "title": t[name],
        "rows": [
            {
                "state": row.get("severity") or row.get("state") or row["outcome"],
                "part": f"{row['part' + end]} ({row['id']})",
                "cause": row["cause" + end],
                "remedy": row["remedy" + end],
                "who": whose(row["who"], lang),
            }
            for row in rows
        ],
    }


def _code(address: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, light="white")
    return out.getvalue().decode()
