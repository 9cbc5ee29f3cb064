from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central_platform.checking import check_signs
from contracts.signs import SignsError
from kiosk_app.lab.moving import TEXT, moving_picture, write_folder
from kiosk_app.lab.samples import KNOWN, ONLINE, desk, pages
from kiosk_app.screens import view
from kiosk_app.signs import read_shelf
from kiosk_app.visit import State, step
from kiosk_app.visit.events import Pressed
from kiosk_app.visit.sign_shelf import NO_SIGNS
from kiosk_app.visit.state import Form, Guide, Home, Prefs, Review, Visit, Ways
from ui.view import Role

TEXT_ONLY = Prefs(text_only=True)
GUIDE = replace(ONLINE, place=Guide(), visit=Visit(service="YL01"), prefs=TEXT_ONLY)


def signed(state: State, shelf: Any = None) -> list[str]:
    at = desk() if shelf is None else replace(desk(), signs=shelf)
    return [node.id for node in view(state, at).nodes if node.id.startswith("sign.")]


def press(state: State, node: str) -> State:
    return step(state, Pressed(node), desk())[0]


def test_a_page_with_a_clip_shows_it_first_in_text_only_mode_and_nowhere_else() -> None:
    assert signed(GUIDE) == ["sign.clip", "sign.hide"]
    assert view(GUIDE, desk()).nodes[0].id == "sign.clip"
    for prefs in (Prefs(), Prefs(voice=True), Prefs(elder=True)):
        assert signed(replace(GUIDE, prefs=prefs)) == []


def test_without_a_clip_a_page_is_exactly_as_it_was() -> None:
    bare = replace(desk(), signs=NO_SIGNS)
    for name, state in pages().items():
        read = replace(state, prefs=replace(state.prefs, text_only=True, voice=False))
        assert all(node.group != "sign" for node in view(read, bare).nodes), name


def test_a_services_own_clip_comes_before_the_terminals_and_a_step_before_its_page(tmp_path: Path) -> None:
    write_folder(tmp_path / "page", ("form", "guide"))
    write_folder(tmp_path / "YL01", ("form.bank",))
    shelf, refused = read_shelf(tmp_path)
    assert refused == ()
    owner = {
        place: Path(clip.path).parent.name
        for place, keys, service in (
            ("own step", ("form.bank", "form"), "YL01"),
            ("other step", ("form.addr", "form"), "YL01"),
            ("other service", ("form.bank", "form"), "SB01"),
            ("page", ("guide",), ""),
        )
        if (clip := shelf.find(service, keys)) is not None
    }
    assert owner == {"own step": "YL01", "other step": "page", "other service": "page", "page": "page"}
    assert shelf.find("", ("home",)) is None
    assert signed(replace(GUIDE, place=Form("bank"), visit=KNOWN), shelf) == ["sign.clip", "sign.hide"]


def test_it_stands_still_goes_on_goes_away_and_comes_back_for_the_whole_visit() -> None:
    def style(state: State) -> str:
        node = view(state, desk()).node("sign.clip")
        return node.style if node is not None else ""

    still = press(GUIDE, "sign.clip")
    assert (style(GUIDE), style(still), style(press(still, "sign.clip"))) == ("play", "still", "play")
    away = press(GUIDE, "sign.hide")
    assert signed(away) == ["sign.show"]
    assert signed(replace(away, place=Review(), visit=KNOWN)) == ["sign.show"]
    assert signed(press(away, "sign.show")) == ["sign.clip", "sign.hide"]
    assert press(GUIDE, "sign.nothing").prefs == GUIDE.prefs


def test_it_has_a_name_that_says_what_is_signed() -> None:
    node = view(GUIDE, desk()).node("sign.clip")
    assert node is not None
    assert (node.role, node.text) == (Role.CARD, "停住手语")
    assert TEXT["zh"] in node.note
    english = view(replace(GUIDE, prefs=replace(TEXT_ONLY, lang="en")), desk()).node("sign.clip")
    assert english is not None
    assert TEXT["en"] in english.note


def test_the_chat_has_a_place_for_one_and_the_page_of_switches_has_none() -> None:
    chat = pages()["sign-chat"]
    assert signed(chat) == ["sign.clip", "sign.hide"]
    assert signed(press(chat, "sign.hide")) == ["sign.show"]
    assert signed(replace(ONLINE, place=Home(), prefs=TEXT_ONLY, cover=Ways())) == []


def test_a_folder_with_a_fault_is_left_out_and_named_and_the_others_stay(tmp_path: Path) -> None:
    write_folder(tmp_path / "page", ("home",))
    write_folder(tmp_path / "YL01", ("guide",))
    (tmp_path / "YL01" / "test.webp").write_bytes(moving_picture(frames=3))
    (tmp_path / "SB01").mkdir()
    (tmp_path / "notes").mkdir()
    shelf, refused = read_shelf(tmp_path)
    assert {owner for owner, _ in shelf.clips} == {"page"}
    assert [line.partition(":")[0] for line in refused] == ["SB01", "YL01"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = write_folder(tmp_path / "elsewhere", ("home",))
    folder = write_folder(tmp_path / "signs" / "page", ("home",))
    (folder / "test.webp").unlink()
    (folder / "test.webp").symlink_to(elsewhere / "test.webp")
    shelf, refused = read_shelf(tmp_path / "signs")
    assert shelf.clips == {}
    assert len(refused) == 1


def test_no_folder_is_no_clip(tmp_path: Path) -> None:
    assert read_shelf(tmp_path / "none") == (NO_SIGNS, ())


def test_the_clips_of_a_package_are_checked_before_it_is_published(tmp_path: Path) -> None:
    check_signs(tmp_path / "none")
    folder = write_folder(tmp_path / "signs", ("guide",))
    check_signs(folder)
    (folder / "test.webp").write_bytes(b"RIFF")
    with pytest.raises(SignsError, match="not the file"):
        check_signs(folder)
    (folder / "test.webp").unlink()
    with pytest.raises(SignsError, match="No such file"):
        check_signs(folder)
