"""What the page holds on which a machine is put into service. The slip's code is here only while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OFFERED = frozenset({"not_enrolled", "revoked"})
"""Why nobody is served, where a new slip mends it."""


class Stage(StrEnum):
    """Where the technician stands."""

    LOOK = "look"
    SLIP = "slip"
    SCAN = "scan"
    TYPE = "type"
    COMPARE = "compare"
    READY = "ready"
    RUN = "run"
    WAIT = "wait"
    REFUSED = "refused"
    STICK = "stick"
    REQUESTED = "requested"
    PARTS = "parts"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the machine says of itself. `problem` is why its identity does not count, and `cause` its sentence, in the
    words of provisioning; `network` is up, no_address or no_cable; `waiting` what an attempt waits for (answer, stick,
    or why an operator was asked), `word` its key's word.
    """

    problem: str = "not-enrolled"
    cause: Mapping[str, str] = field(default_factory=dict)
    network: str = "up"
    waiting: str = ""
    word: str = ""
    host: str = ""
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """What of a slip everybody may see. `digits` is the authority that the server showed, to be compared by eye."""

    host: str = ""
    terminal: str = ""
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it stopped, in the words of provisioning; `detail` is a technical word or nothing."""

    code: str
    cause: Mapping[str, str]
    remedy: Mapping[str, str]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One device of the profile: how it stands (`provisioning.discovery.Presence`), and what may take its place."""

    id: str
    kind: str
    presence: str
    uri: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Enrolling:
    """Somebody puts this machine into service; nobody else is served meanwhile. `why` is the page to go back to.

    `asking`: the field that is typed now (address, code, digits). `notice`: a word about what was just done. `busy`:
    what is waited for. `reader`: what looks for the slip: looking, reader, camera, both, none.
    """

    why: str
    stage: Stage = Stage.LOOK
    facts: Facts | None = None
    asking: str = "address"
    address: str = ""
    code: str = field(default="", repr=False)
    digits: str = ""
    notice: str = ""
    busy: str = ""
    reader: str = "looking"
    slip: Slip = Slip()
    replace: bool = False
    word: str = ""
    refusal: Refusal | None = None
    sticks: tuple[str, ...] | None = None
    stick: str = ""
    by_stick: bool = False
    parts: tuple[Part, ...] | None = None
    terminal: str = ""
