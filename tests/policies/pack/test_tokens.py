from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from policies.pack.tokens import CANONICAL, canonical

SPEC = find_spec("pulumi_aws")
assert SPEC
assert SPEC.origin
SDK = Path(SPEC.origin).parent


def declared(module: str, file: str) -> str:
    """The token that a class of the installed SDK registers."""
    found = re.search(r"'(aws:[\w/]+:\w+)'", (SDK / module / f"{file}.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


@pytest.mark.parametrize("module", ["alb", "elasticloadbalancingv2", "applicationloadbalancing", "lb"])
@pytest.mark.parametrize("file", ["listener", "load_balancer", "target_group", "listener_rule"])
def test_modules_of_load_balancing_mean_one_type(module: str, file: str) -> None:
    folder = SDK / module / f"{file}.py"
    if folder.exists():
        assert canonical(declared(module, file)) == declared("lb", file)


def test_older_names_are_declared_by_the_sdk_as_aliases_of_todays() -> None:
    for module, file in [
        ("s3", "bucket_versioning"),
        ("s3", "bucket_acl"),
        ("s3", "bucket"),
        ("elb", "load_balancer"),
    ]:
        text = (SDK / module / f"{file}.py").read_text(encoding="utf-8")
        aliases = set(re.findall(r'Alias\(type_="(aws:[^"]+)"\)', text))
        assert aliases
        assert {canonical(alias) for alias in aliases} == {declared(module, file)}


def test_no_name_is_translated_twice() -> None:
    assert not set(CANONICAL) & set(CANONICAL.values())
    assert canonical("aws:ec2/vpc:Vpc") == "aws:ec2/vpc:Vpc"
