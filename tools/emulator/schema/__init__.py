"""The types of the installed `pulumi_aws`: every resource, data source and nested type, read from its source
text.

    >>> vpc = resource("aws:ec2/vpc:Vpc")
    >>> vpc.properties["cidrBlock"].replace
    True

Nothing of `pulumi_aws` is imported; one type takes a few milliseconds.
"""

from __future__ import annotations

from tools.emulator.schema.catalogue import function, function_tokens, nearest, resource, tokens
from tools.emulator.schema.model import AutoName, FunctionType, ObjectType, Property, ResourceType, TypeRef

__all__ = [
    "AutoName",
    "FunctionType",
    "ObjectType",
    "Property",
    "ResourceType",
    "TypeRef",
    "function",
    "function_tokens",
    "nearest",
    "resource",
    "tokens",
]
