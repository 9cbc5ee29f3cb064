"""The status table, row by row, by either way of asking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.receipt_printer import codec, status
from drivers.receipt_printer.status import MEANINGS, Bits, PrinterState

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "printing-status.json").read_text(encoding="utf-8")
)["rows"]


def by_question(row: dict[str, Any]) -> Bits:
    return status.from_realtime(*(int(value, 16) for value in row["eot"]))


def by_itself(row: dict[str, Any]) -> Bits:
    return status.from_status_back(bytes.fromhex(row["asb"]))


@pytest.mark.parametrize("asked", [by_question, by_itself])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_row_has_its_word_and_meaning(row: dict[str, Any], asked: Any) -> None:
    bits = asked(row)
    meaning = MEANINGS[bits.state]
    found = (bits.state, meaning.device, bits.paper, bits.cover, meaning.error)
    assert found == (row["state"], row["device"], row["paper"], row["cover"], row["error"])


def test_every_word_has_a_meaning() -> None:
    assert set(MEANINGS) == set(PrinterState)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_every_status_byte_of_the_table_is_recognised_by_its_bits(row: dict[str, Any]) -> None:
    parser = codec.ReplyParser()
    stream = bytes.fromhex("".join(row["eot"]) + row["asb"])
    assert parser.feed(stream) == [
        *(codec.RealTime(int(value, 16)) for value in row["eot"]),
        codec.StatusBack(bytes.fromhex(row["asb"])),
    ]


def test_an_error_without_a_cause_is_not_ready() -> None:
    assert status.from_realtime(0x12, 0x52, 0x12, 0x12).state is PrinterState.OFFLINE
