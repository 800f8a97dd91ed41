"""Rules on AppSync: requests are signed with SigV4; API keys are passwords that stand in web pages.

Option `accept` names further ways of authorisation (`AMAZON_COGNITO_USER_POOLS`, `OPENID_CONNECT`, `AWS_LAMBDA`) for
APIs that browsers and phones call. AWS AppSync Developer Guide, "Configuring authorization and authentication".
"""

from __future__ import annotations

from collections.abc import Callable

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

GRAPHQL_API = "aws:appsync/graphQLApi:GraphQLApi"
EVENT_API = "aws:appsync/api:Api"
API_KEY = "API_KEY"


@rule(on=GRAPHQL_API, severity=HIGH, theme=Theme.SIGV4)
def appsync_auth_iam(api: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """With IAM each request to the API is signed, and a policy says who may run which field."""
    return api.expect_one_of("authenticationType", accept or ("AWS_IAM",))


@rule(on=GRAPHQL_API, severity=HIGH, theme=Theme.SIGV4, same_as=["SecurityHub AppSync.5"])
def appsync_auth_no_api_key(api: Resource) -> Verdict:
    """An API key is one password for everybody, and readable in every page that uses it."""
    remedy = 'Use `"AWS_IAM"`; for guests an identity pool\'s role signs their requests.'

    def judge(provider: Part) -> Verdict:
        if provider.text("authenticationType") != API_KEY:
            return PASS
        return violation(provider.at("authenticationType"), "takes API keys", remedy)

    own = every([api], judge)
    return own & every([api], lambda part: every(part.each("additionalAuthenticationProviders"), judge))


@rule(on="aws:appsync/apiKey:ApiKey", severity=HIGH, theme=Theme.SIGV4)
def appsync_auth_no_keys(key: Resource) -> Verdict:
    """An API key names nobody, so what it did can't be traced and it can't be taken from one user only."""
    return violation(key.at("apiId"), "gets an API key", 'Authorise with `"AWS_IAM"` instead of keys.')


@rule(on=EVENT_API, severity=HIGH, theme=Theme.SIGV4)
def appsync_auth_event_api(api: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """Whoever connects to an event API hears what its channels carry."""
    paths = (
        "authProviders",
        "connectionAuthModes",
        "defaultPublishAuthModes",
        "defaultSubscribeAuthModes",
    )
    return every(paths, lambda path: every(api.each(f"eventConfig.{path}"), _mode(accept)))


@rule(on="aws:appsync/channelNamespace:ChannelNamespace", severity=HIGH, theme=Theme.SIGV4)
def appsync_auth_channel(namespace: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """A channel that takes another authorisation than its API undoes what the API asks for."""
    return every(
        ("publishAuthModes", "subscribeAuthModes"), lambda path: every(namespace.each(path), _mode(accept))
    )


def _mode(accept: tuple[str, ...]) -> Callable[[Part], Verdict]:
    return lambda mode: mode.expect_one_of("authType", accept or ("AWS_IAM",))


@rule(on="aws:appsync/dataSource:DataSource", severity=MEDIUM, theme=Theme.SIGV4)
def appsync_auth_http_source_signed(source: Resource) -> Verdict:
    """AppSync signs its calls to AWS services only when it is told to."""
    if source.text("type") != "HTTP" or ".amazonaws.com" not in source.text("httpConfig.endpoint"):
        return PASS
    return source.expect("httpConfig.authorizationConfig.authorizationType", "AWS_IAM")
