"""What a script lets happen around the terminal: things presented and pulled, cables, paper, power, time."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kiosk_app.lab.cable import Plug
from kiosk_app.lab.checks import log_lines
from kiosk_app.lab.moving import write_folder
from kiosk_app.lab.paper import codes_of
from kiosk_app.lab.parts import DOOR
from kiosk_app.lab.processes import WorldError, wait_until

if TYPE_CHECKING:
    from kiosk_app.lab.playing import Visit

VERDICT_S = 20.0
MESSAGE_S = 10.0
CODE = re.compile(r"\b([0-9]{6})\b")
CODE_KINDS = frozenset({"medical", "social_security", "network_id", "city_app"})
PRINTER: Mapping[str, Mapping[str, Any]] = {
    "paper-out": {"paper": "out"},
    "paper-low": {"paper": "low"},
    "paper-full": {"paper": "full"},
    "jam": {"paper": "jammed"},
    "cover-open": {"cover": "open"},
    "cover-closed": {"cover": "closed"},
    "silent": {"silent": True},
    "stalled": {"stalled": True},
    "ack-lost": {"ack": "lost"},
    "ok": {"paper": "full", "cover": "closed", "silent": False, "stalled": False, "ack": "ok"},
}
SHEETS: Mapping[str, Mapping[str, Any]] = {
    "paper-out": {"paper": "out"},
    "paper-full": {"paper": "full"},
    "jam": {"paper": "jammed"},
    "cover-open": {"cover": "open"},
    "stalled": {"stalled": True},
    "ok": {"paper": "full", "cover": "closed", "stalled": False},
}
POINTS = {
    "before-commit": "before-commit",
    "after-commit": "after-commit",
    "after-post": "after-post-before-answer",
    "after-answer": "after-answer-before-mark",
    "after-paid": "payment-paid-before-delivery",
}
ROWS_BEFORE_CUT = 150
PAYMENT_CODE = "https://pay.example/"
CODE_S = 15.0
KNOWN_S = 45.0


def present(visit: Visit, value: Any) -> None:
    """A card on the pad: `card:resident-1`, `card:host`, `card:expired`."""
    visit.world.present(visit.person(str(value)))


def technician(visit: Visit, value: Any) -> None:
    """A technician is made on the platform, and the terminal hears of them."""
    visit.world.make_technician()

    def known() -> bool:
        visit.world.stage.ask(poke=True)
        return any(line["event"] == "technicians_changed" for line in log_lines(visit))

    wait_until(known, KNOWN_S, "the terminal knows its technicians")


def remove(visit: Visit, value: Any) -> None:
    """The card is lifted."""
    visit.world.remove()


def show_qr(visit: Visit, value: Any) -> None:
    """A phone before the code reader: `resident-1` shows a fresh credential, `medical:resident-1` one of another kind,
    `text:...` anything else.
    """
    shown = _code_text(visit, str(value))
    seen = int(str(visit.world.code.ask(status=True)["codes"]))
    visit.world.show_code(shown)
    wait_until(
        lambda: int(str(visit.world.code.ask(status=True)["codes"])) > seen,
        VERDICT_S,
        "the code reader looks at the code",
    )
    visit.world.show_code(None)


def _code_text(visit: Visit, text: str) -> str:
    kind, _, who = text.partition(":")
    if kind == "text":
        return who
    if kind in CODE_KINDS:
        return visit.world.token(visit.person(who), kind)
    return visit.world.token(visit.person(text))


def face(visit: Visit, value: Any) -> None:
    """Who is before the camera: `resident-1` (does what is asked), `{who, attack, other, scene}`, `away`, or
    `{code: resident-1}`, a phone held before the camera; `unplug` and `plug` are about the camera's cable.
    """
    if value == "away":
        visit.world.parts.away()
        return
    if value in ("unplug", "plug"):
        visit.world.parts.unplug() if value == "unplug" else visit.world.parts.plug()
        return
    wanted = dict(value) if isinstance(value, Mapping) else {"who": value}
    if "code" in wanted:
        visit.world.parts.control("camera").ask(code=_code_text(visit, str(wanted["code"])))
        return
    other = str(wanted.get("other", ""))
    visit.world.parts.sit(
        visit.live_picture(str(wanted["who"])),
        attack=str(wanted.get("attack", "")),
        other=visit.live_picture(other) if other else "",
        scene=str(wanted.get("scene", "normal")),
    )


def paper(visit: Visit, value: Any) -> None:
    """What lies under the document camera: a number (which page), `{page, ...}` with the words of
    `drivers.vision.simulator.sheets.Scene`, `away`, `unplug` or `plug`.
    """
    parts = visit.world.parts
    if value in ("unplug", "plug"):
        parts.lift_camera() if value == "unplug" else parts.hang_camera()
        return
    table = parts.control("document-camera")
    if value == "away":
        table.ask(sheet=None)
    else:
        table.ask(sheet=dict(value) if isinstance(value, Mapping) else {"page": int(value)})


def social_card(visit: Visit, value: Any) -> None:
    """A social-security card in the slot: `resident-1`, or `remove`, or `{fault: NAME}`."""
    slot = visit.world.parts.control("social-card")
    if value == "remove":
        slot.ask(remove=True)
    elif isinstance(value, Mapping):
        slot.ask(**dict(value))
    else:
        slot.ask(present=visit.person(str(value)).social_card())


def biometric(visit: Visit, value: Any) -> None:
    """What a module will say next: `{voice: reject}`."""
    for kind, decision in dict(value).items():
        visit.world.parts.control(str(kind)).ask(decision=str(decision))


def phone(visit: Visit, value: Any) -> None:
    """`read-code`: wait for the resident's message and type its code; `read-code guardian` for somebody else's."""
    word, _, who = str(value).partition(" ")
    if word != "read-code":
        raise WorldError(f"phone: {value} is not read-code")
    number = visit.person(who or "resident-1").phone
    texts: list[str] = []

    def came() -> bool:
        texts[:] = visit.world.messages(number)[visit.messages_read.get(number, 0) :]
        return bool(texts)

    wait_until(came, MESSAGE_S, "a message comes to the phone")
    visit.messages_read[number] = visit.messages_read.get(number, 0) + len(texts)
    found = CODE.search(texts[-1])
    if found is None:
        raise WorldError("phone: the message holds no code")
    visit.hands.fill("identify.code", found[1])


def headphones(visit: Visit, value: Any) -> None:
    """`in` or `out` of the jack. With the part `jack` it is that of a sound card, which also knows `chatter`, `stuck`,
    `gone` (the card) and `mended`.
    """
    word, parts = _word(value), visit.world.parts
    if "jack" not in parts.there:
        visit.world.stage.ask(headphones=word)
    elif word in ("in", "out"):
        parts.control("jack").ask(plug=word == "in")
    else:
        parts.control("jack").ask(fault={"gone": "unplug", "mended": "none"}.get(word, word))


def presence(visit: Visit, value: Any) -> None:
    """Who stands before the sensor: `near`, `away`, or a fault of `drivers.presence.simulator`; `ok` mends it."""
    _part(visit, "presence", value, {"near": {"stand": 70}, "away": {"stand": None}})


def mains(visit: Visit, value: Any) -> None:
    """The mains: `out` (the battery is full), `low`, `back`; or a fault of `drivers.ups.simulator`; `ok` mends it."""
    states: Mapping[str, Mapping[str, Any]] = {
        "out": {"mains": False, "charge": 90},
        "low": {"mains": False, "charge": 9},
        "back": {"mains": True},
    }
    _part(visit, "ups", value, states)


def relays(visit: Visit, value: Any) -> None:
    """The relay board: `pull` or `shut` its locker by hand, `{contact: 2, closed: true}`, a fault; `ok` mends it."""
    _part(visit, "relays", value, {"pull": {"pull": DOOR}, "shut": {"shut": DOOR}})


def _part(visit: Visit, part: str, value: Any, states: Mapping[str, Mapping[str, Any]]) -> None:
    control = visit.world.parts.control(part)
    if isinstance(value, Mapping):
        control.ask(**dict(value))
        return
    word = _word(value)
    if word in states:
        control.ask(**states[word])
        return
    # One fault at a time.
    control.ask(fault="none")
    if word != "ok":
        control.ask(fault=word)


def network(visit: Visit, value: Any) -> None:
    """`down` and `up` wait until the terminal knows; `unplug` pulls the cable while nobody looks; `blackhole`."""
    word = _word(value)
    plugs = {"up": Plug.UP, "down": Plug.DOWN, "unplug": Plug.DOWN, "blackhole": Plug.BLACKHOLE}
    if word not in plugs:
        raise WorldError(f"network: {word} is none of {', '.join(plugs)}")
    visit.world.cable.plug(plugs[word])
    if word in ("up", "down"):
        await_verdict(visit, online=word == "up")


def await_verdict(visit: Visit, *, online: bool) -> None:
    """Let the terminal look until it knows whether it is on line."""

    def known() -> bool:
        visit.world.stage.ask(poke=True)
        return bool(visit.hands.view()["online"]) is online

    wait_until(known, VERDICT_S, f"the terminal knows that it is {'on line' if online else 'off line'}")


def printer(visit: Visit, value: Any) -> None:
    """A state of the printer by its name, or `{after: ROWS, do: NAME}` in the middle of a print."""
    if isinstance(value, Mapping):
        visit.world.printer.ask(after_rows=int(value["after"]), set=dict(_printer_state(str(value["do"]))))
        return
    visit.world.printer.ask(set=dict(_printer_state(_word(value))))


def _printer_state(name: str) -> Mapping[str, Any]:
    if name not in PRINTER:
        raise WorldError(f"printer: {name} is none of {', '.join(PRINTER)}")
    return PRINTER[name]


def sheets(visit: Visit, value: Any) -> None:
    """A state of the certificate printer by its name."""
    name = _word(value)
    if name not in SHEETS:
        raise WorldError(f"sheets: {name} is none of {', '.join(SHEETS)}")
    visit.world.sheets.ask(set=dict(SHEETS[name]))


def power(visit: Visit, value: Any) -> None:
    """`cut`, `cut POINT` (it dies there by itself), `cut during-print`, `off` in good order, `on`."""
    word, _, point = _word(value).partition(" ")
    match word:
        case "cut" if point == "during-print":
            _cut_during_print(visit)
        case "cut" if point:
            if point not in POINTS:
                raise WorldError(f"power: no point {point}; there are {', '.join(POINTS)}, during-print")
            visit.world.stage.ask(**{"crash-at": POINTS[point]})
            visit.dying = True
        case "cut":
            visit.remember()
            visit.world.power_cut()
        case "off":
            visit.remember()
            visit.world.power_off()
        case "on":
            if visit.dying:
                visit.world.wait_dead()
                visit.dying = False
            visit.world.power_on()
        case _:
            raise WorldError(f"power: {word} is none of cut, off, on")


def _cut_during_print(visit: Visit) -> None:
    """Everything loses power in the middle of the paper: the printer stands still there while the terminal dies."""
    rows = int(visit.world.paper_status()["rows"])
    visit.world.printer.ask(after_rows=ROWS_BEFORE_CUT, set={"stalled": True})
    visit.hands.go("next")
    wait_until(
        lambda: int(visit.world.paper_status()["rows"]) >= rows + ROWS_BEFORE_CUT,
        VERDICT_S,
        "the paper is half printed",
    )
    visit.remember()
    visit.world.power_cut()
    visit.world.printer.ask(power="off")
    visit.world.printer.ask(set={"stalled": False})
    visit.world.printer.ask(power="on")
    # Somebody tears the half receipt off.
    visit.world.printer.ask(set=dict(PRINTER["paper-out"]))
    visit.world.printer.ask(set=dict(PRINTER["ok"]))


def wait(visit: Visit, value: Any) -> None:
    """Time passes: so many seconds, for terminal and platform."""
    visit.world.advance(float(value))


def platform(visit: Visit, value: Any) -> None:
    """The platform fails: `500`, `html`, `hang`, `close`, `drop-after-commit`, `ok`; or `{mode, count, path}`. Or
    somebody's licences are withdrawn: `{revoke: resident-1}`.
    """
    if isinstance(value, Mapping) and "revoke" in value:
        visit.world.revoke(visit.person(str(value["revoke"])))
        return
    if isinstance(value, Mapping):
        visit.world.fault(str(value["mode"]), int(value.get("count", 1000)), value.get("path"))
        return
    word = _word(value)
    visit.world.fault(word, 0 if word == "ok" else 1000)


def card_fault(visit: Visit, value: Any) -> None:
    """A fault of the card simulator, once: `bad-chk`, `truncate`, `lift-mid-read`...; or `{fault, count}`."""
    _fault(visit.world.card.ask, value)


def code_fault(visit: Visit, value: Any) -> None:
    """A fault of the code simulator, once."""
    _fault(visit.world.code.ask, value)


def _fault(ask: Callable[..., Any], value: Any) -> None:
    if isinstance(value, Mapping):
        ask(fault=str(value["fault"]), count=value.get("count"))
    else:
        ask(fault=str(value), count=1)


def store(visit: Visit, value: Any) -> None:
    """Somebody meddles with the store while the power is off: `flip-byte`, `wrong-key`, `right-key` (put back)."""
    if visit.world.powered:
        raise WorldError("store: only while the power is off")
    folders = visit.world.state
    visit.world.meddled = True
    kept = folders.key.with_suffix(".kept")
    if value == "wrong-key":
        kept.write_bytes(folders.key.read_bytes())
        folders.key.write_bytes(os.urandom(32))
        return
    if value == "right-key" and kept.exists():
        folders.key.write_bytes(kept.read_bytes())
        return
    if value != "flip-byte":
        raise WorldError(f"store: {value} is not flip-byte, wrong-key, or right-key after a wrong one")
    at = visit.world.damage_at()
    with folders.store.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 0x01]))


def package(visit: Visit, value: Any) -> None:
    """The platform publishes something this terminal must refuse: `broken-schema` or `bad-signature`."""
    visit.world.publish(str(value))


def signs(visit: Visit, value: Any) -> None:
    """Clips in sign language are laid into the terminal, or taken out, while it is off: `{YL01: [guide]}` or `none`."""
    if visit.world.powered:
        raise WorldError("signs: only while the power is off")
    folder = visit.world.state.signs
    shutil.rmtree(folder, ignore_errors=True)
    for owner, keys in value.items() if isinstance(value, Mapping) else ():
        write_folder(folder / str(owner), [str(key) for key in keys])


def staff(visit: Visit, value: Any) -> None:
    """Who answers residents in writing: `on-duty`, `off-duty`, `ends` (the talk), or `{answer: TEXT}`; and who works on
    their case: `{case: ask, words: TEXT, fields: [...], free: true, days: 5}` (`late: 1`: the last day was yesterday),
    `{case: accept | ready | collected}`, `{case: decide, outcome: granted | refused, words: TEXT}`.
    """
    hand = visit.world.staff
    if isinstance(value, Mapping) and "case" in value:
        _case(visit, dict(value))
        return
    if isinstance(value, Mapping):
        hand.answer(str(value["answer"]))
        return
    match _word(value):
        case "on-duty":
            hand.duty(60)
        case "off-duty":
            hand.duty(0)
        case "ends":
            hand.end()
        case word:
            raise WorldError(f"staff: {word} is none of on-duty, off-duty, ends, {{answer: TEXT}}")


def _case(visit: Visit, wanted: dict[str, Any]) -> None:
    """Staff move the case that this visit applied for."""
    words = str(wanted.pop("words", ""))
    body = {"number": visit.applied, "do": wanted.pop("case"), "words": {"zh": words, "en": words}, **wanted}
    visit.world.platform.post("/lab/cases", body)


def pay(visit: Visit, value: Any) -> None:
    """What the resident's phone does with the payment code: `paid`, `refused` (by the bank), `twice`, `late` (after the
    code was closed); or how the provider fails: a name of its faults, `{fault, call, count}`, `ok`.
    """
    provider = visit.world.parts.control("pay")
    if isinstance(value, Mapping):
        provider.ask(**dict(value))
        return
    match _word(value):
        case "paid":
            _phone_pays(visit)
        case "twice":
            _phone_pays(visit)
            why = provider.ask(pay=visit.payment_code)["why"]
            if why != "already-paid":
                raise WorldError(f"pay: the second time was answered by {why or 'taking the money'}")
        case "late":
            provider.ask(pay=visit.payment_code, late=True)
        case "refused":
            provider.ask(refuse=_scanned(visit))
        case "ok":
            provider.ask(fault="none")
        case word:
            provider.ask(fault=word)


def _phone_pays(visit: Visit) -> None:
    why = visit.world.parts.control("pay").ask(pay=_scanned(visit))["why"]
    if why:
        raise WorldError(f"pay: the phone cannot pay: {why}")


def _scanned(visit: Visit) -> str:
    """What a phone reads from the picture of the screen, nothing else."""
    found: list[str] = []
    shot = visit.world.folder / "phone.png"

    def seen() -> bool:
        visit.world.stage.ask(grab=str(shot))
        found[:] = [code for code in codes_of(shot) if code.startswith(PAYMENT_CODE)]
        return bool(found)

    wait_until(seen, CODE_S, "a payment code is on the screen")
    visit.payment_code = found[0]
    return found[0]


def _word(value: Any) -> str:
    """YAML 1.1 reads on and off as true and false."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


WORLD: Mapping[str, Callable[[Any, Any], None]] = {
    "present": present,
    "technician": technician,
    "remove": remove,
    "show-qr": show_qr,
    "face": face,
    "paper": paper,
    "phone": phone,
    "headphones": headphones,
    "network": network,
    "printer": printer,
    "power": power,
    "wait": wait,
    "platform": platform,
    "card-fault": card_fault,
    "code-fault": code_fault,
    "store": store,
    "package": package,
    "social-card": social_card,
    "biometric": biometric,
    "staff": staff,
    "signs": signs,
    "sheets": sheets,
    "presence": presence,
    "mains": mains,
    "relays": relays,
    "pay": pay,
}
