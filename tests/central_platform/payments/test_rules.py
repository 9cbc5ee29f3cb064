"""What an application costs: payment.json and the sample bills."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central_platform.catalogue import Catalogue, PackageError
from central_platform.payments.bills import SampleBills, check_digit, is_account
from central_platform.payments.rules import Charge, read_rule, yuan
from central_platform.problems import Refusal
from tests.central_platform.payments.world import WORDS, pay_packages
from tests.central_platform.world import invented_id, write_packages

FIELDS = ("accountNo", "year", "payeeIdNo", "plate")
SCHEMA: dict[str, Any] = {"properties": {"amount": {"format": "money"}, **{name: {} for name in FIELDS}}}
BILLS = SampleBills(b"k" * 32, lambda: date(2027, 1, 5))


def rule(**amount: Any) -> Any:
    return read_rule({"amount": amount, "payee": WORDS, "subject": WORDS}, SCHEMA)


def code(asked: dict[str, Any], **answers: Any) -> str:
    with pytest.raises(Refusal) as caught:
        rule(**asked).charge(answers, BILLS)
    return str(caught.value.problem.code.value)


def accounts(first: str, count: int = 300) -> list[str]:
    digits = [f"{first}{n:08d}" for n in range(count)]
    return [one + check_digit(one) for one in digits]


def test_a_fixed_amount_looks_at_no_answer() -> None:
    assert rule(fixed=1500).charge({"amount": "0.01"}, BILLS) == Charge(1500, WORDS, WORDS)


ENTERED = {"answer": "amount", "from": 100, "to": 5000}


@pytest.mark.parametrize(("text", "fen"), [("1.00", 100), ("50.00", 5000), ("12.5", 1250), (12, 1200)])
def test_an_entered_amount_is_exact(text: Any, fen: int) -> None:
    assert rule(**ENTERED).charge({"amount": text}, BILLS).fen == fen


@pytest.mark.parametrize(
    "text",
    [
        *(
            "0.99",
            "50.01",
            "0",
            "-1",
            "1.005",
            "NaN",
            "Infinity",
            "1e400",
            "1e999999999",
            "sNaN",
            "",
            "一百",
            "1" * 10_000,
        ),
        *([], {}, True, "1_0.5\u202e"),
    ],
)
def test_an_amount_out_of_bounds_or_that_is_none_is_unfit(text: Any) -> None:
    assert code(ENTERED, amount=text) == "amount-unfit"


def test_without_an_answer_the_amount_is_asked_for() -> None:
    assert code(ENTERED) == "amount-needed"


BILLED = {"bill": "utility", "by": "accountNo", "choice": "amount"}


def test_a_bill_decides_what_is_paid_for_whom_and_which_bill_it_was() -> None:
    found = [
        rule(**BILLED).charge({"accountNo": one}, BILLS) for one in accounts("1") if BILLS.find("utility", one).most
    ]  # type: ignore[union-attr]
    assert all(3_000 <= one.fen < 9_000 for one in found)
    assert {one.payee["en"] for one in found} == {"Sample Water Company"}
    assert found[0].subject == {"zh": "水费，2026年12月", "en": "Water, December 2026"}
    assert len({one.bill for one in found}) == len(found)
    assert all(one.holder.endswith("**") for one in found)


def test_the_same_account_has_the_same_bill_and_another_month_another() -> None:
    number, first = next((n, bill) for n in accounts("1") if (bill := BILLS.find("utility", n)) and bill.most)
    later = SampleBills(b"k" * 32, lambda: date(2027, 2, 5)).find("utility", number)
    assert first == BILLS.find("utility", number)
    assert later is not None
    assert later.id != first.id


def test_another_amount_than_the_bill_is_unfit_and_the_same_one_is_no_matter() -> None:
    number, bill = next((n, b) for n in accounts("3") if (b := BILLS.find("utility", n)) and b.most)
    assert rule(**BILLED).charge({"accountNo": number, "amount": yuan(bill.most)}, BILLS).fen == bill.most
    assert code(BILLED, accountNo=number, amount=yuan(bill.most - 1)) == "amount-unfit"


def test_what_is_put_in_beforehand_is_chosen_within_bounds_and_may_be_paid_again() -> None:
    number = accounts("2")[0]
    assert code(BILLED, accountNo=number) == "amount-needed"
    assert code(BILLED, accountNo=number, amount="9.99") == "amount-unfit"
    charge = rule(**BILLED).charge({"accountNo": number, "amount": "100.00"}, BILLS)
    assert (charge.fen, charge.bill) == (10_000, "")


def test_some_owe_nothing_and_a_mistyped_digit_finds_nobody() -> None:
    paid = next(n for n in accounts("4") if (b := BILLS.find("utility", n)) and not b.most)
    assert code(BILLED, accountNo=paid) == "bill-paid"
    number = accounts("1")[7]
    for at in range(len(number)):
        for digit in "0123456789":
            other = number[:at] + digit + number[at + 1 :]
            assert other == number or not is_account(other)


@pytest.mark.parametrize(
    "number", ["", "0000000000", "9000000001", "1" * 11, "１００００００００８", "abc", "' OR 1=1"]
)
def test_what_is_no_account_has_no_bill(number: str) -> None:
    assert code(BILLED, accountNo=number) == "bill-unknown"


def test_another_kind_of_bill_is_nowhere() -> None:
    assert code({**BILLED, "bill": "fine"}, accountNo=accounts("1")[0]) == "bill-unknown"


OWED = {"bill": "medical", "by": "year", "of": ["payeeIdNo", "person"]}
FINED = {"bill": "traffic", "by": "plate", "of": ["person"]}


def people(count: int = 60) -> list[str]:
    return [invented_id(born=f"{1950 + n % 65}0308") for n in range(count)]


def somebody(year: str, due: bool) -> str:
    return next(one for one in people() if (b := BILLS.find("medical", year, one)) and (b.most > 0) is due)


def refused(asked: dict[str, Any], person: str, **answers: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        rule(**asked).charge(answers, BILLS, person)
    return str(caught.value.problem.code.value), str(caught.value.problem.field)


def test_a_bill_of_somebody_is_the_applicants_unless_another_number_is_given() -> None:
    mine, theirs = somebody("2028", True), somebody("2027", True)
    own = rule(**OWED).charge({"year": "2028"}, BILLS, mine)
    other = rule(**OWED).charge({"year": "2027", "payeeIdNo": theirs}, BILLS, mine)
    assert mine in own.bill
    assert theirs in other.bill
    assert (own.holder, other.holder[1:]) == ("", "**")
    assert "2027年度" in other.subject["zh"]


def test_a_year_is_paid_at_the_rate_of_the_age_at_its_beginning() -> None:
    found = {BILLS.find("medical", "2027", one).most: one for one in people() if BILLS.find("medical", "2027", one)}  # type: ignore[union-attr]
    assert set(found) - {0} == {30_000, 35_000, 60_000}


def test_who_is_not_insured_is_told_where_the_number_was_given() -> None:
    nobody = next(one for one in people() if BILLS.find("medical", "2027", one) is None)
    paid = somebody("2027", False)
    assert refused(OWED, nobody, year="2027") == ("bill-unknown", "/answers/year")
    assert refused(OWED, paid, year="2027", payeeIdNo=nobody) == ("bill-unknown", "/answers/payeeIdNo")
    assert refused(OWED, paid, year="2027") == ("bill-paid", "/answers/year")
    assert refused(OWED, "", year="2027") == ("bill-unknown", "/answers/year")


@pytest.mark.parametrize("year", ["2026", "2029", "", "abcd", "２０２７"])
def test_only_this_year_and_the_next_are_paid(year: str) -> None:
    assert refused(OWED, somebody("2027", True), year=year)[0] == "bill-unknown"


def test_a_fine_is_of_a_car_and_its_driver_and_is_told_before_it_is_paid() -> None:
    first, second = people(2)
    charges = [rule(**FINED).charge({"plate": f"京A1234{n}"}, BILLS, first) for n in (1, 2, 3)]
    assert len({charge.bill for charge in charges}) == 3
    assert {charge.fen for charge in charges} <= {10_000, 20_000}
    assert all("12月" in charge.subject["zh"] and "不记分" in charge.subject["zh"] for charge in charges)
    assert rule(**FINED).charge({"plate": "京A12341"}, BILLS, second).bill != charges[0].bill
    assert refused(FINED, "", plate="京A12341") == ("bill-unknown", "/answers/plate")


@pytest.mark.parametrize(
    "amount",
    [
        {},
        {"fixed": 0},
        {"fixed": "15"},
        {"fixed": True},
        {"answer": "amount", "from": True, "to": 100},
        {"answer": "accountNo", "from": 1, "to": 100},
        {"bill": "utility", "by": "accountNo", "choice": "accountNo"},
        {"fixed": 10**9},
        {"fixed": 1500, "to": 3},
        {"answer": "amount", "from": 500, "to": 100},
        {"answer": "nowhere", "from": 1, "to": 100},
        {"bill": "utility"},
        {"bill": "utility", "by": "accountNo", "of": "person"},
        {"bill": "utility", "by": "accountNo", "of": [""]},
        {"bill": "utility", "by": "accountNo", "of": ["nowhere", "person"]},
        {"bill": "utility", "by": "accountNo", "choice": 3},
        {"bill": "utility", "by": "nowhere"},
        {"bill": "utility", "by": "accountNo", "choice": "nowhere"},
        {"share": 0.5},
    ],
)
def test_a_rule_that_decides_no_amount_is_refused(amount: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"amount|field"):
        read_rule({"amount": amount, "payee": WORDS, "subject": WORDS}, SCHEMA)


@pytest.mark.parametrize(
    "value", [[], {"amount": {"fixed": 1}}, {"amount": {"fixed": 1}, "payee": WORDS, "subject": {}}]
)
def test_a_rule_without_its_words_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"payee|subject"):
        read_rule(value, SCHEMA)


def test_a_package_that_takes_money_without_a_rule_stops_the_start_and_names_the_file(tmp_path: Path) -> None:
    packages = write_packages(tmp_path)
    pay_packages(packages)
    assert Catalogue.load(packages).packages["PF01"].payment is not None
    file = packages / "PF01" / "payment.json"
    kept = file.read_text("utf-8")
    for text in ("{", json.dumps({"amount": {"fixed": 1}})):
        file.write_text(text, "utf-8")
        with pytest.raises(PackageError, match=r"PF01/payment\.json"):
            Catalogue.load(packages)
    file.unlink()
    with pytest.raises(PackageError, match=r"PF01/payment\.json: a service of the kind PAY needs it"):
        Catalogue.load(packages)
    file.write_text(kept, "utf-8")
    (packages / "TD01" / "payment.json").write_text(kept, "utf-8")
    with pytest.raises(PackageError, match=r"TD01/payment\.json: only services of the kind PAY"):
        Catalogue.load(packages)


def test_terminals_are_not_told_the_rule(tmp_path: Path) -> None:
    packages = write_packages(tmp_path)
    pay_packages(packages)
    before = Catalogue.load(packages)
    (packages / "PF01" / "payment.json").write_text(
        json.dumps({"amount": {"fixed": 9}, "payee": WORDS, "subject": WORDS}), "utf-8"
    )
    after = Catalogue.load(packages)
    assert after.packages["PF01"].digest == before.packages["PF01"].digest
    assert set(after.packages["PF01"].content) == {"service", "data", "ui", "receipt", "strings"}


@pytest.mark.parametrize(("fen", "text"), [(1, "0.01"), (8640, "86.40"), (100, "1.00")])
def test_amounts_are_written_with_two_decimals(fen: int, text: str) -> None:
    assert yuan(fen) == text
