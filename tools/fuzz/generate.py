"""Random resources of every type of `pulumi_aws`, as the engine sends them.

Right shapes come from the types' own schemas; some values are of the wrong kind, some are nonsense, and at any
depth a value may be not known yet or a secret. Every text that could be somebody's secret carries MARK.
"""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from policies.pack.values import ARCHIVE, ASSET, OUTPUT, RESOURCE, SECRET, SIGNATURE, UNKNOWN_TEXTS
from policies.rules import all_rules
from tools.emulator import schema

MARK = "xyzzy"
_UNKNOWN = sorted(UNKNOWN_TEXTS)
_STACK = "urn:pulumi:dev::fuzz"
_TEXTS = (
    MARK, f"AKIA{MARK}", f"arn:aws:iam::111111111111:role/{MARK}", f"arn:aws:s3:::{MARK}/*", "*", "", "true", "False",
    "22", "-1", "0", "1.5", "tcp", "all", "0.0.0.0/0", "::/0", "10.0.0.0/8", "not/a/cidr", "[]", "{}", "{", "[" * 200,
    "HTTPS", "TLSv1.2", "ENABLED", "Enabled", "ACTIVE", "aws:kms", "AWS_IAM", "NONE", "postgres", "aurora-mysql", "redis",
    "8.0.mysql_aurora.3.04.0", "16.4", "python3.8", "nodejs20.x", "us-east-1", "${aws:username}", "\x00\x1b[31m", "é" * 50,
)  # fmt: skip
_ACTIONS = (
    "*",
    "s3:*",
    "s3:GetObject",
    "iam:PassRole",
    "sts:AssumeRole",
    "kms:Decrypt",
    "*:*",
    "iam:*Role",
    f"{MARK}:x",
    "",
    "ec2:?",
)
_OPERATORS = ("StringEquals", "StringLike", "StringNotEquals", "Bool", "Null", "ArnLike", "IpAddress", "NumericLessThan",
              "ForAnyValue:StringLike", "ForAllValues:StringEqualsIfExists", "Nonsense")  # fmt: skip
_KEYS = (
    "aws:SourceAccount",
    "aws:SecureTransport",
    "s3:signatureversion",
    "aws:PrincipalOrgID",
    "aws:SourceIp",
    f"{MARK}:sub",
)
_PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": ["arn:aws:iam::111111111111:root", MARK]},
    {"Service": "sns.amazonaws.com"},
    {"Federated": "token.actions.githubusercontent.com"},
    {"CanonicalUser": MARK},
    [],
    3,
    {"AWS": {}},
)


@cache
def _tokens() -> tuple[tuple[str, ...], tuple[str, ...]]:
    judged = sorted({token for rule in all_rules() for token in rule.on})
    return tuple(judged), tuple(schema.tokens())


class Generator:
    """Resources from one seed: the same seed gives the same resources."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  nothing here is secret

    def request(self, index: int) -> analyzer_pb2.AnalyzeRequest:
        """One resource; four of five are of a type that rules look at."""
        judged, everything = _tokens()
        token = self._random.choice(judged if self._random.random() < 0.8 else everything)
        name = f"resource-{index}"
        properties = struct_pb2.Struct()
        properties.update(self._properties(token))
        return analyzer_pb2.AnalyzeRequest(
            type=token, name=name, urn=f"{_STACK}::{token}::{name}", properties=properties
        )

    def stack(self, requests: list[analyzer_pb2.AnalyzeRequest]) -> analyzer_pb2.AnalyzeStackRequest:
        """The resources as a stack, with random dependencies among them."""
        message = analyzer_pb2.AnalyzeStackRequest()
        urns = [request.urn for request in requests]
        for request in requests:
            resource = message.resources.add(
                type=request.type, name=request.name, urn=request.urn, properties=request.properties
            )
            for path in request.properties.fields:
                if self._random.random() < 0.3:
                    chosen = self._random.choices(urns, k=self._random.randint(1, 3))
                    resource.propertyDependencies[path].urns.extend(chosen)
        return message

    def _properties(self, token: str) -> dict[str, Any]:
        known = schema.resource(token)
        if known is None or self._random.random() < 0.03:
            return {name: self._nonsense(3) for name in ("policy", "tags", "name", MARK)}
        likely = self._random.choice((0.2, 0.6, 0.95))
        found = {
            name: self._value(prop.type, name, 0)
            for name, prop in known.properties.items()
            if self._random.random() < likely
        }
        if self._random.random() < 0.5:
            found["__defaults"] = []
        return found

    def _value(self, kind: schema.TypeRef, name: str, depth: int) -> Any:
        chance = self._random.random()
        if chance < 0.06:
            return self._random.choice(_UNKNOWN)
        if chance < 0.12:
            return {SIGNATURE: SECRET, "value": self._right(kind, name, depth)}
        if chance < 0.18:
            return self._nonsense(2)
        return self._right(kind, name, depth)

    def _right(self, kind: schema.TypeRef, name: str, depth: int) -> Any:
        if depth > 6:
            return None
        if kind.options:
            return self._right(self._random.choice(kind.options), name, depth + 1)
        if kind.values:
            return self._random.choice(kind.values)
        if kind.object is not None:
            return {
                key: self._value(prop.type, key, depth + 1)
                for key, prop in kind.object.properties.items()
                if self._random.random() < 0.6
            }
        if kind.element is not None and kind.kind == "list":
            return [self._value(kind.element, name, depth + 1) for _ in range(self._random.randint(0, 3))]
        if kind.element is not None:
            return {
                key: self._value(kind.element, name, depth + 1)
                for key in ("a", "b.c")
                if self._random.random() < 0.7
            }
        return self._plain(kind.kind, name)

    def _plain(self, kind: str, name: str) -> Any:
        if kind in ("bool", "boolean"):
            return self._random.choice((True, False, "true", "false"))
        if kind in ("int", "integer", "number", "float"):
            return self._random.choice((0.0, 1.0, 22.0, 443.0, -1.0, 65535.0, 90.0, 1.5, "22", 1e18))
        if "olicy" in name or "document" in name.lower():
            document = self._document()
            return document if self._random.random() < 0.2 else json.dumps(document)
        return self._random.choice(_TEXTS)

    def _document(self) -> Any:
        """An IAM policy, or something near one."""
        statements = [self._statement() for _ in range(self._random.randint(0, 3))]
        body: Any = statements if len(statements) != 1 or self._random.random() < 0.5 else statements[0]
        return {"Version": "2012-10-17", "Statement": body}

    def _statement(self) -> Any:
        pick = self._random.choice
        if self._random.random() < 0.05:
            return pick((None, 3, "Allow", []))
        found: dict[str, Any] = {"Effect": pick(("Allow", "Deny", "allow", 3))}
        found[pick(("Action", "NotAction"))] = pick(
            (pick(_ACTIONS), [pick(_ACTIONS), pick(_ACTIONS)], {}, None)
        )
        found[pick(("Resource", "NotResource"))] = pick(("*", [f"arn:aws:s3:::{MARK}", "*"], [], 7))
        if self._random.random() < 0.6:
            found[pick(("Principal", "NotPrincipal"))] = pick(_PRINCIPALS)
        if self._random.random() < 0.6:
            found["Condition"] = {
                pick(_OPERATORS): {pick(_KEYS): pick((MARK, [MARK, "*"], "false", True, 3, {}, []))}
            }
        return found

    def _nonsense(self, depth: int) -> Any:
        pick = self._random.choice
        kind = self._random.randint(0, 9 if depth else 4)
        if kind <= 1:
            return pick(_TEXTS)
        if kind <= 4:
            return pick(
                (None, True, False, 0.0, -1.0, 3.5, 1e300, float("nan"), float("inf"), pick(_UNKNOWN))
            )
        if kind <= 6:
            return [self._nonsense(depth - 1) for _ in range(self._random.randint(0, 3))]
        if kind == 7:
            return {SIGNATURE: SECRET, "value": self._nonsense(depth - 1)}
        if kind == 8:
            return pick((
                {SIGNATURE: ASSET, "text": MARK},
                {SIGNATURE: ARCHIVE, "path": MARK},
                {SIGNATURE: RESOURCE, "urn": f"{_STACK}::x::{MARK}", "id": MARK},
                {SIGNATURE: OUTPUT},
                {SIGNATURE: OUTPUT, "value": MARK, "secret": True, "dependencies": []},
                {SIGNATURE: SECRET},
                {SIGNATURE: "something else"},
            ))  # fmt: skip
        return {
            key: self._nonsense(depth - 1)
            for key in ("Statement", "name", "rules", "id")
            if pick((True, False))
        }
