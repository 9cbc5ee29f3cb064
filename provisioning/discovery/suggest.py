"""From what is plugged in and what answered to entries of a profile that a person may confirm. Pure."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.identify import Sure
from provisioning.discovery.probing import Asked, Outcome
from provisioning.discovery.system import Machine, Node, Usb
from provisioning.profile import DeviceSpec
from provisioning.words import Words

TABLE = Path(__file__).with_name("known.json")
PRINTERS, SMART_CARDS = 0x07, 0x0B
"""Classes of USB interfaces."""
ORDER = (Sure.CERTAIN, Sure.LIKELY, Sure.POSSIBLE)


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the table. `role`: bridge (serial, must be asked), a kind of device, printer, ups or unsupported."""

    role: str
    what: str
    uri: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that would fit. `device` is the id of the profile's device that it may be, or take the place of."""

    kind: str
    uri: str
    sure: Sure
    why: Words
    options: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    stable: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the object that `kiosk device discover --json` shows."""
        return {
            "kind": self.kind,
            "uri": self.uri,
            "options": dict(self.options),
            "sure": self.sure.value,
            "why": self.why.zh,
            "why_en": self.why.en,
            "device": self.device,
            "stable": self.stable,
        }


def load_table(file: Path = TABLE) -> dict[str, Known]:
    """Return vendor:product (or vendor:*) -> row."""
    rows = json.loads(file.read_text("utf-8"))
    return {row["id"]: Known(row["role"], row["what"], row.get("uri", ""), row.get("why", "")) for row in rows}


def known(usb: Usb | None, table: Mapping[str, Known]) -> Known | None:
    """Return the row of a USB device, the exact one before its vendor's."""
    if usb is None:
        return None
    return table.get(usb.id) or table.get(usb.id.partition(":")[0] + ":*")


def ports(machine: Machine, owned: Collection[str]) -> tuple[tuple[Node, bool], ...]:
    """Return every serial port, and whether it may be asked: one of `owned`, a running terminal's, may not."""
    taken = {os.path.realpath(path) for path in owned}
    return tuple((node, os.path.realpath(node.path) not in taken) for node in machine.nodes if node.subsystem == "tty")


def suggest(
    machine: Machine, asked: Iterable[Asked], table: Mapping[str, Known], specs: Iterable[DeviceSpec] = ()
) -> tuple[Suggestion, ...]:
    """Return the entries that would fit, the surest first."""
    found = [*_answered(machine, asked, table)]
    for node in machine.nodes:
        found += _of_node(node, table)
    for usb in machine.usb:
        found += _of_usb(usb, machine, table)
    profile = tuple(specs)
    placed = [_placed(one, profile) for one in found]
    return tuple(sorted(placed, key=lambda one: (ORDER.index(one.sure), one.kind, one.uri)))


def others(machine: Machine, table: Mapping[str, Known]) -> tuple[tuple[str, Words], ...]:
    """What is plugged in, known, and no entry of a profile by itself: (what it is, what to know)."""
    found = []
    for usb in machine.usb:
        row = known(usb, table)
        if row is not None and row.role == "unsupported":
            found.append((_name(usb, row), Words("本机不支持这个型号。", f"Not supported: {row.why}.")))
        elif row is not None and row.role == "ups":
            words = Words(
                "备用电源要先在 ups.conf 里写好（driver = usbhid-ups），再运行 nut-server。",
                "Enter the supply in ups.conf (driver = usbhid-ups) and run nut-server first.",
            )
            found.append((_name(usb, row), words))
    return tuple(found)


def supplies(answer: str, host: str = "127.0.0.1") -> tuple[Suggestion, ...]:
    """Read the answer of an upsd to LIST UPS: its supplies by name."""
    found = []
    for line in answer.splitlines():
        words = line.split(maxsplit=2)
        if len(words) >= 2 and words[0] == "UPS":
            why = Words("nut-server 报告了这台备用电源。", "nut-server tells of this supply.")
            found.append(Suggestion("ups", f"nut://{host}/{words[1]}", Sure.CERTAIN, why))
    return tuple(found)


def _answered(machine: Machine, asked: Iterable[Asked], table: Mapping[str, Known]) -> list[Suggestion]:
    nodes = {node.path: node for node in machine.nodes if node.subsystem == "tty"}
    found = []
    for one in asked:
        node = nodes.get(one.path)
        if one.outcome is not Outcome.FOUND or one.match is None or node is None:
            continue
        row = known(node.usb, table)
        behind = f"（{row.what}）" if row is not None else ""
        by = f" ({row.what})" if row is not None else ""
        query = "&".join(f"{key}={value}" for key, value in one.match.query.items())
        found.append(
            Suggestion(
                one.match.kind,
                f"serial:{node.where}?{query}",
                one.match.sure,
                Words(f"串口{behind}上有应答。", f"It answered on a serial port{by}."),
                one.match.options,
                stable=bool(node.stable),
            )
        )
    return found


def _of_node(node: Node, table: Mapping[str, Known]) -> list[Suggestion]:
    row = known(node.usb, table)
    match node.subsystem:
        case "video4linux":
            why = Words("插着一个摄像头；哪个照人、哪个照纸，请看画面。", "A camera; see which looks at people.")
            return [
                Suggestion(kind, f"v4l2:{node.where}", Sure.POSSIBLE, why, stable=bool(node.stable))
                for kind in ("camera", "document_scanner")
            ]
        case "input" if row is not None and row.role == "code_reader" and node.where.endswith("-event-kbd"):
            why = Words(f"{row.what} 的扫码器，像键盘一样输入。", f"A {row.what} scanner that types.")
            return [Suggestion("code_reader", f"input:{node.where}", Sure.LIKELY, why, stable=bool(node.stable))]
        case _:
            return []


def _of_usb(usb: Usb, machine: Machine, table: Mapping[str, Known]) -> list[Suggestion]:
    row = known(usb, table)
    if row is not None and row.uri:
        more = f"?serial={usb.serial}" if usb.serial else ""
        why = Words(f"这个编号是{row.what}。", f"Known by its number: {row.what}.")
        return [Suggestion(row.role, row.uri + more, Sure.LIKELY, why)]
    if PRINTERS in usb.classes:
        sure = Sure.LIKELY if row is not None and row.role == "printer" else Sure.POSSIBLE
        lp = next((node for node in machine.nodes if node.subsystem == "usbmisc" and node.usb == usb), None)
        more = "" if lp is None else f"，内核里是 {lp.name}"
        why = Words(f"USB 打印机{more}；打一张测试条再确认。", "A USB printer; print a test slip before you confirm.")
        return [Suggestion("receipt_printer", f"usb:{usb.address}", sure, why)]
    if SMART_CARDS in usb.classes:
        why = Words("智能卡读卡器，可以插社保卡。", "A reader for chip cards.")
        return [Suggestion("social_card_reader", f"pcsc:{usb.name or '0'}", Sure.POSSIBLE, why)]
    return []


def _placed(one: Suggestion, specs: tuple[DeviceSpec, ...]) -> Suggestion:
    """Say which device of the profile it is (same address), or may replace (the only one of its kind)."""
    alike = [spec for spec in specs if spec.kind == one.kind]
    same = next((spec.id for spec in alike if spec.uri.partition("?")[0] == one.uri.partition("?")[0]), "")
    device = same or (alike[0].id if len(alike) == 1 else "")
    return Suggestion(one.kind, one.uri, one.sure, one.why, one.options, device, one.stable)


def _name(usb: Usb, row: Known) -> str:
    return f"{usb.id} {usb.name or row.what}"
