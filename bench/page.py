"""The peer's page: the same two screens, the same words, icons, fonts and places of touch, as one HTML file.

Made from the same `ScreenView`s, so the two cannot drift apart; a click on a start shows the second screen.
"""

from __future__ import annotations

import html
from pathlib import Path

from bench.programs import ROOT
from kiosk_app.screens import view
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import Home, State
from ui.view import Node, ScreenView, Slot

STYLE = """
@font-face { font-family: D; src: url(REGULAR) } @font-face { font-family: D; font-weight: bold; src: url(BOLD) }
* { box-sizing: border-box; margin: 0 } html { overflow: hidden }
body { font-family: D; width: 1080px; height: 1920px; background: #f1f5fa; color: #0f2138; cursor: none }
body > div { display: none } body > div.shown { display: block }
header { height: 566px; background: linear-gradient(#0a3a85, #0e52ae); color: #fff; padding: 48px }
header .top { display: flex; justify-content: space-between; font-size: 34px; height: 120px }
h1 { font-size: 84px } header p { font-size: 36px }
.facts, .cards, nav { display: flex; gap: 20px } .facts { margin-top: 60px }
.facts div { flex: 1; border: 2px solid #5c8ccb; border-radius: 24px; padding: 14px 0; text-align: center }
.facts svg { width: 36px; height: 36px } .facts b { font-size: 34px } .facts span { font-size: 28px; display: block }
main { height: 1110px; padding: 24px 48px; overflow: hidden; align-content: flex-start }
h2 { font-size: 40px; width: 984px }
.cards { flex-wrap: wrap } .card { width: 312px; height: 400px; background: #fff; border: 2px solid #6b87ad }
.card { border-radius: 28px; text-align: center; padding: 16px; box-shadow: 0 6px 0 #d9e3f0 }
.card svg { width: 88px; height: 88px; margin-top: 20px } .card b { font-size: 46px; display: block }
.card span { font-size: 30px } .card.picture { width: 984px; height: 200px; background: #e2e8f2 }
.card.wide, .card.notice { display: flex; align-items: center; gap: 28px; width: 984px; height: 180px }
.card.notice { height: 90px; background: #e9f0fa } .card.notice b { font-size: 32px; font-weight: normal }
.card.wide svg, .card.notice svg { margin: 0 } .card.notice svg { width: 40px; height: 40px }
.card.tile { width: 480px; height: 210px } .card.tile svg { width: 64px; height: 64px; margin: 0 }
nav { position: absolute; top: 1690px; left: 0; width: 1080px; height: 230px; background: #fff; padding: 22px 48px }
nav div { flex: 1; height: 146px; border: 2px solid #6b87ad; border-radius: 24px; text-align: center; font-size: 28px }
nav svg { width: 60px; height: 60px; margin-top: 12px }
svg { fill: none; stroke: currentColor; stroke-width: 2 }
"""
SCRIPT = """
const show = (here, there) => { document.getElementById(here).className = '';
  document.getElementById(there).className = 'shown'; };
document.getElementById('one').addEventListener('click', () => show('one', 'two'));
document.getElementById('two').addEventListener('click', () => show('two', 'one'));
"""


def _icon(name: str) -> str:
    path = ROOT / "ui" / "qml" / "icons" / f"{name}.svg"
    return path.read_text("utf-8") if name and path.exists() else ""


def _node(node: Node) -> str:
    text, note = html.escape(node.text), html.escape(node.note)
    match node.slot:
        case Slot.HERO:
            return f"<div>{_icon(node.icon)}<b>{text}</b><span>{note}</span></div>"
        case Slot.DOCK:
            return f"<div>{_icon(node.icon)}<br><b>{text}</b></div>"
        case _ if node.role == "heading":
            return f"<h2>{text}</h2>"
        case _:
            kind = "tile" if node.slot is Slot.ACTIONS else node.style or str(node.role)
            return f'<div class="card {kind}">{_icon(node.icon)}<b>{text}</b><span>{note}</span></div>'


def _screen(name: str, shown: ScreenView, first: bool) -> str:
    def part(*slots: Slot) -> str:
        return "".join(_node(n) for n in shown.nodes if n.slot in slots)

    chrome = shown.chrome
    top = f"<span>{chrome.brand} {chrome.place}</span><span>{chrome.clock}</span>" if chrome else ""
    return (
        f'<div id="{name}" class="{"shown" if first else ""}"><header><div class="top">{top}</div>'
        f"<h1>{shown.title}</h1><p>{shown.lead}</p>"
        f'<div class="facts">{part(Slot.HERO)}</div></header><main class="cards">'
        f"{part(Slot.BODY, Slot.ACTIONS)}</main><nav>{part(Slot.DOCK)}</nav></div>"
    )


def write_page(desk: Desk, path: Path) -> None:
    """Write the attract and the home page of this desk to `path`."""
    fonts = ROOT / "ui" / "fonts"
    style = STYLE.replace("REGULAR", (fonts / "DoorstepSans-Regular.otf").as_uri())
    style = style.replace("BOLD", (fonts / "DoorstepSans-Bold.otf").as_uri())
    one, two = view(State(), desk), view(State(place=Home()), desk)
    body = _screen("one", one, True) + _screen("two", two, False)
    path.write_text(
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>Doorstep</title><style>{style}</style>'
        f"<body>{body}<script>{SCRIPT}</script></body></html>",
        "utf-8",
    )
