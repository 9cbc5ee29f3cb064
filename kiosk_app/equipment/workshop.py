"""Jobs on the terminal itself that a technician or the platform asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.commands import Outcome
from kiosk_app import log_export
from kiosk_app.equipment.commands import Report
from kiosk_app.equipment.technical import Drawer
from kiosk_app.health import net_probes
from kiosk_app.health.network import Facts, Finding, judge
from kiosk_app.health.stick_places import StickPlace, choose, sticks
from kiosk_app.visit.workbench import Line, same
from offline_cache import look
from provisioning import CheckState, Words

if TYPE_CHECKING:
    from kiosk_app.engine_room import EngineRoom

MOST_NAME = 32
"""Characters of a stick's name on the page."""
STYLES: Mapping[CheckState, str] = {CheckState.PASS: "ok", CheckState.WARN: "warn", CheckState.FAIL: "error"}
LAYERS: Mapping[str, Words] = {
    "link": Words("网线和网卡", "Cable and card"),
    "modem": Words("4G", "4G"),
    "address": Words("地址", "Address"),
    "gateway": Words("出口", "Way out"),
    "dns": Words("域名", "Name"),
    "connect": Words("连接", "Connection"),
    "tls": Words("是不是真平台", "The real platform"),
    "http": Words("回答", "Answer"),
    "clock": Words("时间", "Time"),
    "certificate": Words("本机身份", "This machine"),
    "quality": Words("快慢", "Speed"),
}
STICK = Words("U 盘", "USB stick")
WRITE = Words("写到这个 U 盘", "Write to this stick")
WRITTEN = Words("写好了", "Written")
TROUBLE: Mapping[str, Words] = {
    "no-stick": Words("没有 U 盘。请插上，等几秒，再看一次。", "There is no stick. Plug one in, wait, and look again."),
    "several": Words("有好几个 U 盘。请只留一个。", "There are several sticks. Leave one in."),
    "read-only": Words("U 盘写不进去，可能锁了。请换一个。", "The stick takes nothing: it may be locked. Try another."),
    "full": Words("U 盘满了。请换一个，或删掉些东西。", "The stick is full. Try another, or make room."),
    "pulled": Words("U 盘中途被拔了。请插好再写一次。", "The stick was pulled out. Plug it in and write again."),
    "unwritable": Words("U 盘写不进去。请换一个。", "The stick cannot be written. Try another."),
    "no-key": Words(
        "还没有平台的密钥，不能加密。请先让本机联网一次。",
        "The platform's key is missing. Bring the terminal on line once.",
    ),
}


class Workshop:
    """What these tools find and do; called on the worker of the workbench."""

    def __init__(
        self,
        room: EngineRoom,
        local: Callable[[], Facts] = net_probes.local_facts,
        plugged: Callable[[], tuple[StickPlace, ...]] = sticks,
    ) -> None:
        self._room = room
        self._local = local
        self._plugged = plugged
        self._last: tuple[Line, ...] = ()

    def drawers(self) -> dict[str, Drawer]:
        """The tools by id."""
        return {"network": Drawer(self.network), "logs": Drawer(self.logs, self.write)}

    def network(self) -> tuple[Line, ...]:
        """Go the way to the platform."""
        facts, identity = self._local(), self._room.identity
        way = None if identity is None else look(identity.url, identity, self._room.options.clock)
        return tuple(line_of(finding) for finding in judge(replace(facts, way=way)))

    def logs(self) -> tuple[Line, ...]:
        """Which stick is there, behind what became of the last writing."""
        last, self._last = self._last, ()
        folder, why = choose(self._plugged())
        if folder is None:
            return last or (trouble(why),)
        return (*last, Line("stick", both(WRITE), same(folder.name[:MOST_NAME]), act="write"))

    def write(self, act: str) -> str:
        """Write the logs to the stick that is there."""
        folder, why = choose(self._plugged())
        if folder is None:
            return self._failed(why)
        terminal = "" if self._room.identity is None else self._room.identity.terminal
        name = f"doorstep-logs-{terminal}-{self._room.options.clock.now():%Y%m%dT%H%M%S}.sealed"
        done = log_export.export(self._room, folder / name)
        if not done["ok"]:
            return self._failed(str(done["code"]))
        self._last = (Line("written", both(WRITTEN), same(name), style="ok"),)
        return "done"

    def _failed(self, why: str) -> str:
        self._last = (trouble(why),)
        return "failed"


def both(words: Words) -> Mapping[str, str]:
    """Return words as a line holds them."""
    return {"zh": words.zh, "en": words.en}


def line_of(finding: Finding) -> Line:
    """Return what a layer of the network says as a line of a page."""
    remedy = {} if finding.state is CheckState.PASS else both(finding.remedy)
    return Line(finding.id, both(LAYERS[finding.id]), both(finding.cause), remedy, STYLES[finding.state])


def trouble(why: str) -> Line:
    """Return what is the matter with the stick."""
    return Line("stick", both(STICK), both(TROUBLE[why]), style="error")


def self_test(room: EngineRoom) -> Report:
    """Look at everything as `kiosk doctor` does; what is not well is named with its cause."""
    from kiosk_app.control_handlers import doctor

    found = doctor(room)
    rows = [(item["id"], item["severity"], item["cause_en"]) for item in found["devices"]]
    rows += [(item["id"], item["state"], item["cause_en"]) for item in found["checks"]]
    bad = [{"id": name, "state": str(state), "cause": cause} for name, state, cause in rows if state != "pass"]
    why = "ready" if found["ready"] else "not_ready"
    return Report(Outcome.DONE, {"why": why, "looked": len(rows), "bad": bad})
