from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from drivers.card_reader import Card, ReadCard, SamCardReader
from drivers.card_reader.codec import FIND, STATUS
from drivers.recording import Entry, Recorder, RecordingError, ReplayTransport, load
from drivers.transport import TransportClosed, parse_uri
from tests.drivers.card_reader.people import RESIDENT
from tests.drivers.transport.support import RealClock, Reports, simulator


def test_a_recorded_card_read_plays_back_as_the_same_card(tmp_path: Path) -> None:
    path = tmp_path / "card.jsonl"
    with simulator("drivers.card_reader.simulator") as sim, Recorder(path, RealClock()) as recorder:
        sim.do(present=RESIDENT)
        recorded = read_one(SamCardReader("card", recorder.wrap(parse_uri(f"serial:{sim.link}")), clock=RealClock()))
    replay = ReplayTransport(load(path))
    assert read_one(SamCardReader("card", lambda: replay, clock=RealClock())) == recorded


def read_one(driver: SamCardReader) -> Card:
    reports = Reports()
    # Asked for before it starts: between commands it looks whether the module is alive, once more or less by chance.
    driver.submit(ReadCard("one", 10.0))
    driver.start(reports)
    card = reports.completion("one").result
    driver.stop()
    assert isinstance(card, Card)
    return card


def test_a_recording_is_readable_for_its_owner_only(tmp_path: Path) -> None:
    Recorder(tmp_path / "r.jsonl", RealClock()).close()
    assert stat.S_IMODE((tmp_path / "r.jsonl").stat().st_mode) == 0o600


def test_an_old_recording_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text("")
    with pytest.raises(FileExistsError):
        Recorder(tmp_path / "r.jsonl", RealClock())


def test_an_entry_is_one_line_of_time_direction_and_hex(tmp_path: Path) -> None:
    with Recorder(tmp_path / "r.jsonl", RealClock()) as recorder:
        recorder.note("out", FIND)
    assert json.loads((tmp_path / "r.jsonl").read_text()) == {"t": 0, "dir": "out", "hex": FIND.hex()}


def test_a_line_that_is_no_entry_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"t": 0, "dir": "in", "hex": ""}\n{"t": 0}\n')
    with pytest.raises(RecordingError, match="line 2"):
        load(tmp_path / "r.jsonl")


def test_replay_answers_only_after_the_recorded_question() -> None:
    replay = ReplayTransport([Entry(0, "out", STATUS), Entry(0, "in", b"abc")])
    replay.open()
    assert replay.read(10, 0) == b""
    assert replay.write(STATUS[:4], 0) + replay.write(STATUS[4:], 0) == len(STATUS)
    assert (replay.read(2, 0), replay.read(2, 0)) == (b"ab", b"c")
    assert replay.finished


def test_replay_refuses_another_question() -> None:
    replay = ReplayTransport([Entry(0, "out", STATUS)])
    replay.open()
    with pytest.raises(TransportClosed):
        replay.write(FIND, 0)


def test_replay_plays_the_recorded_error() -> None:
    replay = ReplayTransport([Entry(0, "error", b"")])
    replay.open()
    with pytest.raises(TransportClosed):
        replay.read(1, 0)


def test_an_entry_hides_its_bytes() -> None:
    assert "abc" not in repr(Entry(0, "in", b"abc"))
