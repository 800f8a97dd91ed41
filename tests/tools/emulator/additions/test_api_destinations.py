"""EventBridge: HTTP endpoints of this machine as targets."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

import pytest

from tests.tools.emulator.execution.routing import EVENTS, allow, open_queue, put, rule
from tests.tools.emulator.execution.running import Running


class Listener:
    """An HTTP server that answers with the given statuses, the last one for good, and remembers the requests."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[tuple[str, dict[str, str], str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.requests.append((self.path, dict(self.headers), body))
                left = listener.statuses
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def destination(aws: Running, endpoint: str) -> dict[str, str]:
    client = aws.client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}}
    connection = client.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters=key)
    arn = client.create_api_destination(
        Name="d",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint=endpoint,
        HttpMethod="POST",
    )["ApiDestinationArn"]
    return {"Arn": arn, "RoleArn": aws.role("caller", EVENTS, allow("events:InvokeApiDestination", arn))}


def test_an_api_destination_is_called_until_it_answers(aws: Running) -> None:
    with Listener(500, 429, 200) as listener:
        target = destination(aws, f"http://127.0.0.1:{listener.server.server_port}/orders/*")
        parameters = {"PathParameterValues": ["a b"], "QueryStringParameters": {"q": "1"}}
        rule(aws, {**target, "InputPath": "$.detail", "HttpParameters": parameters})
        put(aws, n=1)
        aws.settle()
    assert [path for path, _, _ in listener.requests] == ["/orders/a%20b?q=1"] * 3
    _, headers, body = listener.requests[-1]
    assert {name.lower(): value for name, value in headers.items()}["x-key"] == "secret"
    assert json.loads(body) == {"n": 1}


@pytest.mark.parametrize(("status", "tries", "told"), [(500, 3, "2"), (404, 1, "0")])
def test_a_call_that_fails_ends_in_the_dead_letter_queue(
    aws: Running, status: int, tries: int, told: str
) -> None:
    url, dead = open_queue(aws, "dead")
    with Listener(status) as listener:
        target = destination(aws, f"http://127.0.0.1:{listener.server.server_port}/")
        more = {"DeadLetterConfig": {"Arn": dead}, "RetryPolicy": {"MaximumRetryAttempts": 2}}
        rule(aws, {**target, **more})
        put(aws, n=1)
        aws.settle()
    assert len(listener.requests) == tries
    [message] = aws.messages(url)
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    assert message["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == told
    assert message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"] == f"HTTP status {status}"


def test_other_machines_are_not_called(aws: Running) -> None:
    url, dead = open_queue(aws, "dead")
    rule(aws, {**destination(aws, "https://example.com/"), "DeadLetterConfig": {"Arn": dead}})
    put(aws)
    [message] = aws.messages(url)
    assert "127.0.0.1 only" in message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
