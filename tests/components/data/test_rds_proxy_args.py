"""What a proxy refuses, before anything is created: what RDS Proxy can't do, and networks that keep the way closed."""

from __future__ import annotations

from typing import Any

import pytest

from components.data import Serverless
from components.foundation.errors import ComponentError
from tests.components.data.test_rds_proxy import aurora, in_network, proxied, single


@pytest.mark.parametrize(
    ("tiers", "settings", "problem"),
    [
        (
            {},
            {},
            r"proxy\.tier: the network lets nobody of data reach .* add 'data' to its tiers\.data\.reach",
        ),
        ({}, {"tier": "dta"}, "the network has no tier 'dta'; did you mean 'data'"),
        ({}, {"tier": "public"}, "tier 'public' is public"),
        ({}, {"tier": "application"}, "does not open port 5432 of application"),
    ],
)
def test_a_network_that_keeps_the_way_closed_is_an_error(
    tiers: dict[str, Any], settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ComponentError, match=problem):
        in_network(tiers, aurora, **settings)


@pytest.mark.parametrize(
    ("make", "settings", "problem"),
    [
        (aurora, {"users": ()}, "nobody could come through"),
        (aurora, {"users": ("a", "a")}, "stands twice"),
        (aurora, {"users": ("a*",)}, "does not name exactly one database user"),
        (aurora, {"users": ("rdsadmin",)}, "belongs to the service"),
        (aurora, {"users": tuple(f"u{index}" for index in range(61))}, "users"),
        (single, {"reader": True}, "only Aurora has readers"),
        (aurora, {"pool": {"share_after_set": True}}, "only MySQL's sessions"),
        (
            aurora,
            {"pool": {"max_connections_percent": 10, "max_idle_percent": 20}},
            "20 % are more than the 10 %",
        ),
        (aurora, {"subnet_ids": ()}, "a proxy stands in one place"),
        (aurora, {"security_group_ids": ()}, "nobody could reach the proxy"),
        (aurora, {"idle_client_seconds": 0}, "idle_client_seconds"),
        (aurora, {"identifier": "-proxy"}, "is no identifier of a proxy"),
        (lambda: single(engine="mariadb"), {}, "signs in to MariaDB with passwords only"),
        (
            lambda: aurora(instance_class="db.serverless", serverless=Serverless(min=0, max=4)),
            {},
            "the cluster would never pause",
        ),
    ],
)
def test_what_a_proxy_refuses(make: Any, settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        proxied(make, **settings)
