"""Decoding a card's photo. The algorithm is not public: the reader's vendor sells a library, and only that can do it.

The library runs in a process of its own, so that its crash, its hang or its malice is that process's alone. By address:

null:                               no photo, ever (the default)
helper:/abs/program?sha256=HEX      1024 bytes on its standard input, exactly 38556 on its standard output:
                                    126 rows from the bottom, each 102 pixels of blue, green, red

The blob and the picture are never logged, never written to a file and not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import resource
import select
import signal
import subprocess
import time
from enum import StrEnum
from typing import IO, Protocol
from urllib.parse import unquote

from drivers.card_reader.codec import PHOTO_BYTES as BLOB_BYTES
from drivers.transport.uri import UriError, split
from drivers.vision.messages import PHOTO_BYTES, PHOTO_HEIGHT, PHOTO_WIDTH

MAGIC = b"WLf\0"
TIMEOUT_S = 2.0
LONGEST_PROGRAM = 64 << 20
CHUNK = 1 << 16
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class PhotoCause(StrEnum):
    """Why there is no picture; empty when there is one."""

    NONE = ""
    NO_DECODER = "no_decoder"
    NOT_A_PHOTO = "not_a_photo"  # the blob is none
    MISSING = "missing"  # no such program, or it may not be read
    CHANGED = "changed"  # its hash is not the one of the address
    CANNOT_START = "cannot_start"
    TIMEOUT = "timeout"
    EXIT_CODE = "exit_code"
    WRONG_LENGTH = "wrong_length"


class PhotoDecoder(Protocol):
    """Turns a card's blob into a picture."""

    @property
    def name(self) -> str:
        """Its kind, for technicians: `null` or `helper`."""

    @property
    def last_cause(self) -> PhotoCause:
        """Why the last `decode` or `available` came to nothing."""

    def available(self) -> bool:
        """Ask whether decoding can be tried at all."""

    def decode(self, blob: bytes, timeout: float = TIMEOUT_S) -> bytes | None:
        """Return `PHOTO_BYTES` bytes, 126 rows of 102 pixels RGB from the top; None with `last_cause` set."""


class NullDecoder:
    """Decodes nothing: visits go on without a photo."""

    name = "null"
    last_cause = PhotoCause.NO_DECODER

    def available(self) -> bool:
        """Return False."""
        return False

    def decode(self, blob: bytes, timeout: float = TIMEOUT_S) -> bytes | None:
        """Return None."""
        return None


class HelperDecoder:
    """Asks a program, started anew for each photo. Blocks for up to the time-out: call it off the loop."""

    name = "helper"

    def __init__(self, path: str, sha256: str) -> None:
        """`sha256`: of the program file, 64 lower-case hexadecimal digits."""
        self._path = path
        self._sha256 = sha256
        self._cause = PhotoCause.NONE

    @property
    def last_cause(self) -> PhotoCause:
        """Why the last call came to nothing."""
        return self._cause

    def available(self) -> bool:
        """Ask whether the program is there and is the right one."""
        descriptor = self._open()
        if descriptor is None:
            return False
        os.close(descriptor)
        return True

    def decode(self, blob: bytes, timeout: float = TIMEOUT_S) -> bytes | None:
        """Run the program on one blob; see `PhotoDecoder`."""
        if len(blob) != BLOB_BYTES or not blob.startswith(MAGIC):
            self._cause = PhotoCause.NOT_A_PHOTO
            return None
        end = time.monotonic() + timeout
        descriptor = self._open()
        if descriptor is None:
            return None
        picture = bytearray()
        try:
            self._cause = self._run(descriptor, blob, picture, end)
            return None if self._cause else _upright(picture)
        finally:
            os.close(descriptor)
            picture[:] = bytes(len(picture))

    def _open(self) -> int | None:
        """Return the open program if its hash is right. What is hashed is what runs: the same open file."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._cause = PhotoCause.MISSING
            return None
        try:
            found = hashlib.sha256()
            size = 0
            while size <= LONGEST_PROGRAM and (chunk := os.read(descriptor, CHUNK)):
                found.update(chunk)
                size += len(chunk)
            self._cause = PhotoCause.NONE if found.hexdigest() == self._sha256 else PhotoCause.CHANGED
        except OSError:
            self._cause = PhotoCause.MISSING
        if self._cause:
            os.close(descriptor)
            return None
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def _run(self, descriptor: int, blob: bytes, picture: bytearray, end: float) -> PhotoCause:
        try:
            process = subprocess.Popen(
                [self._path],
                executable=f"/proc/self/fd/{descriptor}",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(descriptor,),
                env={},
                cwd="/",
                start_new_session=True,
                bufsize=0,
            )
        except OSError:
            return PhotoCause.CANNOT_START
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin as into, process.stdout as out:
            try:
                # A picture of its memory would be a picture of somebody.
                with contextlib.suppress(OSError):
                    resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
                with contextlib.suppress(BrokenPipeError):
                    # Fits into the pipe: this does not wait.
                    into.write(blob)
                    into.close()
                if not _collect(out, picture, end):
                    return PhotoCause.TIMEOUT
                if len(picture) > PHOTO_BYTES:
                    return PhotoCause.WRONG_LENGTH
                code = process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                return PhotoCause.TIMEOUT
            finally:
                _kill(process)
        if code != 0:
            return PhotoCause.EXIT_CODE
        return PhotoCause.NONE if len(picture) == PHOTO_BYTES else PhotoCause.WRONG_LENGTH


def decoder(uri: str = "null:") -> PhotoDecoder:
    """Return the decoder of an address.

    Raises:
        UriError: neither `null:` nor `helper:/abs/program?sha256=HEX`.
    """
    address = split(uri)
    if address.scheme == "null":
        address.expect(not address.path and not address.host, "null:")
        return NullDecoder()
    sha256 = address.options.get("sha256", "").lower()
    form = "null: or helper:/abs/program?sha256=HEX"
    fits = address.scheme == "helper" and address.path.startswith("/") and not address.host
    address.expect(fits and _SHA256.fullmatch(sha256) is not None, form, "sha256")
    return HelperDecoder(unquote(address.path), sha256)


def _collect(out: IO[bytes], picture: bytearray, end: float) -> bool:
    """Read to the end of the output or one byte too many; False when time ran out."""
    while len(picture) <= PHOTO_BYTES:
        ready, _, _ = select.select([out], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        chunk = os.read(out.fileno(), PHOTO_BYTES + 1 - len(picture))
        if not chunk:
            return True
        picture += chunk
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _upright(picture: bytearray) -> bytes:
    """Turn rows from the bottom of blue, green, red into rows from the top of red, green, blue."""
    width = PHOTO_WIDTH * 3
    rows = [picture[at : at + width] for at in range((PHOTO_HEIGHT - 1) * width, -1, -width)]
    turned = bytearray(b"".join(rows))
    turned[0::3], turned[2::3] = turned[2::3], turned[0::3]
    return bytes(turned)


__all__ = ["PHOTO_BYTES", "HelperDecoder", "NullDecoder", "PhotoCause", "PhotoDecoder", "UriError", "decoder"]
