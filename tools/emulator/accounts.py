"""Clients of the embedded AWS for any account and Region, without sockets.

A client is an ordinary boto3 client. Its requests are handed to the gate in process instead of being sent, which is
what keeps a deployment fast.
"""

from __future__ import annotations

import functools
import re
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from tools.emulator.gate import Gate, environ_for

ENDPOINT = "http://127.0.0.1"
NO_SECRET = "embedded"  # noqa: S105 -- the embedded AWS checks no signature


@dataclass(frozen=True, slots=True)
class Place:
    """An account in a Region."""

    account: str
    region: str

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov` and so on, told by the Region's name."""
        return partition_of(self.region)[0]

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition's services, as in `ec2.REGION.amazonaws.com`."""
        return partition_of(self.region)[1]


@functools.cache
def partition_of(region: str) -> tuple[str, str]:
    """The partition and DNS suffix of a Region, from botocore's table; unknown Regions count as `aws`."""
    for partition in _partitions():
        if region in partition["regions"]:
            return partition["id"], partition["outputs"]["dnsSuffix"]
    for partition in _partitions():
        if re.match(partition["regionRegex"], region):
            return partition["id"], partition["outputs"]["dnsSuffix"]
    return "aws", "amazonaws.com"


@functools.cache
def _partitions() -> list[dict[str, Any]]:
    loader = botocore.session.get_session().get_component("data_loader")
    return list(loader.load_data("partitions")["partitions"])


class _Body(BytesIO):
    """A response body as botocore expects it."""

    def stream(self, **_: Any) -> Any:
        while chunk := self.read(65536):
            yield chunk


class Accounts:
    """Makes and keeps clients."""

    def __init__(self, gate: Gate, *, parameter_validation: bool = True) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, Place], Any] = {}
        # Any: the stubs know each service by a literal name, and the name comes from data here.
        self._session: Any = boto3.session.Session(
            aws_access_key_id="embedded", aws_secret_access_key=NO_SECRET, region_name="us-east-1"
        )
        self._config = Config(
            retries={"max_attempts": 0, "mode": "standard"},
            s3={"addressing_style": "path"},
            # Signatures and the long name of the SDK are nobody's business here, and cost a quarter of a call.
            signature_version=UNSIGNED,
            user_agent="embedded",
            parameter_validation=parameter_validation,
        )

    def client(self, service: str, place: Place) -> Any:
        """The client of `service` (boto3's name) for an account and Region."""
        with self._lock:
            found = self._clients.get((service, place))
            if found is None:
                found = self._clients[service, place] = self._make(service, place)
            return found

    def _make(self, service: str, place: Place) -> Any:
        client = self._session.client(
            service,
            region_name=place.region,
            endpoint_url=ENDPOINT,
            aws_access_key_id=place.account,
            aws_secret_access_key=NO_SECRET,
            config=self._config,
        )
        client.meta.events.register(
            "before-send", functools.partial(self._send, _scope(client, place), place.account)
        )
        return client

    def _send(self, scope: str, account: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        parts = urlsplit(request.url)
        url = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"HTTP_X_MOTO_ACCOUNT_ID": account, "HTTP_AUTHORIZATION": scope}
        for name, value in _texts(request.headers):
            key = name.upper().replace("-", "_")
            headers["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        # The environment knows the whole body, whatever the client said about how it would send it.
        headers.pop("HTTP_TRANSFER_ENCODING", None)
        headers.pop("HTTP_CONTENT_LENGTH", None)
        status, answer_headers, answer = self._gate.call(
            environ_for(request.method, url, headers, _bytes(request.body))
        )
        return AWSResponse(
            request.url, int(status.split()[0]), cast("Any", dict(answer_headers)), cast("Any", _Body(answer))
        )


def _scope(client: Any, place: Place) -> str:
    """The header by which moto tells service and Region; the signature is not looked at."""
    service = client.meta.service_model.signing_name
    credential = f"{place.account}/20250101/{place.region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=none"


def _texts(headers: Any) -> list[tuple[str, str]]:
    return [
        (name, value.decode("latin-1") if isinstance(value, bytes) else str(value))
        for name, value in headers.items()
    ]


def _bytes(body: Any) -> bytes:
    """A request's body, which botocore has as text, bytes, a file or nothing."""
    raw = body.read() if hasattr(body, "read") else body or b""
    return raw.encode() if isinstance(raw, str) else bytes(raw)
