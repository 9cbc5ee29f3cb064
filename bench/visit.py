"""One visit that is spoken and printed: a card, 听语音, a question to the district, its receipt."""

from __future__ import annotations

from bench.guest import Led
from kiosk_app.lab.world import World

WORDS = "楼道里的灯坏了"
PHONE = "13900001234"


def spoken_and_printed(world: World, guest: Led) -> None:
    """Lead a resident through it; returns when the attract page is back and the voice is silent.

    Raises:
        StalledError: a page did not come.
    """
    identified(world, guest)
    guest.ask(press="dock.voice")
    guest.wait("the voice", lambda page: page["caption"])
    printed(guest)


def identified(world: World, guest: Led) -> None:
    """A resident lays a card down and lifts it.

    Raises:
        StalledError: the home page did not come.
    """
    world.present(world.resident())
    guest.wait("card read", lambda page: page["screen"] == "home")
    world.remove()


def printed(guest: Led) -> None:
    """Ask the district a question, take the receipt, end the visit; returns when the voice is silent.

    Raises:
        StalledError: a page did not come.
    """
    guest.go("service.XF01", to="guide")
    guest.go("actions.start", to="form")
    while guest.page()["screen"] == "form":
        nodes = guest.page()["nodes"]
        if "form.slot" not in nodes and "form.content" in nodes:
            guest.ask(edit="form.content", text=WORDS)
            guest.ask(edit="form.phone", text=PHONE)
        guest.ask(press="actions.next")
    guest.go("consent", "actions.submit", to="outcome")
    guest.wait("the receipt", lambda page: page["printed"] == "printed")
    guest.ask(press="actions.end")
    guest.wait("the end", lambda page: page["screen"] in ("farewell", "rating", "attract"))
    while guest.page()["screen"] != "attract":
        last = [n for n in guest.page()["nodes"] if n.startswith("actions.")]
        guest.ask(press=last[-1])
    guest.wait("silence", lambda page: not page["caption"])
