"""Consent before anybody's body is looked at, the camera page, and a code held before the camera."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.screens.chrome import Words, button, card, end, notice, steps
from kiosk_app.screens.page import Page
from kiosk_app.visit.face import CONSENT
from kiosk_app.visit.state import FaceStage, Identify, State
from ui.view import Node, Role, Slot

CHALLENGES = frozenset({"turn_left", "turn_right", "open_mouth", "blink_twice"})
MODULE_ICONS = {"voice": "mic", "palm": "touch", "iris": "eye"}


def face(state: State, place: Identify, t: Words) -> Page:
    """Asked first; then the picture with what to do now."""
    if place.look.stage is FaceStage.CONSENT:
        return _consent(t)
    return _camera(state, place, t)


def _consent(t: Words) -> Page:
    text = t(CONSENT)
    return Page(
        screen="identify",
        title=t("face.consent_title"),
        lead=t("face.consent_lead"),
        step=2,
        steps=steps(t),
        nodes=(
            Node("consent.text", Role.TEXT, text),
            card("actions.quiet", t("face.quiet"), t("face.quiet_note"), icon="eye", group="consent"),
            notice("face.lamp", t("face.lead_off"), icon="camera"),
            # Yes and no stand side by side at every size; the way back is the no.
            button("actions.decline", t("face.decline"), icon="x", hint=t("face.decline_note")),
            end(t),
            button("actions.agree", t("face.agree"), icon="check", style="primary", hint=t("face.agree_note")),
        ),
        focus="actions.agree",
        intro=(t("face.consent_title"), text, t("face.consent_lead")),
    )


def prompt_of(place: Identify, t: Words) -> str:
    """What the resident is to do now, as it is shown and said."""
    look = place.look
    if look.stage is FaceStage.READY:
        return t("face.ready")
    said = t(f"face.{look.prompt}")
    return t("face.praised", prompt=said) if look.praised and look.prompt in CHALLENGES else said


def _camera(state: State, place: Identify, t: Words) -> Page:
    look, preview = place.look, state.world.preview
    ready = look.stage is FaceStage.READY
    prompt = prompt_of(place, t)
    doing = look.prompt in CHALLENGES
    live = bool(preview) and not ready
    picture = Node(
        "face.camera",
        Role.PICTURE,
        t("face.picture" if live else "face.picture_off"),
        value=f"camera:{preview if live else ''}",
    )
    quiet: tuple[Node, ...] = () if look.quiet else (button("actions.quiet", t("face.quiet_now"), icon="eye"),)
    if ready:
        # Four words do not fit into one row of large type: what is not the main thing stands in the body.
        quiet = tuple(replace(node, slot=Slot.BODY) for node in quiet)
    step = t("face.step", step=look.step, steps=look.steps) if doing else ""
    start = (button("actions.agree", t("face.start"), icon="next", style="primary"),) if ready else ()
    return Page(
        screen="identify",
        title=t("face.title"),
        lead=t("face.lead_off" if ready else "face.lead"),
        step=2,
        steps=steps(t),
        nodes=(
            Node(
                "face.prompt",
                Role.STATUS,
                prompt,
                value=look.prompt,
                note=step,
                spoken=" ".join(s for s in (prompt, step) if s),
                style="prompt",
                icon="camera",
            ),
            picture,
            *(quiet if ready else ()),
            button("actions.back", t("face.other_way"), icon="back"),
            end(t),
            *(() if ready else quiet),
            *start,
        ),
        focus="actions.agree" if ready else "actions.back",
        intro=(prompt,),
    )


def module(place: Identify, t: Words) -> Page:
    """A module of the site: asked first, then what to do."""
    way = place.way.value
    name = t(f"body.name_{way}")
    if place.busy:
        doing = t(f"body.do_{way}")
        return Page(
            screen="identify",
            title=doing,
            step=2,
            steps=steps(t),
            nodes=(
                Node("body.status", Role.STATUS, doing, icon=MODULE_ICONS[way]),
                Node("page.picture", Role.PICTURE, value=MODULE_ICONS[way]),
                button("actions.back", t("face.other_way"), icon="back"),
                end(t),
            ),
            focus="actions.back",
            intro=(doing,),
        )
    text = t(f"consent.{way}")
    return Page(
        screen="identify",
        title=t("body.consent_title", way=name),
        lead=t("body.consent_lead"),
        step=2,
        steps=steps(t),
        nodes=(
            Node("consent.text", Role.TEXT, text),
            notice("body.how", t(f"body.agree_note_{way}"), icon=MODULE_ICONS[way]),
            button("actions.decline", t("body.decline"), icon="x", hint=t("body.decline_note")),
            end(t),
            button("actions.agree", t("body.agree"), icon="check", style="primary"),
        ),
        focus="actions.agree",
        intro=(t("body.consent_title", way=name), text, t("body.consent_lead")),
    )


def code(state: State, t: Words) -> Page:
    """The camera in the place of a code reader, because the resident chose so."""
    preview = state.world.preview
    return Page(
        screen="identify",
        title=t("code.camera_title"),
        lead=t("code.camera_lead"),
        step=2,
        steps=steps(t),
        nodes=(
            Node("code.status", Role.STATUS, t("code.camera_status"), icon="camera"),
            Node(
                "code.camera",
                Role.PICTURE,
                t("face.picture" if preview else "face.picture_off"),
                value=f"camera:{preview}",
                style="code",
            ),
            button("actions.back", t("face.other_way"), icon="back"),
            end(t),
        ),
        focus="actions.back",
        intro=(t("code.camera_title"), t("code.camera_status"), t("code.camera_lead")),
    )
