from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.json_places import Document, JsonError, Path, Place, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def at(document: Document, text: str, path: Path) -> str:
    """The text from where a part is said to stand."""
    place = document.place(path)
    return text.split("\n")[place.line - 1][place.column - 1 :]


def parts(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    """Every part of a value with its path."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(found for name, item in inner for found in parts(item, (*path, name)))]


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_part_stands_where_it_is_said_to(value: object, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    document, once = read_json(text)
    assert once
    assert document.value == json.loads(text)
    for path, part in parts(document.value):
        rest = at(document, text, path)
        match part:
            case dict():
                assert rest.startswith("{")
            case list():
                assert rest.startswith("[")
            case _:
                assert rest.startswith(json.dumps(part, ensure_ascii=ascii_only))


def test_a_name_stands_before_its_value() -> None:
    document, _ = read_json('{\n  "规则": [\n\t{"id" :7}]}')
    assert document.place(("规则",), name=True) == Place(2, 3)
    assert document.place(("规则",)) == Place(2, 9)
    assert document.place(("规则", 0, "id"), name=True) == Place(3, 3)
    assert document.place(("规则", 0, "id")) == Place(3, 9)


def test_what_is_missing_is_shown_where_it_belongs() -> None:
    document, _ = read_json('{\n "a": {"b": 1}}')
    assert document.place(("a", "c", "d")) == Place(2, 7)
    assert document.place(("x",), name=True) == Place(1, 1)


def test_a_name_that_comes_twice_is_told_with_the_second_place() -> None:
    document, once = read_json('{"a": 1,\n "a": 2}')
    assert (once, document.repeated) == (False, ((("a",), Place(2, 2)),))
    document, once = read_json('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}')
    assert (once, document.repeated) == (True, ())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", Place(1, 1)),
        ('{"a": 1,\n}', Place(2, 1)),
        ('{"a": 1}\n\n{}', Place(3, 1)),
        ('{"a":\n  NaN}', Place(2, 3)),
        ("[1, -Infinity]", Place(1, 5)),
        ("[" * 100_000, Place(1, 1)),
    ],
)
def test_what_is_not_json_is_told_with_its_place(text: str, place: Place) -> None:
    with pytest.raises(JsonError) as caught:
        read_json(text)
    assert caught.value.place == place


def test_a_mark_at_the_head_of_the_file_is_no_fault() -> None:
    assert read_json("\ufeff{}")[0].value == {}
