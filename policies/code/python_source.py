"""Reads Python: how S3 clients are made, which of them presign, and signatures made by hand.

The order of statements is not followed: a name stands for everything that is ever assigned to it in its scope, and
a function for everything it returns. What can't be told from the module itself is a finding that is not certain.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from policies.code.finding import Finding, Kind, found
from policies.code.keys import KEY_ID, is_secret
from policies.code.python_clients import Clients, Signing

_PRESIGN = frozenset({"generate_presigned_url", "generate_presigned_post"})
_KEY_ARGUMENTS = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"})
_KEY_VARIABLES = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
# What only a signature of version 2 has: its query parameter, its header, its query API.
_SIGV2_TEXT = re.compile(
    r"\bAWSAccessKeyId\b|^AWS (?:%s|%\(\w+\)s|\{[^}]*\}):|\bSignatureVersion=2\b|\bSignatureMethod=Hmac"
)
_AMAZON = re.compile(r"aws|amz|amazon", re.IGNORECASE)


def read(text: str) -> list[Finding]:
    """The findings of a module, without its path."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [found(Kind.UNREADABLE, 0, certain=False)]
    try:
        return sorted(set(_findings(tree)))
    except RecursionError:
        return [found(Kind.UNREADABLE, 0, certain=False)]


def _findings(tree: ast.Module) -> Iterator[Finding]:
    clients = Clients(tree)
    prose = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, clients)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _import(node)
        elif isinstance(node, ast.Constant) and id(node) not in prose:
            yield from _constant(node)
        elif isinstance(node, ast.JoinedStr):
            yield from _formatted(node)
        elif isinstance(node, ast.Dict):
            yield from _dictionary(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assignment(node)


def _call(call: ast.Call, clients: Clients) -> Iterator[Finding]:
    name = _last(call.func)
    if isinstance(call.func, ast.Attribute) and name in _PRESIGN:
        yield from _presign(call.func, clients)
    for keyword in call.keywords:
        if keyword.arg == "signature_version":
            yield from _setting(keyword.value, clients)
        elif keyword.arg in _KEY_ARGUMENTS and _text(keyword.value):
            yield found(Kind.KEY, keyword.value.lineno)
    if (
        name in ("new", "digest")
        and _is_name(call.func, "hmac")
        and _sha1(call)
        and clients.near(call, _AMAZON)
    ):
        yield found(Kind.SIGV2, call.lineno, "an HMAC-SHA1 signature by hand")
    if (
        name == "setdefault"
        and len(call.args) == 2
        and _text(call.args[0]) in _KEY_VARIABLES
        and _text(call.args[1])
    ):
        yield found(Kind.KEY, call.lineno)
    if any(_last(item) == "disable_signing" for item in [*call.args, *(key.value for key in call.keywords)]):
        yield found(Kind.UNSIGNED, call.lineno)


def _presign(method: ast.Attribute, clients: Clients) -> Iterator[Finding]:
    ways = clients.signing(method.value)
    if Signing.DEFAULT in ways:
        yield found(Kind.PRESIGN, method.lineno)
    elif Signing.UNKNOWN in ways:
        yield found(Kind.PRESIGN, method.lineno, "the client comes from elsewhere", certain=False)


def _setting(value: ast.expr, clients: Clients) -> Iterator[Finding]:
    for way in clients.version(value):
        if way is Signing.SIGV2:
            yield found(Kind.SIGV2, value.lineno, "`signature_version`")
        elif way is Signing.UNSIGNED:
            yield found(Kind.UNSIGNED, value.lineno)


def _import(node: ast.Import | ast.ImportFrom) -> Iterator[Finding]:
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    if not getattr(node, "level", 0) and any(module.split(".")[0] == "boto" for module in modules):
        yield found(Kind.SIGV2, node.lineno, "boto, the SDK before boto3")


def _constant(node: ast.Constant) -> Iterator[Finding]:
    text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
    if not isinstance(text, str):
        return
    if KEY_ID.search(text):
        yield found(Kind.KEY, node.lineno)
    if _SIGV2_TEXT.search(text):
        yield found(Kind.SIGV2, node.lineno, "a signature by hand")


def _formatted(node: ast.JoinedStr) -> Iterator[Finding]:
    """An f-string `AWS {key}:{signature}`; its constant parts are judged on their own."""
    shape = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if _SIGV2_TEXT.search(shape):
        yield found(Kind.SIGV2, node.lineno, "a signature by hand")


def _dictionary(node: ast.Dict) -> Iterator[Finding]:
    items = {_text(key): value for key, value in zip(node.keys, node.values, strict=True) if key is not None}
    if {"SignatureVersion", "SignatureMethod"} <= set(items):
        yield found(Kind.SIGV2, node.lineno, "a signature by hand")
    for name in ("signature_version", "signatureVersion"):
        if _text(items.get(name)) in ("s3", "s3-query", "v2"):
            yield found(Kind.SIGV2, items[name].lineno, f"`{name}`")
    for name, value in items.items():
        if (name in _KEY_ARGUMENTS | _KEY_VARIABLES and _text(value)) or is_secret(name, _text(value)):
            yield found(Kind.KEY, value.lineno)


def _assignment(node: ast.Assign | ast.AnnAssign) -> Iterator[Finding]:
    value = _text(node.value)
    if not value:
        return
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if (isinstance(target, ast.Subscript) and _text(target.slice) in _KEY_VARIABLES) or is_secret(
            _last(target), value
        ):
            yield found(Kind.KEY, node.lineno)


def _sha1(call: ast.Call) -> bool:
    given = [*call.args[2:], *(key.value for key in call.keywords if key.arg in ("digestmod", "digest"))]
    return any(_last(item) == "sha1" or _text(item).lower().replace("-", "") == "sha1" for item in given)


def _docstrings(tree: ast.Module) -> set[int]:
    """Texts that stand alone as statements: documentation, not code."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _last(node: ast.AST) -> str:
    """The last name of `a.b.c`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_name(function: ast.expr, module: str) -> bool:
    return isinstance(function, ast.Attribute) and _last(function.value) == module
