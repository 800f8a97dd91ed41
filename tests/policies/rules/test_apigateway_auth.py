from __future__ import annotations

import json
from typing import Any

from policies.pack.resource import Resource
from policies.rules.apigateway_auth import (
    REST_API,
    ROUTE,
    apigateway_auth_method,
    apigateway_auth_open_api,
    apigateway_auth_route,
)
from policies.rules.appsync_auth import GRAPHQL_API, appsync_auth_iam
from policies.rules.lambda_url import URL, lambda_url_iam


def resource(token: str, **properties: Any) -> Resource:
    return Resource(token, "a", "urn:a", properties)


def test_a_profile_may_accept_the_companys_authorizer() -> None:
    guarded = resource(ROUTE, routeKey="GET /", authorizationType="JWT", authorizerId="a")
    assert apigateway_auth_route.judge(guarded).violated
    assert apigateway_auth_route.judge(guarded, accept=("AWS_IAM", "JWT")).passed
    method = resource("aws:apigateway/method:Method", httpMethod="GET", authorization="CUSTOM")
    assert apigateway_auth_method.judge(method, accept=("CUSTOM",)).passed
    (finding,) = apigateway_auth_method.judge(method, accept=("COGNITO_USER_POOLS",)).findings
    assert 'authorization="COGNITO_USER_POOLS"' in finding.remedy


def test_open_methods_stay_violations_whatever_is_accepted() -> None:
    method = resource("aws:apigateway/method:Method", httpMethod="GET")
    assert apigateway_auth_method.judge(method, accept=("CUSTOM", "JWT", "AWS_IAM")).violated


def test_the_default_stays_when_nothing_is_accepted() -> None:
    assert lambda_url_iam.judge(resource(URL, authorizationType="AWS_IAM"), accept=()).passed
    assert appsync_auth_iam.judge(resource(GRAPHQL_API, authenticationType="API_KEY"), accept=()).violated


def test_authorizers_of_a_document_are_known_by_their_kind() -> None:
    def body(authorizer: dict[str, Any]) -> Resource:
        scheme = {"type": "apiKey", "name": "Authorization", "in": "header", **authorizer}
        content = {
            "swagger": "2.0",
            "securityDefinitions": {"guard": scheme},
            "paths": {"/": {"get": {"security": [{"guard": []}]}}},
        }
        return resource(REST_API, body=json.dumps(content))

    token = body(
        {"x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": {"type": "token"}}
    )
    pools = body({"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}})
    jwt = body({"x-amazon-apigateway-authorizer": {"type": "jwt"}})
    for api, kind in ((token, "CUSTOM"), (pools, "COGNITO_USER_POOLS"), (jwt, "JWT")):
        assert apigateway_auth_open_api.judge(api).violated
        assert apigateway_auth_open_api.judge(api, accept=("AWS_IAM", kind)).passed


def test_a_document_that_is_an_object_or_nonsense_does_not_break_the_rule() -> None:
    bodies: list[Any] = [
        {"paths": {"/": {"get": None, "put": []}}},
        {"paths": []},
        "[1]",
        "- a",
        5,
        {"paths": {"/": 1}},
    ]
    for body in bodies:
        assert apigateway_auth_open_api.judge(resource(REST_API, body=body)).passed
    many: dict[str, Any] = {f"/{number}": {"get": {}} for number in range(3)}
    (finding,) = apigateway_auth_open_api.judge(resource(REST_API, body={"paths": many})).findings
    assert "3 operations" in finding.what
