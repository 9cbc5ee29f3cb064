"""A service that asks for the members of a household: a repeated group, with a question only for some of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from kiosk_app.services import Form, compile_form
from tests.kiosk_app.services.data import TODAY, reference
from tests.kiosk_app.services.made_up import SERVICE, control, made, page, when

PLAIN = {"x-privacy": "plain"}
MEMBER = {
    "name": {"type": "string", "format": "person-name", "minLength": 2, "maxLength": 20, "x-privacy": "personal"},
    "relation": {"type": "string", "enum": ["spouse", "child", "other"], **PLAIN},
    "school": {"type": "string", "minLength": 2, "maxLength": 20, **PLAIN},
    "income": {
        "type": "string",
        "format": "money",
        "pattern": r"^(0|[1-9][0-9]{0,7})\.[0-9]{2}$",
        "x-amount": {"from": "0.00", "to": "99999.00"},
        "x-privacy": "personal",
    },
}
PROPERTIES: dict[str, dict[str, Any]] = {
    "alone": {"type": "boolean", **PLAIN},
    "members": {
        "type": "array",
        "minItems": 1,
        "maxItems": 3,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "relation"],
            "properties": MEMBER,
        },
        "x-privacy": "personal",
    },
    "count": {"type": "integer", "minimum": 1, "maximum": 9, **PLAIN},
}
NAMES = {
    "alone": ("独居情况", "living alone"),
    "members": ("家庭成员", "household"),
    "members.name": ("姓名", "name"),
    "members.relation": ("关系", "relation"),
    "members.school": ("学校", "school"),
    "members.income": ("月收入", "monthly income"),
    "count": ("房间数", "number of rooms"),
}
OPTIONS = {
    "members.relation.spouse": ("配偶", "spouse"),
    "members.relation.child": ("子女", "child"),
    "members.relation.other": ("别的亲属", "another relative"),
}
TWO = {
    "alone": "false",
    "members": "2",
    "members.1.name": "王小明",
    "members.1.relation": "child",
    "members.1.school": "第一小学",
    "members.1.income": "850.50",
    "members.2.name": "李静",
    "members.2.relation": "spouse",
    "members.2.income": "3200.50",
    "count": "3",
}
"""Two members, of whom one goes to school."""
SENT = {
    "alone": False,
    "members": [
        {"name": "王小明", "relation": "child", "school": "第一小学", "income": "850.50"},
        {"name": "李静", "relation": "spouse", "income": "3200.50"},
    ],
    "count": 3,
}


def content() -> dict[str, Any]:
    """The package, which a test may break."""
    school = control("school", "members.school", required=True, rule=when("relation", "child"))
    members = control(
        "members",
        required=True,
        entry="field.members.entry",
        controls=[
            control("name", "members.name"),
            control("relation", "members.relation"),
            school,
            control("income", "members.income"),
        ],
        rule=when("alone", "false"),
    )
    found = made(
        PROPERTIES, [page("home", control("alone"), members, control("count"))], NAMES, ["alone", "count"], OPTIONS
    )
    for lang, entry in (("zh", "位家人"), ("en", "family member")):
        found["strings"][lang]["field.members.entry"] = entry
    return found


@cache
def form() -> Form:
    """The compiled form, on the day of the tests."""
    return compile_form(content(), reference(), TODAY)


__all__ = ["NAMES", "OPTIONS", "PROPERTIES", "SENT", "SERVICE", "TWO", "content", "form"]
