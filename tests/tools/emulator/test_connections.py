from __future__ import annotations

import socket

import pytest

from tools.emulator.accounts import Place
from tools.emulator.connections import IDLE_SECONDS, KEPT, Connections, NotConfigured
from tools.emulator.settings import Settings

ENGINE = "127.0.0.1:5000"
HERE = Settings(Place("111111111111", "us-east-1"))
THERE = Settings(Place("222222222222", "eu-west-1"))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connections(clock: Clock) -> Connections:
    return Connections(clock, is_alive=lambda engine: engine == ENGINE)


def opened(connections: Connections, peer: str, settings: Settings, engine: str = ENGINE) -> None:
    connections.opened(peer, engine)
    connections.configured(peer, settings)


def test_each_connection_has_its_own_settings(connections: Connections) -> None:
    opened(connections, "a", HERE)
    opened(connections, "b", THERE)
    assert connections.of("a") == HERE
    assert connections.of("b") == THERE


def test_a_connection_that_was_never_configured_is_refused(connections: Connections) -> None:
    opened(connections, "a", HERE)
    connections.opened("b", ENGINE)
    with pytest.raises(NotConfigured):
        connections.of("b")
    with pytest.raises(NotConfigured, match="run the command again"):
        connections.of("c")


def test_an_address_that_is_used_again_is_another_connection(connections: Connections) -> None:
    opened(connections, "a", THERE)
    connections.opened("a", ENGINE)
    with pytest.raises(NotConfigured):
        connections.of("a")


def test_a_connection_takes_over_from_one_that_went_silent(connections: Connections, clock: Clock) -> None:
    opened(connections, "a", THERE)
    opened(connections, "b", HERE)
    clock.now += IDLE_SECONDS
    assert connections.of("b") == HERE
    assert connections.of("new") == THERE
    clock.now += 1
    with pytest.raises(NotConfigured):
        connections.of("another")


def test_two_silent_connections_that_differ_are_not_told_apart(
    connections: Connections, clock: Clock
) -> None:
    opened(connections, "a", THERE)
    opened(connections, "b", HERE)
    clock.now += IDLE_SECONDS
    with pytest.raises(NotConfigured):
        connections.of("new")


def test_two_silent_connections_that_mean_the_same_are(connections: Connections, clock: Clock) -> None:
    opened(connections, "a", HERE)
    opened(connections, "b", HERE)
    clock.now += IDLE_SECONDS
    assert connections.of("new") == HERE
    assert connections.of("newer") == HERE


def test_connections_of_an_engine_that_ended_count_no_more(connections: Connections, clock: Clock) -> None:
    opened(connections, "a", THERE, engine="127.0.0.1:4000")
    opened(connections, "b", HERE)
    clock.now += IDLE_SECONDS
    assert connections.of("new") == HERE


def test_old_connections_are_forgotten(clock: Clock) -> None:
    connections = Connections(clock, is_alive=lambda _: False)
    for number in range(KEPT + 10):
        clock.now += 1
        opened(connections, f"peer{number}", HERE)
    assert connections.of(f"peer{KEPT + 9}") == HERE
    with pytest.raises(NotConfigured):
        connections.of("peer0")


def test_a_living_engine_is_known_by_its_port(clock: Clock) -> None:
    connections = Connections(clock)
    with socket.create_server(("127.0.0.1", 0)) as engine:
        opened(connections, "a", THERE, engine=f"127.0.0.1:{engine.getsockname()[1]}")
        opened(connections, "b", HERE, engine="no address")
        clock.now += IDLE_SECONDS
        assert connections.of("new") == THERE
