"""Each fault of the proxy does what it is named for, seen from both sides; fair weather breaks nothing."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import CaptivePortal, ItemState, NetworkLost, PlatformClient, SyncEngine
from offline_cache.store.store import wire_item
from tests.faults.proxy import Proxy, Weather, proxied
from tests.offline_cache.platform_server import Platform, platform
from tests.offline_cache.support import RealClock, item, open_at, until

LARGE = {"text": "家" * 20_000}


@pytest.fixture
def server() -> Iterator[Platform]:
    with platform() as found:
        yield found


def deliver(server: Platform, folder: Path, weather: Weather, **more: object) -> Proxy:
    """Bring one item through the proxy."""
    with proxied(server.server_address, weather) as proxy:  # type: ignore[arg-type]
        client = PlatformClient(f"http://127.0.0.1:{proxy.port}", None, RealClock(), timeouts=(1.0, 1.5))
        try:
            with open_at(folder) as store:
                wanted = wire_item(store.show(store.submit(item(**more)).id))  # type: ignore[arg-type]
            client.submit_batch("batch", "XC-0042", [wanted])
        finally:
            client.close()
        return proxy


def test_in_fair_weather_everything_passes(server: Platform, tmp_path: Path) -> None:
    deliver(server, tmp_path, Weather(), body=LARGE)
    assert len(server.effects) == 1


@pytest.mark.parametrize(
    ("weather", "error", "effects"),
    [
        (Weather(refuse=1), NetworkLost, 0),
        (Weather(half_open=1), NetworkLost, 0),
        (Weather(portal=1), CaptivePortal, 0),
        (Weather(reset=1), NetworkLost, 0),
        (Weather(packet_loss=1), NetworkLost, 0),
        (Weather(bytes_per_s=200), NetworkLost, 0),
        (Weather(lose_answer=1), NetworkLost, 1),
        (Weather(truncate=1), NetworkLost, 1),
    ],
)
def test_what_a_fault_leaves_behind(
    server: Platform, tmp_path: Path, weather: Weather, error: type[NetworkLost], effects: int
) -> None:
    with pytest.raises(error) as caught:
        deliver(server, tmp_path, weather)
    # Whoever may have been heard must not claim that nothing left.
    assert caught.value.sent or not effects
    assert len(server.effects) == effects


def test_a_round_trip_takes_its_time(server: Platform) -> None:
    with proxied(server.server_address, Weather(round_trip_s=0.2)) as proxy:  # type: ignore[arg-type]
        client = PlatformClient(f"http://127.0.0.1:{proxy.port}", None, RealClock(), timeouts=(1.0, 5.0))
        began = time.monotonic()
        client.server_time()
        first = time.monotonic() - began
        client.server_time()
        second = time.monotonic() - began - first
        client.close()
    assert 0.4 <= first < 1.5
    assert 0.2 <= second < 1.0


def test_the_same_seed_has_the_same_weather() -> None:
    draws = [
        [Proxy(("127.0.0.1", 1), Weather(), seed).draw("x", 0.5) for _ in range(40)] for seed in (1, 1, 2)
    ]  # fmt: skip
    assert draws[0] == draws[1]


def test_stopping_ends_what_is_open(server: Platform) -> None:
    with proxied(server.server_address, Weather(half_open=1)) as proxy:  # type: ignore[arg-type]
        open_one = socket.create_connection(("127.0.0.1", proxy.port))
        until(lambda: proxy.done["half-open"] == 1)
    open_one.settimeout(5)
    with pytest.raises(ConnectionResetError):
        open_one.recv(1)
    open_one.close()


def test_with_ten_per_cent_of_packets_lost_and_half_a_second_of_round_trip_it_converges(
    server: Platform, tmp_path: Path
) -> None:
    """With the product's own patience: 5 s to connect, 30 s for an answer."""
    weather = Weather(packet_loss=0.1, round_trip_s=0.5)
    with proxied(server.server_address, weather, seed=4) as proxy, open_at(tmp_path) as store:  # type: ignore[arg-type]
        ids = [store.submit(item(f"case-{n % 30}", body={"text": "x" * 2000})).id for n in range(60)]
        client = PlatformClient(f"http://127.0.0.1:{proxy.port}", None, RealClock())
        engine = SyncEngine(
            store, client, RealClock(), random.random, lambda _report: None, terminal="XC-0042",
            about=lambda: {"version": "1", "state": "ok", "devices": []},
        )  # fmt: skip
        engine.start()
        until(lambda: not store.list_items((ItemState.READY, ItemState.INFLIGHT)), 60)
        engine.stop()
        assert proxy.done["lost segments"] > 0
    assert sorted(server.effects) == sorted(ids)
    assert len(set(server.effects)) == len(ids)
