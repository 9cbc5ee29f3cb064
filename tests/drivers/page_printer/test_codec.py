"""Messages of IPP: the standard's own bytes, round trips, and bytes that mean harm."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.page_printer import codec
from drivers.page_printer.codec import (
    Attribute,
    CodecError,
    Content,
    Group,
    GroupTag,
    Localized,
    Message,
    Range,
    Resolution,
    Tag,
    Value,
    attribute,
)

# RFC 8010, A.1: Print-Job request.
PRINT_JOB = (
    bytes.fromhex("0101 0002 00000001 01")
    + b"\x47\x00\x12attributes-charset\x00\x05utf-8"
    + b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
    + b"\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree"
    + b"\x42\x00\x08job-name\x00\x06foobar"
    + b"\x22\x00\x16ipp-attribute-fidelity\x00\x01\x01"
    + b"\x02"
    + b"\x21\x00\x06copies\x00\x04\x00\x00\x00\x14"
    + b"\x44\x00\x05sides\x00\x13two-sided-long-edge"
    + b"\x03"
    + b"%!PDF..."
)
PRINT_JOB_MESSAGE = Message(
    0x0002,
    1,
    (
        Group(
            GroupTag.OPERATION,
            (
                attribute("attributes-charset", Tag.CHARSET, "utf-8"),
                attribute("attributes-natural-language", Tag.LANGUAGE, "en-us"),
                attribute("printer-uri", Tag.URI, "ipp://printer.example.com/ipp/print/pinetree"),
                attribute("job-name", Tag.NAME, "foobar"),
                attribute("ipp-attribute-fidelity", Tag.BOOLEAN, True),
            ),
        ),
        Group(
            GroupTag.JOB,
            (attribute("copies", Tag.INTEGER, 20), attribute("sides", Tag.KEYWORD, "two-sided-long-edge")),
        ),
    ),
    b"%!PDF...",
)
# RFC 8010, A.7, and 3.1.6: several values, a collection in a collection, a value that is none.
MEDIA_COL = (
    bytes.fromhex("0101 0000 00000002 04")
    + b"\x34\x00\x09media-col\x00\x00"
    + b"\x4a\x00\x00\x00\x0amedia-size"
    + b"\x34\x00\x00\x00\x00"
    + b"\x4a\x00\x00\x00\x0bx-dimension"
    + b"\x21\x00\x00\x00\x04\x00\x00\x52\x08"
    + b"\x4a\x00\x00\x00\x0by-dimension"
    + b"\x21\x00\x00\x00\x04\x00\x00\x74\x04"
    + b"\x37\x00\x00\x00\x00"
    + b"\x4a\x00\x00\x00\x0bmedia-color"
    + b"\x44\x00\x00\x00\x04blue"
    + b"\x37\x00\x00\x00\x00"
    + b"\x44\x00\x15printer-state-reasons\x00\x0amedia-jam1"
    + b"\x44\x00\x00\x00\x0acover-open"
    + b"\x13\x00\x12time-at-processing\x00\x00"
    + b"\x03"
)
MEDIA_COL_MESSAGE = Message(
    0,
    2,
    (
        Group(
            GroupTag.PRINTER,
            (
                attribute(
                    "media-col",
                    Tag.COLLECTION,
                    (
                        attribute(
                            "media-size",
                            Tag.COLLECTION,
                            (
                                attribute("x-dimension", Tag.INTEGER, 21000),
                                attribute("y-dimension", Tag.INTEGER, 29700),
                            ),
                        ),
                        attribute("media-color", Tag.KEYWORD, "blue"),
                    ),
                ),
                attribute("printer-state-reasons", Tag.KEYWORD, "media-jam1", "cover-open"),
                Attribute("time-at-processing", (Value(Tag.NO_VALUE),)),
            ),
        ),
    ),
)
VECTORS = pytest.mark.parametrize(
    ("raw", "message"), [(PRINT_JOB, PRINT_JOB_MESSAGE), (MEDIA_COL, MEDIA_COL_MESSAGE)], ids=["Print-Job", "media-col"]
)

NUMBERS = st.integers(-(2**31), 2**31 - 1)
NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=20)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
PLAIN: dict[Tag, st.SearchStrategy[Content]] = {
    Tag.UNSUPPORTED: st.none(),
    Tag.UNKNOWN: st.none(),
    Tag.NO_VALUE: st.none(),
    Tag.INTEGER: NUMBERS,
    Tag.ENUM: NUMBERS,
    Tag.BOOLEAN: st.booleans(),
    Tag.OCTETS: st.binary(max_size=20),
    Tag.DATE_TIME: st.binary(min_size=11, max_size=11),
    Tag.RESOLUTION: st.builds(Resolution, NUMBERS, NUMBERS, st.integers(-128, 127)),
    Tag.RANGE: st.builds(Range, NUMBERS, NUMBERS),
    Tag.TEXT_WITH_LANGUAGE: st.builds(Localized, TEXTS, TEXTS),
    Tag.NAME_WITH_LANGUAGE: st.builds(Localized, TEXTS, TEXTS),
    Tag.TEXT: TEXTS,
    Tag.NAME: TEXTS,
    Tag.KEYWORD: TEXTS,
    Tag.URI: TEXTS,
    Tag.URI_SCHEME: TEXTS,
    Tag.CHARSET: TEXTS,
    Tag.LANGUAGE: TEXTS,
    Tag.MIME: TEXTS,
}
SIMPLE = st.one_of([st.builds(Value, st.just(tag), contents) for tag, contents in PLAIN.items()])


def attributes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    several = st.lists(values, min_size=1, max_size=2).map(tuple)
    return st.lists(st.builds(Attribute, NAMES, several), max_size=2).map(tuple)


COLLECTIONS = st.builds(Value, st.just(Tag.COLLECTION), attributes(SIMPLE))
VALUES = st.one_of(SIMPLE, COLLECTIONS, st.builds(Value, st.just(Tag.COLLECTION), attributes(COLLECTIONS)))
MESSAGES = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    NUMBERS,
    st.lists(
        st.builds(Group, st.sampled_from([tag for tag in GroupTag if tag is not GroupTag.END]), attributes(VALUES)),
        max_size=2,
    ).map(tuple),
    st.binary(max_size=30),
    st.sampled_from([(1, 0), (1, 1), (2, 0), (2, 2)]),
)


@VECTORS
def test_messages_are_the_bytes_of_the_standard(raw: bytes, message: Message) -> None:
    assert codec.encode(message) == raw
    assert codec.decode(raw) == message


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_every_message_comes_back(message: Message) -> None:
    assert codec.decode(codec.encode(message)) == message


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_typed_error(raw: bytes) -> None:
    with contextlib.suppress(CodecError):
        codec.decode(raw)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_damage_is_a_message_or_a_typed_error(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from([PRINT_JOB, MEDIA_COL])))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CodecError):
        codec.decode(bytes(raw))


@VECTORS
def test_attributes_that_are_cut_off_are_no_message(raw: bytes, message: Message) -> None:
    for length in range(len(raw) - len(message.document)):
        with pytest.raises(CodecError):
            codec.decode(raw[:length])


HEAD = bytes.fromhex("0101 0000 00000001")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(bytes.fromhex("0901 0000 00000001 03"), id="version 9"),
        pytest.param(HEAD + b"\x44\x00\x01a\x00\x01b\x03", id="a value before any group"),
        pytest.param(HEAD + b"\x00\x03", id="a group of kind 0"),
        pytest.param(HEAD + b"\x04\x44\x00\x00\x00\x01b\x03", id="a further value of nothing"),
        pytest.param(HEAD + b"\x04\x21\x00\x01a\x00\x03\x00\x00\x00\x03", id="an integer of three bytes"),
        pytest.param(HEAD + b"\x04\x33\x00\x01a\x00\x04\x00\x00\x00\x00\x03", id="half a range"),
        pytest.param(HEAD + b"\x04\x35\x00\x01a\x00\x05\x00\x09en\x00\x03", id="a language that is too long"),
        pytest.param(HEAD + b"\x04\x37\x00\x01a\x00\x00\x03", id="the end of no collection"),
        pytest.param(HEAD + b"\x04\x34\x00\x01a\x00\x00\x21\x00\x00\x00\x04\0\0\0\0\x03", id="a member without a name"),
        pytest.param(HEAD + b"\x04\x34\x00\x01a\x00\x00\x03", id="a collection that does not end"),
        pytest.param(
            HEAD + b"\x04\x34\x00\x01a\x00\x00" + b"\x4a\x00\x00\x00\x01m\x34\x00\x00\x00\x00" * 5000,
            id="collections without a bottom",
        ),
        pytest.param(HEAD + b"\x04\x44\x00\x01a\x00\x01b" + b"\x44\x00\x00\x00\x01b" * 30_000 + b"\x03", id="a flood"),
    ],
)
def test_what_breaks_the_rules_is_a_typed_error(raw: bytes) -> None:
    with pytest.raises(CodecError):
        codec.decode(raw)


@pytest.mark.parametrize(
    "wrong",
    [
        Attribute("none", ()),
        attribute("", Tag.KEYWORD, "a"),
        attribute("x" * 256, Tag.KEYWORD, "a"),
        attribute("größe", Tag.KEYWORD, "a"),
        attribute("long", Tag.TEXT, "a" * 32_768),
        attribute("big", Tag.INTEGER, 2**31),
        attribute("bool", Tag.INTEGER, True),
        attribute("text", Tag.INTEGER, "1"),
        attribute("octets", Tag.KEYWORD, b"a"),
        attribute("nothing", Tag.KEYWORD, None),
    ],
    ids=lambda each: each.name[:10],
)
def test_what_has_no_bytes_is_a_typed_error(wrong: Attribute) -> None:
    with pytest.raises(CodecError):
        codec.encode(Message(0, 1, (Group(GroupTag.JOB, (wrong,)),)))


def test_a_document_is_not_shown() -> None:
    assert "PDF" not in repr(PRINT_JOB_MESSAGE)


def test_a_name_in_another_encoding_hides_nothing_else() -> None:
    raw = HEAD + b"\x04\x42\x00\x01a\x00\x02\xd5\xc5\x23\x00\x01b\x00\x04\x00\x00\x00\x03\x03"
    group = codec.decode(raw).group(GroupTag.PRINTER)
    assert group.number("b") == 3
    assert len(group.words("a")) == 1
