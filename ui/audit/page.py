"""One page, all its parts: every check, in the order that needs the fewest pictures."""

from __future__ import annotations

from ui.audit.colour import Picture
from ui.audit.focus import Walk
from ui.audit.names import check_names
from ui.audit.order import check_order
from ui.audit.parts import check_edges, check_icons
from ui.audit.report import Finding, Report, Shown
from ui.audit.scene import Scene, grab, hidden, scene_of, settle
from ui.audit.targets import check_targets
from ui.audit.words import check_words
from ui.hearing import id_of
from ui.shell import Shell
from ui.view import Heard


def audit(shell: Shell, *, walk: bool = True) -> Report:
    """Audit the page (every part of it) that is shown. Main thread only."""
    settle(shell)
    findings: list[Finding] = []
    shown: list[Shown] = []
    heard: list[Heard] = []
    before: dict[int, Picture] = {}
    checks = 0
    flow = shell.flow()
    start = int(flow.property("part"))
    focused = id_of(shell.hearing.current())
    _rest(shell)
    for part in range(int(flow.property("parts")) if not shell.view.cover else 1):
        _turn(shell, part)
        scene = scene_of(shell)
        found, before[part] = _part(shell, scene)
        findings += [f for f in found if f not in findings]
        checks += 6 * len(scene.words) + len(scene.icons) + 6 * len(scene.targets) + 4 * len(scene.things)
        shown += [Shown(words.owner, words.text) for words in scene.words]
        heard += [h for thing in scene.things if (h := shell.hearing.hear(thing.item)) is not None]
    if walk:
        _turn(shell, 0)
        found, count = Walk(shell, before).findings()
        findings += found
        checks += count
    _turn(shell, start)
    shell.hearing.focus(focused)
    return Report(tuple(findings), checks, tuple(shown), tuple(heard))


def _turn(shell: Shell, part: int) -> None:
    flow = shell.flow()
    if part != int(flow.property("part")):
        flow.turn(part - int(flow.property("part")))
        settle(shell)


def _rest(shell: Shell) -> None:
    """Take the focus off everything: no ring shall lie in the pictures that rings are compared with."""
    item = shell.window.activeFocusItem()
    if item is not None:
        item.setFocus(False)


def _part(shell: Shell, scene: Scene) -> tuple[list[Finding], Picture]:
    shown = grab(shell)
    with hidden(scene.words):
        icons = grab(shell)
        with hidden(scene.icons):
            ground = grab(shell)
    found = check_words(shell, scene, icons)
    found += check_icons(scene, icons, ground) + check_edges(scene, icons)
    return found + check_targets(shell, scene) + check_names(scene) + check_order(scene), shown
