"""What means the same on every page: the dock, end, help, covers, the world outside, the idle clock."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.visit import around
from kiosk_app.visit.desk import Desk
from kiosk_app.visit.effects import CallHost, Countdown, Log, Replay, Say, StartTimer
from kiosk_app.visit.events import (
    Accepted,
    BiometricEnded,
    CardFailed,
    CardRead,
    CasesFound,
    CasesMissing,
    CatalogueChanged,
    CertificateLinked,
    CertificateLinkRefused,
    CodeFailed,
    CodeRead,
    DeviceChanged,
    Edited,
    FaceEnded,
    FaceProgress,
    Halted,
    Held,
    KeyPressed,
    OnlineChanged,
    PaymentMissing,
    PaymentRefused,
    PaymentTold,
    PendingDeleted,
    PhoneCodeRefused,
    PhoneCodeRight,
    PhoneCodeSent,
    PhoneCodeWrong,
    Prefilled,
    PrefillMissing,
    Rejected,
    Restored,
    Resume,
    Saved,
    SaveFailed,
    ScanEnded,
    SheetLies,
    Stirred,
    Suspend,
    TimerFired,
    TokenAccepted,
    TokenRefused,
    Unanswered,
    WitnessChecked,
)
from kiosk_app.visit.flow import WARNING_SECONDS, consistent, finish, guided, home, to_attract
from kiosk_app.visit.state import (
    Aloud,
    Attract,
    DeviceFact,
    Farewell,
    Help,
    IdleWarning,
    OutOfService,
    PowerLow,
    State,
    Submitting,
    Suspended,
    Timer,
    Ways,
)
from kiosk_app.visit.table import Result, default, find_press, on, press

SPOKEN_COUNTDOWN = frozenset({20, 10, 5})
SIZES = (1.0, 1.25, 1.5)


@press(node="dock.elder")
def elder(state: State, argument: str, desk: Desk) -> Result:
    """长辈版 on and off; nothing typed is lost."""
    return replace(state, prefs=replace(state.prefs, elder=not state.prefs.elder)), ()


@press(node="dock.size")
def size(state: State, argument: str, desk: Desk) -> Result:
    """The next of three sizes."""
    after = SIZES[(SIZES.index(state.prefs.size) + 1) % len(SIZES)]
    return replace(state, prefs=replace(state.prefs, size=after)), ()


@press(node="dock.contrast")
def contrast(state: State, argument: str, desk: Desk) -> Result:
    """High contrast on and off."""
    theme = "standard" if state.prefs.theme == "dark" else "dark"
    return replace(state, prefs=replace(state.prefs, theme=theme)), ()


@press(node="dock.voice")
def voice(state: State, argument: str, desk: Desk) -> Result:
    """The voice on and off; switched on, the page introduces itself."""
    on_now = not state.prefs.voice
    prefs = consistent(replace(state.prefs, voice=on_now, text_only=False), state.world.headphones)
    return replace(state, prefs=prefs, page=state.page + (1 if on_now else 0)), ()


@press(node="dock.low")
def low(state: State, argument: str, desk: Desk) -> Result:
    """低位屏: everything to touch comes down."""
    return replace(state, prefs=replace(state.prefs, seated=not state.prefs.seated)), ()


@press(node="dock.lang")
def language(state: State, argument: str, desk: Desk) -> Result:
    """Chinese and English at any step."""
    lang = "zh" if state.prefs.lang == "en" else "en"
    return replace(state, prefs=replace(state.prefs, lang=lang), page=state.page + 1), ()


@press(node="dock.help")
@press(node="actions.help")
def help_page(state: State, argument: str, desk: Desk) -> Result:
    """Help for this page, and people."""
    return replace(state, cover=Help(), page=state.page + 1), ()


@press(node="actions.end")
def end(state: State, argument: str, desk: Desk) -> Result:
    """The resident ends the visit."""
    return finish(state, "ended")


@press(node="actions.home")
def go_home(state: State, argument: str, desk: Desk) -> Result:
    """To the first page of the visit."""
    return home(state)


@press(node="actions.back")
def back_nowhere(state: State, argument: str, desk: Desk) -> Result:
    """Pages that no going back leads out of stay."""
    return state, ()


@press(node="cover.close")
def close_cover(state: State, argument: str, desk: Desk) -> Result:
    """Away with help, with the ways to use it, or with a question that needs no answer."""
    if isinstance(state.cover, Help):
        return replace(state, cover=None, page=state.page + 1), ()
    if isinstance(state.cover, Ways | Aloud):
        return replace(state, cover=None), ()
    return state, ()


@press(node="cover.call")
def call(state: State, argument: str, desk: Desk) -> Result:
    """Call the people of the place."""
    return replace(state, cover=Help(called=True)), (CallHost("help"), Say("say.host_called"))


@press(node="cover.continue")
def extend(state: State, argument: str, desk: Desk) -> Result:
    """I am still here."""
    return replace(state, cover=None), ()


@press(node="cover.end")
def end_now(state: State, argument: str, desk: Desk) -> Result:
    """Done, and clear it."""
    return finish(replace(state, cover=None), "ended")


@on(event=KeyPressed)
def key(state: State, event: KeyPressed, desk: Desk) -> Result:
    """Keypad keys that are the same everywhere."""
    match event.name:
        case "help":
            return replace(state, cover=Help(), page=state.page + 1), ()
        case "back":
            if isinstance(state.cover, Help | Ways | Aloud | PowerLow):
                return close_cover(state, "", desk)
            found = find_press(type(state.place), "actions.back")
            return found[0](state, found[1], desk) if found else (state, ())
        case "repeat":
            return state, (Replay("last"),)
        case "wake":
            return guided(state) if isinstance(state.place, Attract) else (state, ())
        case "corner":
            return guided(state)
        case "screen" if state.prefs.screen_off:
            # The dark screen was touched: it lights up, and whoever does not see it is told that others do.
            return replace(state, prefs=replace(state.prefs, screen_off=False)), (Say("say.screen_on"),)
        case _:
            return state, ()


@on(event=DeviceChanged)
def device_changed(state: State, event: DeviceChanged, desk: Desk) -> Result:
    """A device tells what it is; pages show it."""
    devices = {**state.world.devices, event.kind: DeviceFact(event.state, event.detail)}
    return replace(state, world=replace(state.world, devices=devices)), (
        Log("device_changed", {"kind": event.kind, "state": event.state}),
    )


@on(event=OnlineChanged)
def online_changed(state: State, event: OnlineChanged, desk: Desk) -> Result:
    """The network came or went; nobody is asked to choose."""
    return replace(state, world=replace(state.world, online=event.online, looked=True)), (
        Log("network_verdict", {"verdict": "online" if event.online else "offline"}),
    )


@on(event=Suspend)
def suspend(state: State, event: Suspend, desk: Desk) -> Result:
    """Cover the page; everything typed stays beneath."""
    return replace(state, cover=Suspended(event.why), page=state.page + 1, aloud=False), ()


@on(event=Resume)
def resume(state: State, event: Resume, desk: Desk) -> Result:
    """Uncover it."""
    if isinstance(state.cover, Suspended):
        return replace(state, cover=None, page=state.page + 1), ()
    return state, ()


@on(event=Halted)
def halted(state: State, event: Halted, desk: Desk) -> Result:
    """The terminal cannot keep a promise: it makes none."""
    ended, effects = to_attract(state, "halted")
    known = replace(ended, world=replace(ended.world, halted=event.why))
    return known.at(OutOfService(event.why)), (*effects, CallHost("halted"))


@on(event=Restored)
def restored(state: State, event: Restored, desk: Desk) -> Result:
    """Mended."""
    mine = isinstance(state.place, OutOfService) and state.place.why == state.world.halted
    known = replace(state, world=replace(state.world, halted=""))
    return (known.at(Attract()) if mine else known), ()


@on(event=TimerFired)
def timer(state: State, event: TimerFired, desk: Desk) -> Result:
    """The idle clock: warn, count down aloud, and end when nobody stirs."""
    if event.name == Timer.IDLE:
        if isinstance(state.place, Attract) and not (state.visit.talk.shown or state.visit.remark.shown):
            return to_attract(state, "left")
        if isinstance(state.place, Farewell | OutOfService | Submitting):
            return state, ()
        if (held := around.held(state)) is not None:
            return held
        # Whoever chose to have private words read aloud may have gone: asked again, if wanted.
        return replace(state, cover=IdleWarning(WARNING_SECONDS), page=state.page + 1, aloud=False), (
            Log("idle_warning", {"remaining": WARNING_SECONDS}),
            StartTimer(Timer.TICK, 1.0),
        )
    if event.name == Timer.TICK and isinstance(state.cover, IdleWarning):
        left = state.cover.remaining - 1
        if left <= 0:
            return finish(replace(state, cover=None), "timeout")
        counted = replace(state, cover=IdleWarning(left))
        spoken = (Countdown(left),) if left in SPOKEN_COUNTDOWN else ()
        return counted, (*spoken, StartTimer(Timer.TICK, 1.0))
    return state, ()


@on(event=Stirred)
def stirred(state: State, event: Stirred, desk: Desk) -> Result:
    """Somebody is there; the idle clock was reset by the step."""
    return state, ()


@on(event=CatalogueChanged)
def catalogue_changed(state: State, event: CatalogueChanged, desk: Desk) -> Result:
    """The desk already holds it; pages read it at the next step."""
    return state, ()


default(
    "an answer to a page that the resident has left changes nothing",
    BiometricEnded,
    CertificateLinked,
    CertificateLinkRefused,
    FaceEnded,
    FaceProgress,
    ScanEnded,
    SheetLies,
    CasesFound,
    CasesMissing,
    PhoneCodeRefused,
    PhoneCodeRight,
    PhoneCodeSent,
    PhoneCodeWrong,
    Prefilled,
    PrefillMissing,
    TokenAccepted,
    TokenRefused,
    WitnessChecked,
    PaymentMissing,
    PaymentRefused,
    PaymentTold,
    PendingDeleted,
    Unanswered,
    Accepted,
    Rejected,
    Saved,
    SaveFailed,
)
default(
    "a card or code at a page that does not ask for one changes nothing", CardRead, CardFailed, CodeRead, CodeFailed
)
default("a field or a hold that this page does not show changes nothing", Edited, Held)
