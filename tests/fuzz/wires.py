"""Readers of what comes from devices: cards, codes, printer, adapters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from drivers.biometric import codec as biometric
from drivers.biometric.messages import Decision, Modality
from drivers.card_reader import cards, hid_frames
from drivers.card_reader import codec as sam
from drivers.card_reader import text as card_text
from drivers.code_reader import codec as code
from drivers.code_reader import dialects, keys, texts
from drivers.code_reader.virtual_reader import READERS
from drivers.jack.codec import Contact, JackParser, contact_of
from drivers.jack.codec import event as jack_event
from drivers.receipt_printer import codec as printer
from drivers.receipt_printer import status as printer_status
from drivers.social_card import address as social_address
from drivers.social_card import apdu, frames, protocol, records
from drivers.social_card.profile import ProfileError, load_profile, parse_profile
from drivers.social_card.virtual_card import FAULTS, VirtualCard, card_from_json
from drivers.transport.faults import Faults
from drivers.transport.input_node import EV_KEY, EVENT
from tests.drivers.card_reader.people import FOREIGNER_2017, FOREIGNER_2023, HMT, RESIDENT
from tests.drivers.social_card.people import PERSON
from tests.fuzz.inputs import as_text
from tests.fuzz.target import Target, stream

LITTLE = 1536
"""What a parser of a slow wire may hold: one message. The longest, a code, has 1 KB."""


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

_KEYS = b"".join(EVENT.pack(0, 4000 * n, EV_KEY, key, down) for n, key in enumerate((30, 31, 28)) for down in (1, 0))


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
    Target("code_reader.repair", as_text(texts.repair_chinese), (), ("螳ｶ髣ｨ蜿｣".encode(),)),
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
_PROFILE_TOML = b"""name = "x"
applications = ["A000000001"]
select_file = "00"
records = "by_number"
[[files]]
id = "EF06"
records = [
  {field = "id_number", tag = "08", bytes = 18, as = "ascii"},
  {field = "name", tag = "09", bytes = 30, as = "gbk"},
]
"""


def _answers_of_a_good_card() -> bytes:
    """What `_reading` takes apart: every answer of one reading, each behind its length."""
    card, said = VirtualCard(card_from_json(PERSON), Faults(FAULTS)), bytearray()

    def transmit(command: list[int]) -> tuple[list[int], int, int]:
        answer = card.answer(bytes(command))
        said.append(len(answer) - 2)
        said.extend(answer)
        return list(answer[:-2]), answer[-2], answer[-1]

    protocol.read_card(transmit, _PROFILE)
    return bytes(said)


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
    Target("social_card.reading", _reading, _READING_ERRORS, (_answers_of_a_good_card(),)),
    Target("social_card.spoilt", _spoilt_card, _READING_ERRORS, (bytes(300), bytes(9) + b"\x01")),
    Target("social_card.profile", as_text(parse_profile), (ProfileError,), (_PROFILE_TEXT,)),
    Target(
        "social_card.profile_toml",
        as_text(lambda text: parse_profile(text, toml=True)),
        (ProfileError,),
        (_PROFILE_TOML,),
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


# The jack.

JACK = (
    Target("jack.events", stream(JackParser, LITTLE), (), (jack_event(Contact.IN), jack_event(Contact.OUT))),
    Target("jack.switches", contact_of, (), (b"\4" + bytes(7), bytes(8))),
)
