"""Who are you? All ways at once, then phone code or witness."""

from __future__ import annotations

from kiosk_app.identity import CardEvidence, Level, SocialCardEvidence, TokenEvidence
from kiosk_app.identity import Way as Offer
from kiosk_app.screens import face
from kiosk_app.screens.chrome import Words, back, button, card, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.proof import evidence_here, offered, photo_here
from kiosk_app.visit.state import Identify, State, Way
from kiosk_app.visit.typed import CODE_DIGITS, PHONE_DIGITS, PIN_DIGITS
from kiosk_app.words import has
from ui.view import Action, Node, Panel, Privacy, Role

EDIT = (Action.PRESS, Action.EDIT)
MOST_UPRIGHT = 3
ICONS = {
    Offer.CARD: "card",
    Offer.CODE: "qr",
    Offer.PHONE: "phone",
    Offer.WITNESS: "hands",
    Offer.FACE: "face",
    Offer.VOICE: "mic",
    Offer.PALM: "touch",
    Offer.IRIS: "eye",
}


def identify(state: State, desk: Desk, t: Words) -> Page:
    """The page of the way that is being walked."""
    place = state.place
    assert isinstance(place, Identify)
    match place.way:
        case Way.PHONE:
            return _phone(state, place, desk, t)
        case Way.WITNESS:
            return _witness(state, place, desk, t)
        case Way.FACE:
            return face.face(state, place, t)
        case Way.VOICE | Way.PALM | Way.IRIS:
            return face.module(place, t)
        case Way.CODE:
            return face.code(state, t)
        case _:
            return _open(state, desk, place, t)


def _said(place: Identify, t: Words) -> str:
    return t(f"notice.{place.notice}", minutes=place.minutes)


def _notices(state: State, place: Identify, desk: Desk, t: Words) -> tuple[Node, ...]:
    out = []
    if place.notice:
        out.append(notice("identify.notice", _said(place, t), "warn"))
    if offered(state, desk)[:1] == (Offer.PEOPLE,) and place.need <= Level.L2:
        out.append(notice("identify.people", t("notice.many_failures"), "info", icon="hands"))
    return tuple(out)


def _shown(state: State, desk: Desk, place: Identify, useful: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """The ways of this page, the useful first; a few that do not help now stay, drawn as closed with the reason."""
    closed: tuple[Offer, ...]
    if _second(state, place):
        closed = (Offer.PHONE, *((Offer.WITNESS,) if desk.site.has_witness else ()))
        camera_gone = state.world.device("camera").state not in {"no_device", "online", "busy"}
        if camera_gone and photo_here(state) and Offer.FACE not in state.visit.closed:
            closed = (*closed, Offer.FACE)
    elif place.need <= Level.L1 and place.goal != "progress":
        closed = (Offer.CARD, Offer.CODE, Offer.PHONE)
    else:
        closed = (Offer.CARD, Offer.CODE)
        useful = tuple(way for way in useful if way is not Offer.PHONE)
    useful = tuple(way for way in useful if way not in {Offer.PEOPLE, Offer.SOCIAL})
    return (*useful, *(way for way in closed if way not in useful))


def _second(state: State, place: Identify) -> bool:
    """True when one proof is there and another is wanted."""
    return place.guardian or (state.visit.person is not None and state.visit.level(state.world.online) < place.need)


def _note(way: Offer, state: State, place: Identify, t: Words, *, open_now: bool) -> str:
    if way in {Offer.PHONE, Offer.CODE} and not state.world.online:
        return t("identify.phone.offline")
    if way is Offer.PHONE and not open_now:
        return t("identify.phone.resting")
    if way is Offer.FACE and not open_now:
        return t("identify.face.closed")
    if way is Offer.CARD and place.need <= Level.L1 and state.world.works("social_card_reader"):
        return t("identify.card.note_social")
    return t(f"identify.{way}.note")


def _got(state: State, t: Words) -> str:
    """What was recognised so far, by its own name."""
    for kind in (CardEvidence, TokenEvidence, SocialCardEvidence):
        for proof in evidence_here(state):
            if not isinstance(proof, kind):
                continue
            match proof:
                case CardEvidence(layout=layout):
                    word = "foreigner" if layout.startswith("foreigner") else "hmt" if layout == "hmt" else "card"
                case TokenEvidence(kind=name):
                    word = name if has(f"got.{name}") else "doorstep"
                case _:
                    word = "social"
            return t(f"got.{word}")
    return ""


def _open(state: State, desk: Desk, place: Identify, t: Words) -> Page:
    second = _second(state, place)
    useful = offered(state, desk)
    shown = _shown(state, desk, place, useful)
    cards: list[Node] = []
    for way in shown:
        open_now = way in useful
        cards.append(
            card(
                f"way.{way}",
                t(f"identify.{way}"),
                _note(way, state, place, t, open_now=open_now),
                icon=ICONS[way],
                badge=t("identify.card.badge") if way is Offer.CARD and shown[0] is way else "",
                current=open_now and way is Offer.CARD and not place.busy,
                enabled=open_now,
                group="ways",
            )
        )
    if place.busy == "token":
        waiting = t("identify.checking")
    else:
        waiting = t("identify.waiting_second" if second else "identify.waiting")
    title, lead = _headline(state, desk, place, t)
    troubles = _notices(state, place, desk, t)
    # What went wrong comes first and must be seen without paging: the pictures make room for it.
    roomy = not troubles and len(cards) <= MOST_UPRIGHT
    deck = (Node("deck", Role.PICTURE, value="deck" if second else "deck:reader"),) if roomy else ()
    private = () if troubles else (notice("identify.privacy", t("identify.privacy"), icon="lock"),)
    return Page(
        screen="identify",
        title=title,
        lead=lead,
        step=2,
        steps=steps(t),
        nodes=(
            *troubles,
            *cards,
            *deck,
            Node("identify.status", Role.STATUS, waiting, icon="lamp"),
            *private,
            back(t),
            end(t),
            button("actions.help", t("identify.stuck" if second else "identify.no_card"), icon="question"),
        ),
        focus=next((c.id for c in cards if c.enabled), "actions.back"),
        intro=(title, lead, waiting)
        if not place.notice
        else tuple(n.text for n in troubles) + (() if second else (waiting,)),
    )


def _headline(state: State, desk: Desk, place: Identify, t: Words) -> tuple[str, str]:
    service = desk.service(state.visit.service)
    if place.guardian:
        return t("guardian.second_title"), t("guardian.second_lead")
    if _second(state, place):
        return t("identify.second_title"), _got(state, t) + ("" if t.lang == "zh" else " ") + t("got.why")
    if service is not None and place.goal == "form":
        return t("identify.title"), t("identify.lead", service=service.name(t.lang))
    return t("identify.title"), t("identify.lead_any")


def _phone(state: State, place: Identify, desk: Desk, t: Words) -> Page:
    on_code = place.asking == "code" and bool(place.challenge)
    missing = PHONE_DIGITS - len(place.phone)
    phone = Node(
        "identify.phone",
        Role.FIELD,
        t("identify.phone_label"),
        value=place.phone,
        note=t("identify.phone_why"),
        hint=t("form.digits_left", count=missing) if missing else "",
        privacy=Privacy.PRIVATE,
        actions=EDIT,
        current=not on_code,
        required=True,
        panel=Panel.PHONE,
        limit=PHONE_DIGITS,
    )
    nodes: list[Node] = list(_notices(state, place, desk, t))
    if not on_code:
        nodes.append(phone)
    if on_code:
        left = CODE_DIGITS - len(place.code)
        nodes.append(
            Node(
                "identify.code",
                Role.FIELD,
                t("identify.code_label"),
                value=place.code,
                note=t("identify.code_why", masked=place.masked),
                hint=t("form.digits_left", count=left) if left else "",
                privacy=Privacy.PRIVATE,
                actions=EDIT,
                current=True,
                required=True,
                panel=Panel.DIGITS,
                limit=CODE_DIGITS,
            )
        )
    status = {"sending": "identify.sending", "checking": "identify.checking"}.get(place.busy)
    if status:
        nodes.append(Node("identify.status", Role.STATUS, t(status), icon="clock"))
    if on_code:
        ready = len(place.code) == CODE_DIGITS and not place.busy
        main = button(
            "actions.check",
            t("identify.check" if ready else "identify.fill_code"),
            icon="check",
            style="primary",
            enabled=ready,
        )
        again = t("identify.send_again")
        nodes.append(
            Node("actions.send", Role.BUTTON, again, icon="sms", actions=(Action.PRESS,), enabled=not place.busy)
        )
    else:
        ready = not missing and not place.busy
        main = button(
            "actions.send",
            t("identify.send" if ready else "identify.fill_phone"),
            icon="sms",
            style="primary",
            enabled=ready,
        )
    intro = (t("identify.code_label"),) if on_code else (t("identify.phone_title"), t("identify.phone_lead"))
    if place.notice:
        intro = (_said(place, t),)
    return Page(
        screen="form",
        title=t("identify.phone_title"),
        lead=t("identify.phone_lead"),
        step=2,
        steps=steps(t),
        nodes=(*nodes, back(t), end(t), main),
        focus="identify.code" if on_code else "identify.phone",
        intro=intro,
    )


def _witness(state: State, place: Identify, desk: Desk, t: Words) -> Page:
    ready = bool(place.host_id) and len(place.pin) == PIN_DIGITS and not place.busy
    status = "identify.witness_card_ok" if place.host_id else "identify.witness_card_wait"
    return Page(
        screen="form",
        title=t("identify.witness_title"),
        lead=t("identify.witness_lead"),
        step=2,
        steps=steps(t),
        nodes=(
            *_notices(state, place, desk, t),
            Node("identify.status", Role.STATUS, t(status), icon="card"),
            Node(
                "identify.pin",
                Role.FIELD,
                t("identify.pin_label"),
                value=place.pin,
                spoken=t("identify.pin_typed", count=len(place.pin)) if place.pin else "",
                privacy=Privacy.PRIVATE,
                actions=EDIT,
                current=True,
                required=True,
                panel=Panel.DIGITS,
                limit=PIN_DIGITS,
                style="secret",
            ),
            back(t),
            end(t),
            button(
                "actions.check",
                t("identify.check" if ready else "identify.fill_pin"),
                icon="check",
                style="primary",
                enabled=ready,
            ),
        ),
        focus="identify.pin",
        intro=(t("identify.witness_title"), t(status)) if not place.notice else (_said(place, t), t(status)),
    )
