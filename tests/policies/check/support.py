"""Plans and states as the CLI writes them, in small."""

from __future__ import annotations

import json
from typing import Any

from policies.pack.values import SECRET, SIGNATURE
from tests.policies.support import UNKNOWN_TEXT

STACK = "urn:pulumi:dev::shop"
VOLUME = "aws:ebs/volume:Volume"
BUCKET = "aws:s3/bucket:Bucket"
ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
HIDDEN = {SIGNATURE: SECRET, "ciphertext": "AAABAP..."}
ON = dict.fromkeys(
    ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
)


def urn(token: str, name: str) -> str:
    return f"{STACK}::{token}::{name}"


def state(token: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"urn": urn(token, name), "type": token, "custom": True, "inputs": inputs, **more}


def step(op: str, new: dict[str, Any] | None, old: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"op": op, "urn": (new or old or {})["urn"], "newState": new, "oldState": old}


def plan(*steps: dict[str, Any], same: int | None = None) -> str:
    shown = sum(item["op"] == "same" for item in steps)
    return json.dumps(
        {"config": {}, "steps": steps, "changeSummary": {"same": shown if same is None else same}}
    )


def export(*resources: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


def at(*positions: str) -> dict[str, Any]:
    calls = [{"sourcePosition": position} if position else {} for position in positions]
    return {"sourcePosition": positions[0], "stackTrace": calls}


def create(token: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return step("create", state(token, name, inputs, **more))


__all__ = [
    "ACCESS_BLOCK",
    "BUCKET",
    "HIDDEN",
    "ON",
    "UNKNOWN_TEXT",
    "VOLUME",
    "at",
    "create",
    "export",
    "plan",
    "state",
    "step",
    "urn",
]
