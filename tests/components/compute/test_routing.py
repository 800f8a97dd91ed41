"""Routes: what AWS would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from components.compute.routing import FixedResponse, Redirect, Route, check_destinations
from components.foundation.errors import ComponentError


def route(name: str) -> Route:
    return Route(name=name, paths=(f"/{name}/*",), to="web")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"to": "web"}, "has no condition"),
        ({"paths": ("/a",)}, "leads to 0 places"),
        ({"paths": ("/a",), "to": "web", "respond": FixedResponse()}, "leads to 2 places"),
        ({"paths": ("/a", "/b", "/c"), "hosts": ("x", "y", "z"), "to": "web"}, "have 6 values"),
        ({"paths": ("/*/*/*/*",), "hosts": ("*.*.*",), "to": "web"}, "have 7 wildcards"),
        ({"paths": ("/" + "a" * 128,), "to": "web"}, "has 129 characters"),
        ({"methods": ("get",), "to": "web"}, "'get' is no HTTP method"),
        ({"source_ips": ("192.0.2.1/24",), "to": "web"}, "is no range of addresses"),
        ({"source_ips": ("office",), "to": "web"}, "is no range of addresses"),
    ],
)
def test_routes_that_aws_would_refuse(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        Route(name="r", **values)


def test_every_kind_of_condition_counts_as_a_value() -> None:
    rich = Route(
        name="rich",
        paths=("/a",),
        methods=("GET",),
        headers={"X-Team": ("blue",)},
        query={"v": "2"},
        source_ips=("2001:db8::/32",),
        redirect=Redirect(host="new.example.com"),
    )
    assert rich.values == ["/a", "GET", "blue", "2", "2001:db8::/32"]


def test_a_route_must_lead_to_a_known_target_group() -> None:
    check_destinations([route("a")], {"web": object()})
    with pytest.raises(ComponentError, match=r"^routes\[0\]\.to: there is no target group 'web'; known: api"):
        check_destinations([route("a")], {"api": object()})
