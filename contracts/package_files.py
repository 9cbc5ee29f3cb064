"""The files of a service package as one object, and the way back: in which file a fault stands, on which line. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.faults import Fault
from contracts.json_places import Document, JsonError, Path, Place, read_json

FILES: Mapping[Path, str] = {
    ("service",): "service.json",
    ("data",): "data.schema.json",
    ("ui",): "ui.schema.json",
    ("receipt",): "receipt.json",
    ("strings", "zh"): "strings/zh.json",
    ("strings", "en"): "strings/en.json",
}
"""Which part of the package object each file is."""
DECISION = "decision.json"
CERTIFICATE = "certificate.json"
PAYMENT = "payment.json"
OWN: Mapping[Path, str] = {("decision",): DECISION, ("certificate",): CERTIFICATE, ("payment",): PAYMENT}
"""What only the platform reads: not in what it signs, and not in every package."""
Read = Callable[[str], str | None]
"""Returns the text of a file of the package, None for one that is not there. Raises UnicodeDecodeError."""


@dataclass(frozen=True, slots=True)
class Located:
    """A fault with its place. A file that is not there has none; then it is line 1, column 1."""

    file: str
    place: Place
    fault: Fault

    @property
    def where(self) -> str:
        """`file:line:column`, as editors take it."""
        return f"{self.file}:{self.place.line}:{self.place.column}"


@dataclass(frozen=True, slots=True)
class PackageFiles:
    """What was read: `content` is what the platform would sign, `own` what it keeps to itself.

    `broken` are files that are missing or hold no JSON; the rest can be judged only without them.
    """

    content: Mapping[str, Any]
    own: Mapping[str, Any]
    documents: Mapping[str, Document] = field(repr=False)
    broken: tuple[Located, ...] = ()

    def locate(self, faults: Iterable[Fault]) -> list[Located]:
        """Return faults with their places, in the order of the files and of the lines."""
        names = {**FILES, **OWN}
        order = list(names.values())
        found = [self._locate(fault, names) for fault in faults]
        return sorted(found, key=lambda it: (order.index(it.file), it.place.line, it.place.column))

    def _locate(self, fault: Fault, names: Mapping[Path, str]) -> Located:
        path = fault.path
        head = next((head for head in names if path[: len(head)] == head), None)
        if head is None:
            # A part of the package as a whole: its first file stands for it.
            head = next((head for head in names if head[:1] == path[:1]), ("service",))
            path = head
        document = self.documents.get(names[head])
        place = Place(1, 1) if document is None else document.place(path[len(head) :], name=fault.name)
        return Located(names[head], place, fault)


def read_files(read: Read) -> PackageFiles:
    """Read the files of a package."""
    content: dict[str, Any] = {"strings": {}}
    own: dict[str, Any] = {}
    documents: dict[str, Document] = {}
    broken: list[Located] = []
    for path, name in {**FILES, **OWN}.items():
        found = _document(name, read)
        if isinstance(found, Fault):
            broken.append(Located(name, Place(1, 1), found))
        elif isinstance(found, Located):
            broken.append(found)
        elif found is not None:
            documents[name], once = found
            broken += [] if once else [_twice(name, *repeated) for repeated in documents[name].repeated]
            target = own if path in OWN else content["strings"] if len(path) > 1 else content
            target[str(path[-1])] = documents[name].value
    return PackageFiles(content, own, documents, tuple(broken))


def _document(name: str, read: Read) -> tuple[Document, bool] | Fault | Located | None:
    try:
        text = read(name)
    except UnicodeDecodeError:
        return Fault((), "encoding", "the file is not UTF-8", "UTF-8", "save it as UTF-8")
    if text is None:
        if name in OWN.values():
            return None
        return Fault((), "file-missing", "the file is missing", "a file of every package", "write it")
    try:
        return read_json(text)
    except JsonError as error:
        fault = Fault((), "syntax", f"this is not JSON: {error}", "JSON (RFC 8259)", "correct it where it is shown")
        return Located(name, error.place, fault)


def _twice(name: str, path: Path, place: Place) -> Located:
    fault = Fault(path, "name-twice", f"{path[-1]} is there twice", "every name once", "take one of the two out")
    return Located(name, place, fault)
