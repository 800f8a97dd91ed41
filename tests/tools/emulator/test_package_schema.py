from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tools.emulator import package_schema
from tools.emulator.schema import function_tokens, tokens


@pytest.fixture(scope="module")
def package() -> Any:
    return json.loads(package_schema.text())


def test_everything_is_in_it(package: Any) -> None:
    assert package["name"] == "aws"
    assert list(package["resources"]) == list(tokens())
    assert list(package["functions"]) == list(function_tokens())
    assert "region" in package["provider"]["inputProperties"]


def test_every_reference_leads_somewhere(package: Any) -> None:
    named = set(re.findall(r'"#/types/([^"]+)"', package_schema.text()))
    assert named == set(package["types"])
    assert all(kind.get("type") == "object" for kind in package["types"].values())


def test_a_resource(package: Any) -> None:
    subnet = package["resources"]["aws:ec2/subnet:Subnet"]
    assert subnet["requiredInputs"] == ["vpcId"]
    assert subnet["inputProperties"]["vpcId"] == {"type": "string", "willReplaceOnChanges": True}
    assert subnet["inputProperties"]["tags"] == {"type": "object", "additionalProperties": {"type": "string"}}
    assert "arn" in subnet["required"]
    rules = package["resources"]["aws:ec2/securityGroup:SecurityGroup"]["inputProperties"]["ingress"]
    assert rules == {
        "type": "array",
        "items": {"$ref": "#/types/aws:ec2/SecurityGroupIngress:SecurityGroupIngress"},
    }
    code = package["resources"]["aws:lambda/function:Function"]["inputProperties"]["code"]
    assert code == {"$ref": "pulumi.json#/Archive"}
