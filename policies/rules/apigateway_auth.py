"""Rules on who may call REST, HTTP and WebSocket APIs: callers sign with SigV4, or show what a profile accepts.

Option `accept` names the other ways a deployment takes, as API Gateway writes them: `AWS_IAM`, `JWT`, `CUSTOM`,
`COGNITO_USER_POOLS`. An API at the edge behind the company's JWT authorizer sets `"accept": ["AWS_IAM", "JWT"]`.
API Gateway Developer Guide, "Control access to a REST API with IAM permissions", "x-amazon-apigateway-auth object",
"x-amazon-apigateway-authtype". `OPTIONS` is the browser's own question before the real one and carries no signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.values import Value
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._addresses import takes_signatures

REST_API = "aws:apigateway/restApi:RestApi"
HTTP_API = "aws:apigatewayv2/api:Api"
ROUTE = "aws:apigatewayv2/route:Route"

_VERBS = frozenset(
    {"get", "put", "post", "delete", "patch", "head", "trace", "x-amazon-apigateway-any-method"}
)
# How an OpenAPI document names a kind of authorisation -> how the resources name it.
_AUTH_TYPES = {"awssigv4": "AWS_IAM", "cognito_user_pools": "COGNITO_USER_POOLS", "custom": "CUSTOM"}
_PLAIN = ("AWS_IAM",)


def _remedy(accept: tuple[str, ...], argument: str) -> str:
    return f'Set `{argument}="{(accept or _PLAIN)[0]}"`, or accept another way in the option `accept`.'


@rule(
    on="aws:apigateway/method:Method",
    severity=HIGH,
    theme=Theme.SIGV4,
    same_as=["CKV_AWS_59", "CKV2_AWS_70"],
)
def apigateway_auth_method(method: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """A method without authorisation answers everybody; with IAM each call is signed and can be denied."""
    if method.known("httpMethod") and method.text("httpMethod").upper() == "OPTIONS":
        return PASS
    if method.text("authorization", "NONE") in accept:
        return PASS
    if not method.known("httpMethod"):
        return undecided("httpMethod")
    what = "lets in callers who do not sign"
    if method.known("apiKeyRequired") and method.flag("apiKeyRequired"):
        what += "; an API key says who pays, not who calls"
    return violation("authorization", what, _remedy(accept, "authorization"))


@rule(on=ROUTE, severity=HIGH, theme=Theme.SIGV4, same_as=["SecurityHub APIGateway.8", "CKV_AWS_309"])
def apigateway_auth_route(route: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """A route without authorisation answers everybody; a WebSocket API asks once, at `$connect`."""
    key = route.text("routeKey")
    if key.startswith("OPTIONS ") or not (" " in key or key == "$connect"):
        return PASS  # `$default` is judged over the stack; other keys are messages on an open connection.
    return _route(route, accept)


def _route(route: Resource, accept: tuple[str, ...]) -> Verdict:
    if route.text("authorizationType", "NONE") in accept:
        return PASS
    return violation(
        "authorizationType", "lets in callers who do not sign", _remedy(accept, "authorization_type")
    )


@rule(on=ROUTE, severity=HIGH, theme=Theme.SIGV4, same_as=["SecurityHub APIGateway.8", "CKV_AWS_309"])
def apigateway_auth_default_route(
    route: Resource, stack: Stack, *, accept: tuple[str, ...] = ("AWS_IAM",)
) -> Verdict:
    """The default route of an HTTP API takes every path that no other route takes."""
    if route.text("routeKey") != "$default":
        return PASS
    links = stack.targets(route, "apiId", HTTP_API)
    if any(api.text("protocolType") == "WEBSOCKET" for api in links.sure):
        return PASS
    verdict = _route(route, accept)
    if verdict.violated and not links.sure:
        return undecided("apiId")
    return verdict


@rule(on=HTTP_API, severity=HIGH, theme=Theme.SIGV4, same_as=["SecurityHub APIGateway.8"])
def apigateway_auth_quick_create(api: Resource) -> Verdict:
    """The route that an API makes for its `target` has no authorisation and can't be given one."""
    if not api.known("target") or api.text("target"):
        return violation(
            "target", "makes an open default route", "Write `aws.apigatewayv2.Route` with authorization."
        )
    return PASS


@rule(on=(REST_API, HTTP_API), severity=HIGH, theme=Theme.SIGV4)
def apigateway_auth_open_api(api: Resource, *, accept: tuple[str, ...] = ("AWS_IAM",)) -> Verdict:
    """An operation of an OpenAPI document is open unless the document says otherwise."""
    if not api.has("body"):
        return PASS
    body = _parsed(api.get("body"))
    if body is None:
        return PASS  # API Gateway refuses what is no OpenAPI document.
    schemes = _schemes(body)
    default = body.get("security")
    open_ones = [
        operation for operation in _operations(body) if _ways(operation, default, schemes).isdisjoint(accept)
    ]
    if not open_ones:
        return PASS
    return violation(
        "body",
        f"holds {len(open_ones)} operations that let in callers who do not sign",
        'Give each operation `"x-amazon-apigateway-auth": {"type": "AWS_IAM"}` (REST), or `security` with a scheme '
        'of `"x-amazon-apigateway-authtype": "awsSigv4"`.',
    )


def _parsed(body: Value) -> Mapping[str, object] | None:
    if isinstance(body, dict):
        return body
    if not isinstance(body, str):
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = _yaml(body)
    return found if isinstance(found, dict) else None


def _yaml(text: str) -> object:
    import yaml  # noqa: PLC0415  most stacks hold no OpenAPI document in YAML

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _operations(body: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for path in _dict(body.get("paths")).values():
        for verb, operation in _dict(path).items():
            if str(verb).lower() in _VERBS and isinstance(operation, dict):
                yield operation


def _schemes(body: Mapping[str, object]) -> dict[str, str]:
    """Name of a security scheme -> the kind of authorisation it stands for."""
    found = {
        **_dict(body.get("securityDefinitions")),
        **_dict(_dict(body.get("components")).get("securitySchemes")),
    }
    return {str(name): _kind(_dict(scheme)) for name, scheme in found.items()}


def _kind(scheme: Mapping[str, object]) -> str:
    declared = str(scheme.get("x-amazon-apigateway-authtype", "")).lower()
    if declared in _AUTH_TYPES:
        return _AUTH_TYPES[declared]
    authorizer = _dict(scheme.get("x-amazon-apigateway-authorizer"))
    kind = str(authorizer.get("type", "")).lower()
    if kind in ("token", "request"):
        return "CUSTOM"
    return _AUTH_TYPES.get(kind, kind.upper())


def _ways(operation: Mapping[str, object], default: object, schemes: Mapping[str, str]) -> set[str]:
    """The kinds of authorisation an operation asks for; empty when it is open."""
    auth = _dict(operation.get("x-amazon-apigateway-auth"))
    if auth.get("type"):
        return {str(auth["type"])} - {"NONE"}
    security = operation.get("security", default)
    items = security if isinstance(security, list) else []
    # An empty object among them makes all others optional.
    if any(item == {} for item in items):
        return set()
    return {schemes.get(str(name), "") for item in items for name in _dict(item)} - {"", "NONE"}


def _dict(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


@rule(
    on=("aws:apigateway/integration:Integration", "aws:apigatewayv2/integration:Integration"),
    severity=HIGH,
    theme=Theme.SIGV4,
)
def apigateway_auth_integration_signed(integration: Resource) -> Verdict:
    """An HTTP integration passes requests on unsigned, so an address of AWS behind it is open to everybody."""
    rest = integration.type.startswith("aws:apigateway/")
    kind, path = ("type", "uri") if rest else ("integrationType", "integrationUri")
    if not integration.text(kind).startswith("HTTP") or not takes_signatures(integration.text(path)):
        return PASS
    remedy = "Use the integration type AWS (or AWS_PROXY) with a role, which signs."
    return violation(path, "is an address of AWS that takes signed requests", remedy)
