"""Defaults and replacements as the documentation words them, and as it words something else."""

from __future__ import annotations

from typing import Any

import pytest

from tools.emulator.schema import phrases


@pytest.mark.parametrize(
    "doc",
    [
        "The name. Changing this forces a new resource to be created.",
        "Changing this value will force recreation of the resource.",
        "Forces replacement if changed.",
        "Forces new resource.",
        "Name of it. Changing `name` will create a new resource.",
        "Cannot be changed after creation.",
        "Changing this value creates a new resource.",
    ],
)
def test_phrases_that_replace(doc: str) -> None:
    assert phrases.replaces(doc)


@pytest.mark.parametrize(
    "doc",
    [
        "Whether to force delete the bucket.",
        "When decreased, this will force a recreation of the resource.",
        "Changing between `A` and `B` forces replacement of the resource.",
        "Disabling it after it has been enabled forces recreation of the instance.",
        "If the resource is created and this option is changed, it will try to recreate the account.",
        "Enable to force a new task deployment of the service.",
        "",
    ],
)
def test_phrases_that_do_not(doc: str) -> None:
    assert not phrases.replaces(doc)


@pytest.mark.parametrize(
    ("doc", "kind", "default"),
    [
        ("Whether to. Defaults to `true`.", "boolean", True),
        ("Whether to. Defaults to false.", "boolean", False),
        ("Port. Default is `443`.", "integer", 443),
        ("Mode. Default value: `disable`.", "string", "disable"),
        ('Text. Defaults to "Managed by Pulumi".', "string", "Managed by Pulumi"),
        ("Seconds. The default is 300.", "integer", 300),
        ("Share. Default `0.5`", "number", 0.5),
        ("Milliseconds. The default is 29,000.", "integer", None),
        ("Percent. The default is 50%.", "integer", None),
        ("Port. Defaults to `80` for HTTP and `443` for HTTPS.", "integer", None),
        ("Defaults to `true` if `x` is set.", "boolean", None),
        ("Defaults to the Region set in the provider.", "string", None),
        ("Defaults to `true`. Defaults to `false` in China.", "boolean", None),
        ("Defaults to `yes`.", "boolean", None),
        ("Defaults to `[]`.", "list", None),
        ("The default VPC.", "string", None),
        ('The type. AWS will default to "SimpleScaling."', "string", "SimpleScaling"),
    ],
)
def test_defaults(doc: str, kind: str, default: Any) -> None:
    found = phrases.default(doc, kind)
    assert found == default
    assert type(found) is type(default)
