"""Readers of what people, processes, the kernel and the platform write: events, addresses, answers, texts."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from contracts import clips, masks, preview
from contracts.id_number import is_valid
from contracts.times import read_statement
from drivers import host_frames, hotplug
from drivers.card_reader import cards, connection, photo
from drivers.code_reader import address as code_address
from drivers.recording import RecordingError, load
from drivers.social_card import address as social_address
from drivers.speech import uri as speech_uri
from drivers.transport import UriError, parse_uri
from drivers.vision import jpeg
from drivers.vision import uri as vision_uri
from offline_cache.errors import CaptivePortal, NetworkLost, NotAuthorised, PlatformBusy, Refused
from offline_cache.http import answers, shapes
from offline_cache.http.transport import Transport
from tests.drivers.card_reader.people import HMT, RESIDENT
from tests.drivers.line import LineClock
from tests.fuzz.inputs import DEEP, as_json, as_text, dump
from tests.fuzz.target import Target, stream
from tests.offline_cache.test_clip_shelf import made

LITTLE = 1536


# Processes, shared memory, events of the kernel, recordings, pictures on a socket.


@dataclass(frozen=True, slots=True)
class Message:
    """Every kind of field that a message between processes may have."""

    n: int
    x: float
    word: str
    maybe: int | None
    many: tuple[str, ...]
    facts: dict[str, str]
    inner: host_frames.Ping
    body: bytes


_WIRE = host_frames.Wire(Message, max_body=LITTLE)
_SENT = _WIRE.encode(Message(1, 0.5, "家", None, ("a",), {"k": "v"}, host_frames.Ping(1), b"body"))


def _head(data: bytes) -> object:
    return _WIRE.decode(data, b"body")


def _recording(data: bytes) -> object:
    path = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / "doorstep-fuzz.jsonl"
    path.write_bytes(data)
    return load(path)


_JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda\x00\x02xyz\xff\xd9"
_UEVENT = (
    b"add@/devices/usb1\0ACTION=add\0DEVPATH=/devices/usb1\0SUBSYSTEM=tty\0DEVNAME=ttyUSB0\0PRODUCT=403/6001/600\0"
)
_UDEV = b"libudev\0\xfe\xed\xca\xfe" + struct.pack("=III", 40, 40, len(_UEVENT)) + bytes(16) + _UEVENT

INSIDE = (
    Target(
        "host_frames.stream",
        stream(lambda: host_frames.Frames(_WIRE), host_frames.MAX_HEAD + 2 * LITTLE, (host_frames.CorruptStreamError,)),
        (),
        (_SENT,),
    ),
    Target("host_frames.head", _head, (host_frames.CorruptStreamError,), (_SENT[16:-4], b'{"is":"Ping","n":1}', DEEP)),
    Target("preview.layout", preview.read_layout, (ValueError,), (preview.Layout(640, 360).header(),)),
    Target("hotplug.event", hotplug.parse_uevent, (hotplug.UeventError,), (_UEVENT, _UDEV)),
    Target("recording", _recording, (RecordingError,), (b'{"t":0.1,"dir":"read","hex":"00"}\n',)),
    Target("vision.jpeg", stream(lambda: jpeg.JpegSplitter(LITTLE), 3 * LITTLE), (), (_JPEG,)),
    Target("vision.jpeg_size", jpeg.size_of, (), (_JPEG,)),
)


# Addresses of a site's profile.


def _code_reader(uri: str) -> object:
    return code_address.reader("code", uri, clock=LineClock())


def _addresses(name: str, parse: Callable[[str], object], error: type[Exception], *seeds: str) -> Target:
    return Target(f"address.{name}", as_text(parse), (error,), tuple(seed.encode() for seed in seeds))


ADDRESSES = (
    _addresses(
        "transport", parse_uri, UriError, "serial:/dev/ttyUSB0?baud=9600", "tcp://[::1]:9100", "usb:04B8:0202?out=0x02"
    ),
    _addresses("card_reader", connection, UriError, "sdt-usb:0400:C35A", "pcsc:A B", "serial:/dev/x?baud=auto"),
    _addresses(
        "code_reader", _code_reader, UriError, "input:/dev/input/event0?suffix=tab", "serial:/d?dialect=newland"
    ),
    _addresses("social_card", social_address.parse_address, UriError, "pcsc:0?profile=by_number", "tcp-card://a:1"),
    _addresses("photo", photo.decoder, UriError, "null:", f"helper:/x?sha256={'0' * 64}"),
    _addresses(
        "camera", vision_uri.parse, vision_uri.UriError, "v4l2:/dev/video0?width=1280", "fault:slow:dir:/x?fps=3"
    ),
    _addresses("speech", speech_uri.parse, ValueError, "speech:default?pace=fast", "speech:file:/tmp/x.wav"),
)


# Texts that people and the platform send.

_ASKED = {"id": "1", "words": {"zh": "w"}, "fields": ["f"], "answers": {"f": 1}, "free": True}
_ASKED |= {"due": "2026-01-01", "days_left": 1, "late": False}
_STEP = {"state": "x", "at": None, "text": "t", "kind": "asked", "words": {"zh": "w"}}
_CASE = {
    "number": "1",
    "service": "s",
    "state": "x",
    "steps": [_STEP],
    "supplement": _ASKED,
    "receipt": {"number": "1"},
}
_ITEM = {"id": "1", "status": "accepted", "receipt": {"number": "n"}, "problem": {"code": "c"}}
_ANSWER_ERRORS = (shapes.ShapeError, ValueError, TypeError, AttributeError)
"""What the platform's client takes for "not the platform's answer" and turns into its own error."""


def _answer(name: str, read: Callable[[Any], object], *seeds: object) -> Target:
    return Target(f"answer.{name}", as_json(read), _ANSWER_ERRORS, dump(*seeds))


_MOMENT = "2026-01-01T00:00:00Z"
_BEAT = {"next_s": 60, "server_time": _MOMENT, "commands": [], "etags": {}}
_PLATFORM_ERRORS = (CaptivePortal, NetworkLost, NotAuthorised, PlatformBusy, Refused)


def _body(data: bytes) -> object:
    """Judge an answer of the platform, or of what stands before it; the first byte chooses its status."""
    response = requests.Response()
    response.status_code = (200, 201, 204, 400, 403, 409, 429, 503)[data[0] % 8 if data else 0]
    response.headers["Content-Type"] = "application/json"
    response.headers["Retry-After"] = response.headers["Upload-Offset"] = data[:20].decode("latin-1")
    return Transport("https://platform.invalid", None, (1.0, 1.0), LineClock())._judge("GET", response, data[1:])


ANSWERS = (
    Target("answer.body", _body, _PLATFORM_ERRORS, (b"\0{}", b"6\xb2", b'\x03{"code":"x"}', b"\x07", b"\0" + DEEP)),
    _answer("batch", answers.read_batch, {"results": [_ITEM], "gaps": [2], "high_water": 3}),
    _answer("problem", answers.read_problem, {"code": "x", "title": "y", "status": 409, "high_water": 3}),
    _answer("submission", lambda value: answers.read_submission(value, "1"), _ITEM),
    _answer(
        "heartbeat",
        answers.read_heartbeat,
        {"next_s": 60, "server_time": "2026-01-01T00:00:00Z", "commands": [{"do": "x"}], "etags": {"a": "b"}},
        {**_BEAT, "maintenance": {"until": "2026-01-01T01:00:00Z", "reason": "r"}},
    ),
    _answer("blob", answers.read_blob, {"offset": 262144, "complete": False}),
    _answer(
        "time",
        lambda value: read_statement(value, "00"),
        {"kind": "time", "nonce": "00", "time": "2026-01-01T00:00:00Z"},
    ),
    _answer(
        "enrolment",
        answers.read_enrolment,
        {"terminal": "t", "certificate_pem": "c", "ca_pem": "a", "keys": {"k": "00"}, "profile": {"a": 1}},
    ),
    _answer("prefill", answers.read_prefill, {"fields": {"a": "b"}, "sources": {"a": {"zh": "c"}}}),
    _answer("person", answers.read_person, {"person": {"name": "a", "id_no": "b", "sex": "c"}, "level": "L1"}),
    _answer("identity", answers.read_identity, {"identity": "a", "level": "L1", "expires_s": 900}),
    _answer("challenge", answers.read_challenge, {"challenge": "a", "expires_s": 300, "masked": "b"}),
    _answer("cases", answers.read_cases, {"cases": [_CASE]}),
)
_VOICE = made("SB01", zh="一 二")
TEXTS = (
    Target("card.json", as_json(cards.card_from_json), (cards.CardError, AttributeError), dump(RESIDENT, HMT)),
    Target("clips.voice", as_json(clips.unpack), (clips.ClipsError,), dump(clips.pack(_VOICE))),
    Target("clips.manifest", as_text(clips.read_manifest), (ValueError,), (_VOICE.folders["zh"].manifest.encode(),)),
    Target("id_number", as_text(is_valid), (), (b"11010519491231002X",)),
    *(
        Target(f"mask.{mask.__name__}", as_text(mask), (), ("张建华 1".encode(),))
        for mask in (masks.mask_name, masks.mask_id, masks.mask_phone, masks.mask_account, masks.mask_address)
    ),
)
