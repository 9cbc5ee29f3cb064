"""payment.json: what a service costs, and who is paid. Read by the platform only; no terminal decides an amount.

`amount` is one of three: `{"fixed": FEN}`; `{"answer": FIELD, "from": FEN, "to": FEN}`, what the resident entered; or
`{"bill": KIND, "by": FIELD, "of": [FIELD, "person"], "choice": FIELD}`, what a department asks for under what stands in
`by`. With `of` it is asked of somebody: the first of these fields that was answered says of whom, `person` is the
applicant. With `choice` the resident may enter an amount where the bill leaves one open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any

from central_platform.payments.bills import Bills
from central_platform.payments.protocol import MOST_FEN
from central_platform.problems import Refusal
from central_platform.wire.common import ProblemCode

Words = Mapping[str, str]
LANGUAGES = ("zh", "en")
PERSON = "person"
"""In `of`: the applicant."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What one application costs. `bill` names what is paid for, so that nobody pays it twice; empty: nothing does.

    `holder` is the masked name on a bill, by which whoever typed a number sees whose it is.
    """

    fen: int
    payee: Words
    subject: Words
    holder: str = field(default="", repr=False)
    bill: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same."""

    fen: int

    def fields(self) -> tuple[str, ...]:
        """The fields of the form that it looks at."""
        return ()


@dataclass(frozen=True, slots=True)
class Entered:
    """What the resident entered, within bounds."""

    answer: str
    least: int
    most: int

    def fields(self) -> tuple[str, ...]:
        """The fields of the form that it looks at."""
        return (self.answer,)


@dataclass(frozen=True, slots=True)
class Billed:
    """What a department asks for."""

    kind: str
    by: str
    of: tuple[str, ...] = ()
    choice: str = ""

    def fields(self) -> tuple[str, ...]:
        """The fields of the form that it looks at."""
        return (self.by, *(name for name in self.of if name != PERSON), *([self.choice] if self.choice else []))


@dataclass(frozen=True, slots=True)
class Rule:
    """payment.json. A bill names its own payee and subject; these are of the other two."""

    amount: Fixed | Entered | Billed
    payee: Words
    subject: Words

    def charge(self, answers: Mapping[str, Any], bills: Bills, person: str = "") -> Charge:
        """Return what these answers cost; `person` is the applicant's number.

        Raises:
            Refusal: bill-unknown, bill-paid, amount-needed or amount-unfit.
        """
        match self.amount:
            case Fixed(fen):
                return Charge(fen, self.payee, self.subject)
            case Entered(name, least, most):
                entered = _entered(answers, name)
                if entered is None:
                    raise Refusal(ProblemCode.AMOUNT_NEEDED, field=f"/answers/{name}")
                if not least <= entered <= most:
                    raise Refusal(ProblemCode.AMOUNT_UNFIT, field=f"/answers/{name}")
                return Charge(entered, self.payee, self.subject)
            case Billed() as billed:
                return _billed(billed, answers, bills, person)


def read_rule(value: object, schema: Mapping[str, Any]) -> Rule:
    """Read payment.json; `schema` is the package's data schema.

    Raises:
        ValueError: the text says what is wrong with it.
    """
    if not isinstance(value, Mapping) or set(value) != {"amount", "payee", "subject"}:
        raise ValueError("it has amount, payee and subject, and nothing else")
    words = {name: value[name] for name in ("payee", "subject")}
    for name, pair in words.items():
        if not isinstance(pair, Mapping) or set(pair) != set(LANGUAGES) or not all(map(_is_text, pair.values())):
            raise ValueError(f"{name} needs Chinese and English")
    amount = _amount(value["amount"])
    known = schema.get("properties", {})
    missing = [name for name in amount.fields() if name not in known]
    if missing:
        raise ValueError(f"the form has no field {missing[0]}")
    asked = amount.answer if isinstance(amount, Entered) else amount.choice if isinstance(amount, Billed) else ""
    if asked and known[asked].get("format") != "money":
        raise ValueError(f"the field {asked} is not an amount: it needs format money")
    return Rule(amount, words["payee"], words["subject"])


def yuan(fen: int) -> str:
    """Return an amount as people write it: 86.40."""
    return f"{fen // 100}.{fen % 100:02d}"


def _amount(value: object) -> Fixed | Entered | Billed:
    match value:
        case {"fixed": int(fen), **rest} if not rest and _payable(fen):
            return Fixed(fen)
        case {"answer": str(name), "from": int(least), "to": int(most), **rest} if not rest:
            if not (_payable(least) and _payable(most) and least <= most):
                raise ValueError("the least amount is above the most, or one of them cannot be paid")
            return Entered(name, least, most)
        case {"bill": str(kind), "by": str(by), **rest} if set(rest) <= {"of", "choice"}:
            of, choice = rest.get("of", []), rest.get("choice", "")
            if not isinstance(of, list) or not all(map(_is_text, of)) or not isinstance(choice, str):
                raise ValueError("of is a list of fields, and choice is one: see packages/README.md")
            return Billed(kind, by, tuple(of), choice)
        case _:
            raise ValueError("amount is fixed, from an answer, or from a bill: see packages/README.md")


def _billed(rule: Billed, answers: Mapping[str, Any], bills: Bills, person: str) -> Charge:
    whose = next((name for name in rule.of if name == PERSON or answers.get(name)), "")
    own = whose == PERSON
    bill = bills.find(rule.kind, str(answers.get(rule.by, "")), person if own else str(answers.get(whose, "")))
    if bill is None:
        raise Refusal(ProblemCode.BILL_UNKNOWN, field=f"/answers/{whose if whose and not own else rule.by}")
    if bill.most == 0:
        raise Refusal(ProblemCode.BILL_PAID, field=f"/answers/{rule.by}")
    chosen = _entered(answers, rule.choice) if rule.choice else None
    if chosen is None and bill.least != bill.most:
        raise Refusal(ProblemCode.AMOUNT_NEEDED, field=f"/answers/{rule.choice or rule.by}")
    fen = bill.most if chosen is None else chosen
    if not bill.least <= fen <= bill.most:
        raise Refusal(ProblemCode.AMOUNT_UNFIT, field=f"/answers/{rule.choice}")
    return Charge(fen, bill.payee, bill.subject, "" if own else bill.holder, bill.id)


def _entered(answers: Mapping[str, Any], name: str) -> int | None:
    text = answers.get(name)
    if text is None:
        return None
    try:
        fen = Decimal(str(text)) * 100
    except DecimalException:
        raise Refusal(ProblemCode.AMOUNT_UNFIT, field=f"/answers/{name}") from None
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 < fen < MOST_FEN:
        raise Refusal(ProblemCode.AMOUNT_UNFIT, field=f"/answers/{name}")
    return int(fen)


def _payable(fen: int) -> bool:
    # True is an int, too.
    return not isinstance(fen, bool) and 0 < fen < MOST_FEN


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
