"""From the world's state, as it came over the socket, to the properties of `qml/World.qml`.

Pure: whatever is missing or of a wrong kind becomes a calm default, so an older or newer world never breaks the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

KEPT_RECEIPTS = 12


def facts(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of each property that the state speaks of."""
    terminal, phone, face = _object(state, "terminal"), _object(state, "phone"), _object(state, "face")
    return {
        "running": terminal.get("running") is True,
        "screen": _text(terminal, "screen"),
        "terminalName": _text(terminal, "name"),
        "cards": [
            {
                "id": _text(card, "id"),
                "label": _text(card, "label"),
                "sub": _text(card, "sub"),
                "kind": _text(card, "kind"),
                "age": card["age"] if isinstance(card.get("age"), int) else 0,
            }
            for card in _objects(state, "cards")
        ],
        "pad": _text(state, "pad"),
        "phoneWho": _text(phone, "who"),
        "phoneNumber": _text(phone, "number"),
        "codeShown": phone.get("code_shown") is True,
        "messages": [{"text": _text(m, "text"), "at": _text(m, "at")} for m in _objects(phone, "messages")],
        "paper": _text(state, "paper") or "full",
        "cover": _text(state, "cover") or "closed",
        "receipts": _pictures(state.get("receipts")),
        "network": _text(state, "network") or "up",
        "platform": _text(state, "platform") or "ok",
        "headphones": state.get("headphones") is True,
        "faceAble": face.get("able") is True,
        "faceWhy": _text(face, "why"),
        "faceWho": _text(face, "who"),
        "faceAttack": _text(face, "attack"),
        "faceScene": _text(face, "scene") or "normal",
        "faceDoing": _text(face, "doing"),
        "faceWatched": face.get("watched") is True,
        "devices": {_text(d, "kind"): _text(d, "state") for d in _objects(state, "devices")},
        "findings": {
            _text(d, "kind"): {"zh": _text(d, "part"), "en": _text(d, "part_en"), "who": _text(d, "who")}
            for d in _objects(state, "devices")
            if d.get("severity") in ("warn", "fail")
        },
        "faults": {name: [str(f) for f in known] for name, known in _object(state, "faults").items() if _listed(known)},
        "broken": {name: str(fault or "") for name, fault in _object(state, "broken").items()},
        "outbox": {name: count for name, count in _object(state, "outbox").items() if isinstance(count, int)},
    }


def _pictures(paths: object) -> list[str]:
    """Addresses of the pictures that exist; the world may be quicker than its printer."""
    found = [Path(str(path)) for path in paths] if _listed(paths) else []
    return [path.absolute().as_uri() for path in found[:KEPT_RECEIPTS] if path.is_file()]


def _listed(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _object(within: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = within.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(within: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = within.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(within: Mapping[str, Any], name: str) -> str:
    value = within.get(name)
    return "" if value is None else str(value)
