"""Rules on the source code of functions and layers, where the program sends it (see `policies.code`).

Code that lies in S3 or in an image is not read. An archive that is not to be had here, such as one at a URL,
leaves these rules undecided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.values import Asset
from policies.pack.verdict import PASS, Verdict, undecided, violation

if TYPE_CHECKING:
    from policies.code import Kind

CODE = ("aws:lambda/function:Function", "aws:lambda/layerVersion:LayerVersion")
OBJECTS = ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject")
_SHOWN = 5


def _kind(name: str) -> Kind:
    from policies.code import Kind  # noqa: PLC0415  only stacks with functions read code

    return Kind[name]


def _judge(resource: Resource, kind_name: str, path: str = "code") -> Verdict:
    """Violations are the findings of a kind; one that is not certain leaves the question open."""
    code = resource.get(path)
    if not isinstance(code, Asset):
        return PASS
    from policies.code import scan_asset  # noqa: PLC0415  as above

    findings = scan_asset(code)
    if findings is None:
        return undecided(path)
    kind = _kind(kind_name)
    mine = [finding for finding in findings if finding.kind is kind]
    certain = [finding for finding in mine if finding.certain]
    if not certain:
        return undecided(path) if mine else PASS
    places = ", ".join(
        f"{finding.where}{f' ({finding.detail})' if finding.detail else ''}" for finding in certain[:_SHOWN]
    )
    more = f" and {len(certain) - _SHOWN} more" if len(certain) > _SHOWN else ""
    return violation(path, f"{kind.what}: {places}{more}", kind.remedy)


@rule(on=CODE, severity=HIGH, theme=Theme.SIGV4)
def source_presigns_sigv4(function: Resource) -> Verdict:
    """In ten Regions boto3 presigns S3 URLs with SigV2 unless the client is set to `s3v4`."""
    return _judge(function, "PRESIGN")


@rule(on=CODE, severity=CRITICAL, theme=Theme.SIGV4)
def source_no_sigv2(function: Resource) -> Verdict:
    """Code that is set to SigV2, or makes such signatures by hand, signs neither Region nor payload."""
    return _judge(function, "SIGV2")


@rule(on=CODE, severity=MEDIUM, theme=Theme.SIGV4)
def source_no_unsigned(function: Resource) -> Verdict:
    """A request without a signature names nobody, and only works with what is open to everybody."""
    return _judge(function, "UNSIGNED")


@rule(on=CODE, severity=CRITICAL, theme=Theme.SIGV4)
def source_no_keys(function: Resource) -> Verdict:
    """A key in source code is read by everybody who sees the code, its history or its package."""
    return _judge(function, "KEY")


@rule(on=(*CODE, *OBJECTS), severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def source_no_private_key(resource: Resource) -> Verdict:
    """A private key in a package or object is its reader's too, and can't be changed without a new deployment."""
    if resource.type in CODE:
        return _judge(resource, "PRIVATE_KEY")
    content = resource.get("content")
    if isinstance(content, str) and _has_private_key(content):
        kind = _kind("PRIVATE_KEY")
        return violation("content", kind.what, kind.remedy)
    return _judge(resource, "PRIVATE_KEY", "source")


def _has_private_key(text: str) -> bool:
    from policies.code.keys import PRIVATE_KEY  # noqa: PLC0415  as above

    return PRIVATE_KEY.search(text) is not None


@rule(on=CODE, severity=HIGH, theme=Theme.SIGV4)
def source_sdk_current(function: Resource) -> Verdict:
    """An SDK from before SigV4 was the default signs S3 requests with SigV2."""
    return _judge(function, "OLD_SDK")
