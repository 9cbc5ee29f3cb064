"""What every page shares: dock, action row pieces, the frame of words around a page."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.visit.desk import Desk
from kiosk_app.visit.state import State
from kiosk_app.words import day, has, say
from ui.view import Action, Chrome, Look, Node, Role, Slot

PRESS = (Action.PRESS,)


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one language, with a short name: `t("home.title")`; `keypad` is the key map of the keypad that hangs
    here, "" = one with a key for everything.
    """

    lang: str
    keypad: str = ""

    def __call__(self, key: str, **slots: object) -> str:
        """Return the sentence of `key`."""
        return say(self.lang, key, **slots)

    def keys(self, key: str) -> str:
        """Return the sentence of `key` as it is on this keypad."""
        own = f"{key}.{self.keypad}"
        return self(own if has(own) else key)


def button(
    node_id: str, text: str, *, icon: str = "", style: str = "secondary", enabled: bool = True, hint: str = ""
) -> Node:
    """One of the action row."""
    return Node(
        node_id, Role.BUTTON, text, icon=icon, style=style, slot=Slot.ACTIONS, actions=PRESS, enabled=enabled, hint=hint
    )


def card(
    node_id: str,
    text: str,
    note: str = "",
    *,
    icon: str = "",
    badge: str = "",
    current: bool = False,
    enabled: bool = True,
    tint: str = "",
    style: str = "",
    group: str = "",
) -> Node:
    """A large thing to press in the body."""
    return Node(
        node_id,
        Role.CARD,
        text,
        value=badge,
        note=note,
        icon=icon,
        actions=PRESS,
        current=current,
        enabled=enabled,
        tint=tint,
        style=style,
        group=group,
    )


def notice(node_id: str, text: str, style: str = "info", *, icon: str = "") -> Node:
    """A sentence that matters, in a box."""
    icons = {"info": "info", "ok": "ok", "warn": "warn", "error": "error"}
    return Node(node_id, Role.NOTICE, text, style=style, icon=icon or icons.get(style, "info"))


def picture(name: str) -> Node:
    """A drawing that fills a page of few words; it says nothing that the words do not say."""
    return Node("page.picture", Role.PICTURE, value=name)


def back(t: Words) -> Node:
    """返回."""
    return button("actions.back", t("actions.back"), icon="back")


def end(t: Words) -> Node:
    """结束."""
    return button("actions.end", t("actions.end"), icon="exit")


def listen(t: Words) -> Node:
    """读给我听."""
    return Node("actions.listen", Role.BUTTON, t("review.listen"), icon="voice", actions=PRESS, group="buttons")


def dock(state: State, t: Words) -> tuple[Node, ...]:
    """Same place, same order on every page: how to see, hear, reach, and who helps."""
    prefs = state.prefs

    def item(name: str, text: str, icon: str, *, role: Role = Role.BUTTON, checked: bool | None = None) -> Node:
        style = "primary" if name == "help" else ""
        return Node(f"dock.{name}", role, text, icon=icon, style=style, slot=Slot.DOCK, actions=PRESS, checked=checked)

    helped = item("help", t("dock.help_elder" if prefs.elder else "dock.help"), "help")
    if prefs.elder:
        return (
            item("elder", t("dock.standard"), "home"),
            item("voice", t("dock.voice_elder"), "voice", role=Role.TOGGLE, checked=prefs.voice),
            item("low", t("dock.low"), "low", role=Role.TOGGLE, checked=prefs.seated),
            item("lang", t("dock.lang"), "globe"),
            helped,
        )
    return (
        item("elder", t("dock.elder"), "elder"),
        item("size", t("dock.size"), "font"),
        item("contrast", t("dock.contrast"), "contrast", role=Role.TOGGLE, checked=prefs.theme == "dark"),
        item("voice", t("dock.voice"), "voice", role=Role.TOGGLE, checked=prefs.voice),
        item("low", t("dock.low"), "low", role=Role.TOGGLE, checked=prefs.seated),
        item("lang", t("dock.lang"), "globe"),
        helped,
    )


def chrome(state: State, desk: Desk, t: Words) -> Chrome:
    """The frame of words."""
    lang = state.prefs.lang
    return Chrome(
        brand=t("brand"),
        place=desk.site.place.get(lang, ""),
        clock=f"{desk.now:%H:%M}",
        day=day(lang, desk.now.date(), "day"),
        hotline=t("hotline"),
        terminal=t("terminal", terminal=desk.site.terminal),
        online=state.world.online,
        online_text=t("online" if state.world.online else "offline.short"),
    )


def look(state: State) -> Look:
    """How it is drawn and spoken."""
    prefs = state.prefs
    return Look(
        lang=prefs.lang,
        theme=prefs.theme,
        size=prefs.size,
        elder=prefs.elder,
        seated=prefs.seated,
        voice=prefs.voice,
        screen_off=prefs.screen_off,
        text_only=prefs.text_only,
        explore=prefs.explore,
        hold_s=prefs.hold_s,
        strike_s=prefs.strike_s,
        helped=state.visit.helped,
    )


def steps(t: Words) -> tuple[str, ...]:
    """The five names of the way."""
    return tuple(t("steps").split("|"))


def sentences(text: str) -> tuple[str, ...]:
    """Cut a paragraph into sentences, the pieces that are spoken and found again in the samples."""
    out: list[str] = []
    piece = ""
    for at, char in enumerate(text):
        piece += char
        latin_stop = char in ".?!" and (at + 1 == len(text) or text[at + 1] == " ")
        if char in "。？！\n" or latin_stop:
            if piece.strip():
                out.append(piece.strip())
            piece = ""
    if piece.strip():
        out.append(piece.strip())
    return tuple(out)
