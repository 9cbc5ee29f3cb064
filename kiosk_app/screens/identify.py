"""Who are you? All ways at once, then phone code or witness."""

from __future__ import annotations

from kiosk_app.identity import Level, next_ways
from kiosk_app.identity import Way as Offer
from kiosk_app.screens.chrome import Words, back, button, card, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.flow import means_of
from kiosk_app.visit.identify import CODE_DIGITS, MOST_FAILURES, PHONE_DIGITS, PIN_DIGITS
from kiosk_app.visit.state import Identify, State, Way
from ui.view import Action, Node, Panel, Privacy, Role

EDIT = (Action.PRESS, Action.EDIT)
ICONS = {Offer.CARD: "card", Offer.CODE: "qr", Offer.PHONE: "phone", Offer.WITNESS: "hands"}


def identify(state: State, desk: Desk, t: Words) -> Page:
    """The page of the way that is being walked."""
    place = state.place
    assert isinstance(place, Identify)
    if place.way is Way.PHONE:
        return _phone(state, place, t)
    if place.way is Way.WITNESS:
        return _witness(state, place, t)
    return _open(state, desk, place, t)


def _notices(state: State, place: Identify, t: Words) -> tuple[Node, ...]:
    out = []
    if place.notice:
        out.append(notice("identify.notice", t(f"notice.{place.notice}"), "warn"))
    if any(count >= MOST_FAILURES for count in state.visit.failures.values()):
        out.append(notice("identify.people", t("notice.many_failures"), "info", icon="hands"))
    return tuple(out)


def _shown(place: Identify, second: bool, has_witness: bool) -> tuple[Offer, ...]:
    """The ways of this page, always in the same place; those that do not help now are drawn as closed."""
    if second:
        return (Offer.PHONE, Offer.WITNESS) if has_witness else (Offer.PHONE,)
    if place.need <= Level.L1 and place.goal != "progress":
        return (Offer.CARD, Offer.CODE, Offer.PHONE)
    return (Offer.CARD, Offer.CODE)


def _second(state: State, place: Identify) -> bool:
    """True when one proof is there and another is wanted."""
    return state.visit.person is not None and state.visit.level(state.world.online) < place.need


def _open(state: State, desk: Desk, place: Identify, t: Words) -> Page:
    service = desk.service(state.visit.service)
    second = _second(state, place)
    online = state.world.online
    useful = next_ways(place.need, state.visit.evidence, means_of(state, desk), state.visit.failures)
    cards: list[Node] = []
    for way in _shown(place, second, desk.site.has_witness):
        open_now = way in useful
        note = t(f"identify.{way}.note")
        if way in {Offer.PHONE, Offer.CODE} and not online:
            note = t("identify.phone.offline")
        badge = t("identify.card.badge") if way is Offer.CARD else ""
        lit = open_now and way is Offer.CARD and not place.busy
        cards.append(
            card(
                f"way.{way}",
                t(f"identify.{way}"),
                note,
                icon=ICONS[way],
                badge=badge,
                current=lit,
                enabled=open_now,
                group="ways",
            )
        )
    if place.busy == "token":
        waiting = t("identify.checking")
    else:
        waiting = t("identify.waiting_second" if second else "identify.waiting")
    title = t("identify.second_title" if second else "identify.title")
    if second:
        lead = t("identify.second_lead")
    elif service is not None and place.goal == "form":
        lead = t("identify.lead", service=service.name(t.lang))
    else:
        lead = t("identify.lead_any")
    troubles = _notices(state, place, t)
    # What went wrong comes first and must be seen without paging: the pictures make room for it.
    deck = () if troubles else (Node("deck", Role.PICTURE, value="deck" if second else "deck:reader"),)
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
            button("actions.help", t("identify.no_card"), icon="question"),
        ),
        focus=next((c.id for c in cards if c.enabled), "actions.back"),
        intro=(title, lead, waiting) if not place.notice else (t(f"notice.{place.notice}"), waiting),
    )


def _phone(state: State, place: Identify, t: Words) -> Page:
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
    nodes: list[Node] = list(_notices(state, place, t))
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
        intro = (t(f"notice.{place.notice}"),)
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


def _witness(state: State, place: Identify, t: Words) -> Page:
    ready = bool(place.host_id) and len(place.pin) == PIN_DIGITS and not place.busy
    status = "identify.witness_card_ok" if place.host_id else "identify.witness_card_wait"
    return Page(
        screen="form",
        title=t("identify.witness_title"),
        lead=t("identify.witness_lead"),
        step=2,
        steps=steps(t),
        nodes=(
            *_notices(state, place, t),
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
        intro=(t("identify.witness_title"), t(status))
        if not place.notice
        else (t(f"notice.{place.notice}"), t(status)),
    )
