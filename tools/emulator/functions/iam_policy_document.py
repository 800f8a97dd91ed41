r"""The data source `iam.getPolicyDocument`, rendered character for character as the real provider renders it.

The rules, learned from the real provider's behaviour (resource reference of `aws_iam_policy_document`):

- source documents first, then the own statements, then override documents; a statement replaces an earlier one with its
  `Sid`, else it is appended; two source documents, or two own statements, must not share a `Sid`;
- the version is the latest of all, 2012-10-17 where none is given; the `Id` is the last one that is given;
- actions, resources and identifiers are sets: sorted from the last to the first, one of them alone is no list;
- `&{...}` becomes `${...}`; condition values keep their order; keys of principals and conditions are sorted;
- text is escaped as Go's JSON does it: `<`, `>` and `&` as `\u003c`, `\u003e` and `\u0026`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request

VERSION = "2012-10-17"
OLD_VERSION = "2008-10-17"
Statement = dict[str, Any]
Document = dict[str, Any]
_ORDER = (
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
)
_GO_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def policy_document(request: Request) -> Mapping[str, Any]:
    """The document as indented text (`json`) and on one line (`minifiedJson`)."""
    document = rendered(request.args)
    text = as_go(json.dumps(document, indent=2, ensure_ascii=False))
    return {
        "json": text,
        "minifiedJson": as_go(json.dumps(document, separators=(",", ":"), ensure_ascii=False)),
        "version": request.args.get("version") or VERSION,
        "id": str(zlib.crc32(text.encode())),
    }


def as_go(text: str) -> str:
    """JSON text with the characters escaped that Go escapes and Python does not."""
    for character, escape in _GO_ESCAPES.items():
        text = text.replace(character, escape)
    return text


def rendered(args: Mapping[str, Any]) -> Document:
    """The merged document as plain values. Raises `Refused` with the argument that is wrong."""
    merged: Document = {}
    seen: set[str] = set()
    for index, source in enumerate(args.get("sourcePolicyDocuments") or []):
        if source:
            document = parsed(source, f"sourcePolicyDocuments[{index}]")
            _refuse_repeated(document, seen, f"sourcePolicyDocuments[{index}]")
            merge(merged, document)
    merge(merged, own_document(args))
    for index, override in enumerate(args.get("overridePolicyDocuments") or []):
        if override:
            merge(merged, parsed(override, f"overridePolicyDocuments[{index}]"))
    ordered = ("Version", "Id", "Statement")
    return {key: merged[key] for key in ordered if merged.get(key)}


def _refuse_repeated(document: Document, seen: set[str], where: str) -> None:
    for statement in document.get("Statement", []):
        sid = statement.get("Sid")
        if sid and sid in seen:
            raise Refused(f"{where}: the Sid {sid} is there already; remove it, or make it unique", where)
        seen.add(sid)


def merge(into: Document, other: Document) -> None:
    """Take over another document's statements, its `Id`, and its version where that is later."""
    if other.get("Id"):
        into["Id"] = other["Id"]
    if other.get("Version", "") > into.get("Version", ""):
        into["Version"] = other["Version"]
    statements: list[Statement] = into.setdefault("Statement", [])
    for new in other.get("Statement", []):
        same = next(
            (i for i, old in enumerate(statements) if new.get("Sid") and old.get("Sid") == new["Sid"]), None
        )
        if same is None:
            statements.append(new)
        else:
            statements[same] = new


def own_document(args: Mapping[str, Any]) -> Document:
    """The document of the statements that the program gives."""
    version = args.get("version") or VERSION
    document: Document = {"Version": version, "Statement": []}
    if args.get("policyId"):
        document["Id"] = args["policyId"]
    sids: set[str] = set()
    for index, given in enumerate(args.get("statements") or []):
        where = f"statements[{index}]"
        sid = given.get("sid") or ""
        if sid and sid in sids:
            raise Refused(
                f"{where}.sid: {sid} is there already; remove it, or make it unique", f"{where}.sid"
            )
        if sid and not (sid.isascii() and sid.isalnum()):
            raise Refused(f"{where}.sid: {sid!r} must hold only letters and digits", f"{where}.sid")
        sids.add(sid)
        document["Statement"].append(_own_statement(given, version, where))
    return document


def _own_statement(given: Mapping[str, Any], version: str, where: str) -> Statement:
    def replaced(name: str) -> Any:
        return one_or_list([_with_variables(v, version, f"{where}.{name}") for v in given.get(name) or []])

    return in_order(
        {
            "Sid": given.get("sid"),
            "Effect": given.get("effect") or "Allow",
            "Action": one_or_list(given.get("actions") or []),
            "NotAction": one_or_list(given.get("notActions") or []),
            "Resource": replaced("resources"),
            "NotResource": replaced("notResources"),
            "Principal": _own_principals(given.get("principals") or [], version, f"{where}.principals"),
            "NotPrincipal": _own_principals(
                given.get("notPrincipals") or [], version, f"{where}.notPrincipals"
            ),
            "Condition": _own_conditions(given.get("conditions") or [], version, f"{where}.conditions"),
        }
    )


def in_order(statement: Mapping[str, Any]) -> Statement:
    """A statement's elements in the order in which they are rendered, without those that are not there."""
    return {key: statement[key] for key in _ORDER if statement.get(key) not in (None, "", [], {})}


def _with_variables(text: str, version: str, where: str) -> str:
    if "&{" in text and version == OLD_VERSION:
        raise Refused(
            f"{where}: policy variables (&{{...}}) need version {VERSION}, not {OLD_VERSION}", where
        )
    return text.replace("&{", "${")


def one_or_list(values: list[str]) -> Any:
    """A set of text as it is rendered: alone as text, else as a list from the last to the first."""
    unique = sorted(set(values), reverse=True)
    return unique[0] if len(unique) == 1 else unique


def _own_principals(blocks: list[Mapping[str, Any]], version: str, where: str) -> Any:
    return principals(
        [
            (
                block["type"],
                one_or_list(
                    [_with_variables(text, version, where) for text in block.get("identifiers") or []]
                ),
            )
            for block in blocks
        ]
    )


def principals(pairs: list[tuple[str, Any]]) -> Any:
    """Principals by type; everybody (type and identifier `*`) as `"*"`."""
    if len(pairs) == 1 and pairs[0] in (("*", "*"), ("*", ["*"])):
        return "*"
    found: dict[str, Any] = {}
    for kind, identifiers in pairs:
        new = sorted(identifiers, reverse=True) if isinstance(identifiers, list) else identifiers
        if kind not in found:
            found[kind] = new
        else:
            old = found[kind] if isinstance(found[kind], list) else [found[kind]]
            found[kind] = [*old, *(new if isinstance(new, list) else [new])]
    return dict(sorted(found.items()))


def _own_conditions(blocks: list[Mapping[str, Any]], version: str, where: str) -> dict[str, Any]:
    return conditions(
        [
            (
                block["test"],
                block["variable"],
                [_with_variables(str(value), version, where) for value in block.get("values") or []],
            )
            for block in blocks
        ]
    )


def conditions(triples: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    """Conditions by operator and key; values of the same key are joined, one alone is no list."""
    found: dict[str, dict[str, list[str]]] = {}
    for test, variable, values in triples:
        found.setdefault(test, {}).setdefault(variable, []).extend(values)
    return {
        test: {key: values[0] if len(values) == 1 else values for key, values in sorted(keys.items())}
        for test, keys in sorted(found.items())
    }


def parsed(text: str, where: str) -> Document:
    """A source or override document. Raises `Refused` where it is no policy document."""
    try:
        document = json.loads(text)
        statements = document.get("Statement") or []
    except (ValueError, AttributeError) as error:
        raise Refused(f"{where}: this is no JSON policy document: {error}", where) from error
    if not isinstance(statements, list):
        raise Refused(
            f"{where}: Statement must be a list of statements; put the one statement in a list", where
        )
    return {**document, "Statement": [_parsed_statement(statement) for statement in statements]}


def _parsed_statement(statement: Mapping[str, Any]) -> Statement:
    found = dict(statement)
    for name in ("Principal", "NotPrincipal"):
        if name in found:
            found[name] = _parsed_principals(found[name])
    if found.get("Condition"):
        found["Condition"] = conditions(
            [
                (test, variable, _texts(values))
                for test, keys in found["Condition"].items()
                for variable, values in keys.items()
            ]
        )
    return in_order(found)


def _parsed_principals(value: Any) -> Any:
    pairs = [("*", ["*"])] if isinstance(value, str) else list(value.items())
    return principals(pairs)


def _texts(values: Any) -> list[str]:
    items = values if isinstance(values, list) else [values]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


FUNCTIONS: Mapping[str, DataSource] = {"aws:iam/getPolicyDocument:getPolicyDocument": policy_document}
