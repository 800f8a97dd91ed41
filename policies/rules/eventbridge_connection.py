"""Rules on API destinations and their connections: how EventBridge signs in to what is called over HTTP.

EventBridge User Guide, "API destinations as targets", "Connections for HTTP endpoint targets".
"""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._addresses import takes_signatures
from policies.rules._stores import customer_key

CONNECTION = "aws:cloudwatch/eventConnection:EventConnection"
DESTINATION = "aws:cloudwatch/eventApiDestination:EventApiDestination"
_AUTH = "authParameters"
_INVOCATION = f"{_AUTH}.invocationHttpParameters"
_OAUTH = f"{_AUTH}.oauth.oauthHttpParameters"
# Names of headers and parameters whose value lets somebody in. Lower case.
_SECRET_WORDS = ("authorization", "api-key", "apikey", "api_key", "token", "secret", "password")


@rule(on=CONNECTION, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def eventbridge_connection_customer_key(connection: Resource) -> Verdict:
    """A connection keeps what signs in at others in a secret; only a key of one's own can be taken away from it."""
    return customer_key(connection, "kmsKeyIdentifier")


@rule(on=CONNECTION, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_connection_short_lived(connection: Resource) -> Verdict:
    """An API key or password is good until somebody changes it; OAuth hands out tokens that end by themselves."""
    return connection.expect("authorizationType", "OAUTH_CLIENT_CREDENTIALS")


@rule(on=CONNECTION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_connection_secret_values(connection: Resource) -> Verdict:
    """A header that is not marked as secret is shown to everybody who may describe the connection."""

    def judge(entry: Part) -> Verdict:
        name = entry.text("key").lower()
        if not any(word in name for word in _SECRET_WORDS):
            return PASS
        return entry.expect("isValueSecret", value=True)

    entries = [
        entry
        for base in (_INVOCATION, _OAUTH)
        for kind in ("headers", "queryStrings", "bodies")
        for entry in connection.each(f"{base}.{kind}")
    ]
    return every(entries, judge)


@rule(on=DESTINATION, severity=HIGH, theme=Theme.SIGV4)
def eventbridge_connection_not_for_aws(destination: Resource) -> Verdict:
    """API destinations can't sign with SigV4, so an address of AWS that they call has to be open to callers who don't."""
    if not takes_signatures(destination.text("invocationEndpoint")):
        return PASS
    remedy = "Make the API, function or service itself the rule's target, with a role that may call it."
    return violation("invocationEndpoint", "is an address of AWS", remedy)


@rule(on=CONNECTION, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def eventbridge_connection_oauth_https(connection: Resource) -> Verdict:
    """The client's secret is sent to the authorization endpoint, where everybody on the way reads it over HTTP."""
    address = connection.text(f"{_AUTH}.oauth.authorizationEndpoint")
    if not address.lower().startswith("http://"):
        return PASS
    return violation(f"{_AUTH}.oauth.authorizationEndpoint", "is plain HTTP", "Write `https://`.")
