"""`python -m kiosk_app.lab.fault_page`: write docs/fault-table.md, the table of faults for technicians."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kiosk_app.health.doctor import WHOSE
from kiosk_app.health.sentences import NAMES
from kiosk_app.lab.fault_shape import CHECKS, Fault
from kiosk_app.lab.fault_table import FAULTS
from provisioning import CheckState, Words

FILE = Path("docs/fault-table.md")
GRAVE = {CheckState.FAIL: "✗", CheckState.WARN: "!", CheckState.PASS: "✓"}


def group_of(fault: Fault) -> Words:
    """The device or the check that a fault is about."""
    return NAMES.get(fault.says.kind) or CHECKS[fault.says.kind]


INTRODUCED = f"""# 故障表 · Fault table

现场看到什么，`kiosk doctor` 怎么说，怎么办，动哪里，该谁来。共 {len(FAULTS)} 种。
✗ 修好前不能开业；! 还能服务，尽快处理。句子里的数字和名字只是例子。
"""
TRANSLATED = f"""# In English

What is so, what `kiosk doctor` says, what to do, which part, whose turn: {len(FAULTS)} faults.
✗ the terminal is not ready before it is mended; ! it serves, and somebody should look. Figures and names are examples.
"""
PROVED = """# How it is proved

`python -m tests.acceptance.faults` plays each of them on the real wires while the terminal runs, and requires these
words within ten seconds, nobody else accused, a page that follows a finger, and a report that is as before when the
fault is mended. This page is written by `python -m kiosk_app.lab.fault_page`.
"""
HEADS = {"zh": ("", "现场", "说什么", "怎么办", "部件", "谁"), "en": ("", "what is so", "it says", "do", "part", "who")}


def page() -> str:
    """Return the whole page."""
    return "\n".join((INTRODUCED, *_half("zh"), TRANSLATED, *_half("en"), PROVED))


def _half(lang: str) -> Iterator[str]:
    ordered = sorted(FAULTS, key=lambda fault: _RANK[fault.says.kind])
    for kind, faults in groupby(ordered, key=lambda fault: fault.says.kind):
        found = list(faults)
        name = getattr(group_of(found[0]), lang)
        yield f"## {name}（{kind}）" if lang == "zh" else f"## {name.capitalize()} ({kind})"
        yield ""
        yield _row(HEADS[lang])
        yield "|---|---|---|---|---|---|"
        for fault in found:
            says, duty = fault.says, fault.says.duty
            words = (fault.shown, says.cause, says.remedy, duty.part, WHOSE[duty.who])
            yield _row((GRAVE[says.severity], *(getattr(one, lang) for one in words)))
        yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


_RANK = {kind: place for place, kind in enumerate((*NAMES, *CHECKS))}


def main() -> int:
    """Write the page, or with `--check` say whether it is the one that is there."""
    parser = argparse.ArgumentParser(prog="python -m kiosk_app.lab.fault_page", description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        return 0 if FILE.read_text("utf-8") == page() else 1
    FILE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
