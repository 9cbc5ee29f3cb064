"""What anybody may read of a payment who has its number; and what operators read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from central_platform.cli import app
from tests.central_platform.payments.world import Place, fixed
from tests.central_platform.world import PERSON, PHONE


def page(place: Place, number: str) -> Any:
    return place.world.public.get(f"/payments/{number}")


def test_the_page_says_how_it_stands_and_nothing_personal(place: Place) -> None:
    order = place.opened(fixed())
    assert order["track_url"] == f"{place.relay.url}/payments/{order['number']}"
    assert "还没有收到付款" in page(place, order["number"]).text
    place.pay(order)
    assert place.state(order) == "paid"
    assert "钱已收到" in page(place, order["number"]).text
    place.later(610)
    place.settled()
    shown = page(place, order["number"])
    assert "钱已经原路退回" in shown.text
    assert "15.00" in shown.text
    assert "演示" in shown.text
    assert not [word for word in (*PERSON.values(), PHONE) if str(word) in shown.text]


def test_the_page_is_not_kept_and_runs_nothing(place: Place) -> None:
    order = place.opened()
    headers = page(place, order["number"]).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "noindex" in page(place, order["number"]).text


@pytest.mark.parametrize("number", ["PY-AAAA-AAAA-AAAA", "x" * 500, "<script>", "%00"])
def test_a_number_that_nobody_has_is_nothing(place: Place, number: str) -> None:
    assert page(place, number).status_code == 404


def test_small_letters_find_it_too(place: Place) -> None:
    order = place.opened()
    assert page(place, order["number"].lower()).status_code == 200


def run(place: Place, *words: str) -> Any:
    settings = place.world.platform.settings
    more = [] if words[0] == "disconnect" else ["--packages", str(settings.packages)]
    return CliRunner().invoke(app, ["payments", *words, "--data", str(settings.data), *more])


def test_operators_see_what_waits_and_the_journal_of_one(place: Place) -> None:
    waits, done = place.opened(), place.paid()
    assert place.submit(done)["status"] == "accepted"
    assert waits["number"] in run(place, "list").stdout
    assert done["number"] not in run(place, "list").stdout
    lines = [json.loads(line) for line in run(place, "list", "--all", "--json").stdout.splitlines()]
    assert {line["state"] for line in lines} == {"pending", "delivered"}
    shown = json.loads(run(place, "show", done["number"].lower()).stdout)
    assert shown["case"].startswith("XC-")
    # Its notice may come when everything is done.
    assert [line["word"] for line in shown["journal"] if line["what"] == "event"][:4] == [
        "opened",
        "asked",
        "seen-pending",
        "seen-paid",
    ]
    assert "delivered" in {line["word"] for line in shown["journal"]}
    missing = run(place, "show", "PY-AAAA-AAAA-AAAA")
    assert (missing.exit_code, "list --all" in missing.stderr) == (1, True)


def test_another_provider_is_not_connected_while_orders_wait_at_the_one_before(place: Place) -> None:
    other = ["connect", "--url", place.provider.url, "--merchant", "m-2", "--key", place.provider.key]
    order = place.opened()
    refused = run(place, *other)
    assert (refused.exit_code, "1 orders wait" in refused.stderr) == (1, True)
    assert run(place, "disconnect").exit_code == 0
    assert run(place, *other).exit_code == 1
    merchant = ["--merchant", "m-2", "--although-open"]
    assert run(place, "connect", "--url", "http://127.0.0.1:9", "--key", "0" * 64, *merchant).exit_code == 0
    # Moved to another address it is the same one.
    assert run(place, "connect", "--url", place.provider.url, "--merchant", "m-2", "--key", "0" * 64).exit_code == 0
    assert place.stored(order)["state"] == "pending"


def test_a_provider_is_connected_and_disconnected(place: Place) -> None:
    key = place.provider.key
    done = run(place, "connect", "--url", place.provider.url, "--merchant", "m-1", "--key", key)
    assert json.loads(done.stdout) == {
        "provider": place.provider.url,
        "merchant": "m-1",
        "our_key": place.world.platform.cashier.key,
    }
    assert place.world.platform.cashier.provider() is not None
    assert run(place, "disconnect").exit_code == 0
    assert place.world.platform.cashier.provider() is None
    wrong = run(place, "connect", "--url", "ftp://x", "--merchant", "m", "--key", key)
    assert (wrong.exit_code, "address" in wrong.stderr) == (2, True)
