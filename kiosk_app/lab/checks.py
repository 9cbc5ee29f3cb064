"""The checks of a visit script: words on screen, words in the samples, words on paper, records, log lines, state.

Each check waits a little for what is on its way and then fails with what it found instead.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.control import ControlError, ask
from kiosk_app.lab import paper, tray
from kiosk_app.lab.modes import PATIENCE_S, View, node_of
from kiosk_app.lab.processes import WorldError, wait_until
from kiosk_app.lab.recording import clips_of, samples_of
from kiosk_app.lab.world import SERVICES

if TYPE_CHECKING:
    from kiosk_app.lab.playing import Visit

SOON_S = 6.0
HEARD_S = 12.0
DOCTOR_S = 10.0
QUIET_S = 0.4
SHOWN = ("text", "value", "note", "source", "hint")


class CheckError(Exception):
    """The check failed; the text says what was expected and what was found."""


def listed(value: Any) -> list[Any]:
    """One thing or a list of things, as a list."""
    return list(value) if isinstance(value, list) else [value]


def until(visit: Visit, condition: Callable[[], bool], seconds: float, failed: Callable[[], str]) -> None:
    """Wait for a condition.

    Raises:
        CheckError: it did not come true.
    """
    try:
        wait_until(condition, seconds * visit.patience, "check")
    except WorldError as error:
        if str(error).startswith("check:"):
            raise CheckError(failed()) from None
        raise


def words_on(view: View) -> str:
    """Everything that a page says to the eye; what lies under a cover is hidden."""
    chrome = view.get("chrome") or {}
    parts = [] if view["cover"] else [view["title"], view["lead"]]
    parts += [str(value) for value in chrome.values()]
    for node in view["nodes"]:
        if not view["cover"] or node["slot"] in ("cover", "dock"):
            parts += [str(node[name]) for name in SHOWN if node[name]]
    parts.append(view["caption"])
    return "\n".join(part for part in parts if part)


def wait_screen(visit: Visit, value: Any) -> None:
    """The page has this layout or this place, such as `outcome`, `Review`, `idle` for a cover."""
    wanted = str(value).lower()

    def there() -> bool:
        view = visit.hands.view()
        return wanted in (view["screen"].lower(), view["place"].lower(), view["cover"].lower())

    def failed() -> str:
        view = visit.hands.view()
        return f"wait-screen {value}: the page is {view['place']} ({view['screen']}) “{view['title']}”"

    until(visit, there, PATIENCE_S, failed)


def expect_screen(visit: Visit, value: Any) -> None:
    """All these words are on the page."""
    wanted = [str(word) for word in listed(value)]

    def missing() -> list[str]:
        shown = words_on(visit.hands.view())
        return [word for word in wanted if word not in shown]

    def failed() -> str:
        return f"expect-screen: not on the page: {', '.join(missing())}; the page says “{visit.hands.view()['title']}”"

    until(visit, lambda: not missing(), SOON_S, failed)


def expect_not_screen(visit: Visit, value: Any) -> None:
    """None of these words are on the page."""
    shown = words_on(visit.hands.view())
    found = [str(word) for word in listed(value) if str(word) in shown]
    if found:
        raise CheckError(f"expect-not-screen: on the page: {', '.join(found)}")


def expect_said(visit: Visit, value: Any) -> None:
    """Each sentence is in the samples handed to the audio device since the visit began, and after the one before."""
    if visit.mode == "silent":
        captions(visit, value)
        return
    for text in listed(value):
        for clip in clips_of(str(text), visit.lang):
            _hear(visit, clip)


def _hear(visit: Visit, clip: str) -> None:
    found: list[Any] = []

    def heard() -> bool:
        said = visit.world.stage.ask(said=0)["said"] if visit.world.powered else visit.last_said
        visit.last_said = said
        for recording, since in visit.recordings():
            hit = visit.listener.listen(recording, clip, visit.lang, since, said)
            if hit is not None:
                found.append(hit)
                return True
        return False

    try:
        wait_until(heard, HEARD_S * visit.patience, "check")
    except WorldError as error:
        if not str(error).startswith("check:"):
            raise
        # The side file did not lead there: the ear decides alone.
        if any(visit.listener.search(recording, clip, visit.lang, since) for recording, since in visit.recordings()):
            return
        texts = [u["text"] for u in visit.last_said][-4:]
        raise CheckError(f"expect-said: not in the samples: {clip}; the last words were {' | '.join(texts)}") from None


def captions(visit: Visit, value: Any) -> None:
    """Nobody listens: the same words must have been captions, whole."""
    for text in listed(value):
        wanted = "".join(str(text).split())

        def shown(wanted: str = wanted) -> bool:
            said = visit.world.stage.ask(said=0)["said"]
            texts = ["".join("".join(str(c["caption"]) for c in u["clips"]).split()) for u in said]
            return any(wanted in one for one in texts)

        until(visit, shown, SOON_S, lambda text=text: f"expect-said: no caption said {text}")  # type: ignore[misc]


def expect_not_said(visit: Visit, value: Any) -> None:
    """None of these sentences is in the samples of the loudspeaker since the visit began."""
    pause_for_voice(visit)
    recording, since = visit.recordings()[0]
    for text in listed(value):
        for clip in clips_of(str(text), visit.lang):
            found = visit.listener.search(recording, clip, visit.lang, since)
            if found is not None:
                raise CheckError(f"expect-not-said: heard at {found.at_s:.1f} s: {clip}")


def pause_for_voice(visit: Visit) -> None:
    """Let what is being said come to its end: wait until the recordings stop growing."""
    sizes: list[int] = []

    def still() -> bool:
        sizes.append(sum(samples_of(path) for path, _ in visit.recordings()))
        return len(sizes) > int(QUIET_S / 0.01) and len(set(sizes[-int(QUIET_S / 0.01) :])) == 1

    wait_until(still, HEARD_S, "the voice comes to an end")


def receipts_of(visit: Visit) -> list[str]:
    """The receipts that came out of the printer since the visit began."""
    return [str(path) for path in visit.world.paper_status()["receipts"]][visit.receipts_before :]


def expect_receipt(visit: Visit, value: Any) -> None:
    """The last paper carries these words, dot by dot what the model says, and its QR code leads to the platform."""
    wanted = [str(word) for word in listed(value)]
    until(
        visit, lambda: bool(receipts_of(visit)), PATIENCE_S, lambda: "expect-receipt: nothing came out of the printer"
    )
    models = visit.receipt_models()
    picture = Path(receipts_of(visit)[-1])
    model = next((one for one in reversed(models) if paper.is_on(picture, one)), None)
    if model is None:
        raise CheckError("expect-receipt: the paper does not show what the receipt says")
    said = "\n".join(paper.words_of(model))
    flat = said.replace(" ", "")
    missing = [word for word in wanted if word not in said and word.replace(" ", "") not in flat]
    if missing:
        raise CheckError(f"expect-receipt: not on the paper: {', '.join(missing)}")
    if model.track_url and paper.codes_of(picture) != [model.track_url]:
        raise CheckError("expect-receipt: the QR code on the paper is not the one of this case")


def expect_no_receipt(visit: Visit, value: Any) -> None:
    """Nothing came out of the printer since the visit began."""
    found = receipts_of(visit)
    if found:
        raise CheckError(f"expect-no-receipt: {len(found)} came out")


def expect_platform(visit: Visit, value: Any) -> None:
    """The platform's record of this visit's case has these values; `count` is how many items of its kind there are."""
    wanted = dict(value)
    count = wanted.pop("count", 1)
    kind = str(wanted.pop("kind", "application"))
    wanted_status = wanted.pop("status", "accepted" if count else None)
    wanted_state = wanted.pop("state", None)

    def items() -> list[Mapping[str, Any]]:
        key = visit.case_key
        if not key:
            return []
        found = visit.world.platform.get("/lab/submissions", case_key=key)
        return [item for item in found if item["kind"] == kind]

    def faults() -> list[str]:
        found = items()
        if len(found) != count:
            return [f"{len(found)} {kind} items instead of {count}"]
        wrong = []
        for item in found:
            if item["status"] != wanted_status:
                wrong.append(f"status is {item['status']}")
            if wanted_state is not None and (item["receipt"] or {}).get("state") != wanted_state:
                wrong.append(f"state is {(item['receipt'] or {}).get('state')}")
            for path, expected in wanted.items():
                got = _at(item["body"] or {}, path)
                if str(got) != str(expected):
                    wrong.append(f"{path} differs")
        return wrong

    if count == 0:
        wrong = faults()
        if wrong:
            raise CheckError(f"expect-platform: {'; '.join(wrong)}")
        return
    until(visit, lambda: not faults(), PATIENCE_S, lambda: f"expect-platform: {'; '.join(faults())}")


def _at(value: Any, path: str) -> Any:
    """What stands under names and, in lists, numbers from 0."""
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def log_lines(visit: Visit) -> list[Mapping[str, Any]]:
    """The terminal's log lines since the visit began."""
    log = visit.world.state.log
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(visit.log_from)
        return [json.loads(line) for line in file.read().splitlines() if line.endswith(b"}")]


def expect_log(visit: Visit, value: Any) -> None:
    """The log has a line of this event: its name alone, or `{event, field: value, times, within}` (seconds)."""
    for entry in listed(value):
        wanted = dict(entry) if isinstance(entry, Mapping) else {"event": entry}
        event = str(wanted.pop("event"))
        times = int(wanted.pop("times", 1))
        within = float(wanted.pop("within", SOON_S))

        def there(event: str = event, wanted: Mapping[str, Any] = wanted, times: int = times) -> bool:
            fits = [
                line
                for line in log_lines(visit)
                if line["event"] == event and all(str(line["fields"].get(k)) == str(v) for k, v in wanted.items())
            ]
            return len(fits) >= times

        def failed(event: str = event, wanted: Mapping[str, Any] = wanted) -> str:
            seen = [line["fields"] for line in log_lines(visit) if line["event"] == event]
            return f"expect-log: no {event} {wanted or ''}; there are {seen or 'none'}"

        until(visit, there, within, failed)


def expect_state(visit: Visit, value: Any) -> None:
    """Outbox counts (ready, inflight, sent, dead, lost, waiting), `sound`, `audit`, `online`, `services` (or `all`)."""
    wanted = dict(value)

    def faults() -> list[str]:
        return [
            f"{name} is {got}, not {expected}"
            for name, expected in wanted.items()
            if str(got := _state(visit, name)) != str(expected)
        ]

    until(visit, lambda: not faults(), PATIENCE_S, lambda: f"expect-state: {'; '.join(faults())}")


def expect_doctor(visit: Visit, value: Any) -> None:
    """The doctor of the running terminal says of each device, by id, a cause with these words, within 10 s."""
    wanted = {str(device): str(words) for device, words in dict(value).items()}

    def faults() -> list[str]:
        causes = {row["id"]: row["cause"] for row in _control(visit, "doctor")["devices"]}
        return [
            f"{device} says {causes.get(device, 'nothing')!r}, not {words!r}"
            for device, words in wanted.items()
            if words not in causes.get(device, "")
        ]

    until(visit, lambda: not faults(), DOCTOR_S, lambda: f"expect-doctor: {'; '.join(faults())}")


def _state(visit: Visit, name: str) -> Any:
    match name:
        case "online":
            return visit.hands.view()["online"]
        case "services":
            live = sorted(visit.world.stage.ask(catalogue=True)["live"])
            return "all" if live == sorted(SERVICES) else live
        case "sound":
            return _control(visit, "outbox-verify")["ok"]
        case "audit":
            return _control(visit, "audit-verify")["ok"]
        case "waiting":
            counts = _control(visit, "outbox-counts")
            return counts["ready"] + counts["inflight"]
        case _:
            return _control(visit, "outbox-counts").get(name)


def _control(visit: Visit, command: str) -> Mapping[str, Any]:
    try:
        found = ask(visit.world.state.control, {"command": command})
    except ControlError as error:
        raise CheckError(f"expect-state: the terminal answers {error}") from error
    if found is None:
        raise CheckError("expect-state: no terminal answers on its control socket")
    return dict(found)


def expect_staff(visit: Visit, value: Any) -> None:
    """What staff see of the resident's talk: these messages in order, or `{says, service, step, closed}`."""
    wanted = dict(value) if isinstance(value, Mapping) else {"says": value}
    if "says" in wanted:
        wanted["says"] = [str(text) for text in listed(wanted["says"])]

    def faults() -> list[str]:
        seen = visit.world.staff.seen()
        return [f"{name} is {seen.get(name)}, not {what}" for name, what in wanted.items() if seen.get(name) != what]

    until(visit, lambda: not faults(), PATIENCE_S, lambda: f"expect-staff: {'; '.join(faults())}")


def expect_feedback(visit: Visit, value: Any) -> None:
    """What the platform got under the number on the page is exactly this, and nothing else."""
    wanted = {name: str(said) for name, said in dict(value).items()}

    def number() -> str:
        node = node_of(visit.hands.view(), "remark.number")
        return str(node["value"]) if node is not None else ""

    def bodies() -> list[Mapping[str, Any]]:
        found = visit.world.platform.get("/lab/submissions")
        mine = [dict(item["body"] or {}) for item in found if item["kind"] == "feedback"]
        return [body for body in mine if body.pop("number", "") == number() != ""]

    until(visit, lambda: bodies() == [wanted], PATIENCE_S, lambda: f"expect-feedback: the platform got {bodies()}")


def expect_certificate(visit: Visit, value: Any) -> None:
    """One certificate lies in the tray since the visit began: sealed by this platform, with these words on it."""
    wanted = [str(word) for word in listed(value)]
    until(visit, lambda: bool(visit.sheets()), PATIENCE_S, lambda: "expect-certificate: nothing came out")
    found = visit.sheets()
    wrong = [f"{len(found)} came out"] if len(found) != 1 else []
    wrong += _faults(visit, found[0].read_bytes(), wanted)
    if wrong:
        raise CheckError(f"expect-certificate: {'; '.join(wrong)}")


def expect_no_certificate(visit: Visit, value: Any) -> None:
    """No certificate came out since the visit began."""
    found = visit.sheets()
    if found:
        raise CheckError(f"expect-no-certificate: {len(found)} came out")


def expect_on_phone(visit: Visit, value: Any) -> None:
    """The code on the page leads a phone to the certificate: sealed by this platform, with these words on it."""
    wanted = [str(word) for word in listed(value)]

    def address() -> str:
        node = node_of(visit.hands.view(), "certificate.code")
        return str(node["value"]) if node is not None else ""

    until(visit, lambda: bool(address()), SOON_S, lambda: "expect-on-phone: no code on the page")
    wrong = _faults(visit, tray.on_phone(visit.world.platform, address()), wanted)
    if wrong:
        raise CheckError(f"expect-on-phone: {'; '.join(wrong)}")


def _faults(visit: Visit, page: bytes, wanted: list[str]) -> list[str]:
    return tray.faults_of(page, wanted, visit.world.platform.folder / "authority" / "ca.pem", visit.world.clock.now())


def expect_payment(visit: Visit, value: Any) -> None:
    """The payments of this visit: `state` of the last one, `orders` (how many), `charged` (how many whose money the
    provider still has).
    """
    wanted = dict(value) if isinstance(value, Mapping) else {"state": value}

    def faults() -> list[str]:
        found = visit.payments
        seen = {
            "state": found[-1]["state"] if found else None,
            "orders": len(found),
            "charged": sum(one["kept"] > 0 for one in found),
        }
        return [f"{name} is {seen.get(name)}, not {what}" for name, what in wanted.items() if seen.get(name) != what]

    until(visit, lambda: not faults(), PATIENCE_S, lambda: f"expect-payment: {'; '.join(faults())}")


CHECKS: Mapping[str, Callable[[Any, Any], None]] = {
    "wait-screen": wait_screen,
    "expect-screen": expect_screen,
    "expect-not-screen": expect_not_screen,
    "expect-said": expect_said,
    "expect-not-said": expect_not_said,
    "expect-receipt": expect_receipt,
    "expect-no-receipt": expect_no_receipt,
    "expect-platform": expect_platform,
    "expect-log": expect_log,
    "expect-state": expect_state,
    "expect-doctor": expect_doctor,
    "expect-staff": expect_staff,
    "expect-feedback": expect_feedback,
    "expect-certificate": expect_certificate,
    "expect-no-certificate": expect_no_certificate,
    "expect-on-phone": expect_on_phone,
    "expect-payment": expect_payment,
}
