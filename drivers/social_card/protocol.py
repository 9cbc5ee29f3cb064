"""The conversation with a social-security card: select, read the records of the profile, make sense of refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from drivers.social_card import apdu
from drivers.social_card.apdu import Answer, Apdu, ApduError, Verdict, decode_answer
from drivers.social_card.card import SocialCard, make_card
from drivers.social_card.profile import FileSpec, Profile, RecordSpec
from drivers.social_card.records import RecordError, decode_record, decode_value

FOLLOW_UPS = 6
"""How often one command may be continued (61xx) or corrected (6Cxx). A good card needs two."""
LONGEST = 512
"""No record and no FCI is longer."""

Transmit = Callable[[list[int]], tuple[list[int], int, int]]


class NotSocialCardError(Exception):
    """None of the profile's applications is on the card, or it lacks a file: another kind of card."""


class NeedsPinError(Exception):
    """The card opens its files only after a PIN, which this terminal does not take."""


class CardLockedError(Exception):
    """The card or its application was locked by the issuer."""


class StatusError(Exception):
    """A status word that ends the reading."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"sw={sw:04X}")
        self.sw = sw


class EndlessAnswerError(Exception):
    """The card goes on announcing more."""


def read_card(transmit: Transmit, profile: Profile) -> SocialCard:
    """Read every record of `profile` and join them.

    Raises:
        NotSocialCardError, NeedsPinError, CardLockedError: it is another card, or not to be read here.
        StatusError, RecordError, ApduError, EndlessAnswerError: damaged, or moved.
        CardGoneError, CardMuteError, TransportError: from `transmit`.
    """
    _select_application(transmit, profile)
    fields: dict[str, str] = {}
    for file in profile.files:
        if not _select_file(transmit, profile, file):
            continue
        for record in file.records:
            value = _read(transmit, profile, record)
            fields[record.field] = value
    return make_card(fields)


def _select_application(transmit: Transmit, profile: Profile) -> None:
    for name in profile.applications:
        answer = ask(transmit, apdu.select_application(name))
        if answer.verdict is Verdict.OK:
            return
        if answer.verdict not in (Verdict.NOT_FOUND, Verdict.NOT_KNOWN):
            _refuse(answer)
    raise NotSocialCardError("no application of the profile")


def _select_file(transmit: Transmit, profile: Profile, file: FileSpec) -> bool:
    """Select; False for a file that is not there and holds nothing needed."""
    answer = ask(transmit, apdu.select_file(file.identifier, profile.select_file))
    if answer.verdict is Verdict.NOT_FOUND:
        if any(record.required for record in file.records):
            raise NotSocialCardError(f"no file {file.identifier:04X}")
        return False
    if answer.verdict is not Verdict.OK:
        _refuse(answer)
    return True


def _read(transmit: Transmit, profile: Profile, record: RecordSpec) -> str:
    """Return the field's text, "" for a record that is not there and not needed."""
    how = profile.addressing
    reference = record.tag if how.name == "BY_TAG" else record.number
    answer = ask(transmit, apdu.read_record(reference, how.value, record.size + 2))
    if answer.verdict is Verdict.NOT_FOUND and not record.required:
        return ""
    if answer.verdict is not Verdict.OK:
        _refuse(answer)
    try:
        return decode_value(decode_record(answer.data, record.tag, record.size), record.encoding)
    except RecordError as error:
        raise RecordError(f"{record.field}: {error}") from None


def ask(transmit: Transmit, command: Apdu) -> Answer:
    """Send a command and return its whole answer: GET RESPONSE on 61xx, the same again with Le on 6Cxx.

    Raises:
        EndlessAnswerError: more than `FOLLOW_UPS` times, or more than `LONGEST` bytes.
        ApduError: what came is no answer.
    """
    data = b""
    for _ in range(1 + FOLLOW_UPS):
        answer = _send(transmit, command)
        if answer.verdict is Verdict.AGAIN and command.le != answer.count:
            command = replace(command, le=answer.count)
            continue
        data += answer.data
        if len(data) > LONGEST:
            break
        if answer.verdict is not Verdict.MORE:
            return Answer(data, answer.sw)
        command = apdu.get_response(answer.count)
    raise EndlessAnswerError(f"more than {FOLLOW_UPS} continuations or {LONGEST} bytes")


def _send(transmit: Transmit, command: Apdu) -> Answer:
    data, sw1, sw2 = transmit(list(command.encode()))
    try:
        return decode_answer(bytes(data) + bytes((sw1, sw2)))
    except ValueError as error:
        raise error if isinstance(error, ApduError) else ApduError("no bytes") from None


def _refuse(answer: Answer) -> None:
    match answer.verdict:
        case Verdict.NEEDS_PIN:
            raise NeedsPinError(f"sw={answer.sw:04X}")
        case Verdict.LOCKED:
            raise CardLockedError(f"sw={answer.sw:04X}")
        case _:
            raise StatusError(answer.sw)
