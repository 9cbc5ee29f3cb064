"""`kiosk screens`: every page in every look as a picture, with the audit of each."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.lab.samples import desk, pages
from kiosk_app.screens import view
from kiosk_app.visit.state import Prefs
from ui.view import ScreenView

if TYPE_CHECKING:
    from ui.shell import Shell

LANGUAGES = ("zh", "en")
THEMES = ("standard", "dark")
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
    """One page in one look."""

    page: str
    prefs: Prefs
    landscape: bool = False

    @property
    def name(self) -> str:
        """The picture's name."""
        marks = [self.page, self.prefs.lang, self.prefs.theme, f"{round(self.prefs.size * 100)}"]
        marks += [word for word, on in (("elder", self.prefs.elder), ("seated", self.prefs.seated)) if on]
        return "-".join([*marks, *(["landscape"] if self.landscape else [])])

    def view(self) -> ScreenView:
        """The page as the terminal would show it."""
        return view(replace(pages()[self.page], prefs=self.prefs), desk())


def looks(short: bool = False) -> Iterator[Prefs]:
    """Every combination that a resident can choose; the short run takes one of each kind."""
    if short:
        yield from (Prefs(), Prefs(lang="en", size=1.5), Prefs(theme="dark", elder=True), Prefs(seated=True))
        return
    for lang, theme, size, elder, seated in itertools.product(LANGUAGES, THEMES, SIZES, (False, True), (False, True)):
        if not (elder and size != 1.0):
            yield Prefs(lang=lang, theme=theme, size=size, elder=elder, seated=seated)


def shots(short: bool = False, landscape: bool = False) -> list[Shot]:
    """Every picture of a run."""
    names: Iterable[str] = SHORT if short else pages()
    return [Shot(name, prefs, landscape) for name in names for prefs in looks(short)]


def look_at(shell: Shell, shot: Shot, out: Path | None) -> tuple[list[dict[str, Any]], int]:
    """Show one shot, audit it, and keep its picture. Returns the findings and how much was checked."""
    from ui.audit import audit

    shell.present(shot.view())
    report = audit(shell)
    if out is not None:
        shell.grab(str(out / f"{shot.name}.png"))
    return [{"shot": shot.name, **asdict(finding)} for finding in report.findings], report.checks


def run_gallery(out: Path, *, as_json: bool = False, short: bool = False) -> int:
    """Render and audit everything; 0 when nothing was found."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.shell import Shell, ShellConfig

    out.mkdir(parents=True, exist_ok=True)
    findings: list[dict[str, Any]] = []
    checks = count = 0
    for size in ((1080, 1920), (1920, 1080)):
        shell = Shell(ShellConfig(*size))
        for shot in shots(short, landscape=size[0] > size[1]):
            found, looked = look_at(shell, shot, out)
            findings += found
            checks += looked
            count += 1
            if not as_json and count % 25 == 0:
                sys.stdout.write(f"{count} pictures, {len(findings)} findings\n")
        findings += [{"shot": "qml", "kind": "warning", "what": w, "detail": ""} for w in shell.warnings]
        shell.window.close()
    report = {"screens": count, "checks": checks, "findings": findings}
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    if as_json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(f"{finding['shot']}: {finding['kind']} {finding['what']} {finding['detail']}\n")
        sys.stdout.write(f"{count} pictures in {out}, {checks} checks, {len(findings)} findings\n")
    return 1 if findings else 0
