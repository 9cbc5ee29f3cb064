"""Messages of the Internet Printing Protocol (RFC 8010), pure: groups of attributes to bytes and back.

`version (2) | operation or status (2) | request id (4) | groups | 03 | document`. What an operation means is told in
`protocol`. Nothing longer than `MOST_BYTES` or deeper than `MOST_DEPTH` is looked into.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

MOST_BYTES = 1 << 20
"""Attributes of one message; the longest of a real queue were some 60 KB."""
MOST_VALUES = 20_000
MOST_DEPTH = 8
LONGEST_NAME = 255
LONGEST_VALUE = 32_767
"""Lengths are signed (RFC 8010, 3.1.4)."""

_HEAD = struct.Struct(">BBHi")
_SHORT = struct.Struct(">H")
_INTEGER = struct.Struct(">i")
_RANGE = struct.Struct(">ii")
_RESOLUTION = struct.Struct(">iib")
_DATE_BYTES = 11
_LAST_DELIMITER = 0x0F
_LAST_OUT_OF_BAND = 0x1F


class CodecError(ValueError):
    """Bytes that are no message, or a message that has no bytes."""


class GroupTag(IntEnum):
    """What a group of attributes is about."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """Syntax of a value."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME = 0x49
    MEMBER_NAME = 0x4A


_SYNTAXES = frozenset(Tag)


@dataclass(frozen=True, slots=True)
class Range:
    """From `lower` to `upper`, both included."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots across and along, per inch (`units` 3) or centimetre (4)."""

    cross: int
    feed: int
    units: int


@dataclass(frozen=True, slots=True)
class Localized:
    """A text or name that tells its language."""

    language: str
    text: str


Content = int | bool | str | bytes | Range | Resolution | Localized | tuple["Attribute", ...] | None
"""By tag: None for the out-of-band ones, members for a collection, bytes for dates, octets and what nobody knows."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value and its syntax."""

    tag: int
    content: Content = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and its values, at least one."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes about one thing."""

    tag: int
    attributes: tuple[Attribute, ...] = ()

    def contents(self, name: str) -> tuple[Content, ...]:
        """What the first attribute of this name holds, without out-of-band values; empty when there is none."""
        values = next((attribute.values for attribute in self.attributes if attribute.name == name), ())
        return tuple(value.content for value in values if value.content is not None)

    def has(self, name: str) -> bool:
        """True when there is an attribute of this name, whatever it holds."""
        return any(attribute.name == name for attribute in self.attributes)

    def words(self, name: str) -> tuple[str, ...]:
        """The texts, names or keywords that it holds."""
        found = (value.text if isinstance(value, Localized) else value for value in self.contents(name))
        return tuple(value for value in found if isinstance(value, str))

    def number(self, name: str) -> int | None:
        """The first integer or enum."""
        return next((v for v in self.contents(name) if isinstance(v, int) and not isinstance(v, bool)), None)

    def flag(self, name: str) -> bool | None:
        """The first boolean."""
        return next((value for value in self.contents(name) if isinstance(value, bool)), None)


@dataclass(frozen=True, slots=True)
class Message:
    """A request (`code` is an operation) or an answer (`code` is a status). `document` is never shown."""

    code: int
    request_id: int
    groups: tuple[Group, ...] = ()
    document: bytes = field(default=b"", repr=False)
    version: tuple[int, int] = (1, 1)

    def group(self, tag: GroupTag) -> Group:
        """The first group of a kind, empty when there is none."""
        return next((group for group in self.groups if group.tag == tag), Group(tag))

    def all_groups(self, tag: GroupTag) -> tuple[Group, ...]:
        """Every group of a kind: Get-Jobs answers with one for each job."""
        return tuple(group for group in self.groups if group.tag == tag)


def attribute(name: str, tag: Tag, *contents: Content) -> Attribute:
    """Return an attribute whose values all have the same syntax."""
    return Attribute(name, tuple(Value(tag, content) for content in contents))


def encode(message: Message) -> bytes:
    """Return the bytes of a message, its document included.

    Raises:
        CodecError: a value does not fit its syntax, or is too long.
    """
    try:
        out = bytearray(_HEAD.pack(*message.version, message.code, message.request_id))
        for group in message.groups:
            out.append(group.tag)
            for each in group.attributes:
                out += _encoded(each)
    except (struct.error, ValueError, UnicodeEncodeError) as error:
        raise CodecError("a value does not fit") from error
    out.append(GroupTag.END)
    if len(out) > MOST_BYTES:
        raise CodecError("too many attributes")
    return bytes(out) + message.document


def _encoded(each: Attribute) -> bytes:
    if not each.values:
        raise CodecError(f"{each.name} has no value")
    out = bytearray()
    name = each.name.encode("ascii")
    if not 0 < len(name) <= LONGEST_NAME:
        raise CodecError("length of a name")
    for value in each.values:
        out += _piece(value.tag, name, _content_bytes(value))
        if isinstance(value.content, tuple):
            out += _members(value.content, 1)
        name = b""
    return bytes(out)


def _members(members: tuple[Attribute, ...], depth: int) -> bytes:
    if depth > MOST_DEPTH:
        raise CodecError("too deep")
    out = bytearray()
    for member in members:
        out += _piece(Tag.MEMBER_NAME, b"", member.name.encode("ascii"))
        for value in member.values:
            out += _piece(value.tag, b"", _content_bytes(value))
            if isinstance(value.content, tuple):
                out += _members(value.content, depth + 1)
    return bytes(out + _piece(Tag.END_COLLECTION, b"", b""))


def _piece(tag: int, name: bytes, value: bytes) -> bytes:
    if len(value) > LONGEST_VALUE:
        raise CodecError("length of a value")
    return bytes((tag,)) + _SHORT.pack(len(name)) + name + _SHORT.pack(len(value)) + value


def _content_bytes(value: Value) -> bytes:
    match value.tag, value.content:
        case tag, None if tag <= _LAST_OUT_OF_BAND:
            return b""
        case Tag.BOOLEAN, bool(content):
            return bytes((content,))
        case ((Tag.INTEGER | Tag.ENUM), int(content)) if not isinstance(content, bool):
            return _INTEGER.pack(content)
        case Tag.RANGE, Range(lower, upper):
            return _RANGE.pack(lower, upper)
        case Tag.RESOLUTION, Resolution(cross, feed, units):
            return _RESOLUTION.pack(cross, feed, units)
        case ((Tag.TEXT_WITH_LANGUAGE | Tag.NAME_WITH_LANGUAGE), Localized(language, text)):
            first, second = language.encode(), text.encode()
            return _SHORT.pack(len(first)) + first + _SHORT.pack(len(second)) + second
        case Tag.COLLECTION, tuple():
            return b""
        case tag, str(content) if Tag.TEXT <= tag <= Tag.MIME:
            return content.encode()
        case Tag.DATE_TIME, bytes(content):
            return _sized(content, _DATE_BYTES)
        case tag, bytes(content) if tag == Tag.OCTETS or (tag > _LAST_OUT_OF_BAND and tag not in _SYNTAXES):
            return content
    raise CodecError("content and syntax disagree")


def decode(raw: bytes) -> Message:
    """Return the message that `raw` begins with; what follows its attributes is the document.

    Raises:
        CodecError: it is none, it is cut off, or it is longer or deeper than anything honest.
    """
    return _Reader(raw).message()


class _Reader:
    """Reads forward, and never past the end."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0
        self._values = 0

    def message(self) -> Message:
        major, minor, code, request_id = _HEAD.unpack(self._take(_HEAD.size))
        if major not in (1, 2):
            raise CodecError("version")
        groups: list[Group] = []
        tag = self._byte()
        while tag != GroupTag.END:
            if not 0 < tag <= _LAST_DELIMITER:
                raise CodecError("a value outside of every group")
            attributes, following = self._attributes()
            groups.append(Group(tag, attributes))
            tag = following
        return Message(code, request_id, tuple(groups), self._raw[self._at :], (major, minor))

    def _attributes(self) -> tuple[tuple[Attribute, ...], int]:
        """The attributes of a group, and the delimiter behind them."""
        found: list[tuple[str, list[Value]]] = []
        while (tag := self._byte()) > _LAST_DELIMITER:
            name = self._text(self._take(self._short()))
            value = self._value(tag, 0)
            if name:
                found.append((name, [value]))
            elif found:
                found[-1][1].append(value)
            else:
                raise CodecError("a value without a name")
        return tuple(Attribute(name, tuple(values)) for name, values in found), tag

    def _value(self, tag: int, depth: int) -> Value:
        self._values += 1
        if self._values > MOST_VALUES or self._at > MOST_BYTES:
            raise CodecError("too many values")
        raw = self._take(self._short())
        if tag == Tag.COLLECTION:
            return Value(tag, self._collection(depth + 1))
        if tag in (Tag.MEMBER_NAME, Tag.END_COLLECTION):
            raise CodecError("a piece of a collection outside of one")
        return Value(tag, self._content(tag, raw))

    def _collection(self, depth: int) -> tuple[Attribute, ...]:
        if depth > MOST_DEPTH:
            raise CodecError("too deep")
        members: list[tuple[str, list[Value]]] = []
        while True:
            tag = self._byte()
            if self._short():
                raise CodecError("a name inside of a collection")
            if tag == Tag.END_COLLECTION:
                self._take(self._short())
                break
            if tag == Tag.MEMBER_NAME:
                members.append((self._text(self._take(self._short())), []))
            elif tag > _LAST_DELIMITER and members:
                members[-1][1].append(self._value(tag, depth))
            else:
                raise CodecError("a collection that does not end")
        return tuple(Attribute(name, tuple(values)) for name, values in members)

    def _content(self, tag: int, raw: bytes) -> Content:
        if tag <= _LAST_OUT_OF_BAND:
            return None
        match tag:
            case Tag.INTEGER | Tag.ENUM:
                return int(_INTEGER.unpack(_sized(raw, _INTEGER.size))[0])
            case Tag.BOOLEAN:
                return _sized(raw, 1) != b"\0"
            case Tag.RANGE:
                return Range(*_RANGE.unpack(_sized(raw, _RANGE.size)))
            case Tag.RESOLUTION:
                return Resolution(*_RESOLUTION.unpack(_sized(raw, _RESOLUTION.size)))
            case Tag.DATE_TIME:
                return _sized(raw, _DATE_BYTES)
            case Tag.TEXT_WITH_LANGUAGE | Tag.NAME_WITH_LANGUAGE:
                return self._localized(raw)
            case _ if Tag.TEXT <= tag <= Tag.MIME:
                return self._text(raw)
        return raw

    def _localized(self, raw: bytes) -> Localized:
        inner = _Reader(raw)
        language = self._text(inner._take(inner._short()))
        text = self._text(inner._take(inner._short()))
        if inner._at != len(raw):
            raise CodecError("length of a text with its language")
        return Localized(language, text)

    def _text(self, raw: bytes) -> str:
        # A printer that writes its own name in some other encoding can still be asked about its paper.
        return raw.decode("utf-8", "replace")

    def _byte(self) -> int:
        return self._take(1)[0]

    def _short(self) -> int:
        return int(_SHORT.unpack(self._take(_SHORT.size))[0])

    def _take(self, size: int) -> bytes:
        piece = self._raw[self._at : self._at + size]
        if len(piece) < size:
            raise CodecError("cut off")
        self._at += size
        return piece


def _sized(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise CodecError("length of a value")
    return raw
