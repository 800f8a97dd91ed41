"""Services that moto has no module of: a response class and a place for their resources, with nothing else in them.

What they can do is in the file of additions that has the service's name, with an underscore for a hyphen.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import BaseResponse
from moto.core.utils import convert_to_flask_response

NAMES = ("codeconnections", "codestar-connections", "schemas")


class Kept(BaseBackend):  # type: ignore[misc]  # moto has no types
    """The resources of an account in a Region."""


@functools.cache
def places(service: str) -> Any:
    """The resources of a service, by account and Region."""
    import boto3  # noqa: PLC0415 -- moto has loaded it by then

    regions = boto3.session.Session().get_available_regions("ec2")
    return BackendDict(Kept, service, additional_regions=regions)


@functools.cache
def responses(service: str) -> Any:
    """The response class of a service."""

    def begin(self: Any) -> None:
        BaseResponse.__init__(self, service_name=service)

    return type(f"{service}Response", (BaseResponse,), {"__init__": begin})


def of_host(host: str | None) -> str | None:
    """The service that has a host, if it is one of these."""
    name = (host or "").partition(".")[0]
    return name if name in NAMES else None


def application(service: str) -> Any:
    """The application of a service: all paths lead to its class, which finds the operation by the API's model."""
    from flask import Flask  # noqa: PLC0415 -- moto's server has loaded it by then
    from moto.moto_server.werkzeug_app import HTTP_METHODS, BackendRequest  # noqa: PLC0415

    made = Flask("moto")
    made.debug = True
    made.request_class = BackendRequest
    answer = convert_to_flask_response(responses(service).dispatch)
    for number, path in enumerate(("/", "/<path:path>")):
        made.add_url_rule(path, endpoint=str(number), methods=HTTP_METHODS, view_func=answer)
    return made
