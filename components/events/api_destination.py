"""An HTTPS API as the target of rules: a connection that holds the credentials, and the destination itself.

    rule --(role: InvokeApiDestination)--> destination --credentials of the connection--> https://...

Follows "API destinations" of the EventBridge User Guide. EventBridge keeps the credentials in a secret of Secrets
Manager that it makes and owns; a key of one's own decides who may read it. Use the destination's `arn` in
`Target(kind="api_destination")`. For programs, not for a stack's configuration: its arguments hold a secret.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, StringConstraints, model_validator

from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement
from components.foundation.key_ring import KeyUser, through
from components.foundation.partition import Site

MAX_NAME = 64 - 8

HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s/@:]+(:\d+)?(/[^\s]*)?$", max_length=2048)]


class ApiKey(Args):
    """A header with a secret value; give the value as a secret output, never as plain text in a program."""

    header: str = "x-api-key"
    value: pulumi.Output[str]


class OAuth(Args):
    """Client credentials of OAuth 2; EventBridge gets and renews the token at `token_url`."""

    token_url: HttpsUrl
    client_id: Text
    client_secret: pulumi.Output[str]
    scope: str | None = None


class ApiDestinationArgs(Args):
    """Where to send (`url`, may have `*` for parts of the path), how (`method`), and as whom (`api_key` or `oauth`).

    `calls_per_second`: what the API bears (1-300); EventBridge keeps what is over it and sends it later.
    """

    url: HttpsUrl
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "POST"
    calls_per_second: Annotated[int, Field(ge=1, le=300)] = 300
    api_key: ApiKey | None = None
    oauth: OAuth | None = None
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.api_key is None) == (self.oauth is None):
            raise ComponentError(
                "api_key", "exactly one of api_key and oauth says who calls", "give one of them"
            )
        return self


class ApiDestination(Component):
    """The connection with its key, and the destination. Outputs: `arn`, `connection_arn`, `secret_arn`."""

    connection: aws.cloudwatch.EventConnection
    destination: aws.cloudwatch.EventApiDestination

    def __init__(
        self, name: str, args: ApiDestinationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:events:ApiDestination", name, args, opts, region=args.region, tags=args.tags
        )
        key = self.key("connection", users=[through("secretsmanager"), _connections()])
        self.connection = aws.cloudwatch.EventConnection(
            self.name_for(limit=MAX_NAME),
            description=f"Credentials for {args.url}",
            authorization_type="API_KEY" if args.api_key else "OAUTH_CLIENT_CREDENTIALS",
            auth_parameters=_parameters(args),
            kms_key_identifier=key.arn,
            region=self.region,
            opts=self.child(),
        )
        self.destination = aws.cloudwatch.EventApiDestination(
            self.name_for(limit=MAX_NAME),
            description=f"{args.method} {args.url}"[:512],
            connection_arn=self.connection.arn,
            invocation_endpoint=args.url,
            http_method=args.method,
            invocation_rate_limit_per_second=args.calls_per_second,
            region=self.region,
            opts=self.child(),
        )
        self.arn = self.destination.arn
        self.outputs(
            {"arn": self.arn, "connection_arn": self.connection.arn, "secret_arn": self.connection.secret_arn}
        )


def _parameters(args: ApiDestinationArgs) -> Any:
    if args.api_key is not None:
        return {"api_key": {"key": args.api_key.header, "value": pulumi.Output.secret(args.api_key.value)}}
    assert args.oauth is not None  # for the type checker: the arguments say so
    scope = (
        [{"key": "scope", "value": args.oauth.scope, "is_value_secret": False}] if args.oauth.scope else []
    )
    grant = {"key": "grant_type", "value": "client_credentials", "is_value_secret": False}
    return {
        "oauth": {
            "authorization_endpoint": args.oauth.token_url,
            "http_method": "POST",
            "client_parameters": {
                "client_id": args.oauth.client_id,
                "client_secret": pulumi.Output.secret(args.oauth.client_secret),
            },
            "oauth_http_parameters": {"bodies": [grant, *scope]},
        }
    }


def _connections() -> KeyUser:
    """EventBridge may use the key for connections of this account."""

    def statements(site: Site) -> list[Statement]:
        return [
            Statement(
                "UseForConnections",
                actions=["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
                resources=["*"],
                principals={"AWS": [site.arn("iam", "root", region=False)]},
                conditions={
                    "StringEquals": {
                        "kms:CallerAccount": site.account_id,
                        "kms:ViaService": pulumi.Output.concat("events.", site.region, ".", site.dns_suffix),
                    }
                },
            )
        ]

    return statements
