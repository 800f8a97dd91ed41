"""The list of deprecated runtimes is that of AWS's own dates, which the CloudFormation linter repeats."""

from __future__ import annotations

import json
from pathlib import Path

import cfnlint

from policies.rules.lambda_function import DEPRECATED, DEPRECATED_AS_OF

TABLE = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "LmbdRuntimeLifecycle.json"
# Base images of containers, which no function names as its runtime.
IMAGES_ONLY = {"dotnet5.0", "dotnet7"}


def test_the_deprecated_runtimes_are_those_of_the_day() -> None:
    dates = json.loads(TABLE.read_text("utf-8"))
    assert {
        name for name, row in dates.items() if row["deprecated"] <= DEPRECATED_AS_OF
    } | IMAGES_ONLY == set(DEPRECATED)
