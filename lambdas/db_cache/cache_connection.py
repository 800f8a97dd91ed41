"""A connection to ElastiCache for programs that log in with IAM tokens, over verified TLS.

    role's credentials --SigV4, no call--> token, 15 minutes --AUTH user token--> cache

ElastiCache User Guide, "Authenticating with IAM": the token is a signed request without its `https://`; a user's id is its
name; a serverless cache wants `ResourceType=ServerlessCache` signed too. The token is needed for a new connection only;
after 12 hours ElastiCache ends a connection, and the next one brings a new token.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
from botocore.exceptions import NoCredentialsError
from botocore.model import ServiceId
from botocore.signers import RequestSigner
from valkey import Valkey, exceptions
from valkey.backoff import NoBackoff
from valkey.cluster import ValkeyCluster
from valkey.credentials import CredentialProvider
from valkey.retry import Retry

SERVICE = "elasticache"
TOKEN_SECONDS = 900
EARLY_SECONDS = 120
"""How long before its end a token is renewed."""
CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 0.5
"""A cache that answers later than this helps nobody: the database is asked instead."""


def sign(session: boto3.Session, cache: str, user: str, region: str, *, serverless: bool = False) -> str:
    """A token for `user` of the cache with this name (the replication group's id, or the serverless cache's name)."""
    query = {"Action": "connect", "User": user}
    if serverless:
        query["ResourceType"] = "ServerlessCache"
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    signer = RequestSigner(ServiceId(SERVICE), region, SERVICE, "v4", credentials, session.events)
    request = {
        "method": "GET",
        "url": f"https://{cache}/?{urlencode(query)}",
        "body": {},
        "headers": {},
        "context": {},
    }
    signed = signer.generate_presigned_url(
        request, operation_name="connect", expires_in=TOKEN_SECONDS, region_name=region
    )
    return str(signed).removeprefix("https://")


class IamTokens(CredentialProvider):
    """User and token for each new connection; a token is kept until shortly before its end."""

    def __init__(
        self, user: str, make: Callable[[], str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._user, self._make, self._clock = user, make, clock
        self._token: str | None = None
        self._made = 0.0

    def get_credentials(self) -> tuple[str, str]:
        """What to log in with now."""
        if self._token is None or self._clock() - self._made >= TOKEN_SECONDS - EARLY_SECONDS:
            self._made = self._clock()
            self._token = self._make()
        return self._user, self._token

    def forget(self) -> None:
        """Make a new token next time: this one was refused."""
        self._token = None


def aws_tokens(cache: str, user: str, *, region: str | None = None, serverless: bool = False) -> IamTokens:
    """Tokens signed with the role's own credentials."""
    session = boto3.Session(region_name=region)
    where = session.region_name
    if not where:
        raise ValueError("region: is not known; name it")
    return IamTokens(user, lambda: sign(session, cache.lower(), user, where, serverless=serverless))


def connect(
    host: str, port: int, tokens: IamTokens, *, ca_file: str | None = None, clustered: bool = False
) -> Any:
    """A client that logs in with `tokens` over TLS; the server's name and certificate are always checked.

    `ca_file`: authorities to trust instead of the system's, which know those of ElastiCache. `clustered`: with cluster mode,
    which every serverless cache has; its user needs the rule `+cluster|slots`. Nothing is connected yet, except with
    `clustered`, which asks for the nodes.
    """
    if ca_file is not None and not Path(ca_file).is_file():
        raise ValueError(f"ca_file: there is no file {ca_file!r}")
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "credential_provider": tokens,
        "ssl": True,
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": True,
        "ssl_ca_certs": ca_file,
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }
    if clustered:
        return ValkeyCluster(**options, cluster_error_retry_attempts=1)
    # One try more, on a new connection: that a kept one has ended is no failure of the cache.
    return Valkey(**options, retry=Retry(NoBackoff(), 1), retry_on_error=[exceptions.ConnectionError])
