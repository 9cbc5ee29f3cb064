"""What this process can still reach: every text that an object, or a variable of a running function, refers to.

Used on the lab's stage after a visit. Nothing is looked for here: who looks would bring the words along. Freed memory
is not reached; it goes with the process, which is relieved (`kiosk_app.relief`).
"""

from __future__ import annotations

import gc
import io
import sys
import types
from collections.abc import Iterator
from pathlib import Path

OURS = ("kiosk_app", "ui", "drivers", "offline_cache", "provisioning", "contracts")
OF_A_VISIT = frozenset(
    {
        "drivers.biometric.messages.Compare",
        "drivers.card_reader.card.Card",
        "drivers.code_reader.driver.CodeRead",
        "drivers.page_printer.driver.PrintDocument",
        "drivers.receipt_printer.driver.Print",
        "drivers.social_card.card.SocialCard",
        "drivers.vision.messages.CheckFace",
        "kiosk_app.documents.receipt.ReceiptModel",
        "kiosk_app.identity.person.Person",
        "kiosk_app.visit.effects.LinkCertificate",
        "kiosk_app.visit.effects.OpenChat",
        "kiosk_app.visit.effects.PrintCertificate",
        "kiosk_app.visit.effects.SendChat",
        "kiosk_app.visit.sealed.Certificate",
        "kiosk_app.visit.state.Case",
        "kiosk_app.visit.state.Consent",
        "offline_cache.http.answers.Identity",
        "offline_cache.http.answers.VerifiedPerson",
    }
)
"""Classes of which a terminal that nobody stands before has no instance."""
BETWEEN = b"\n\x00"
"""Stands between two texts, so that the end of one and the beginning of the next are not taken for a word."""
STEPS = 12
WIDEST = 200
"""So many holders of one distance are followed further."""


class Variables:
    """The variables of one function that runs."""

    def __init__(self, frame: types.FrameType) -> None:
        self.function = frame.f_code.co_qualname
        self.values = dict(frame.f_locals)


class Reach:
    """One look at the process. `texts` are all texts, `objects` names of classes of a visit that have an instance.

    Drop it when done: it holds what it found.
    """

    def __init__(self) -> None:
        gc.unfreeze()
        gc.collect()
        self.texts: list[str | bytes | bytearray] = []
        self.objects: list[str] = []
        self._parents: dict[int, object] = {}
        self._walk()

    def write(self, path: Path) -> None:
        """Write the texts one after the other."""
        with path.open("wb") as file:
            for text in self.texts:
                file.write(_bytes(text) + BETWEEN)

    def holder_at(self, offset: int) -> str:
        """Say who refers to the text at a byte of the written file, outwards until something of ours: `Looking < dict`.

        Raises:
            ValueError: nothing was written there.
        """
        for text in self.texts:
            length = len(_bytes(text)) + len(BETWEEN)
            if offset < length:
                return self._holder(text)
            offset -= length
        raise ValueError("behind the end")

    def _holder(self, text: object) -> str:
        """Go outwards by the shortest way, all holders of one distance at a time."""
        below: dict[int, tuple[object, object | None]] = {id(text): (text, None)}
        level: list[object] = [text]
        furthest = text
        for _ in range(STEPS):
            level = self._next(level, below)
            if not level:
                break
            furthest = next((one for one in level if _is_end(one)), level[0])
            if _is_end(furthest):
                break
        return _told(furthest, below) or "nobody"

    def _next(self, level: list[object], below: dict[int, tuple[object, object | None]]) -> list[object]:
        """Everything that refers to one of these and was not met before, noted in `below` with what it holds."""
        held = {id(one) for one in level}
        notes = {id(each) for each in (level, below, *below.values())}
        above = [self._parents[id(one)] for one in level if id(one) in self._parents]
        above += [one for one in gc.get_referrers(*level) if not self._is_mine(one)]
        found: list[object] = []
        for one in above:
            if id(one) in below or id(one) in notes or one is above or isinstance(one, types.FrameType):
                continue
            inner = next((each for each in _referents(one) if id(each) in held), None)
            if inner is not None:
                below[id(one)] = (one, inner)
                found.append(one)
        found.sort(key=lambda one: not type(one).__module__.startswith(OURS))
        return found[:WIDEST]

    def _is_mine(self, one: object) -> bool:
        if isinstance(one, types.FrameType):
            return one.f_code.co_filename == __file__
        return one is self.texts or one is self._parents or one is self.__dict__

    def _walk(self) -> None:
        roots: list[object] = [*gc.get_objects(), *_variables()]
        mine = (self, self.__dict__, self.texts, self.objects, self._parents, roots)
        seen = {id(one) for one in (*roots, *mine)}
        named: dict[type, str] = {}
        waiting = list(roots)
        while waiting:
            at = waiting.pop()
            kind = type(at)
            if kind not in named:
                named[kind] = name if (name := _class(kind)) in OF_A_VISIT else ""
            if named[kind]:
                self.objects.append(named[kind])
            if isinstance(at, types.CodeType):
                # Constants of the program: nobody's words.
                continue
            for one in _referents(at):
                if id(one) in seen:
                    continue
                seen.add(id(one))
                self._parents[id(one)] = at
                if isinstance(one, str | bytes | bytearray):
                    self.texts.append(one)
                else:
                    waiting.append(one)


def _referents(one: object) -> list[object]:
    """Return what an object refers to. The collector passes over keys that are text, and over what a buffer holds."""
    found = gc.get_referents(one)
    if isinstance(one, dict):
        found += list(dict.keys(one))
    elif isinstance(one, io.BytesIO | io.StringIO) and not one.closed:
        found.append(one.getvalue())
    return found


def _variables() -> Iterator[Variables]:
    """Yield the variables of every function that runs, but for those of this module."""
    for top in sys._current_frames().values():
        frame: types.FrameType | None = top
        while frame is not None:
            if frame.f_code.co_filename != __file__:
                yield Variables(frame)
            frame = frame.f_back


def _bytes(text: str | bytes | bytearray) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)


def _class(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_end(one: object) -> bool:
    """True for something that is ours and lives on: what belongs to a visit is held by somebody else."""
    if isinstance(one, types.FunctionType | types.ModuleType):
        return True
    return type(one).__module__.startswith(OURS) and _class(type(one)) not in OF_A_VISIT


def _told(outermost: object, below: dict[int, tuple[object, object | None]]) -> str:
    """Say the way from the outermost holder inwards; an object and its `__dict__` are one."""
    chain: list[str] = []
    at, inner = below[id(outermost)]
    while inner is not None:
        further = below[id(inner)][1]
        if getattr(at, "__dict__", None) is inner and further is not None:
            chain.append(_name(at, further))
            inner = below[id(inner)][1]
        else:
            chain.append(_name(at, inner))
        at, inner = below[id(inner)]
    return " < ".join(chain)


def _name(one: object, held: object) -> str:
    if isinstance(one, Variables):
        return f"variable of {one.function}"
    if isinstance(one, types.FunctionType):
        return f"function {one.__qualname__}"
    if isinstance(one, types.ModuleType):
        return f"module {one.__name__}"
    kind = type(one)
    slots = [name for base in kind.__mro__ for name in base.__dict__.get("__slots__", ())]
    names = [*getattr(one, "__dict__", ()), *slots] if kind.__module__.startswith(OURS) else []
    own = next((name for name in names if getattr(one, name, None) is held), "")
    if isinstance(one, list | tuple):
        at = next((number for number, each in enumerate(one) if each is held), -1)
        return f"{kind.__qualname__}[{at} of {len(one)}]"
    return f"{kind.__qualname__}.{own}" if own else kind.__qualname__
