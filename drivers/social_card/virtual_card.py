"""A social-security card for simulators and tests: files of LD/T 32, spoken as T=0 cards speak, faults on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.id_number import is_valid
from drivers.card_reader.names import SEX_CODES
from drivers.social_card import apdu
from drivers.social_card.apdu import Answer, Apdu, ApduError, decode_command
from drivers.social_card.records import encode_record
from drivers.transport.faults import Faults

ATR = bytes.fromhex("3B6D00000031C06493000000000000")
"""Says T=0 and nothing else of worth; not the ATR of any issuer."""
APPLICATION = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
FCI = bytes.fromhex("6F11840F") + APPLICATION

FAULTS = (
    "wrong-sw",  # 6F00 to a READ RECORD
    "truncate",  # a record cut short
    "wrong-record",  # another record than the one asked for
    "bad-check",  # the number's check character is another one
    "not-gbk",  # a name that is no GBK
    "bad-date",  # a day that does not exist
    "more-forever",  # 61xx without end
    "again-forever",  # 6Cxx without end
    "no-status",  # one byte instead of an answer
    "no-application",  # another card: a bank's
    "no-file",
    "locked",
    "pin",
)


@dataclass(frozen=True, slots=True, repr=False)
class CardFile:
    """What is written on the card: per file the records, in order of their numbers."""

    records: Mapping[int, tuple[tuple[int, bytes], ...]]


def card_from_json(data: Mapping[str, object]) -> CardFile:
    """Return the files of a card that is described by the fields of `SocialCard` (dates as YYYY-MM-DD).

    Raises:
        ValueError: a field is missing, too long, or the number's check does not hold.
    """
    try:
        id_number, name = str(data["id_number"]), str(data["name"])
        sex = next((code for code, word in SEX_CODES.items() if data.get("sex", "unknown") in (code, word.value)), "0")
        if not is_valid(id_number):
            raise ValueError("id_number: the check does not hold")
        born = id_number[6:14]
        valid_to = str(data.get("valid_to") or "")
        expiry = bytes.fromhex(date.fromisoformat(valid_to).isoformat().replace("-", "")) if valid_to else bytes(4)
        region = str(data.get("region", id_number[:6]))
        first = (
            (0x01, bytes.fromhex(region + "0" * 26)),
            (0x02, b"3"),
            (0x03, _fixed(str(data.get("spec", "3.00")).encode("ascii"), 4)),
            (0x04, bytes(12)),
            (0x05, bytes.fromhex("20200101")),
            (0x06, expiry),
            (0x07, _fixed(str(data.get("card_number", "")).encode("ascii"), 9)),
        )
        second = (
            (0x08, _fixed(id_number.encode("ascii"), 18)),
            (0x09, _fixed(name.encode("gb18030"), 30)),
            (0x0A, sex.encode("ascii")),
            (0x0B, bytes.fromhex("01")),
            (0x0C, bytes.fromhex(region)),
            (0x0D, bytes.fromhex(born)),
        )
    except KeyError as error:
        raise ValueError(f"{error.args[0]}: missing") from None
    return CardFile({0xEF05: first, 0xEF06: second})


def _fixed(value: bytes, size: int) -> bytes:
    if len(value) > size:
        raise ValueError(f"at most {size} bytes")
    return value.ljust(size, b"\0")


class VirtualCard:
    """One card under power. `style` by_number knows records only by their numbers, by_tag only by their tags."""

    def __init__(self, files: CardFile, faults: Faults, style: str = "both") -> None:
        if style not in ("both", "by_tag", "by_number"):
            raise ValueError("records: expected both, by_tag or by_number")
        self._files = files
        self._faults = faults
        self._style = style
        self._waiting = b""
        self._application = False
        self._file: int | None = None
        self.commands = 0

    def reset(self) -> None:
        """Forget what is selected."""
        self._application, self._file, self._waiting = False, None, b""

    def answer(self, raw: bytes) -> bytes:
        """Return the answer to one command."""
        self.commands += 1
        if self._faults.happens("no-status"):
            return b"\x90"
        try:
            command = decode_command(raw)
        except ApduError:
            return Answer(b"", 0x6700).encode()
        if self._faults.happens("more-forever"):
            return Answer(b"\x5a", 0x6110).encode()
        if self._faults.happens("again-forever"):
            return Answer(b"", 0x6C00 | ((command.le or 0) + 1) & 0xFF or 0x6C01).encode()
        return self._answer(command).encode()

    def _answer(self, command: Apdu) -> Answer:
        match command:
            case Apdu(cla=cla) if cla != 0x00:
                return Answer(b"", 0x6E00)
            case Apdu(ins=apdu.GET_RESPONSE, le=int() as count):
                data, self._waiting = self._waiting[:count], self._waiting[count:]
                return Answer(data, 0x9000 if data else 0x6985)
            case Apdu(ins=apdu.SELECT, p1=apdu.BY_NAME):
                return self._select_application(command.data)
            case Apdu(ins=apdu.SELECT, p1=0x00 | 0x02) if len(command.data) == 2:
                return self._select_file(int.from_bytes(command.data, "big"))
            case Apdu(ins=apdu.READ_RECORD, le=int() as count):
                return self._read(command.p1, command.p2, count)
            case _:
                return Answer(b"", 0x6D00)

    def _select_application(self, name: bytes) -> Answer:
        self.reset()
        if name != APPLICATION or self._faults.happens("no-application"):
            return Answer(b"", 0x6A82)
        if self._faults.happens("locked"):
            return Answer(b"", 0x6283)
        self._application = True
        self._waiting = FCI
        return Answer(b"", 0x6100 | len(FCI))

    def _select_file(self, identifier: int) -> Answer:
        if not self._application or identifier not in self._files.records or self._faults.happens("no-file"):
            return Answer(b"", 0x6A82)
        self._file = identifier
        return Answer(b"", 0x9000)

    def _read(self, reference: int, how: int, count: int) -> Answer:
        if self._file is None:
            return Answer(b"", 0x6986)
        if self._faults.happens("pin"):
            return Answer(b"", 0x6982)
        if self._faults.happens("wrong-sw"):
            return Answer(b"", 0x6F00)
        records = self._files.records[self._file]
        if how == apdu.RECORD_BY_TAG and self._style != "by_number":
            found = [record for record in records if record[0] == reference]
        elif how == apdu.RECORD_BY_NUMBER and self._style != "by_tag":
            found = list(records[reference - 1 : reference])
        else:
            return Answer(b"", 0x6A86)
        if not found:
            return Answer(b"", 0x6A83)
        data = encode_record(*self._spoilt(*found[0]))
        if len(data) != count:
            return Answer(b"", 0x6C00 | len(data))
        return Answer(data[: len(data) // 2] if self._faults.happens("truncate") else data, 0x9000)

    def _spoilt(self, tag: int, value: bytes) -> tuple[int, bytes]:
        if tag == 0x08 and self._faults.happens("bad-check"):
            return tag, value[:-1] + (b"0" if value[-1:] != b"0" else b"1")
        if tag == 0x09 and self._faults.happens("not-gbk"):
            return tag, (b"\x81\xff" * len(value))[: len(value)]
        if tag == 0x0D and self._faults.happens("bad-date"):
            return tag, bytes.fromhex("19990230")
        if self._faults.happens("wrong-record"):
            return tag ^ 0x10, value
        return tag, value
