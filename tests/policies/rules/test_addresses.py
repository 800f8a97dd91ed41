"""Which addresses know their callers by SigV4."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.pack.resource import Resource
from policies.rules._addresses import host_of, takes_signatures
from policies.rules.apigateway_auth import apigateway_auth_integration_signed


@pytest.mark.parametrize(
    "address",
    [
        "https://a1.execute-api.eu-west-1.amazonaws.com/prod",
        "HTTPS://SQS.CN-NORTH-1.AMAZONAWS.COM.CN:443/1",
        "https://u1.lambda-url.eu-west-1.on.aws",
        "https://user@u1.lambda-url.eu-west-1.on.aws/",
        "s3.dualstack.eu-west-1.amazonaws.com",
    ],
)
def test_services_functions_and_apis(address: str) -> None:
    assert takes_signatures(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://example.com/execute-api.eu-west-1.amazonaws.com",
        "https://amazonaws.com.example.com/",
        "https://web-1.eu-west-1.elb.amazonaws.com",
        "http://b.s3-website-eu-west-1.amazonaws.com",
        "https://notamazonaws.com",
    ],
)
def test_others(address: str) -> None:
    assert not takes_signatures(address)


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    assert "/" not in host_of(text)
    assert takes_signatures(text) in (True, False)


def test_http_apis_have_other_names_for_the_same() -> None:
    open_api = {"integrationType": "HTTP_PROXY", "integrationUri": "https://u1.lambda-url.eu-west-1.on.aws"}
    token = "aws:apigatewayv2/integration:Integration"
    verdict = apigateway_auth_integration_signed.judge(Resource(token, "i", "urn", {**open_api}))
    assert verdict.findings[0].path == "integrationUri"
