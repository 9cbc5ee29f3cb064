"""The sentences of `kiosk audit verify`: what was found, why that can be, what to do next."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kiosk_app.audit.verify import Finding, Report

KEEP = {
    "zh": "请不要重启或重装，通知平台值班人员，保留磁盘备查。",
    "en": "Do not restart or reinstall; call the platform's operator and keep the disk as it is.",
}
SENTENCES: dict[Finding, dict[str, str]] = {
    Finding.WHOLE: {"zh": "审计链完整：共 {count} 条。", "en": "The audit chain is whole: {count} entries."},
    Finding.CHANGED: {
        "zh": "第 {at} 条与其校验值或前一条不符：有人改过。" + KEEP["zh"],
        "en": "Entry {at} does not fit its hash or the entry before it: it was changed. " + KEEP["en"],
    },
    Finding.MISSING: {
        "zh": "第 {at} 条之前缺少记录：有人删过。" + KEEP["zh"],
        "en": "Entries before number {at} are missing: they were deleted. " + KEEP["en"],
    },
    Finding.REORDERED: {
        "zh": "第 {at} 条不在原来的位置：有人挪动或重复插入过。" + KEEP["zh"],
        "en": "Entry {at} is not where it was written: it was moved or put in again. " + KEEP["en"],
    },
    Finding.REBUILT: {
        "zh": "到第 {at} 条的链被重新做过，或是旧磁盘、别的终端的磁盘接着写的：与平台签过的不符，到第 {agreed} 条相符。"
        + KEEP["zh"],
        "en": "The chain up to entry {at} was made anew, or an older or another terminal's disk went on writing: it is "
        "not the one the platform countersigned; it agrees up to {agreed}. " + KEEP["en"],
    },
    Finding.CUT_SHORT: {
        "zh": "链在第 {at} 条处断尾：后面的记录平台曾签过，现在没有了。" + KEEP["zh"],
        "en": "The chain ends before entry {at}, though later entries were countersigned: its end was cut off. "
        + KEEP["en"],
    },
    Finding.ROLLED_BACK: {
        "zh": "磁盘是旧的：第 {at} 条及以后平台见过，这里没有。若刚换过磁盘或恢复过备份，请平台值班人员确认；否则"
        + KEEP["zh"],
        "en": "This is an older disk: the platform has seen entry {at} and later ones, they are not here. If the disk "
        "was just replaced or restored, have the platform's operator confirm that; if not: " + KEEP["en"],
    },
    Finding.DAMAGED: {
        "zh": "第 {at} 条起有记录随损坏的磁盘页丢失，存储自己记下了：{losses}。请对照隔离文件夹里的旧文件，由平台值班"
        "人员确认（central-platform audit-heads --acknowledge）；没有隔离文件就当作被改过。",
        "en": "Entries were lost with damaged pages of the disk, as the store itself wrote down: {losses}. Compare the "
        "file in the quarantine folder and have the platform's operator confirm it (central-platform audit-heads "
        "--acknowledge); without that file treat it as changed.",
    },
    Finding.FORGED: {
        "zh": "本机保存的平台签字中有的不是平台签的：有人改过，或终端换过平台。" + KEEP["zh"],
        "en": "A saved countersignature was not made by the platform for this terminal: it was changed, or comes from "
        "elsewhere. " + KEEP["en"],
    },
    Finding.UNREADABLE: {
        "zh": "审计记录读不出来：表被破坏或删除。" + KEEP["zh"],
        "en": "The audit cannot be read: its table was broken or removed. " + KEEP["en"],
    },
}


def sentence(report: Report, lang: str = "zh") -> str:
    """Return the finding in one or two sentences."""
    losses = ", ".join(f"{first}-{last}" for first, last in report.losses) or "-"
    return SENTENCES[report.finding][_language(lang)].format(
        count=report.count, at=report.at, agreed=report.agreed, losses=losses
    )


def shown(report: Report, lang: str = "zh") -> dict[str, Any]:
    """Return the report as JSON, with its sentences as `told`."""
    return {**asdict(report), "ok": report.ok, "told": [sentence(report, lang), compared(report, lang)]}


def compared(report: Report, lang: str = "zh") -> str:
    """Return what the chain was compared with, and how much of it nobody has countersigned."""
    open_end = max(0, report.last - report.agreed)
    cut = report.pruned
    if _language(lang) == "zh":
        known = "未问平台" if report.known is None else f"平台的 {report.known} 个链头（{report.as_of}）"
        alarm = f"；平台有未处理的警报：{report.alarm}" if report.alarm else ""
        front = f"；第 {cut} 条及以前的已到期清除，起点有平台签字" if cut else ""
        return f"对照：本机保存的签字 {report.saved} 个，{known}{alarm}{front}；最后 {open_end} 条还没有平台签字。"
    known = "the platform was not asked" if report.known is None else f"{report.known} platform heads ({report.as_of})"
    alarm = f"; the platform has an open alarm: {report.alarm}" if report.alarm else ""
    front = f"; entries up to {cut} were kept long enough and cut off at a countersigned head" if cut else ""
    return (
        f"Compared with {report.saved} saved countersignatures, {known}{alarm}{front}; "
        f"the last {open_end} have none yet."
    )


def _language(lang: str) -> str:
    return lang if lang in ("zh", "en") else "zh"
