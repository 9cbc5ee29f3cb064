"""The profile's devices beside what was found: what is there, what is missing, what may take its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.identify import Sure
from provisioning import DeviceSpec, Words
from provisioning.discovery import Asked, Outcome, Presence, Suggestion, compare

SCANNER = DeviceSpec("scanner", "code_reader", "serial:/dev/ttyUSB0?dialect=newland")


def seen(kind: str, uri: str) -> Suggestion:
    return Suggestion(kind, uri, Sure.CERTAIN, Words("", ""))


def presence(*specs: DeviceSpec, found: tuple[Suggestion, ...] = (), outcome: Outcome | None = None) -> list[Presence]:
    asked = () if outcome is None else (Asked("/dev/ttyUSB0", outcome),)
    return [one.presence for one in compare(specs, found, asked, lambda path: outcome is not None)]


def test_a_device_that_answers_at_its_address_is_found() -> None:
    assert presence(SCANNER, found=(seen("code_reader", "serial:/dev/ttyUSB0?baud=9600&dialect=newland"),)) == ["found"]


def test_links_to_one_node_are_one_place(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "by-path").symlink_to(tmp_path / "ttyUSB0")
    spec = DeviceSpec("scanner", "code_reader", f"serial:{tmp_path}/ttyUSB0")
    assert presence(spec, found=(seen("code_reader", f"serial:{tmp_path}/by-path"),)) == ["found"]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (None, "missing"),
        (Outcome.SILENT, "silent"),
        (Outcome.TALKS, "silent"),
        (Outcome.IN_USE, "unseen"),
        (Outcome.DENIED, "unseen"),
    ],
)
def test_a_device_that_does_not_answer_is_missing_or_silent_or_nobody_can_tell(
    outcome: Outcome | None, told: str
) -> None:
    assert presence(SCANNER, outcome=outcome) == [told]


@pytest.mark.parametrize(
    "spec",
    [
        DeviceSpec("printer", "page_printer", "ipp://192.0.2.7/ipp"),
        DeviceSpec("speech", "speech", "speech:default"),
        DeviceSpec("jack", "headphones", "jack:/dev/input/event3"),
        DeviceSpec("receipt", "receipt_printer", "tcp://192.0.2.8:9100"),
    ],
)
def test_of_what_no_looking_tells_nothing_is_said(spec: DeviceSpec) -> None:
    assert presence(spec) == ["unseen"]


def test_the_only_other_one_may_take_the_place_of_the_only_missing_one() -> None:
    other = seen("code_reader", "serial:/dev/ttyUSB5?dialect=gm65")
    (row,) = compare([SCANNER], [other], (), lambda path: False)
    assert (row.presence, row.other) == (Presence.ELSEWHERE, other)


def test_where_it_is_not_beyond_doubt_nothing_is_proposed() -> None:
    one, two = seen("code_reader", "serial:/dev/ttyUSB5"), seen("code_reader", "serial:/dev/ttyUSB6")
    assert presence(SCANNER, found=(one, two)) == ["missing"]
    second = DeviceSpec("second", "code_reader", "serial:/dev/ttyUSB9")
    assert presence(SCANNER, second, found=(one,)) == ["missing", "missing"]
    taken = DeviceSpec("second", "code_reader", "serial:/dev/ttyUSB5")
    assert presence(SCANNER, taken, found=(one,)) == ["missing", "found"]


def test_a_device_that_the_platform_has_fixed_is_not_replaced() -> None:
    fixed = DeviceSpec("scanner", "code_reader", "serial:/dev/ttyUSB0", {"fixed": True})
    assert presence(fixed, found=(seen("code_reader", "serial:/dev/ttyUSB5"),)) == ["missing"]
