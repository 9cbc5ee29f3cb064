"""Does the audit report what it is there to report? Every kind of finding, planted on a page and looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiosk_app.lab.gallery import Shot
from kiosk_app.lab.told import KINDS as TOLD
from kiosk_app.lab.told import compare
from kiosk_app.visit.state import Prefs

if TYPE_CHECKING:
    from ui.shell import Shell

USUAL = Shot("guide", Prefs())
PLACES: Mapping[str, Shot] = {
    "small": Shot("review", Prefs()),
    "above reach": Shot("progress-missing", Prefs()),
    "no focus stop": Shot("attract", Prefs()),
    "visited twice": Shot("guide", Prefs(voice=True)),
    "never shown": Shot("attract", Prefs(), said=True),
}
"""Where a fault is planted that needs more than the usual page."""


def kinds() -> tuple[str, ...]:
    """Return every kind of finding that `kiosk screens` can report."""
    from ui.audit import KINDS

    return (*KINDS, *TOLD, "warning")


def plant(shell: Shell, kind: str) -> set[str]:
    """Plant one fault and return the kinds of findings that are reported then, of those that the clean page has not."""
    from ui.audit import audit
    from ui.audit.seeds import PLANTS, WITH_WALK

    view = PLACES.get(kind, USUAL).view()
    shell.present(view)
    walk = kind in WITH_WALK

    def look() -> set[str]:
        report = audit(shell, walk=walk)
        found = {finding.kind for finding in (*report.findings, *compare(view, report)[0])}
        return found | ({"warning"} if shell.warnings else set())

    clean = look()
    undo = PLANTS[kind](shell)
    try:
        return look() - clean
    finally:
        undo()


def reported() -> dict[str, set[str]]:
    """Return, for each kind that was planted, what was reported."""
    from ui.shell import Shell, ShellConfig

    shell = Shell(ShellConfig())
    try:
        return {kind: plant(shell, kind) for kind in kinds()}
    finally:
        shell.close()


def missed(found: Mapping[str, set[str]]) -> list[str]:
    """Return the kinds that were planted and not reported, or not they alone."""
    return [kind for kind, said in found.items() if said != {kind}]
