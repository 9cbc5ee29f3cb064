"""Lines of the NUT network protocol (Network UPS Tools, TCP 3493), pure: words, some in quotes with backslashes.

`LIST VAR ups` is answered by `BEGIN LIST VAR ups`, lines `VAR ups NAME "VALUE"` and `END LIST VAR ups`; anything by
`ERR CODE`. Only what reads is written here; nothing logs in, and nothing can be switched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PORT = 3493
LONGEST = 512
MOST_VARIABLES = 400


class LineError(ValueError):
    """The line is none of this protocol."""


class Code(StrEnum):
    """Errors of upsd that say something about the supply; any other is `OTHER`."""

    UNKNOWN_UPS = "UNKNOWN-UPS"
    DATA_STALE = "DATA-STALE"
    DRIVER_NOT_CONNECTED = "DRIVER-NOT-CONNECTED"
    ACCESS_DENIED = "ACCESS-DENIED"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Refused:
    """`ERR CODE`."""

    code: Code


@dataclass(frozen=True, slots=True)
class Variables:
    """What the supply says of itself, such as ups.status."""

    values: Mapping[str, str] = field(default_factory=dict)


def list_variables(name: str) -> bytes:
    """Return the question for everything that the supply `name` says."""
    return b"LIST VAR " + name.encode("ascii") + b"\n"


def words_of(line: str) -> list[str]:
    """Take a line apart.

    Raises:
        LineError: a quote is left open, or the line ends in a backslash.
    """
    words: list[str] = []
    word: list[str] | None = None
    quoted = escaped = False
    for char in line:
        if escaped:
            word, escaped = [*(word or []), char], False
        elif char == "\\":
            escaped, word = True, word or []
        elif char == '"':
            quoted, word = not quoted, word if word is not None else []
        elif char in " \t" and not quoted:
            if word is not None:
                words.append("".join(word))
                word = None
        else:
            word = [*(word or []), char]
    if quoted or escaped:
        raise LineError("a quote or a backslash is left open")
    return [*words, "".join(word)] if word is not None else words


def quoted(value: str) -> str:
    """Return a value as it stands in a line, for simulators."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class ListParser:
    """Takes the answer to one `list_variables` in, however it is cut. `answer` is set when it is whole."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting = b""
        self._begun = False
        self._values: dict[str, str] = {}
        self.answer: Variables | Refused | None = None

    def feed(self, data: bytes) -> Variables | Refused | None:
        """Take bytes in and return the answer once it is whole.

        Raises:
            LineError: what comes is no answer to this question.
        """
        self._waiting += data
        while self.answer is None and b"\n" in self._waiting:
            line, _, self._waiting = self._waiting.partition(b"\n")
            self._take(line.removesuffix(b"\r"))
        if len(self._waiting) > LONGEST:
            raise LineError("a line without an end")
        return self.answer

    def _take(self, raw: bytes) -> None:
        if len(raw) > LONGEST:
            raise LineError("a line too long")
        match words_of(raw.decode("utf-8", "replace")):
            case ["ERR", code, *_]:
                known = {item.value for item in Code}
                self.answer = Refused(Code(code) if code in known else Code.OTHER)
            case ["BEGIN", "LIST", "VAR", name] if name == self._name and not self._begun:
                self._begun = True
            case ["VAR", name, variable, value] if name == self._name and self._begun:
                if len(self._values) >= MOST_VARIABLES:
                    raise LineError("variables without end")
                self._values[variable] = value
            case ["END", "LIST", "VAR", name] if name == self._name and self._begun:
                self.answer = Variables(self._values)
            case _:
                raise LineError("no line of this answer")
