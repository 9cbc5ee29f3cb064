"""Frames between a device's owner and its child process: frozen dataclasses as checked, length-prefixed bytes.

A frame is `DSH1`, the length of the head, the length of the body, the CRC-32 of both (three unsigned 32-bit big-endian
numbers), the head (JSON: the message's fields) and the body (the message's one `bytes` field, if it has one). Nothing
is unpickled, so a child that was taken over can say only what the table of messages allows.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import types
import typing
import zlib
from collections.abc import Iterator, Mapping
from enum import Enum

MAGIC = b"DSH1"
HEADER = struct.Struct("!4sIII")
MAX_HEAD = 256 * 1024
MAX_BODY = 32 * 1024 * 1024


class CorruptStreamError(Exception):
    """The bytes are no frame of ours: wrong magic, too long, a checksum or a message that does not fit."""


@dataclasses.dataclass(frozen=True, slots=True)
class Ping:
    """Are you still working? Sent by the owner."""

    n: int


@dataclasses.dataclass(frozen=True, slots=True)
class Pong:
    """I am: sent by the child from the thread that does the work, so that a hang is seen."""

    n: int


class Wire:
    """Turns the messages of one table into frames and back.

    A message is a frozen dataclass whose fields are str, int, float, bool, an enum, another frozen dataclass, a tuple
    of these, a mapping of str to str, or None; at most one field, at the top, is `bytes`.
    """

    def __init__(self, *messages: type, max_body: int = MAX_BODY) -> None:
        self.max_body = max_body
        self._types: dict[str, type] = {t.__name__: t for t in (*messages, Ping, Pong)}
        self._hints = {name: typing.get_type_hints(t) for name, t in self._types.items()}
        self._body = {
            name: next((field for field, hint in hints.items() if hint is bytes), "")
            for name, hints in self._hints.items()
        }

    def encode(self, message: object) -> bytes:
        """Return the whole frame of one message.

        Raises:
            TypeError: the message is not in the table.
            ValueError: it is larger than a frame may be.
        """
        name = type(message).__name__
        if self._types.get(name) is not type(message):
            raise TypeError(f"{name} is not a message of this wire")
        body_field = self._body[name]
        body = bytes(getattr(message, body_field)) if body_field else b""
        fields = {f: _plain(getattr(message, f)) for f in self._hints[name] if f != body_field}
        head = json.dumps({"is": name, **fields}, ensure_ascii=False, separators=(",", ":")).encode()
        if len(head) > MAX_HEAD or len(body) > self.max_body:
            raise ValueError(f"{name} is too large for a frame")
        return HEADER.pack(MAGIC, len(head), len(body), zlib.crc32(body, zlib.crc32(head))) + head + body

    def decode(self, head: bytes, body: bytes) -> object:
        """Return the message of a frame's head and body.

        Raises:
            CorruptStreamError: it is none of ours.
        """
        try:
            fields = json.loads(head)
            name = fields.pop("is")
            cls, hints, body_field = self._types[name], self._hints[name], self._body[name]
            values = {f: _typed(v, hints[f]) for f, v in fields.items()}
            if body_field:
                values[body_field] = body
            elif body:
                raise CorruptStreamError(f"{name} has no body")
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CorruptStreamError(f"not a message: {type(error).__name__}") from None


class Frames:
    """Cuts a stream of bytes into messages, however the bytes arrive."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[object]:
        """Yield each message that `data` completes.

        Raises:
            CorruptStreamError: the stream can no longer be trusted; its other end has to be replaced.
        """
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            magic, head_len, body_len, crc = HEADER.unpack_from(self._buffer)
            if magic != MAGIC:
                raise CorruptStreamError("wrong magic")
            if head_len > MAX_HEAD or body_len > self._wire.max_body:
                raise CorruptStreamError("frame over the size cap")
            end = HEADER.size + head_len + body_len
            if len(self._buffer) < end:
                return
            head = bytes(self._buffer[HEADER.size : HEADER.size + head_len])
            body = bytes(self._buffer[HEADER.size + head_len : end])
            del self._buffer[:end]
            if zlib.crc32(body, zlib.crc32(head)) != crc:
                raise CorruptStreamError("wrong checksum")
            yield self._wire.decode(head, body)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{type(value).__name__} does not cross processes")


def _typed(value: object, hint: object) -> object:
    origin = typing.get_origin(hint)
    args = typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        return _typed(value, next(a for a in args if a is not type(None)))
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError("a list was expected")
        inner = [args[0]] * len(value) if len(args) == 2 and args[1] is Ellipsis else list(args)
        return tuple(_typed(v, h) for v, h in zip(value, inner, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise TypeError("a mapping was expected")
        return {str(k): _typed(v, args[1]) for k, v in value.items()}
    if not isinstance(hint, type):
        raise TypeError("a field of an unknown kind")
    if issubclass(hint, Enum):
        return hint(value)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise TypeError("an object was expected")
        hints = typing.get_type_hints(hint)
        return hint(**{k: _typed(v, hints[k]) for k, v in value.items()})
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise TypeError("a field of the wrong type")
    return value
