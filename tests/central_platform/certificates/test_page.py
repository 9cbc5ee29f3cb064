"""What is on the page, read back by poppler and by a code reader."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from central_platform.certificates import Fact, PageError, TestSeal
from central_platform.certificates.page import draw, dumps, loads
from tests.central_platform.certificates.conftest import PAGE


def read(pdf: bytes, *command: str) -> str:
    """What a tool of poppler says of a document that it is handed."""
    done = subprocess.run([*command], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_every_word_can_be_read_back_rare_characters_too(seal: TestSeal) -> None:
    text = read(draw(PAGE, seal), "pdftotext", "-layout", "-", "-")
    said = [PAGE.title, PAGE.issuer, PAGE.number, PAGE.check_code, *PAGE.statements, *PAGE.columns]
    said += [fact.value for fact in PAGE.facts] + [cell for row in PAGE.rows for cell in row]
    assert [word for word in said if word not in text.replace(" ", "") and word not in text] == []


def test_the_page_is_tagged_and_brings_its_fonts(seal: TestSeal) -> None:
    pdf = draw(PAGE, seal)
    assert "Tagged:          yes" in read(pdf, "pdfinfo", "-")
    rows = [line.split() for line in read(pdf, "pdffonts", "-").splitlines()[2:]]
    assert rows
    assert all(row[-5] == "yes" for row in rows), "a font is not embedded"


def test_the_code_on_the_paper_is_the_address(seal: TestSeal, tmp_path: Path) -> None:
    import zxingcpp
    from PIL import Image

    (tmp_path / "page.pdf").write_bytes(draw(PAGE, seal))
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", tmp_path / "page.pdf", tmp_path / "page"], check=True
    )
    found = zxingcpp.read_barcodes(Image.open(tmp_path / "page.png").convert("RGB"))
    assert [code.text for code in found] == [PAGE.check_url]


def test_a_year_of_months_is_one_page_and_the_same_page_the_same_bytes(seal: TestSeal) -> None:
    assert "Pages:           1" in read(draw(PAGE, seal), "pdfinfo", "-")
    assert draw(PAGE, seal) == draw(PAGE, seal)


def test_what_is_said_is_never_read_as_the_language_of_the_look(seal: TestSeal) -> None:
    hostile = "#panic() $x$ *b* _i_ `c` @a <b> \\ // [c] = h"
    text = read(draw(replace(PAGE, facts=(Fact("用途", hostile),)), seal), "pdftotext", "-layout", "-", "-")
    assert hostile in text


@pytest.mark.parametrize("text", ["张\x07三", "张\u202e三", "张\ue123三", "张\U000f0000三", "张\u0378三"])
def test_a_character_without_a_certain_shape_is_refused_and_not_quoted(seal: TestSeal, text: str) -> None:
    with pytest.raises(PageError) as refused:
        draw(replace(PAGE, facts=(Fact("姓名", text),)), seal)
    assert text[1] not in str(refused.value)
    assert "张" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"lang": "fr"},
        {"check_code": "8F3K2Q7M"},
        {"check_code": "OOOO-1111"},
        {"rows": (("2026年1月",),)},
        {"rows": (("a", "b", "c", "d"),) * 401},
    ],
)
def test_a_page_that_is_none_is_refused(seal: TestSeal, change: dict[str, object]) -> None:
    with pytest.raises(PageError):
        draw(replace(PAGE, **change), seal)  # type: ignore[arg-type]


def test_what_is_kept_of_a_page_is_the_page() -> None:
    assert loads(dumps(PAGE)) == PAGE


def test_pages_are_drawn_side_by_side(seal: TestSeal) -> None:
    pages = [replace(PAGE, number=f"XC-2026-1130-{number:06d}") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        side_by_side = list(pool.map(lambda page: draw(page, seal), pages))
    assert side_by_side == [draw(page, seal) for page in pages]
