"""What the readiness report says of the tests that a person took part in: part, cause, remedy, whose turn."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_app.health.duty import Who
from kiosk_app.health.sentences import name_of
from kiosk_app.visit.guided import NEEDS, Guided, Outcome, Row, Trial
from provisioning import Words


def row_json(row: Row) -> dict[str, str]:
    """Return the row of the readiness report."""
    part = _PART.get(row.test) or name_of(NEEDS[row.test])
    cause, remedy, who = REASONS[row.reason]
    return {
        "id": row.test.value,
        "outcome": row.outcome.value,
        "cause": cause.zh,
        "cause_en": cause.en,
        "remedy": remedy.zh,
        "remedy_en": remedy.en,
        "part": part.zh,
        "part_en": part.en,
        "who": (Who.NOBODY if row.outcome is Outcome.PASS else who).value,
    }


def rows_json(guided: Guided) -> tuple[dict[str, str], ...]:
    """Return the rows of the report, in the order of the tests."""
    return tuple(row_json(row) for test in guided.tests if (row := guided.row(test)) is not None)


_PART: Mapping[Trial, Words] = {
    Trial.LOUDSPEAKER: Words("喇叭", "loudspeaker"),
    Trial.SCREEN: Words("屏幕", "screen"),
    Trial.TOUCH: Words("触摸屏", "touch screen"),
}
REASONS: Mapping[str, tuple[Words, Words, Who]] = {
    "": (Words("试过，好的。", "Tried and found well."), Words("不需要处理。", "Nothing to do."), Who.NOBODY),
    "skipped": (
        Words("没有试，人选了跳过。", "Left out by whoever tested."),
        Words("方便时再试一次。", "Try it when it suits."),
        Who.TECHNICIAN,
    ),
    "late": (
        Words("到时间了，没有做完。", "It was not finished in time."),
        Words("请再试一次；还是不行就看它的线。", "Try again; if it stays look at its cable."),
        Who.TECHNICIAN,
    ),
    "not_heard": (
        Words("听不到声音。", "Nothing was heard."),
        Words("请查音量、插头和声卡设置。", "Look at volume, plug and the setting of the sound card."),
        Who.TECHNICIAN,
    ),
    "other_heard": (
        Words("听到的数字不对。", "Another number was heard."),
        Words("请调大音量，关掉旁边的声音再试。", "Turn it up, and try again when it is quiet around."),
        Who.TECHNICIAN,
    ),
    "other_picture": (
        Words("看到的图不对。", "Another picture was seen."),
        Words("请查屏幕的线和亮度，再试一次。", "Look at cable and brightness of the screen, and try again."),
        Who.TECHNICIAN,
    ),
    "spots": (
        Words("屏幕有坏点，或颜色不对。", "The screen has spots, or a colour is missing."),
        Words("请插紧屏幕的线；还是这样就换屏。", "Plug its cable in firmly; replace it if that does not help."),
        Who.TECHNICIAN,
    ),
    "unread": (
        Words("放了两次，都读不出。", "It could not be read, twice."),
        Words("请擦净读取面，换一张再试。", "Wipe its surface and try with another one."),
        Who.TECHNICIAN,
    ),
    "not_printed": (
        Words("测试条没有打出来。", "The test slip did not come out."),
        Words("请看纸和盖子，再试一次。", "Look at paper and cover, and try again."),
        Who.HOST,
    ),
    "other_number": (
        Words("输入的数字和测试条不一样。", "The number is not the one on the slip."),
        Words("字看不清的，请清洁打印头。", "If it cannot be read, clean the print head."),
        Who.TECHNICIAN,
    ),
}
"""Why a test ended so: what is so, what to do, whose turn."""
