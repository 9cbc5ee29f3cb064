"""Answers drawn for any form: such as people give, and such as must be refused at their field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from contracts import uscc
from contracts.handwriting import HEIGHT, WIDTH, Way
from contracts.id_number import check_character
from contracts.offsets import relative
from contracts.suites import GM, INTL
from kiosk_app.services import Control, FieldSpec, Form, normalise, options, visible_fields
from kiosk_app.services.dates import is_workday, month_of
from kiosk_app.services.plates import LETTERS
from kiosk_app.services.signing import sign
from tests.kiosk_app.services.data import TODAY

Answers = Mapping[str, str]
Draw = Callable[[FieldSpec, Form, Answers], st.SearchStrategy[str]]

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
DIGITS = "0123456789"
UNSIGNED = f"sig1:confirmed:sha256:{'0' * 64}"
"""A confirmation of other answers than anybody gives."""
NOT_A_CHOICE = ("nowhere", "是", "0", "\x00", "a" * 10_000)


@st.composite
def right(draw: st.DrawFn, form: Form) -> dict[str, str]:
    """Answers to everything that the form asks, one after the other as a resident gives them."""
    answers: dict[str, str] = {}
    for spec in form.fields:
        if spec in visible_fields(form, answers):
            answers[spec.scope] = draw(DRAWS[spec.control](spec, form, answers))
    return answers


def wrong(spec: FieldSpec) -> st.SearchStrategy[str]:
    """Something that no field of this kind may take. Empty is wrong where an answer is required."""
    other = st.sampled_from((*WRONG[spec.control], *_beyond(spec)))
    return other | st.just("") if spec.required else other


def _beyond(spec: FieldSpec) -> tuple[str, ...]:
    """The amounts next to the bounds of a field of money."""
    if spec.control is not Control.MONEY:
        return ()
    return str(Decimal(spec.lowest) - Decimal("0.01")), str(Decimal(spec.highest) + Decimal("0.01"))


def _phone(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=10, max_size=10).map("1{}".format)


def _bank(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=15, max_size=18).map(with_luhn)


def with_luhn(body: str) -> str:
    """The number with its check digit (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body))]
    return f"{body}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def _id(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    born = st.dates(date(1930, 1, 1), TODAY)
    order = st.integers(0, 999).map("{:03d}".format)
    return st.builds(lambda day, tail: f"110102{day:%Y%m%d}{tail}", born, order).map(lambda b: b + check_character(b))


def _date(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    first, last = relative(TODAY, spec.earliest), relative(TODAY, spec.latest)
    start = answers.get(spec.not_before, first.isoformat())
    days = [max(first, date.fromisoformat(start)) + timedelta(n) for n in range((last - first).days + 1)]
    return st.sampled_from(
        [d.isoformat() for d in days if d <= last and (not spec.workdays or is_workday(d, form.closed_days))]
    )


def _month(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    first, last = relative(TODAY, spec.earliest), relative(TODAY, spec.latest)
    months = [month_of(relative(first.replace(day=1), f"+{n}m")) for n in range(12 * 10)]
    start = answers.get(spec.not_before, "")
    return st.sampled_from([month for month in months if max(month_of(first), start) <= month <= month_of(last)])


def _chosen(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    return st.sampled_from([option.value for option in options(spec, answers, "zh")])


def _address(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    roads = [choice.text.zh for choice in spec.choices if choice.parent]
    return st.builds("西城区{}{}号".format, st.sampled_from(roads), st.integers(1, 999))


def _words(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    return st.text(HAN, min_size=max(1, spec.least), max_size=spec.limit)


def _digits(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=spec.least, max_size=spec.limit)


def _money(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    least, most = (int(Decimal(bound) * 100) for bound in (spec.lowest, spec.highest))
    return st.integers(least, most).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")


def _year(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    first, last = (relative(TODAY, bound).year for bound in (spec.earliest, spec.latest))
    return st.integers(first, last).map(str)


def _plate(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    provinces = st.sampled_from([choice.value for choice in spec.choices])
    tail = st.text(DIGITS, min_size=5, max_size=6)
    return st.builds("{}{}{}".format, provinces, st.sampled_from(LETTERS), tail)


def _uscc(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    return st.text(uscc.ALPHABET, min_size=17, max_size=17).map(lambda body: body + uscc.check_character(body))


def _signature(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    """Given for the answers before it: drawn or confirmed, in either suite."""
    points = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT)).map("{0[0]},{0[1]}".format)
    drawn = st.lists(points, min_size=1, max_size=30).map(lambda found: " ".join(["0,0 200,0", *found]))
    ways = drawn | st.just(str(Way.CONFIRMED))
    return st.builds(lambda way, suite: sign(form, answers, spec, way, suite), ways, st.sampled_from((INTL, GM)))


def _agreed(spec: FieldSpec, form: Form, answers: Answers) -> st.SearchStrategy[str]:
    """Yes or no, where both can be handed in."""
    taken = [value for value in ("true", "false") if not _refused(form, spec, value)]
    return st.sampled_from(taken)


def _refused(form: Form, spec: FieldSpec, value: str) -> bool:
    return any(scope == spec.scope for scope, _ in form.validate(normalise(form, {spec.scope: value})))


DRAWS: Mapping[Control, Draw] = {
    Control.PHONE: _phone,
    Control.BANK_ACCOUNT: _bank,
    Control.ID: _id,
    Control.DATE: _date,
    Control.MONTH: _month,
    Control.SELECT: _chosen,
    Control.SLOT: _chosen,
    Control.INT: _chosen,
    Control.HALL_REF: _chosen,
    Control.ITEM_REF: _chosen,
    Control.ADDRESS: _address,
    Control.NAME: _words,
    Control.TEXT: _words,
    Control.LONG_TEXT: _words,
    Control.DIGITS: _digits,
    Control.MONEY: _money,
    Control.YEAR: _year,
    Control.PLATE: _plate,
    Control.BOOL: _agreed,
    Control.USCC: _uscc,
    Control.SIGNATURE: _signature,
}
WRONG: Mapping[Control, tuple[str, ...]] = {
    Control.PHONE: ("1380013800", "138001380001", "23800138000", "1380013800a", "没有", "1" * 10_000),
    Control.BANK_ACCOUNT: ("621700001234567", "6217000012345670624", "62170000123456706230000", "卡号", "0" * 10_000),
    Control.ID: ("11010219880721003", "110102198807210035", "110102198813210034", "身份证", "1" * 10_000),
    Control.DATE: ("2026-02-30", "1900-01-01", "2999-01-01", "昨天", "2026/11/23", "2026-11"),
    Control.MONTH: ("2026-13", "1900-01", "2999-01", "上个月", "2026-11-23"),
    Control.SELECT: NOT_A_CHOICE,
    Control.SLOT: NOT_A_CHOICE,
    Control.INT: ("-1", "1.5", "9" * 40, "两份"),
    Control.HALL_REF: NOT_A_CHOICE,
    Control.ITEM_REF: NOT_A_CHOICE,
    Control.ADDRESS: ("西城区", "西城区德胜街道新风街", "，，，，，，，", "西" * 10_000 + "1"),
    Control.NAME: ("王", "王" * 21, "，，", "王\x00测", "\u202e测试"),
    Control.TEXT: ("店", "店" * 10_000, "，，", "店\x00铺", "\u202e测试"),
    Control.LONG_TEXT: ("啊", "啊" * 10_000, "，，，，，，，", "说明\x00一下情况", "\u202e说明一下情况"),
    Control.DIGITS: ("100000000", "10000000080", "10000 0008", "10000O0008", "户号", "1" * 10_000),
    Control.YEAR: ("1900", "2999", "今年", "26", "2026-11"),
    Control.PLATE: ("京A1234", "京A1234567", "京I12345", "Z12345", "车牌", "京" * 10_000),
    Control.BOOL: NOT_A_CHOICE,
    Control.USCC: ("91110000802100433C", "9111000080210043", "信用代码", "9" * 10_000),
    Control.SIGNATURE: (UNSIGNED, UNSIGNED[:-1], f"{UNSIGNED}:AAEAZABk", "sig1:", "王测试", "sig1:" * 10_000),
    Control.MONEY: ("0.00", "-5", "1e5", "一千", "99999999999.00"),
}
"""What somebody may type, paste or send: too short, too long, of another kind, with hidden characters."""
