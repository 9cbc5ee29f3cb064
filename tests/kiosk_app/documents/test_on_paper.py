"""A receipt on its whole way: model, dots, bytes, printer, paper, phone."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

from drivers.receipt_printer import Outcome
from kiosk_app.documents import page_of, render
from tests.drivers.receipt_printer.lab import bench, file_journal, simulator
from tests.drivers.receipt_printer.pictures import differing_pixels
from tests.kiosk_app.documents.samples import ACCEPTED, URL


def test_what_was_rendered_is_on_the_paper_dot_for_dot_and_its_code_scans(tmp_path: Path) -> None:
    page = render(page_of(ACCEPTED))
    with simulator(tmp_path, "--unpaced") as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        assert desk.print(page).outcome is Outcome.PRINTED
        (paper,) = printer.receipts
    assert differing_pixels(page, paper) == 0
    with Image.open(paper) as image:
        assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [URL]


def test_a_receipt_on_a_slow_line_costs_half_of_its_plain_raster(tmp_path: Path) -> None:
    page = render(page_of(ACCEPTED))
    with simulator(tmp_path, "--unpaced") as printer, bench(printer.uri, file_journal(tmp_path)) as desk:
        assert desk.print(page).total < 0.55 * len(page.rows)
