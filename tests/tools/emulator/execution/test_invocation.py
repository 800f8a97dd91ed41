"""Functions run as Lambda runs them."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.execution.running import Running, archive, embedded, until

ECHO = "def handler(event, context): return event"


def code_of(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_the_handler_of_the_archive_answers(aws: Running) -> None:
    aws.function(ECHO)
    answer = aws.invoke({"text": "Ünïcode 😀", "n": [1, None]})
    assert answer["Payload"] == {"text": "Ünïcode 😀", "n": [1, None]}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    assert aws.client("lambda").invoke(FunctionName="function")["Payload"].read() == b"{}"


def test_what_is_in_its_environment(aws: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", "secret")
    source = """
    import os, sys
    def handler(event, context):
        return {"env": dict(os.environ), "cwd": os.getcwd(), "path": sys.path}
    """
    aws.function(source, Environment={"Variables": {"A": "1", "AWS_REGION": "mine"}}, MemorySize=256)
    found = aws.invoke()["Payload"]
    env = found["env"]
    assert "MINE" not in env
    assert env["A"] == "1"
    assert env["AWS_REGION"] == env["AWS_DEFAULT_REGION"] == "us-east-1"
    assert env["AWS_LAMBDA_FUNCTION_NAME"] == "function"
    assert env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert env["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert env["_HANDLER"] == "handler.handler"
    assert env["AWS_ENDPOINT_URL"] == aws.gate.activity.endpoint
    assert Path(found["cwd"]).samefile(env["LAMBDA_TASK_ROOT"])
    assert found["path"][0] == env["LAMBDA_TASK_ROOT"]
    assert not [path for path in found["path"] if path.endswith("site-packages")]


def test_the_context_object(aws: Running) -> None:
    source = """
    def handler(event, context):
        return {
            "name": context.function_name, "version": context.function_version, "id": context.aws_request_id,
            "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
            "group": context.log_group_name, "left": context.get_remaining_time_in_millis(),
            "client": context.client_context and context.client_context.custom,
        }
    """
    arn = aws.function(source)
    context = base64.b64encode(json.dumps({"custom": {"a": "b"}}).encode()).decode()
    answer = aws.invoke(ClientContext=context)
    found = answer["Payload"]
    assert found["id"] == answer["ResponseMetadata"]["RequestId"]
    assert found["arn"] == arn
    assert (found["name"], found["version"], found["memory"]) == ("function", "$LATEST", "128")
    assert found["group"] == "/aws/lambda/function"
    assert 0 < found["left"] <= 10_000
    assert found["client"] == {"a": "b"}


def test_calls_of_a_function_are_calls_of_its_role(aws: Running) -> None:
    source = """
    import boto3
    def handler(event, context):
        return boto3.client("sts").get_caller_identity()["Arn"]
    """
    aws.function(source)
    assert aws.invoke()["Payload"] == (f"arn:aws:sts::{aws.account}:assumed-role/function-role/function")


def test_a_process_serves_one_event_after_the_other_until_the_function_changes(aws: Running) -> None:
    source = """
    import os
    served = 0
    def handler(event, context):
        global served
        served += 1
        return [served, os.getpid()]
    """
    aws.function(source)
    first, second = aws.invoke()["Payload"], aws.invoke()["Payload"]
    assert (first[0], second[0]) == (1, 2)
    assert first[1] == second[1]
    aws.client("lambda").update_function_configuration(
        FunctionName="function", Environment={"Variables": {"A": "1"}}
    )
    aws.settle()
    assert not alive(first[1])
    assert aws.invoke()["Payload"][0] == 1
    aws.client("lambda").update_function_code(FunctionName="function", ZipFile=archive(ECHO))
    assert aws.invoke({"new": 1})["Payload"] == {"new": 1}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_versions_and_aliases_run_what_they_were(aws: Running) -> None:
    arn = aws.function("def handler(event, context): return [1, context.function_version]")
    client = aws.client("lambda")
    client.publish_version(FunctionName="function")
    client.create_alias(FunctionName="function", Name="live", FunctionVersion="1")
    client.update_function_code(
        FunctionName="function",
        ZipFile=archive("def handler(event, context): return [2, context.invoked_function_arn]"),
    )
    assert aws.invoke()["Payload"] == [2, arn]
    assert aws.invoke(Qualifier="1")["Payload"] == [1, "1"]
    alias = aws.invoke(name=f"{arn}:live")
    assert (alias["Payload"], alias["ExecutedVersion"]) == ([1, "1"], "1")
    client.publish_version(FunctionName="function")
    client.update_alias(
        FunctionName="function", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}}
    )
    assert aws.invoke(name="function:live")["ExecutedVersion"] == "2"
    with pytest.raises(ClientError) as caught:
        aws.invoke(Qualifier="9")
    assert code_of(caught) == "ResourceNotFoundException"


def test_layers_are_importable_and_later_ones_win(aws: Running) -> None:
    client = aws.client("lambda")
    layers = [
        client.publish_layer_version(
            LayerName=f"layer-{number}",
            Content={
                "ZipFile": archive(**{"python/shared.py": f"VALUE = {number}", f"python/only{number}.py": ""})
            },
        )["LayerVersionArn"]
        for number in (1, 2)
    ]
    source = """
    import shared, only1, only2
    def handler(event, context): return shared.VALUE
    """
    aws.function(source, Layers=layers)
    assert aws.invoke()["Payload"] == 2


@pytest.mark.parametrize(
    ("source", "handler", "kind", "message"),
    [
        ("def handler(e, c): raise KeyError('x')", "handler.handler", "KeyError", "'x'"),
        (
            "import nothing_like_it",
            "handler.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'handler': No",
        ),
        (
            "x = 1",
            "handler.handler",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'handler'",
        ),
        (
            "x = 1",
            "handler",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack",
        ),
        (
            "def handler(:",
            "handler.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'handler'",
        ),
        ("raise RuntimeError('early')", "handler.handler", "RuntimeError", "early"),
        (
            "def handler(e, c): return {1, 2}",
            "handler.handler",
            "Runtime.MarshalError",
            "Unable to marshal response",
        ),
        (
            "import sys\ndef handler(e, c): sys.exit(3)",
            "handler.handler",
            "Runtime.ExitError",
            "exit status 3",
        ),
        (
            "import os\ndef handler(e, c): os._exit(0)",
            "handler.handler",
            "Runtime.ExitError",
            "exit status 0",
        ),
        (
            "import os\ndef handler(e, c): os.kill(os.getpid(), 9)",
            "handler.handler",
            "Runtime.ExitError",
            "SIGKILL",
        ),
    ],
)
def test_errors_are_answers(aws: Running, source: str, handler: str, kind: str, message: str) -> None:
    aws.function(source, Handler=handler)
    for _ in range(2):
        answer = aws.invoke()
        assert answer["FunctionError"] == "Unhandled"
        assert answer["StatusCode"] == 200
        assert answer["Payload"]["errorType"] == kind
        assert message in answer["Payload"]["errorMessage"]


def test_an_error_has_the_stack_of_the_function_only(aws: Running) -> None:
    source = """
    def deeper():
        raise ValueError("bad")
    def handler(event, context):
        deeper()
    """
    aws.function(source)
    stack = aws.invoke()["Payload"]["stackTrace"]
    assert [re.search(r"in (\w+)", frame)[1] for frame in stack] == ["handler", "deeper"]  # type: ignore[index]


def test_a_function_that_takes_too_long_ends_with_all_it_started(aws: Running) -> None:
    source = """
    import subprocess, time
    def handler(event, context):
        print(subprocess.Popen(["sleep", "300"]).pid, flush=True)
        time.sleep(300)
    """
    aws.function(source, Timeout=1)
    answer = aws.invoke(LogType="Tail")
    assert answer["Payload"]["errorType"] == "Sandbox.Timedout"
    assert answer["Payload"]["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    lines = base64.b64decode(answer["LogResult"]).decode().splitlines()
    assert any("Task timed out after 1.00 seconds" in line for line in lines)
    started = next(int(line) for line in lines if line.isdigit())
    until(lambda: not running(started))


def running(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def test_the_log_of_an_invocation(aws: Running) -> None:
    source = """
    import logging, sys
    print("at the start")
    log = logging.getLogger()
    log.setLevel("INFO")
    def handler(event, context):
        print("one\\ntwo")
        print("error", file=sys.stderr)
        log.info("told %s", event)
        try:
            1 / 0
        except ZeroDivisionError:
            log.exception("oh")
    """
    aws.function(source)
    request = aws.invoke({"a": 1})["ResponseMetadata"]["RequestId"]
    lines = aws.log()
    assert lines[:4] == ["at the start", f"START RequestId: {request} Version: $LATEST", "one", "two"]
    assert lines[4] == "error"
    assert re.fullmatch(rf"\[INFO\]\t[0-9TZ:.-]+\t{request}\ttold {{'a': 1}}", lines[5])
    assert lines[6].startswith("[ERROR]")
    assert lines[6].endswith("ZeroDivisionError: division by zero")
    assert lines[7] == f"END RequestId: {request}"
    assert re.fullmatch(
        rf"REPORT RequestId: {request}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB"
        r"\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        lines[8],
    )
    aws.invoke()
    assert "Init Duration" not in aws.log()[-1]
    assert (
        len(aws.client("logs").describe_log_streams(logGroupName="/aws/lambda/function")["logStreams"]) == 1
    )


def test_a_log_group_of_its_own_and_logs_as_json(aws: Running) -> None:
    source = """
    import logging
    def handler(event, context):
        logging.getLogger("mine").debug("told", extra={"order": 7, "level": "mine"})
    """
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "LogGroup": "/mine"}
    aws.function(source, LoggingConfig=logging)
    aws.invoke()
    told = [json.loads(line) for line in aws.log(group="/mine")]
    assert [line.get("type") for line in told] == ["platform.start", None, "platform.report"]
    assert (told[1]["message"], told[1]["level"], told[1]["logger"]) == ("told", "DEBUG", "mine")
    assert told[1]["order"] == 7
    assert not {"args", "lineno", "taskName"} & set(told[1])
    found = aws.client("lambda").get_function_configuration(FunctionName="function")
    assert found["LoggingConfig"] == logging


def test_dry_runs_and_events_answer_at_once(aws: Running) -> None:
    aws.function("def handler(event, context): print('ran', event['n'])")
    assert aws.invoke({"n": 1}, InvocationType="DryRun")["StatusCode"] == 204
    assert aws.invoke({"n": 2}, InvocationType="Event")["StatusCode"] == 202
    aws.settle()
    assert [line for line in aws.log() if line.startswith("ran")] == ["ran 2"]


@pytest.mark.parametrize(
    ("payload", "kind", "code"),
    [
        (b"{", "RequestResponse", "InvalidRequestContentException"),
        (b'"' + b"x" * (6 * 1024 * 1024) + b'"', "RequestResponse", "RequestTooLargeException"),
        (b'"' + b"x" * (1024 * 1024) + b'"', "Event", "RequestTooLargeException"),
    ],
)
def test_events_that_are_refused(aws: Running, payload: bytes, kind: str, code: str) -> None:
    aws.function(ECHO)
    with pytest.raises(ClientError) as caught:
        aws.client("lambda").invoke(FunctionName="function", Payload=payload, InvocationType=kind)
    assert code_of(caught) == code


def test_an_answer_that_is_too_large(aws: Running) -> None:
    aws.function("def handler(event, context): return 'x' * (7 * 1024 * 1024)")
    assert aws.invoke()["Payload"]["errorType"] == "Function.ResponseSizeTooLarge"


def test_other_runtimes_are_refused(aws: Running) -> None:
    aws.function(ECHO, Runtime="nodejs22.x")
    with pytest.raises(ClientError, match="runtime nodejs22") as caught:
        aws.invoke()
    assert code_of(caught) == "InvalidRuntimeException"


def test_reserved_concurrency_of_none_throttles(aws: Running) -> None:
    aws.function(ECHO)
    aws.client("lambda").put_function_concurrency(FunctionName="function", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as caught:
        aws.invoke()
    assert code_of(caught) == "TooManyRequestsException"


def test_functions_reach_this_machine_only(aws: Running) -> None:
    source = """
    import socket, urllib.request
    def handler(event, context):
        found = []
        for host in ("192.0.2.1", "example.com"):
            try:
                socket.create_connection((host, 80), timeout=2)
            except OSError as error:
                found.append(str(error))
        return found
    """
    aws.function(source)
    assert all("reach 127.0.0.1 only" in text for text in aws.invoke()["Payload"])


def test_a_function_may_invoke_another_while_it_runs(aws: Running) -> None:
    aws.function("def handler(event, context): return event['n'] * 2", name="inner")
    source = """
    import boto3, json
    def handler(event, context):
        answer = boto3.client("lambda").invoke(FunctionName="inner", Payload=json.dumps(event))
        return json.load(answer["Payload"]) + 1
    """
    aws.function(source, name="outer")
    assert aws.invoke({"n": 20}, name="outer")["Payload"] == 41


def test_a_function_of_another_account_that_lets_the_caller_in(aws: Running) -> None:
    other = Running(aws.gate)
    arn = other.function(
        "import os\ndef handler(event, context): return os.environ['AWS_LAMBDA_FUNCTION_NAME']"
    )
    with pytest.raises(ClientError) as caught:
        aws.invoke(name=arn)
    assert code_of(caught) == "AccessDeniedException"
    other.client("lambda").add_permission(
        FunctionName="function", StatementId="theirs", Action="lambda:InvokeFunction", Principal=aws.account
    )
    assert aws.invoke(name=arn)["Payload"] == "function"


@pytest.mark.parametrize("attack", ["../outside.py", "/tmp/../../outside.py"])
def test_an_archive_that_leads_out_is_no_code(aws: Running, attack: str) -> None:
    aws.function(ECHO, files={attack: "x = 1"})
    answer = aws.invoke()
    assert answer["FunctionError"] == "Unhandled"
    assert "leads out of it" in answer["Payload"]["errorMessage"]


def test_the_end_of_the_embedded_aws_is_the_end_of_its_processes() -> None:
    source = """
    import os, subprocess
    def handler(event, context):
        return [os.getpid(), subprocess.Popen(["sleep", "300"]).pid]
    """
    with embedded() as gate:
        aws = Running(gate)
        aws.function(source)
        pids = aws.invoke()["Payload"]
        assert all(running(pid) for pid in pids)
    assert not any(running(pid) for pid in pids)


def test_invocations_are_not_run_again_at_a_start(tmp_path: Any) -> None:
    from tests.tools.emulator.forgetting import forget_everything

    source = """
    import boto3
    def handler(event, context):
        boto3.client("sqs").send_message(QueueUrl=event["queue"], MessageBody="once")
        print("ran")
    """
    file = tmp_path / "journal.jsonl"
    forget_everything()
    with embedded(file) as gate:
        aws = Running(gate)
        url, _ = aws.queue()
        aws.function(source)
        for kind in ("RequestResponse", "Event"):
            aws.invoke({"queue": url}, InvocationType=kind)
        aws.settle()
    forget_everything()
    with embedded(file) as gate:
        again = Running(gate, aws.account)
        again.settle()
        assert len(again.messages(url)) == 2
        assert again.log().count("ran") == 2
    forget_everything()
