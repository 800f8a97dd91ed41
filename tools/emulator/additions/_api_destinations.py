"""API destinations as targets of EventBridge rules: an HTTP request with what the connection adds to it.

They are reached on this machine only. What fails for a reason that may pass (no answer, 429, 5xx) is tried again as often as
the retry policy says, without the waiting that AWS does in between. A connection by OAuth gets no token.
"""

from __future__ import annotations

import base64
import functools
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

LOCAL = ("127.0.0.1", "localhost", "::1")
ATTEMPTS = 185
"""How often is tried again unless the target says otherwise."""
SECONDS = 5.0
"""How long EventBridge waits for an answer."""


class Unanswered(Exception):  # noqa: N818 -- it says what happened
    """A request that failed for a reason that may pass."""


def is_local(endpoint: str) -> bool:
    """Whether an endpoint is on this machine."""
    return urllib.parse.urlsplit(endpoint).hostname in LOCAL


def destination_of(arn: str) -> Any | None:
    """Moto's API destination with an ARN, or None."""
    _, _, _, region, account, rest = arn.split(":", 5)
    found = events_backends[account][region].destinations.get(rest.split("/")[1])
    return found if found is not None and found.arn == arn else None


def request_for(destination: Any, target: Mapping[str, Any], text: str) -> urllib.request.Request:
    """The request of an event, with what target and connection say of it."""
    _, _, _, region, account, rest = destination.connection_arn.split(":", 5)
    connection = events_backends[account][region].connections.get(rest.split("/")[1])
    given = connection.auth_parameters if connection is not None else {}
    extra, own = given.get("InvocationHttpParameters") or {}, target.get("HttpParameters") or {}
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Amazon/EventBridge/ApiDestinations",
        **(own.get("HeaderParameters") or {}),
        **_pairs(extra.get("HeaderParameters") or ()),
        **_authorization(given),
    }
    url = destination.invocation_endpoint
    for value in own.get("PathParameterValues") or ():
        url = url.replace("*", urllib.parse.quote(value, safe=""), 1)
    query = {**(own.get("QueryStringParameters") or {}), **_pairs(extra.get("QueryStringParameters") or ())}
    if query:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(query)
    body = _with_fields(text, _pairs(extra.get("BodyParameters") or ()))
    method = destination.http_method
    data = None if method in ("GET", "HEAD") else body.encode()
    return urllib.request.Request(url, data, headers, method=method)  # noqa: S310 -- of this machine, see `is_local`


def _pairs(parameters: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in parameters}


def _authorization(given: Mapping[str, Any]) -> dict[str, str]:
    key, basic = given.get("ApiKeyAuthParameters"), given.get("BasicAuthParameters")
    if key:
        return {key["ApiKeyName"]: key["ApiKeyValue"]}
    if basic:
        text = f"{basic['Username']}:{basic['Password']}".encode()
        return {"Authorization": f"Basic {base64.b64encode(text).decode()}"}
    return {}


def _with_fields(text: str, fields: Mapping[str, str]) -> str:
    if not fields:
        return text
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return json.dumps({**body, **fields}) if isinstance(body, dict) else text


def send(request: urllib.request.Request) -> None:
    """Make the request once. Raises Unanswered where trying again may help, ValueError where not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        with error:
            if error.code == http.client.TOO_MANY_REQUESTS or error.code >= 500:
                raise Unanswered(f"HTTP status {error.code}") from None
            raise ValueError(f"HTTP status {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(str(error)) from None


def deliver(request: urllib.request.Request, retries: int) -> tuple[str, int] | None:
    """Try as often as is due: what is wrong and how often was tried again, or None where it went well."""
    for tried in range(retries + 1):
        try:
            send(request)
        except Unanswered as error:
            if tried == retries:
                return str(error), tried
        except ValueError as error:
            return str(error), tried
        else:
            return None
    return None


def job(request: urllib.request.Request, target: Mapping[str, Any], failed: Any) -> functools.partial[None]:
    """A job that delivers, and tells `failed(activity, reason, retries)` where that can't be done."""
    most = (target.get("RetryPolicy") or {}).get("MaximumRetryAttempts")
    return functools.partial(_run, request, ATTEMPTS if most is None else int(most), failed)


def _run(request: urllib.request.Request, retries: int, failed: Any, activity: Activity) -> None:
    fault = deliver(request, retries)
    if fault is not None:
        failed(activity, *fault)
