"""Code of functions reaches the embedded AWS, and is deployed again only when it has changed."""

from __future__ import annotations

from tests.live.stand import ROOT, Stand

RELATIVE = """
archive = pulumi.AssetArchive({"handler.py": pulumi.FileAsset("code/handler.py"), "lib": pulumi.FileArchive("lib")})
role = aws.iam.Role("role", assume_role_policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",'
    ' "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}')
function = aws.lambda_.Function("f", code=archive, handler="handler.handler", runtime="python3.13", role=role.arn)
pulumi.export("function", function.name)
"""
COMPONENT = """
import sys
sys.path.insert(0, {root!r})
from components.serverless import Function, FunctionArgs
function = Function("orders", FunctionArgs(source="./code", environment={{"TABLE": "orders"}}, alias="live"))
pulumi.export("function", function.function_name)
pulumi.export("version", function.function.version)
"""


def digest(stand: Stand) -> str:
    """The hash of the code that the embedded AWS has."""
    found = stand.aws("lambda").get_function_configuration(FunctionName=stand.outputs()["function"])
    return str(found["CodeSha256"])


def test_paths_of_assets_are_relative_to_the_programs_folder(stand: Stand) -> None:
    for folder in ("code", "lib"):
        (stand.folder / folder).mkdir()
    (stand.folder / "code" / "handler.py").write_text("def handler(event, context): return 1\n")
    (stand.folder / "lib" / "one.txt").write_text("1")
    stand.write(RELATIVE)
    stand.up()
    before = digest(stand)
    assert stand.plan() == {}
    (stand.folder / "lib" / "one.txt").write_text("2")
    assert set(stand.plan()) == {"f"}
    stand.up()
    assert digest(stand) != before


def test_a_function_is_deployed_again_only_when_its_code_has_changed(stand: Stand) -> None:
    code = stand.folder / "code"
    code.mkdir()
    (code / "handler.py").write_text("def handler(event, context): return 1\n")
    stand.write(COMPONENT.format(root=str(ROOT)))
    stand.up()
    assert stand.outputs()["version"] == "1"
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "handler.pyc").write_text("")
    assert stand.plan() == {}
    (code / "handler.py").write_text("def handler(event, context): return 2\n")
    assert set(stand.plan()) == {"orders", "orders-alias"}
    assert stand.up()["update"] == 2
    assert stand.outputs()["version"] == "2"
    assert stand.plan() == {}
