"""The network check: each fact leads to one cause, what to do, and whose turn it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.health.duty import Who
from kiosk_app.health.net_probes import gateways, links, local_facts
from kiosk_app.health.network import Facts, Link, Modem, culprit, judge, read_modem
from offline_cache import Way
from provisioning import CheckState

CABLE = Link("eth0", "cable", True, 1000, "full", ("192.168.1.20",))
WELL = Way(
    "city.example", 443, dns="", addresses=("198.51.100.7",), connect="", tls="", http="", status=200, skew_s=1,
    accepted="", rtts_ms=(20, 24, 30), asked=8, lost=0, bytes_s=900_000,
)  # fmt: skip
FACTS = Facts((CABLE,), ("eth0 192.168.1.1",), WELL)


def cause(facts: Facts) -> tuple[str, str, str]:
    found = culprit(judge(facts))
    return ("", "", "") if found is None else (found.id, found.state.value, found.who.value)


def way(**changes: Any) -> Facts:
    """A way that ends at what changed."""
    order = ("dns", "connect", "tls", "http")
    broken = next((order.index(name) for name in order if changes.get(name)), None)
    reached: dict[str, Any] = {}
    if broken is not None:
        reached = dict.fromkeys((*order[broken + 1 :], "skew_s", "accepted", "bytes_s"))
        reached |= {"asked": 0, "rtts_ms": ()}
    return replace(FACTS, way=replace(WELL, **{**reached, **changes}))


def test_a_whole_line_is_told_layer_by_layer() -> None:
    found = judge(FACTS)
    names = ["link", "address", "gateway", "dns", "connect", "tls", "http", "clock", "certificate", "quality"]
    assert [finding.id for finding in found] == names
    assert {finding.state for finding in found} == {CheckState.PASS}
    assert culprit(found) is None


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (Facts(), ("link", "fail", "technician")),
        (Facts((replace(CABLE, carrier=False, addresses=()),)), ("link", "fail", "host")),
        (replace(FACTS, links=(replace(CABLE, speed=10),)), ("link", "warn", "technician")),
        (replace(FACTS, links=(replace(CABLE, addresses=()),), way=None), ("address", "fail", "technician")),
        (Facts((replace(CABLE, addresses=("169.254.3.4",)),), ("eth0",)), ("address", "fail", "technician")),
        (replace(FACTS, gateways=()), ("gateway", "warn", "technician")),
        (way(dns="unknown"), ("dns", "fail", "platform")),
        (way(dns="no_server"), ("dns", "fail", "technician")),
        (way(connect="refused"), ("connect", "fail", "platform")),
        (way(connect="timeout"), ("connect", "fail", "technician")),
        (way(connect="unreachable"), ("connect", "fail", "technician")),
        (way(tls="authority", issuer="Nosy Box"), ("tls", "fail", "technician")),
        (way(tls="name"), ("tls", "fail", "platform")),
        (way(tls="timeout"), ("tls", "fail", "technician")),
        (way(tls="not_tls"), ("tls", "fail", "technician")),
        (way(tls="closed"), ("tls", "fail", "technician")),
        (way(http="redirect", to="portal.example"), ("http", "fail", "technician")),
        (way(http="error", status=502), ("http", "fail", "platform")),
        (way(http="timeout"), ("http", "fail", "platform")),
        (way(skew_s=-600), ("clock", "warn", "technician")),
        (way(accepted="terminal-revoked"), ("certificate", "fail", "platform")),
        (way(accepted="none"), ("certificate", "warn", "technician")),
        (way(lost=2), ("quality", "warn", "technician")),
        (way(rtts_ms=(900, 1200)), ("quality", "warn", "technician")),
        (way(bytes_s=3000), ("quality", "warn", "technician")),
    ],
)  # fmt: skip
def test_each_fact_leads_to_one_cause(facts: Facts, wanted: tuple[str, str, str]) -> None:
    assert cause(facts) == wanted


def test_every_cause_says_what_to_do_in_both_languages() -> None:
    for facts in (
        way(tls="authority", issuer="Nosy Box"),
        way(connect="timeout"),
        way(http="redirect", to="x.example"),
    ):
        found = culprit(judge(facts))
        assert found is not None
        assert found.who is not Who.NOBODY
        assert all(found.as_json()[name] for name in ("cause", "remedy", "cause_en", "remedy_en"))
    named = culprit(judge(way(tls="authority", issuer="Nosy Box")))
    assert named is not None
    assert "Nosy Box" in named.cause.en


def test_a_log_in_page_is_the_cause_whatever_layer_it_breaks() -> None:
    for facts in (way(connect="refused", portal=True), way(tls="authority", portal=True), way(http="page")):
        found = culprit(judge(facts))
        assert found is not None
        assert "log-in" in found.cause.en


def modem(state: str = "connected", **changes: Any) -> str:
    """The form of `mmcli -J -m` of ModemManager 1.20, as its manual and its users print it."""
    generic = {
        "bearers": ["/org/freedesktop/ModemManager1/Bearer/1"], "access-technologies": ["lte"], "state": state,
        "signal-quality": {"recent": "yes", "value": changes.get("signal", "63")},
        "state-failed-reason": changes.get("failed", "--"), "unlock-required": changes.get("unlock", "sim-pin2"),
        "sim": "/org/freedesktop/ModemManager1/SIM/0", "power-state": "on",
    }  # fmt: skip
    cell = {"registration-state": changes.get("registration", "home"), "operator-name": "CMCC"}
    return json.dumps({"modem": {"generic": generic, "3gpp": cell}})


BEARER = json.dumps({"bearer": {"properties": {"apn": "cmnet"}, "status": {"connected": "yes"}}})


@pytest.mark.parametrize(
    ("said", "state", "word"),
    [
        (modem(), "pass", "connected"),
        (modem("failed", failed="sim-missing", signal="0", registration="--"), "fail", "no SIM"),
        (modem("locked", unlock="sim-pin"), "fail", "PIN"),
        (modem("locked", unlock="sim-puk"), "fail", "PUK"),
        (modem("failed", failed="unknown-capabilities"), "fail", "failed"),
        (modem("searching", signal="0", registration="searching"), "fail", "no signal"),
        (modem("enabled", registration="denied"), "fail", "refuses"),
        (modem("disabled", registration="--"), "fail", "switched off"),
        (modem("registered"), "fail", "cmnet"),
        (modem(registration="roaming"), "warn", "roaming"),
        (modem(signal="12"), "warn", "weak"),
    ],
)
def test_what_modem_manager_says(said: str, state: str, word: str) -> None:
    found = [one for one in judge(replace(FACTS, modem=read_modem(said, BEARER))) if one.id == "modem"]
    assert [one.state.value for one in found] == [state]
    assert word in found[0].cause.en


@pytest.mark.parametrize("said", ["", "null", "[]", "{", '{"modem": 3}', '{"modem-list": []}'])
def test_a_modem_that_says_nothing_is_no_modem(said: str) -> None:
    assert read_modem(said) is None


def test_fields_that_are_missing_are_empty() -> None:
    assert read_modem('{"modem": {"generic": {"state": "--", "signal-quality": 7}}}') == Modem()


def kernel(folder: Path, name: str, **files: str) -> Path:
    place = folder / "sys" / name
    place.mkdir(parents=True)
    for file, text in files.items():
        (place / file).write_text(text + "\n")
    return folder


def test_what_the_kernel_draws(tmp_path: Path) -> None:
    kernel(tmp_path, "enx1", carrier="0", speed="-1", operstate="down")
    kernel(tmp_path, "ens3", carrier="1", speed="1000", duplex="full", operstate="up")
    kernel(tmp_path, "wwan0", operstate="unknown")
    kernel(tmp_path, "lo", carrier="1")
    kernel(tmp_path, "vethab", carrier="1")
    found = links(tmp_path / "sys", tmp_path)
    assert [(link.name, link.kind, link.carrier, link.speed) for link in found] == [
        ("ens3", "cable", True, 1000), ("wwan0", "modem", None, None), ("enx1", "cable", False, None),
    ]  # fmt: skip
    (tmp_path / "route").write_text(
        "Iface\tDestination\tGateway\tFlags\nens3\t00000000\t0101A8C0\t0003\nens3\t0001A8C0\t00000000\t0001\n"
    )
    assert gateways(tmp_path) == ("ens3 192.168.1.1",)


def test_modem_manager_is_asked_for_the_first_modem_and_its_bearer(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []
    answers = {"-L": '{"modem-list": ["/org/freedesktop/ModemManager1/Modem/0"]}', "-m": modem(), "-b": BEARER}

    def mmcli(words: tuple[str, ...]) -> str:
        asked.append(words)
        return answers[words[0]]

    facts = local_facts(tmp_path, tmp_path, mmcli)
    assert facts.modem_told
    assert facts.modem is not None
    assert (facts.modem.apn, facts.modem.signal) == ("cmnet", 63)
    assert [words[0] for words in asked] == ["-L", "-m", "-b"]
    assert local_facts(tmp_path, tmp_path, lambda words: None) == Facts()
