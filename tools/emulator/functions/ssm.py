"""Data sources of SSM: parameters, AWS's public ones among them, and documents.

moto has the public parameters of Amazon Linux, of ECS and of the Regions. Every other public parameter that names an image
answers with an image that exists in the embedded EC2 and fits it by architecture and name.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
from tools.emulator.functions._reading import as_source, missing, needed, read
from tools.emulator.services._common import pages, unless_gone

PUBLIC = "/aws/service/"
_IMAGE_ENDINGS = (
    "ami-id",
    "image_id",
    "ami_id",
    "image-id",
    "x86_64",
    "arm64",
    "ebs",
    "gp2",
    "gp3",
    "latest",
    "Base",
)
_FAMILIES = ("windows", "ubuntu", "debian", "bottlerocket", "suse", "rhel", "al2023", "amzn2")


def parameter(request: Request) -> Mapping[str, Any]:
    """One parameter. Secure text is decrypted unless told otherwise."""
    name = needed(request, "name")
    decrypt = request.args.get("withDecryption") is not False
    answer = unless_gone(request.aws("ssm").get_parameter, Name=name, WithDecryption=decrypt)
    found = answer["Parameter"] if answer else _public(request, name)
    if found is None:
        raise missing(request, f"SSM parameter {name}")
    value, kind = value_of(found), found["Type"]
    arn = found.get("ARN") or f"arn:{request.place.partition}:ssm:{request.place.region}::parameter{name}"
    # The real provider shows the value in clear only for kinds that are no secrets.
    clear = {"insecureValue": value} if kind != "SecureString" else {}
    return {"id": name, "arn": arn, "type": kind, "value": value, "version": found.get("Version", 1), **clear}


def value_of(found: Mapping[str, Any]) -> str:
    """A parameter's value. moto gives some public parameters as Python's text of a dictionary instead of JSON."""
    text = str(found["Value"])
    if text.startswith("{'"):
        return json.dumps(ast.literal_eval(text), separators=(",", ":"))
    return text


def _public(request: Request, name: str) -> dict[str, Any] | None:
    """A public parameter that moto lacks: an image that is there."""
    if not name.startswith(PUBLIC) or not name.endswith(_IMAGE_ENDINGS):
        return None
    images = request.aws("ec2").describe_images(Owners=["amazon"])["Images"]
    architecture = "arm64" if any(word in name for word in ("arm64", "aarch64", "graviton")) else "x86_64"
    fitting = [image for image in images if image.get("Architecture") == architecture] or images
    family = next((word for word in _FAMILIES if word in name.lower()), "al2023")
    named = [image for image in fitting if family in str(image.get("Name", "")).lower()] or fitting
    chosen = max(named, key=lambda image: (str(image.get("CreationDate", "")), image["ImageId"]))
    return {"Value": chosen["ImageId"], "Type": "String", "Version": 1}


def parameters_by_path(request: Request) -> Mapping[str, Any]:
    """All parameters below a path."""
    path = needed(request, "path")
    found = pages(
        request.aws("ssm"),
        "get_parameters_by_path",
        "Parameters",
        Path=path,
        Recursive=bool(request.args.get("recursive")),
        WithDecryption=request.args.get("withDecryption") is not False,
    )
    return {
        "id": path,
        "arns": [item["ARN"] for item in found],
        "names": [item["Name"] for item in found],
        "types": [item["Type"] for item in found],
        "values": [value_of(item) for item in found],
    }


def document(request: Request) -> Mapping[str, Any]:
    """A document by its name: one of the account's own."""
    name = needed(request, "name")
    found = read(request, "aws:ssm/document:Document", name)
    if found is None:
        raise missing(request, f"SSM document {name}")
    return as_source(request, found)


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:ssm/getParameter:getParameter": parameter,
    "aws:ssm/getParametersByPath:getParametersByPath": parameters_by_path,
    "aws:ssm/getDocument:getDocument": document,
}
