"""`kiosk screens`: every page in every look as a picture, with the audit of each, and the audit's own audit."""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.lab.samples import desk_of, pages
from kiosk_app.screens import view
from kiosk_app.visit.state import Prefs
from ui.view import ScreenView

if TYPE_CHECKING:
    from ui.shell import Shell

LANGUAGES = ("zh", "en")
THEMES = ("standard", "dark", "lowglare")
SIZES = (1.0, 1.25, 1.5)
SHORT = (
    "attract",
    "home",
    "guide",
    "identify",
    "form-bank",
    "form-date",
    "review",
    "outcome-accepted",
    "rating",
    "idle",
)
"""Pages of the short run: one of each kind."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page in one look. `said`: while it is spoken of, so the caption is as full as it will ever be."""

    page: str
    prefs: Prefs
    landscape: bool = False
    said: bool = False

    @property
    def name(self) -> str:
        """The picture's name, its own among all."""
        prefs = self.prefs
        marks = [self.page, prefs.lang, prefs.theme, f"{round(prefs.size * 100)}"]
        flags = (("elder", prefs.elder), ("seated", prefs.seated), ("voice", prefs.voice), ("said", self.said))
        marks += [word for word, on in (*flags, ("landscape", self.landscape)) if on]
        return "-".join(marks)

    def view(self) -> ScreenView:
        """The page as the terminal would show it."""
        from kiosk_app.lab.told import longest_caption

        state = pages()[self.page]
        prefs = self.prefs
        if state.prefs.text_only:
            # Clips in sign language stand there only where nothing is spoken.
            prefs = replace(prefs, text_only=True, voice=False, sign=state.prefs.sign)
        shown = view(replace(state, prefs=prefs), desk_of(self.page))
        return replace(shown, caption=longest_caption(shown)) if self.said else shown


def looks(short: bool = False, landscape: bool = False) -> Iterator[tuple[Prefs, bool]]:
    """Every combination that a resident can choose, and whether it is being spoken of; the short run takes one of each
    kind. The reach of a low screen does not change by sitting down: landscape has no seated look.
    """
    if short:
        yield Prefs(), False
        yield Prefs(lang="en", size=1.5), False
        yield Prefs(theme="dark", elder=True), False
        yield Prefs(voice=True), True
        if not landscape:
            yield Prefs(seated=True), False
        return
    reach = (False,) if landscape else (False, True)
    for lang, theme, seated in itertools.product(LANGUAGES, THEMES, reach):
        for size in SIZES:
            yield Prefs(lang=lang, theme=theme, size=size, seated=seated), False
        yield Prefs(lang=lang, theme=theme, elder=True, seated=seated), False
    for lang, seated, elder in itertools.product(LANGUAGES, reach, (False, True)):
        yield Prefs(lang=lang, voice=True, seated=seated, elder=elder), True
        yield Prefs(lang=lang, seated=seated, elder=elder), True


def shots(short: bool = False, only: Sequence[str] = ()) -> list[Shot]:
    """Every state of a run, upright and across: the list that decides how many there are; `only` names pages."""
    names: Iterable[str] = only or (SHORT if short else pages())
    return [
        Shot(name, prefs, landscape, said)
        for landscape in (False, True)
        for name in names
        for prefs, said in looks(short, landscape)
    ]


def look_at(shell: Shell, shot: Shot, out: Path | None) -> tuple[list[dict[str, Any]], int]:
    """Show one shot, audit it, and keep its picture. Returns the findings and how much was checked."""
    from kiosk_app.lab.told import compare
    from ui.audit import audit, keep

    shown = shot.view()
    shell.present(shown)
    report = audit(shell)
    told, count = compare(shown, report)
    if out is not None:
        keep(shell, out / f"{shot.name}.png")
    shell.free()
    return [{"shot": shot.name, **asdict(finding)} for finding in (*report.findings, *told)], report.checks + count


def run_gallery(out: Path, *, as_json: bool = False, short: bool = False, only: Sequence[str] = ()) -> int:
    """Render and audit everything, or `only` some pages, then plant faults and look for them; 0 when all is well."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from kiosk_app.lab.seeds import missed, reported
    from ui.shell import Shell, ShellConfig

    out.mkdir(parents=True, exist_ok=True)
    wanted = shots(short, only)
    findings: list[dict[str, Any]] = []
    checks = count = 0
    began = time.monotonic()
    for landscape in (False, True):
        shell = Shell(ShellConfig(1920, 1080) if landscape else ShellConfig())
        for shot in (one for one in wanted if one.landscape is landscape):
            found, looked = look_at(shell, shot, out)
            findings += found
            checks += looked
            count += 1
            if not as_json and count % 25 == 0:
                sys.stdout.write(f"{count} of {len(wanted)} pictures, {len(findings)} findings\n")
        findings += [{"shot": "qml", "kind": "warning", "what": w, "detail": ""} for w in shell.warnings]
        shell.close()
    seconds = (time.monotonic() - began) / max(1, count)
    seeded = reported()
    lost = missed(seeded)
    report = {
        "screens": count,
        "states": len(wanted),
        "checks": checks,
        "findings": findings,
        "seeded": {"reported": len(seeded) - len(lost), "of": len(seeded), "missed": lost},
        "seconds_per_state": round(seconds, 3),
    }
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(f"{finding['shot']}: {finding['kind']} {finding['what']} {finding['detail']}\n")
        sys.stdout.write(f"{count} pictures in {out}, {checks} checks, {len(findings)} findings\n")
        sys.stdout.write(f"{seconds:.2f} s each, {len(seeded) - len(lost)} of {len(seeded)} planted faults reported\n")
        for kind in lost:
            sys.stdout.write(f"planted and not reported alone: {kind}: {sorted(seeded[kind])}\n")
    return 1 if findings or lost or count != len(wanted) else 0
