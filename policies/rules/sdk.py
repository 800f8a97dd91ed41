"""Rules on SDKs and command-line tools from before SigV4 was their default (the table is in `policies.code.sdks`).

Runtimes: Lambda Developer Guide, "Lambda runtimes". The SDKs of Python and Node.js became SigV4 by default in June
2017; the runtimes here are older, and AWS has stopped to patch them.
"""

from __future__ import annotations

import base64
import binascii

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

FUNCTION = "aws:lambda/function:Function"
LAYER = "aws:lambda/layerVersion:LayerVersion"
BEFORE_SIGV4 = frozenset(
    {"nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "python2.7", "python3.6", "dotnetcore1.0"}
)
_NEWER = "Use a runtime that AWS supports."


@rule(on=FUNCTION, severity=HIGH, theme=Theme.SIGV4)
def sdk_runtime(function: Resource) -> Verdict:
    """Runtimes of before mid-2017 came with SDKs that signed S3 requests with SigV2, and get no patches."""
    if function.text("runtime") not in BEFORE_SIGV4:
        return PASS
    return violation("runtime", "is from before SigV4 was the default", _NEWER)


@rule(on=LAYER, severity=MEDIUM, theme=Theme.SIGV4)
def sdk_layer_runtime(layer: Resource) -> Verdict:
    """A layer that is only for runtimes of before mid-2017 keeps their SDKs in use."""
    runtimes = layer.texts("compatibleRuntimes")
    if not runtimes or not BEFORE_SIGV4.issuperset(runtimes):
        return PASS
    return violation("compatibleRuntimes", "names only runtimes from before SigV4 was the default", _NEWER)


@rule(
    on=(
        "aws:ec2/instance:Instance",
        "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
    ),
    severity=MEDIUM,
    theme=Theme.SIGV4,
)
def sdk_user_data(server: Resource) -> Verdict:
    """A server that installs a command line or SDK from before SigV4 signs with SigV2 from its first minute."""
    template = server.type.endswith(":LaunchTemplate")
    paths = ("userData",) if template else ("userData", "userDataBase64")
    return every(paths, lambda path: _script(server, path))


@rule(on="aws:codebuild/project:Project", severity=MEDIUM, theme=Theme.SIGV4)
def sdk_buildspec(project: Resource) -> Verdict:
    """A build that installs a command line or SDK from before SigV4 signs its uploads with SigV2."""
    return _script(project, "source.buildspec")


def _script(part: Part, path: str) -> Verdict:
    text = _plain(part.text(path))
    if not text:
        return PASS
    from policies.code import sdks  # noqa: PLC0415  most stacks hold no scripts

    findings = sdks.in_script(text)
    if not findings:
        return PASS
    return violation(part.at(path), f"installs {findings[0].detail}", "Install a supported version.")


def _plain(text: str) -> str:
    """User data may come as Base64."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return text
