"""The table of everything that reads what somebody else wrote: wires, addresses, profiles, events, answers."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from contracts import masks, preview
from contracts.id_number import is_valid
from drivers import host_frames, hotplug
from drivers.biometric import codec as biometric
from drivers.biometric.messages import Decision, Modality
from drivers.card_reader import cards, connection, hid_frames, photo
from drivers.card_reader import codec as sam
from drivers.card_reader import text as card_text
from drivers.code_reader import address as code_address
from drivers.code_reader import codec as code
from drivers.code_reader import dialects, keys, texts
from drivers.code_reader.virtual_reader import READERS
from drivers.receipt_printer import codec as printer
from drivers.receipt_printer import status as printer_status
from drivers.recording import RecordingError, load
from drivers.social_card import address as social_address
from drivers.social_card import apdu, frames, protocol, records
from drivers.social_card.profile import ProfileError, load_profile, parse_profile
from drivers.social_card.virtual_card import FAULTS, VirtualCard, card_from_json
from drivers.speech import uri as speech_uri
from drivers.transport import UriError, parse_uri
from drivers.transport.faults import Faults
from drivers.vision import jpeg
from drivers.vision import uri as vision_uri
from offline_cache.errors import CaptivePortal, NetworkLost, NotAuthorised, PlatformBusy, Refused
from offline_cache.http import answers, shapes
from offline_cache.http.transport import Transport
from tests.drivers.card_reader.people import FOREIGNER_2017, FOREIGNER_2023, HMT, RESIDENT
from tests.drivers.line import LineClock
from tests.drivers.social_card.people import PERSON
from tests.fuzz.target import Target, stream

LITTLE = 1536
"""What a parser of a slow wire may hold: one message. The longest, a code, has 1 KB."""


def _text(run: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: run(data.decode("utf-8", "surrogateescape"))


def _json(run: Callable[[Any], object]) -> Callable[[bytes], object]:
    def decoded(data: bytes) -> object:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return None
        return run(value)

    return decoded


DEEP = b'{"is":' + b"[" * 60_000
"""JSON nested deeper than Python's decoder goes, in fewer bytes than any limit."""


def _dump(*values: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(value, ensure_ascii=False).encode() for value in values)


# Identity cards.

_BLOCKS = tuple(
    cards.encode_text(cards.card_from_json(who)[0]) for who in (RESIDENT, HMT, FOREIGNER_2017, FOREIGNER_2023)
)
_READ = b"\x00\x00\x90" + bytes.fromhex("01000400") + _BLOCKS[0] + bytes(1024)
_REPLIES = (bytes.fromhex("AAAAAA9669000400009094"), bytes.fromhex("AAAAAA9669000800009F0000000097"))


def _sam_frame(body: bytes) -> bytes:
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return sam.PREAMBLE + counted + bytes([dialects.xor(counted)])


_WHOLE_READ = _sam_frame(_READ)
_SAM_ERRORS = (sam.PreambleError, sam.LengthError, sam.ChecksumError)

CARDS = (
    Target("card_reader.reply", sam.decode_reply, _SAM_ERRORS, (*_REPLIES, _WHOLE_READ)),
    Target("card_reader.stream", stream(sam.FrameParser, sam.LONGEST + 64), (), (*_REPLIES, _WHOLE_READ)),
    Target("card_reader.blocks", sam.split_blocks, (sam.LengthError,), (_READ[3:],)),
    Target("card_reader.sam_id", sam.format_sam_id, (sam.LengthError,), (bytes(16),)),
    Target("card_reader.text", card_text.parse_text, (card_text.TextError,), _BLOCKS),
    Target("card_reader.hid", hid_frames.unwrap, (), tuple(hid_frames.wrap_reply(_WHOLE_READ)[:2])),
    Target("card_reader.photo_name", cards.picture_name, (), (cards.synthetic_photo("resident-1"),)),
)


# Codes.

_KEYS = b"".join(
    keys.EVENT.pack(0, 4000 * n, keys.EV_KEY, key, down) for n, key in enumerate((30, 31, 28)) for down in (1, 0)
)


def _dialect(name: str) -> Target:
    virtual = READERS[name]
    seeds = (virtual.pack("家门口".encode()), *virtual.answers.values(), virtual.other, virtual.declined)
    return Target(
        f"code_reader.{name}", stream(virtual.dialect.parser, LITTLE), (), tuple(seed for seed in seeds if seed)
    )


CODES = (
    *map(_dialect, READERS),
    Target("code_reader.text", code.check_text, (), ("家门口".encode(), b"\xff", bytes(1025))),
    Target("code_reader.keys", stream(keys.KeyParser, 2 * LITTLE), (), (_KEYS,)),
    Target(
        "code_reader.charset",
        lambda data: texts.exact_text(data, data.decode("latin-1")),
        (),
        ("家门口".encode("gbk"),),
    ),
    Target("code_reader.repair", _text(texts.repair_chinese), (), ("螳ｶ髣ｨ蜿｣".encode(),)),
)


# Printer.


def _four(run: Callable[..., object]) -> Callable[[bytes], object]:
    return lambda data: run(*data[:4].ljust(4, b"\0"))


PRINTER = (
    Target(
        "receipt_printer.replies",
        stream(printer.ReplyParser, LITTLE),
        (),
        (b"\x12", b"\x10\0\0\0", b"\x37\x22ABCD\0", b"\x37\x25\0"),
    ),
    Target("receipt_printer.realtime", _four(printer_status.from_realtime), (), (b"\x12\x12\x12\x12",)),
    Target(
        "receipt_printer.status_back",
        lambda data: printer_status.from_status_back(data[:4].ljust(4, b"\0")),
        (),
        (b"\x14\0\0\0",),
    ),
)


# Social-security cards.

_READING_ERRORS = (
    protocol.NotSocialCardError,
    protocol.NeedsPinError,
    protocol.CardLockedError,
    protocol.StatusError,
    protocol.EndlessAnswerError,
    records.RecordError,
    apdu.ApduError,
)
_PROFILE = load_profile()


def _reading(data: bytes) -> object:
    """Read a card that answers with pieces of the input: the first byte of each says how long it is."""
    rest = memoryview(data)
    asked = 0

    def transmit(command: list[int]) -> tuple[list[int], int, int]:
        nonlocal rest, asked
        asked += 1
        assert asked < 200, "a card keeps the driver asking"
        if len(rest) < 3:
            return [], 0x6F, 0x00
        size = rest[0]
        answer, rest = bytes(rest[1 : 1 + size + 2]), rest[1 + size + 2 :]
        return list(answer[:-2]), *(answer[-2:] if len(answer) > 1 else b"\x6f\x00")

    return protocol.read_card(transmit, _PROFILE)


def _spoilt_card(data: bytes) -> object:
    """Read a good card, the bytes of whose answers are changed: the nth by the nth byte of the input."""
    card, changes = VirtualCard(card_from_json(PERSON), Faults(FAULTS)), iter(data)

    def transmit(command: list[int]) -> tuple[list[int], int, int]:
        answer = bytes(byte ^ next(changes, 0) for byte in card.answer(bytes(command)))
        return list(answer[:-2]), answer[-2], answer[-1]

    return protocol.read_card(transmit, _PROFILE)


def _value(data: bytes) -> None:
    for encoding in records.Encoding:
        try:
            records.decode_value(data, encoding)
        except records.RecordError:
            continue


_PROFILE_TEXT = (Path(social_address.__file__).parent / "profiles" / "national.json").read_bytes()

SOCIAL = (
    Target("social_card.command", apdu.decode_command, (apdu.ApduError,), (bytes.fromhex("00A4020002EF05"),)),
    Target("social_card.answer", apdu.decode_answer, (apdu.ApduError,), (b"\x90\0",)),
    Target(
        "social_card.frames", stream(frames.FrameParser, LITTLE, (frames.FrameError,)), (), (frames.encode(b"\x04"),)
    ),
    Target(
        "social_card.record", lambda data: records.decode_record(data, 8, 2), (records.RecordError,), (b"\x08\x02ab",)
    ),
    Target("social_card.value", _value, (), ("测试".encode("gbk").ljust(30, b"\0"), bytes.fromhex("19491231"))),
    Target("social_card.reading", _reading, _READING_ERRORS, (b"\0\x90\0" * 4, b"\x02\x08\x12\x90\0" * 4)),
    Target("social_card.spoilt", _spoilt_card, _READING_ERRORS, (bytes(300), bytes(9) + b"\x01")),
    Target("social_card.profile", _text(parse_profile), (ProfileError,), (_PROFILE_TEXT,)),
    Target(
        "social_card.profile_toml",
        _text(lambda text: parse_profile(text, toml=True)),
        (ProfileError,),
        (b'name = "x"\napplications = ["A0"]\n[[files]]\nid = "EF05"\n',),
    ),
)


# Biometric adapters.

_FRAMES = tuple(
    biometric.encode(biometric.Frame(7, message))
    for message in (
        biometric.Welcome(1, Modality.PALM, biometric.State.READY),
        biometric.Taken(),
        biometric.Judged(Decision.ACCEPT, bytes(8)),
        biometric.CompareNow(bytes(32)),
    )
)
BIOMETRIC = (
    Target("biometric.frame", biometric.decode, (biometric.FrameError,), _FRAMES),
    Target("biometric.stream", stream(biometric.FrameParser, 256), (), _FRAMES),
)


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
    Target("recording", _recording, (RecordingError,), (b'{"t":0.1,"d":"read","x":"00"}\n',)),
    Target("vision.jpeg", stream(lambda: jpeg.JpegSplitter(LITTLE), 3 * LITTLE), (), (_JPEG,)),
    Target("vision.jpeg_size", jpeg.size_of, (), (_JPEG,)),
)


# Addresses of a site's profile.


def _code_reader(uri: str) -> object:
    return code_address.reader("code", uri, clock=LineClock())


def _addresses(name: str, parse: Callable[[str], object], error: type[Exception], *seeds: str) -> Target:
    return Target(f"address.{name}", _text(parse), (error,), tuple(seed.encode() for seed in seeds))


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
    _addresses("speech", speech_uri.parse, ValueError, "null:", "alsa:default?volume=3"),
)


# Texts that people and the platform send.

_CASE = {"number": "1", "service": "s", "state": "x", "steps": [{"state": "x", "at": None, "text": "t"}]}
_ANSWER_ERRORS = (shapes.ShapeError, ValueError, TypeError, AttributeError)
"""What the platform's client takes for "not the platform's answer" and turns into its own error."""


def _answer(name: str, read: Callable[[Any], object], *seeds: object) -> Target:
    return Target(f"answer.{name}", _json(read), _ANSWER_ERRORS, _dump(*seeds))


_PLATFORM_ERRORS = (CaptivePortal, NetworkLost, NotAuthorised, PlatformBusy, Refused)


def _body(data: bytes) -> object:
    """Judge an answer of the platform, or of what stands before it; the first byte chooses its status."""
    response = requests.Response()
    response.status_code = (200, 201, 204, 400, 403, 409, 429, 503)[data[0] % 8 if data else 0]
    response.headers["Content-Type"] = "application/json"
    response.headers["Retry-After"] = data[:20].decode("latin-1")
    return Transport("https://platform.invalid", None, (1.0, 1.0), LineClock())._judge("GET", response, data[1:])


ANSWERS = (
    Target("answer.body", _body, _PLATFORM_ERRORS, (b"\0{}", b'\x03{"code":"x"}', b"\x07", b"\0" + DEEP)),
    _answer("batch", answers.read_batch, {"results": [{"id": "1", "status": "done"}]}),
    _answer("problem", answers.read_problem, {"code": "x", "title": "y"}),
    _answer("submission", lambda value: answers.read_submission(value, "1"), {"id": "1", "status": "done"}),
    _answer("heartbeat", answers.read_heartbeat, {"time": "2026-01-01T00:00:00Z"}),
    _answer("enrolment", answers.read_enrolment, {"terminal": "t", "certificate": "c"}),
    _answer("prefill", answers.read_prefill, {"fields": {"a": "b"}}),
    _answer("person", answers.read_person, {"name": "a", "id_no": "b"}),
    _answer("identity", answers.read_identity, {"identity": "a", "level": "L1", "expires_s": 900}),
    _answer("challenge", answers.read_challenge, {"challenge": "a", "masked": "b"}),
    _answer("cases", answers.read_cases, {"cases": [_CASE]}),
)
TEXTS = (
    Target("card.json", _json(cards.card_from_json), (cards.CardError, AttributeError), _dump(RESIDENT, HMT)),
    Target("id_number", _text(is_valid), (), (b"11010519491231002X",)),
    *(
        Target(f"mask.{mask.__name__}", _text(mask), (), ("张建华 1".encode(),))
        for mask in (masks.mask_name, masks.mask_id, masks.mask_phone, masks.mask_account, masks.mask_address)
    ),
)

TARGETS: tuple[Target, ...] = (
    *CARDS,
    *CODES,
    *PRINTER,
    *SOCIAL,
    *BIOMETRIC,
    *INSIDE,
    *ADDRESSES,
    *ANSWERS,
    *TEXTS,
)
