from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from policies.pack.values import ARCHIVE, ASSET, SIGNATURE
from policies.rules import all_rules
from tests.policies.support import Ref, Secret
from tools.report.program import class_of, program
from tools.report.rulebook import book, write

ROOT = Path(__file__).parents[3]
PAGES = book(all_rules())


def test_the_book_in_docs_is_the_one_made_from_the_rules() -> None:
    written = {"rules.md": ROOT / "docs" / "rules.md"}
    written |= {f"rules/{path.name}": path for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert {path: found.read_text(encoding="utf-8") for path, found in written.items()} == PAGES, (
        "run `make docs`"
    )


@pytest.mark.parametrize("service", sorted({rule.service for rule in all_rules()}))
def test_every_rule_is_explained_with_a_failing_and_a_passing_program(service: str) -> None:
    text = PAGES[f"rules/{service}.md"]
    for rule in (one for one in all_rules() if one.service == service):
        (_, section) = text.split(f"\n## {rule.id}\n")
        section = section.split("\n## ")[0]
        assert rule.reason in section, rule.id
        assert section.index("Fails:") < section.index("\n> ") < section.index("Passes:"), rule.id


def test_the_book_says_which_changes_replace_what_exists() -> None:
    mark = "| **which replaces** |"
    (_, section) = PAGES["rules/rds.md"].split("\n## rds-instance-encrypted\n")
    assert f"{mark} `aws:rds/instance:Instance` where it exists |" in section.split("\n## ")[0]
    (_, section) = PAGES["rules/rds.md"].split("\n## rds-instance-deletion-protection\n")
    assert mark not in section.split("\n## ")[0]


def test_the_programs_are_python() -> None:
    for text in PAGES.values():
        for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            ast.parse(code)


def test_links_of_the_index_lead_to_sections() -> None:
    for page, section in re.findall(r"\]\((rules/[\w-]+\.md)#([\w-]+)\)", PAGES["rules.md"]):
        assert f"\n## {section}\n" in PAGES[page]


def test_a_program_has_pythons_names_and_policies_as_objects() -> None:
    function = {
        "environment": {"variables": {"someKey": 1.0}},
        "vpcConfig": {"subnetIds": [Ref("a-b", "id")]},
    }
    assert program("aws:lambda/function:Function", function) == (
        "example = aws.lambda_.Function(\n"
        '    "example",\n'
        '    environment={"variables": {"someKey": 1}},\n'
        '    vpc_config={"subnet_ids": [a_b.id]},\n'
        ")"
    )
    policy = program(
        "aws:iam/policy:Policy", {"policy": '{"Statement": {"Effect": "Allow"}}', "name": Secret("x")}
    )
    assert 'json.dumps({"Statement": {"Effect": "Allow"}})' in policy
    assert 'name=pulumi.Output.secret("x")' in policy
    ast.parse(program("aws:s3/bucket:Bucket", {"grants": [{"permissions": ["READ"] * 30, "type": None}]}))


def test_files_and_archives_are_pulumis() -> None:
    text = {SIGNATURE: ASSET, "text": "import boto3\n"}
    code = {
        SIGNATURE: ARCHIVE,
        "assets": {"handler.py": text, "data": {SIGNATURE: ARCHIVE, "path": "./data"}},
    }
    assert program("aws:lambda/function:Function", {"code": code}) == (
        "example = aws.lambda_.Function(\n"
        '    "example",\n'
        "    code=pulumi.AssetArchive({\n"
        '        "handler.py": pulumi.StringAsset("import boto3\\n"),\n'
        '        "data": pulumi.FileArchive("./data"),\n'
        "    }),\n"
        ")"
    )


def test_classes_are_pulumis() -> None:
    assert class_of("aws:ec2/securityGroup:SecurityGroup") == "aws.ec2.SecurityGroup"
    assert class_of("aws:lambda/function:Function") == "aws.lambda_.Function"
    assert class_of("aws:alb/listener:Listener") == "aws.lb.Listener"


def test_pages_of_services_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "gone.md").touch()
    write(tmp_path)
    assert not (tmp_path / "rules" / "gone.md").exists()
    assert (tmp_path / "rules" / "kms.md").read_text(encoding="utf-8") == PAGES["rules/kms.md"]
