"""Opening hours and the people of the place: who may begin, who is told, who can be called, what is left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.hours import ALWAYS, read_hours
from contracts.site import Accessibility, HelpCard, Pair
from kiosk_app.clock import BEIJING
from kiosk_app.lab.samples import ELDER, KNOWN, OFFLINE, ONLINE, desk
from kiosk_app.screens import view
from kiosk_app.visit import Desk, State, step
from kiosk_app.visit.effects import CallHost, Effect, HandBack, Say, VerifyToken, Wipe
from kiosk_app.visit.events import (
    CardGone,
    CardRead,
    ClockTicked,
    CodeRead,
    Event,
    Halted,
    KeyPressed,
    Pressed,
    SiteChanged,
    TimerFired,
)
from kiosk_app.visit.nearby import Nearby, Neighbour
from kiosk_app.visit.state import (
    Attract,
    ClosingSoon,
    Farewell,
    Form,
    Help,
    Home,
    OutOfService,
    Prefs,
    Submitting,
    Visit,
)
from tests.kiosk_app.visit.test_table import events

OFFICE = read_hours("08:30-17:30")
BASE = desk()
FORM = replace(ONLINE, place=Form("bank"), visit=KNOWN)
NAMES = {"zh": "什刹海 02 号机", "en": "Shichahai No. 2"}


def at(clock: str, **site: object) -> Desk:
    """The desk of an office at a time of the day, a Sunday like any other."""
    hour, minute = map(int, clock.split(":"))
    now = datetime(2026, 11, 22, hour, minute, tzinfo=BEIJING)
    return replace(BASE, now=now, site=replace(BASE.site, **{"hours": OFFICE, **site}))  # type: ignore[arg-type]


def walk(state: State, shelf: Desk, *events: object) -> tuple[State, tuple[Effect, ...]]:
    done: tuple[Effect, ...] = ()
    for event in events:
        state, effects = step(state, event, shelf)  # type: ignore[arg-type]
        view(state, shelf)
        done = (*done, *effects)
    return state, done


def texts(state: State, shelf: Desk) -> str:
    page = view(state, shelf)
    return "\n".join((page.title, page.lead, *(f"{n.text} {n.note}" for n in page.nodes)))


def test_in_the_hours_everything_is_as_ever() -> None:
    assert walk(ONLINE, at("08:30"), Pressed("start.touch"))[0].place == Home()


def test_outside_the_hours_nobody_begins_by_whatever_way() -> None:
    for event in (Pressed("start.touch"), Pressed("elder"), KeyPressed("wake"), CardRead(ELDER), CodeRead("token")):
        after, effects = walk(ONLINE, at("17:30"), event)
        assert after.place == Attract()
        assert after.visit == Visit()
        assert not [e for e in effects if isinstance(e, VerifyToken)]
    assert "赵" not in repr(after)


def test_who_wants_it_read_out_hears_when_it_opens() -> None:
    after, _ = walk(ONLINE, at("20:00"), KeyPressed("wake"))
    assert after.prefs.voice
    assert after.page > ONLINE.page, "a new page to the ear"
    assert "明天 08:30 开门" in "".join(view(after, at("20:00")).intro)


def test_the_closed_page_says_when_it_opens_in_both_languages() -> None:
    assert view(ONLINE, at("06:00")).lead == "今天 08:30 开门，欢迎再来。"
    english = replace(ONLINE, prefs=Prefs(lang="en"))
    assert view(english, at("18:00")).lead == "Opens tomorrow at 08:30."
    far = at("18:00", hours=read_hours({"wed": ["09:00-12:00"]}))
    assert view(ONLINE, far).lead == "11月25日 星期三 09:00 开门，欢迎再来。"
    never = at("18:00", hours=read_hours({}))
    assert "66007070" in view(ONLINE, never).lead


def test_a_terminal_whose_clock_is_wrong_turns_nobody_away() -> None:
    lost = replace(at("23:00"), dated=False)
    assert walk(ONLINE, lost, Pressed("start.touch"))[0].place == Home()


def test_help_and_staff_who_write_stay_within_reach_of_a_closed_terminal() -> None:
    after, _ = walk(ONLINE, at("23:00"), Pressed("dock.help"))
    assert isinstance(after.cover, Help)


def test_whoever_is_here_is_told_once_some_minutes_before_and_goes_on() -> None:
    early, _ = walk(FORM, at("17:19"), ClockTicked())
    assert early.cover is None
    told, _ = walk(FORM, at("17:20"), ClockTicked())
    assert isinstance(told.cover, ClosingSoon)
    assert "17:30" in texts(told, at("17:20"))
    on, _ = walk(told, at("17:21"), Pressed("cover.continue"), ClockTicked())
    assert on.cover is None
    assert on.place == FORM.place
    late, effects = walk(on, at("18:40"), ClockTicked())
    assert late == on, "nobody is thrown out"
    assert effects == ()


def test_what_is_being_sent_is_not_covered_and_the_notice_comes_after() -> None:
    sending = replace(FORM, place=Submitting())
    assert walk(sending, at("17:25"), ClockTicked())[0].cover is None


def test_who_comes_in_the_last_minutes_is_told_at_once() -> None:
    begun, _ = walk(ONLINE, at("17:25"), Pressed("start.touch"))
    assert begun.place == Home()
    assert isinstance(begun.cover, ClosingSoon)


def test_a_technician_is_kept_out_by_no_hour_and_told_of_none() -> None:
    there = replace(FORM, visit=replace(KNOWN, started=False))
    assert walk(there, at("17:25"), ClockTicked())[0].cover is None, "whoever has no visit is no resident"


def test_a_terminal_that_never_closes_tells_nobody() -> None:
    assert walk(FORM, at("23:55", hours=ALWAYS), ClockTicked())[0].cover is None


def test_the_bell_rings_for_staff_and_says_so_when_nobody_is_here() -> None:
    asked = replace(FORM, cover=Help())
    here, effects = walk(asked, at("10:00"), Pressed("cover.call"))
    assert here.cover == Help(called=True)
    assert [e for e in effects if isinstance(e, CallHost | Say)] == [CallHost("help"), Say("say.host_called")]
    told = replace(asked, visit=replace(KNOWN, told_closing=True))
    away, effects = walk(told, at("18:00"), Pressed("cover.call"))
    assert away.cover == Help(away=True)
    assert [e for e in effects if isinstance(e, CallHost | Say)] == [Say("say.host_away")]
    assert "现在没有工作人员在" in texts(away, at("18:00"))


def test_the_hosts_own_card_stands_in_help() -> None:
    given = HelpCard(Pair("有事请找值班员", "Ask the attendant"), "010-88880000", Pair("进门左手", "Left of the door"))
    page = texts(replace(FORM, cover=Help()), at("10:00", help=given))
    assert "有事请找值班员（进门左手，电话 010-88880000）" in page


def left() -> tuple[State, tuple[Effect, ...]]:
    """A card lies on the reader, and nobody came back for it."""
    gone = replace(ONLINE, place=Farewell("timeout", ("card",)), visit=Visit(card_on_pad=True, started=True))
    return walk(gone, at("10:00"), *[TimerFired("farewell")] * 4)


def test_a_card_that_nobody_fetched_is_told_to_staff_and_to_the_next_without_its_name() -> None:
    after, effects = left()
    assert after.place == Attract()
    assert after.world.card_left
    assert CallHost("card") in effects
    shown = texts(after, at("10:00"))
    assert "有人把卡落在机器上了" in shown
    assert "有人把卡落在机器上了" in texts(after, at("23:00")), "on the closed page too"


def test_a_card_that_was_left_says_nothing_of_its_holder_until_it_was_lifted() -> None:
    after, _ = left()
    read, _ = walk(after, at("10:00"), CardRead(ELDER))
    assert read == after
    lifted, _ = walk(read, at("10:00"), CardGone())
    assert not lifted.world.card_left
    assert walk(lifted, at("10:00"), CardRead(ELDER))[0].visit.person == ELDER


def test_staff_say_that_they_have_taken_it() -> None:
    after, _ = left()
    assert not walk(after, at("10:00"), Pressed("card_left"))[0].world.card_left


def test_each_visit_begins_as_the_site_says_and_speaks_only_to_somebody() -> None:
    shelf = at("10:00", usual=Accessibility(125, "dark", "en", voice=True, seated=True))
    waiting, _ = walk(ONLINE, shelf, SiteChanged())
    assert waiting.prefs == Prefs("en", "dark", 1.25, seated=True)
    here, _ = walk(waiting, shelf, Pressed("start.touch"))
    assert here.prefs.voice
    changed, _ = walk(here, shelf, Pressed("dock.lang"), Pressed("dock.low"))
    over, _ = walk(changed, shelf, Pressed("actions.end"), TimerFired("farewell"))
    assert over.place == Attract()
    assert over.prefs == waiting.prefs


def test_a_new_site_leaves_the_wishes_of_whoever_is_here() -> None:
    here = replace(FORM, prefs=Prefs(lang="en"))
    after, _ = walk(here, at("10:00", usual=Accessibility(150)), SiteChanged())
    assert after.prefs == here.prefs
    assert after.world.usual == Prefs(size=1.5)


def test_the_machine_goes_back_to_its_owner_from_the_first_page_only_and_wiped() -> None:
    guest = at("10:00", partner=Pair("手机银行", "the bank"))
    assert "回到手机银行" in texts(ONLINE, guest)
    _, effects = walk(ONLINE, guest, Pressed("partner.back"))
    kinds = [type(e) for e in effects]
    assert kinds.index(Wipe) < kinds.index(HandBack)
    assert HandBack() not in walk(FORM, guest, Pressed("partner.back"))[1]
    assert HandBack() not in walk(ONLINE, at("10:00"), Pressed("partner.back"))[1]
    assert "回到手机银行" in texts(ONLINE, at("23:00", partner=Pair("手机银行", "the bank"))), "closed: still theirs"


def near(shelf: Desk, *, old: timedelta = timedelta()) -> Desk:
    far = Neighbour({"zh": "远处", "en": "Far"}, NAMES, 900, ALWAYS)
    shut = Neighbour({"zh": "近处", "en": "Near"}, NAMES, 100, read_hours({}))
    return replace(shelf, near=Nearby((far, shut), shelf.now - old))


def test_a_terminal_that_cannot_serve_names_the_nearest_open_one_with_the_way_on_foot() -> None:
    shelf = near(at("10:00"))
    out, _ = walk(ONLINE, shelf, Halted("store"))
    shown = texts(out, shelf)
    assert "最近能办事的机器：远处，什刹海 02 号机，走路大约 24 分钟。" in shown
    assert "的消息" not in shown


def test_old_news_of_the_neighbours_is_told_with_its_time() -> None:
    shelf = near(at("10:00"), old=timedelta(hours=2))
    out, _ = walk(ONLINE, shelf, Halted("store"))
    assert "这是 11月22日 08:00 的消息。" in texts(out, shelf)


def test_a_closed_terminal_names_one_that_is_open() -> None:
    assert "现在开着的机器：远处" in texts(ONLINE, near(at("20:00")))
    assert "现在开着的机器" not in texts(ONLINE, at("20:00"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([ONLINE, OFFLINE]), st.lists(events, max_size=25))
def test_whatever_happens_at_a_closed_terminal_no_visit_begins(start: State, plan: list[Event | int]) -> None:
    state, shelf = start, at("20:00")
    for item in plan:
        active = [n for n in view(state, shelf).nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        state, _ = step(state, event, shelf)
        assert isinstance(state.place, Attract | OutOfService)
        assert not state.visit.started


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([ONLINE, FORM]), st.lists(events, max_size=25))
def test_the_last_minutes_cover_a_visit_once_and_never_end_it(start: State, plan: list[Event | int]) -> None:
    state, shelf, covers = start, at("17:25"), 0
    for item in plan:
        active = [n for n in view(state, shelf).nodes if n.actions and n.enabled]
        event: Event = Pressed(active[item % len(active)].id) if isinstance(item, int) else item
        before, (state, _) = state, step(state, event, shelf)
        if isinstance(state.cover, ClosingSoon) and not isinstance(before.cover, ClosingSoon):
            covers += 1
        if isinstance(state.place, Attract):
            covers = 0
        assert covers <= 1
