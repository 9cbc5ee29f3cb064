"""The pages of a repeated group and of what is asked of an entry: audited like every other page."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from kiosk_app.lab.samples import ONLINE
from kiosk_app.lab.told import compare
from kiosk_app.screens import view
from kiosk_app.visit import State
from kiosk_app.visit.state import Form, Prefs, Review, Visit
from tests.kiosk_app.services.households import SERVICE, TWO, content
from tests.kiosk_app.services.made_up import desk
from ui.audit import audit
from ui.shell import Shell

DESK = desk(content())
FULL = {**TWO, "members": "3", "members.3.name": "欧阳测试明", "members.3.relation": "other"}


def at(place: Form | Review, answers: dict[str, str] = FULL) -> State:
    return replace(ONLINE, place=place, visit=Visit(service=SERVICE, started=True, answers=answers))


PAGES = {
    "none-yet": at(Form("members", problem="还没填家庭成员，请填一下。"), {"alone": "false"}),
    "list": at(Form("members")),
    "entry": at(Form("members.1")),
    "remove": at(Form("members.1", removing=True)),
    "question": at(Form("members.2.name")),
    "review": at(Review()),
}
LOOKS = [Prefs(), Prefs(lang="en", size=1.5), Prefs(elder=True, theme="dark"), Prefs(seated=True)]


@pytest.mark.parametrize(
    ("name", "prefs"),
    [(name, LOOKS[(at + more) % len(LOOKS)]) for at, name in enumerate(PAGES) for more in (0, 1)],
    ids=str,
)
def test_a_page_of_a_group_is_whole(shell: Shell, name: str, prefs: Prefs) -> None:
    shown = view(replace(PAGES[name], prefs=prefs), DESK)
    shell.present(shown)
    report = audit(shell)
    told, _ = compare(shown, report)
    assert [asdict(finding) for finding in (*report.findings, *told)] == []
