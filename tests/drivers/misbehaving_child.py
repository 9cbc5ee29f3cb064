"""A child process for the tests of `drivers.host`: it echoes, and misbehaves in every way when told to."""

from __future__ import annotations

import os
import signal
import struct
import sys
import time
from dataclasses import dataclass
from enum import StrEnum

from drivers.host_child import connect
from drivers.host_frames import HEADER, MAGIC, Ping, Pong, Wire


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: int | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    text: str
    colour: Colour
    points: tuple[Point, ...]
    blob: bytes


@dataclass(frozen=True, slots=True)
class Do:
    """crash, hang, garbage, oversize, environment, exit."""

    what: str


@dataclass(frozen=True, slots=True)
class Told:
    text: str


WIRE = Wire(Echo, Do, Told, max_body=1024 * 1024)


def main() -> None:
    owner = connect(WIRE)
    fd = int(sys.argv[sys.argv.index("--owner-fd") + 1])
    for message in owner.messages():
        match message:
            case Ping(n):
                owner.send(Pong(n))
            case Echo():
                owner.send(message)
            case Do("crash"):
                os.kill(os.getpid(), signal.SIGSEGV)
            case Do("hang"):
                time.sleep(3600)
            case Do("garbage"):
                os.write(fd, b"<html>502 Bad Gateway</html>" * 2)
            case Do("bad-checksum"):
                head = b'{"is":"Told","text":"hello"}'
                os.write(fd, HEADER.pack(MAGIC, len(head), 0, 12345) + head)
            case Do("oversize"):
                os.write(fd, struct.pack("!4sIII", MAGIC, 10, 2**31, 0))
            case Do("unknown"):
                import zlib

                head = b'{"is":"Shell","text":"rm"}'
                os.write(fd, HEADER.pack(MAGIC, len(head), 0, zlib.crc32(head)) + head)
            case Do("environment"):
                owner.send(Told(" ".join(sorted(os.environ))))
            case _:
                return


if __name__ == "__main__":
    main()
