"""Follows names in a Python module to the S3 clients they stand for, and to how those sign."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import TypeVar

_MAKERS = frozenset({"client", "resource", "create_client"})
_SIGV4 = frozenset({"s3v4", "s3v4-query", "v4", "v4-query", "v4a", "s3v4a", "v4-s3express"})
# botocore.auth.AUTH_TYPE_MAPS: `s3` and its relatives are HMAC-SHA1, `v2` is the query API's, `v3` SES's old one.
_SIGV2 = frozenset({"s3", "s3-query", "s3-presign-post", "v2", "v3", "v3https"})
_DEEP = 12  # How far names are followed; real code needs three or four steps.

_Node = TypeVar("_Node", bound=ast.AST)
Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Signing(Enum):
    """How a client signs when it presigns. `OTHER` is a client of another service, which has SigV4 only."""

    SIGV4 = "SigV4"
    SIGV2 = "SigV2"
    UNSIGNED = "none"
    DEFAULT = "the SDK's default"
    UNKNOWN = "not known"
    OTHER = "another service"


class Clients:
    """The clients of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._scope_of: dict[int, Scope] = {}
        self._parent: dict[int, Scope] = {}
        self._assigned: dict[tuple[int, str], list[ast.expr]] = defaultdict(list)
        self._functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = defaultdict(list)
        self._tree = tree
        self._followed: set[tuple[str, int]] = set()
        self._index(tree, tree)
        self._default = self._session_default()

    def signing(self, client: ast.expr) -> set[Signing]:
        """How the clients that an expression can stand for presign."""
        self._followed = set()
        return self._signing(client, 0) or {Signing.UNKNOWN}

    def _signing(self, client: ast.expr, depth: int) -> set[Signing]:
        if depth > _DEEP:
            return {Signing.UNKNOWN}
        if isinstance(client, ast.Await):
            return self._signing(client.value, depth + 1)
        if isinstance(client, ast.IfExp):
            return self._signing(client.body, depth + 1) | self._signing(client.orelse, depth + 1)
        if isinstance(client, ast.BoolOp):
            return {way for value in client.values for way in self._signing(value, depth + 1)}
        if isinstance(client, ast.NamedExpr):
            return self._signing(client.value, depth + 1)
        if isinstance(client, ast.Attribute) and client.attr == "client":
            meta = client.value
            if isinstance(meta, ast.Attribute) and meta.attr == "meta":
                return self._signing(meta.value, depth + 1)
        if isinstance(client, ast.Call):
            return self._called(client, depth)
        return self._named(client, depth)

    def version(self, value: ast.expr) -> set[Signing]:
        """What a value of `signature_version` means."""
        self._followed = set()
        return self._version(value, 0) or {Signing.UNKNOWN}

    def _version(self, value: ast.expr, depth: int) -> set[Signing]:
        if isinstance(value, ast.Constant):
            if value.value is None:
                return {self._default}
            if value.value in _SIGV4:
                return {Signing.SIGV4}
            return {Signing.SIGV2 if value.value in _SIGV2 else Signing.UNKNOWN}
        if _last(value) == "UNSIGNED":
            return {Signing.UNSIGNED}
        if isinstance(value, ast.IfExp):
            return self._version(value.body, depth + 1) | self._version(value.orelse, depth + 1)
        known = self._values(value) if depth < _DEEP else []
        if not known:
            return {Signing.UNKNOWN}
        return {way for item in self._once("version", known) for way in self._version(item, depth + 1)}

    def _once(self, kind: str, values: list[_Node]) -> list[_Node]:
        """`values`, but nothing where this search has followed them already: names may lead in circles and back together."""
        key = (kind, id(values))
        if key in self._followed:
            return []
        self._followed.add(key)
        return values

    def near(self, node: ast.AST, pattern: re.Pattern[str]) -> bool:
        """Whether the function around a node, or the module, speaks of something: in a name or a text."""
        around = self._scope_of.get(id(node), self._tree)
        return any(pattern.search(word) for item in ast.walk(around) for word in _words(item))

    def _called(self, call: ast.Call, depth: int) -> set[Signing]:
        name = _last(call.func)
        if name in _MAKERS:
            return self._made(call, depth)
        if name.endswith("Signer"):
            return {Signing.OTHER}  # botocore.signers: CloudFront's own kind of URL, database tokens.
        functions = self._functions.get(name, [])
        if not any(_returned(function) for function in functions):
            return {Signing.UNKNOWN}
        return {
            way
            for function in self._once("function", functions)
            for result in _returned(function)
            for way in self._signing(result, depth + 1)
        }

    def _made(self, call: ast.Call, depth: int) -> set[Signing]:
        service = next((key.value for key in call.keywords if key.arg == "service_name"), None)
        service = service or (call.args[0] if call.args else None)
        if isinstance(service, ast.Constant) and service.value != "s3":
            return {Signing.OTHER}
        if any(key.arg is None for key in call.keywords):
            return {Signing.UNKNOWN}
        config = next((key.value for key in call.keywords if key.arg == "config"), None)
        ways = {self._default} if config is None else self._configured(config, depth + 1)
        if isinstance(service, ast.Constant) or ways <= {Signing.SIGV4}:
            return ways
        return {Signing.UNKNOWN}

    def _configured(self, config: ast.expr, depth: int) -> set[Signing]:
        if depth > _DEEP:
            return {Signing.UNKNOWN}
        if isinstance(config, ast.Constant) and config.value is None:
            return {self._default}
        if isinstance(config, ast.IfExp):
            return self._configured(config.body, depth + 1) | self._configured(config.orelse, depth + 1)
        if isinstance(config, ast.Call):
            return self._config_call(config, depth)
        known = self._values(config)
        if not known:
            return {Signing.UNKNOWN}
        return {way for item in self._once("config", known) for way in self._configured(item, depth + 1)}

    def _config_call(self, call: ast.Call, depth: int) -> set[Signing]:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "merge" and call.args:
            over = self._configured(call.args[0], depth + 1)
            if Signing.DEFAULT in over:
                return (over - {Signing.DEFAULT}) | self._configured(call.func.value, depth + 1)
            return over
        if not _last(call.func).endswith("Config"):
            functions = self._functions.get(_last(call.func), [])
            if not any(_returned(function) for function in functions):
                return {Signing.UNKNOWN}
            results = [item for function in self._once("maker", functions) for item in _returned(function)]
            return {way for item in results for way in self._configured(item, depth + 1)}
        for keyword in call.keywords:
            if keyword.arg == "signature_version":
                return self._version(keyword.value, depth + 1)
        return {Signing.UNKNOWN} if any(key.arg is None for key in call.keywords) else {self._default}

    def _named(self, name: ast.expr, depth: int) -> set[Signing]:
        values = self._values(name)
        if not values:
            return {Signing.UNKNOWN}
        return {way for value in self._once("client", values) for way in self._signing(value, depth + 1)}

    def _values(self, name: ast.expr) -> list[ast.expr]:
        """Everything that is assigned to a name or attribute, innermost scope first."""
        if isinstance(name, ast.Attribute):
            return self._assigned.get((0, name.attr), [])
        if not isinstance(name, ast.Name):
            return []
        scope: Scope | None = self._scope_of.get(id(name), self._tree)
        while scope is not None:
            values = self._assigned.get((id(scope), name.id))
            if values or _parameter(scope, name.id):
                return values or []
            scope = self._parent.get(id(scope))
        return []

    def _session_default(self) -> Signing:
        """`session.set_default_client_config(Config(...))` counts for every client of the module."""
        self._default = Signing.DEFAULT
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and _last(node.func) == "set_default_client_config" and node.args:
                ways = self._configured(node.args[0], 0)
                return ways.pop() if len(ways) == 1 else Signing.UNKNOWN
        return Signing.DEFAULT

    def _index(self, node: ast.AST, scope: Scope) -> None:
        """Note the scope of every expression and what is assigned where; attributes are shared by a module."""
        todo: list[tuple[ast.AST, Scope]] = [(node, scope)]
        while todo:
            item, around = todo.pop()
            self._scope_of[id(item)] = around
            for name, value in _bindings(item):
                if isinstance(name, ast.Attribute) or isinstance(around, ast.ClassDef):
                    self._assigned[0, _last(name)].append(value)
                self._assigned[id(around), _last(name)].append(value)
            if isinstance(item, _FUNCTIONS):
                self._functions[item.name].append(item)
            inner = item if isinstance(item, _SCOPES) else around
            if inner is not around:
                self._parent[id(inner)] = around
            todo.extend((child, inner) for child in ast.iter_child_nodes(item))


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars, node.context_expr


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None
    ]


def _parameter(scope: Scope, name: str) -> bool:
    if isinstance(scope, (ast.Module, ast.ClassDef)):
        return False
    given = scope.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    return any(item.arg == name for item in every)


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
