"""The 28 indicators of the district's plan, as far as what the platform stores tells them; docs/indicators.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from central_platform import indicator_counts as counts
from central_platform.indicator_counts import CALLBACK, Counted, Period, Seen
from central_platform.platform import Platform


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the plan: its goal (None: only compared), and how it is counted or why it cannot be."""

    number: int
    zh: str
    en: str
    goal: int | None
    formula: str = ""
    count: Callable[[Seen], Counted] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An indicator with what was counted; nothing where it cannot be."""

    indicator: Indicator
    counted: Counted | None

    @property
    def value(self) -> float | int | None:
        """A percentage with one decimal, or a number; None where it cannot be said."""
        if self.counted is None:
            return None
        count, total = self.counted.count, self.counted.total
        if total is None:
            return count
        return round(100 * count / total, 1) if total else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where that cannot be said. The exact share is compared, not the rounded one."""
        goal = self.indicator.goal
        if self.value is None or goal is None or self.counted is None:
            return None
        count, total = self.counted.count, self.counted.total
        return count >= goal if total is None else 100 * count >= goal * total

    @property
    def reason(self) -> str:
        """Why there is no value; empty when there is one."""
        if self.value is not None:
            return ""
        return self.indicator.reason or "nothing of it was stored in this period"


def report(platform: Platform, period: Period) -> list[Found]:
    """Return all indicators in the order of the plan."""
    with platform.database.read() as session:
        seen = Seen(platform, session, period)
        return [Found(one, None if one.count is None else one.count(seen)) for one in INDICATORS]


def plain(found: Found) -> dict[str, Any]:
    """Return an indicator for scripts."""
    one, counted = found.indicator, found.counted
    return {
        "number": one.number,
        "name": {"zh": one.zh, "en": one.en},
        "goal": one.goal,
        "unit": "percent" if counted is not None and counted.total is not None else "count" if counted else None,
        "value": found.value,
        "count": None if counted is None else counted.count,
        "total": None if counted is None else counted.total,
        "met": found.met,
        "formula": one.formula or None,
        "reason": found.reason or None,
    }


INDICATORS = (
    Indicator(
        1, "在线办理率", "Services handled online", 90,
        "services that can be applied for now ÷ all services of the catalogue, those only listed included",
        counts.online,
    ),
    Indicator(
        2, "全程网办率", "Services wholly online", 90,
        "services that can be applied for, are no booking and have nothing to collect ÷ all services of the catalogue",
        counts.wholly_online,
    ),
    Indicator(
        3, "全区通办率", "Services in the whole district", 60,
        reason="neither packages nor site profiles name the streets for which a service is offered",
    ),
    Indicator(
        4, "电子证照应用率", "Electronic licences used", 100,
        "papers of the period's cases in whose place a licence was given ÷ papers for which the platform held one",
        counts.by_licence,
    ),
    Indicator(
        5, "电子印章应用率", "Electronic seals used", 100,
        "certificates of the period that were sealed ÷ certificates of the period", counts.sealed,
    ),
    Indicator(
        6, "多端事项资源标准统一率", "Same services on every channel", 80,
        "terminals whose last heartbeat, in the period, names the catalogue in force ÷ terminals that sent one",
        counts.alike,
    ),
    Indicator(7, "主题事项联办套餐", "Bundles of services", None, "bundles of the catalogue in force", counts.bundles),
    Indicator(
        8, "虚拟大厅接入率", "Matters in the virtual hall", 100,
        "matters of the windows that a known hall takes ÷ all matters of the windows", counts.in_halls,
    ),
    Indicator(
        9, "网上办事服务宣传活动", "Campaigns for online services", 30, reason="campaigns are not kept by the platform",
    ),
    Indicator(
        10, "“预约用户”服务成功率", "Suggestions that were followed", 50, reason="the terminal suggests nothing yet",
    ),
    Indicator(
        11, "自助智能办理事项", "Services done on terminals", 30,
        "services of kind HANDLE or PRINT that can be applied for now", counts.handled_here,
    ),
    Indicator(
        12, "办事服务满意率", "Satisfied residents", 95,
        "ratings of the period with one of the three upper grades ÷ ratings of the period", counts.satisfied,
    ),
    Indicator(
        13, "依申请公开受理率", "Requests for information accepted", 80,
        reason="of an item that was not taken the service is not kept, so the requests that were made are not known",
    ),
    Indicator(
        14, "政务信息全景查询主题量", "Themes of information", 20,
        "themes of the catalogue in force with a service and two answers", counts.themes,
    ),
    Indicator(
        15, "规范性文件解读率", "Documents with an explanation", 100, reason="the catalogue has no normative documents",
    ),
    Indicator(
        16, "网上渠道覆盖率", "Channels with search", 100, reason="of the channels only the terminals are known here",
    ),
    Indicator(
        17, "区街居三级服务窗口覆盖率", "Windows on three levels", 100,
        reason="the directory of halls has no stations of the communities",
    ),
    Indicator(
        18, "委办局覆盖率", "Departments reached by the hotline", 100,
        reason="there is no list of all departments to compare with",
    ),
    Indicator(
        19, "智能互动处理率", "Questions answered without people", 50,
        reason="questions are answered by staff; nothing answers by itself yet",
    ),
    Indicator(
        20, "互动回拨服务渠道覆盖率", "Channels with call-back", 100,
        f"terminals with a heartbeat in the period whose profile offers {CALLBACK} ÷ terminals with one",
        counts.called_back,
    ),
    Indicator(
        21, "电子政务外网覆盖率", "Reach of the government network", 100, reason="a matter of the network alone",
    ),
    Indicator(
        22, "非涉密政务信息系统上网率", "Systems on the government network", 100,
        reason="a matter of other systems, which the platform does not know",
    ),
    Indicator(
        23, "基层政务数据电子化率", "Records in electronic form", 100, reason="nothing is scanned by any service yet",
    ),
    Indicator(
        24, "政务数据共享需求满足率", "Requests for shared data met", 90,
        "cases of the period that rules decided with every record they asked for ÷ such cases that asked for records",
        counts.shared,
    ),
    Indicator(
        25, "区块链应用服务场景", "Uses of a ledger", 30,
        reason="receipts are not anchored in a ledger; the audit chain is no such use",
    ),
    Indicator(
        26, "网上政府业务专员参与率", "Departments with a specialist", 95, reason="the platform has no role for them",
    ),
    Indicator(27, "数据开放主题", "Themes of open data", 30, reason="no data set is published"),
    Indicator(28, "数据开放部门比率", "Departments with open data", 95, reason="no data set is published"),
)  # fmt: skip
"""In the order of the plan."""
