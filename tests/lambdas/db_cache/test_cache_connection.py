from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import valkey.exceptions

from tests.lambdas.db_cache.support import Tokens, client, connection
from tests.servers.valkey import Valkey


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    return boto3.Session()


@pytest.mark.parametrize("serverless", [False, True])
def test_a_token_is_signed_for_this_cache_and_user(session: Any, serverless: bool) -> None:
    token = connection.sign(session, "orders", "shop", "eu-west-1", serverless=serverless)
    parts = urlsplit(f"https://{token}")
    signed = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.hostname == "orders"
    assert (signed["Action"], signed["User"], signed["X-Amz-Expires"]) == ("connect", "shop", "900")
    assert signed["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert "/eu-west-1/elasticache/aws4_request" in signed["X-Amz-Credential"]
    assert signed.get("ResourceType") == ("ServerlessCache" if serverless else None)


def test_a_token_is_kept_and_renewed_before_it_ends(valkey_server: Valkey) -> None:
    tokens = Tokens(valkey_server, "x")
    for seconds, made in ((0, 1), (779, 1), (1, 2), (779, 2), (1, 3)):
        tokens.now += seconds
        assert tokens.provider.get_credentials() == ("shop", f"t0ken-{made}")


def test_tokens_come_from_the_roles_credentials(session: Any) -> None:
    user, token = connection.aws_tokens("Orders", "shop", region="eu-west-1").get_credentials()
    assert user == "shop"
    assert token.startswith("orders/?Action=connect&User=shop&")
    with pytest.raises(ValueError, match="region: is not known"):
        connection.aws_tokens("orders", "shop")


def test_a_server_of_another_authority_is_refused(valkey_server: Valkey) -> None:
    other = str(valkey_server.certificates.other_authority)
    with pytest.raises(valkey.exceptions.ConnectionError, match="certificate verify failed"):
        client(valkey_server, Tokens(valkey_server, "x"), ca_file=other).ping()


def test_a_server_with_another_name_is_refused(valkey_server: Valkey) -> None:
    with pytest.raises(valkey.exceptions.ConnectionError, match="IP address mismatch"):
        client(valkey_server, Tokens(valkey_server, "x"), host="127.0.0.1").ping()


def test_a_server_that_the_system_does_not_know_is_refused(valkey_server: Valkey) -> None:
    with pytest.raises(valkey.exceptions.ConnectionError, match="certificate verify failed"):
        client(valkey_server, Tokens(valkey_server, "x"), ca_file=None).ping()


def test_a_file_of_authorities_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match=r"there is no file '/absent\.pem'"):
        connection.connect("h", 1, None, ca_file="/absent.pem")
