"""The base class of every component of this project.

class Queue(Component):
    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("groundplan:events:Queue", name, args, opts)
        key = self.key("messages", users=[key_ring.service("sns")])
        self.queue = aws.sqs.Queue(self.name_for("queue"), kms_master_key_id=key.id,
                                   tags=self.tags("queue"), opts=self.child())
        self.outputs({"url": self.queue.url})
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pulumi
import pulumi_aws as aws

from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.errors import ComponentError
from components.foundation.names import fit
from components.foundation.partition import Site

MAX_LOGICAL_NAME = 56
"""Longest name of a component: leaves room for the suffixes of its children within IAM's 64 characters."""

MAX_COMPONENT_NAME = MAX_LOGICAL_NAME // 2
"""Longest name that a user gives; a component inside another one may have up to `MAX_LOGICAL_NAME` characters."""

_NAME = re.compile(r"[a-z](-?[a-z0-9])*")
_TAG = re.compile(r"[\w\s.:/=+\-@]*")
MAX_TAG_KEY, MAX_TAG_VALUE = 128, 256


class Component(pulumi.ComponentResource):
    """A group of AWS resources that are children of it, share its tags and its Region.

    `type_` is `groundplan:<domain>:<Class>`; `name` has small letters, digits and single hyphens, at most 28
    characters, or 56 where another component is the parent (use its `name_for`). `region` puts all children into
    that Region (each resource's `region` argument); None leaves it to the provider.
    `tags` go onto every child that can have tags. Raises `ComponentError` before anything is created.
    """

    def __init__(
        self,
        type_: str,
        name: str,
        args: Args,
        opts: pulumi.ResourceOptions | None = None,
        *,
        region: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        _check_name(name, _longest_name(opts))
        _check_tags(name, tags or {})
        self.name = name
        self.args_given = args
        self.region = region
        self._type = type_
        self._tags = dict(tags or {})
        self._outputs: dict[str, Any] | None = None
        super().__init__(type_, name, None, opts)

    def child(self, **extra: Any) -> pulumi.ResourceOptions:
        """Options of a child resource: this component is its parent; `extra` are further resource options."""
        return pulumi.ResourceOptions(parent=self, **extra)

    @property
    def invoke(self) -> pulumi.InvokeOptions:
        """Options of a data source, so that it asks the same provider as the children do."""
        return pulumi.InvokeOptions(parent=self)

    @cached_property
    def site(self) -> Site:
        """Partition, account and Region of the children."""
        return Site.of(self, self.region)

    def name_for(self, *suffix: str, limit: int = MAX_LOGICAL_NAME) -> str:
        """`name-suffix` in at most `limit` characters; what is cut off is replaced by a hash.

        A logical name that AWS limits must leave `names.AUTONAME_LENGTH` for Pulumi's auto-naming.
        """
        return fit("-".join((self.name, *suffix)), limit)

    def tags(self, *suffix: str, **extra: str) -> dict[str, str]:
        """Tags of a child: `Name` (the component's name and `suffix`), who made it, the user's own, `extra`."""
        return {
            **self._tags,
            "Name": fit("-".join((self.name, *suffix)), MAX_TAG_VALUE),
            "groundplan:component": self._type.split(":", 1)[1].replace(":", "."),
            "groundplan:name": self.name,
            "groundplan:stack": f"{pulumi.get_project()}/{pulumi.get_stack()}",
            **extra,
        }

    def key(
        self, purpose: str, *, users: Sequence[key_ring.KeyUser], description: str | None = None
    ) -> aws.kms.Key:
        """A customer-managed key for one purpose: rotated, with an alias, usable by `users` only."""
        return key_ring.create_key(
            self.name_for(purpose),
            site=self.site,
            users=users,
            description=description or f"{self.name}: {purpose}",
            region=self.region,
            tags=self.tags(purpose),
            opts=self.child(),
        )

    @property
    def registered(self) -> Mapping[str, Any]:
        """The outputs that the component has registered; empty before `outputs()`."""
        return dict(self._outputs or {})

    def outputs(self, values: Mapping[str, Any]) -> None:
        """Register the component's outputs; call it once, as the last thing of the constructor."""
        if self._outputs is not None:
            raise ComponentError(self.name, "outputs are registered already", "call outputs() once")
        self._outputs = dict(values)
        self.register_outputs(self._outputs)


def _longest_name(opts: pulumi.ResourceOptions | None) -> int:
    inside = opts is not None and isinstance(opts.parent, Component)
    return MAX_LOGICAL_NAME if inside else MAX_COMPONENT_NAME


def _check_name(name: str, longest: int) -> None:
    if not _NAME.fullmatch(name):
        raise ComponentError(
            name or "(empty)",
            "a component's name starts with a letter and has small letters, digits and single hyphens",
            "use a name such as 'main' or 'shop-prod'",
        )
    if len(name) > longest:
        raise ComponentError(name, f"the name has {len(name)} characters", f"use at most {longest}")


def _check_tags(name: str, tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        where = f"{name}.tags.{key}"
        if not 0 < len(key) <= MAX_TAG_KEY or len(value) > MAX_TAG_VALUE:
            limits = f"{MAX_TAG_KEY} characters for the key and {MAX_TAG_VALUE} for the value"
            raise ComponentError(where, "the tag is empty or too long", f"use at most {limits}")
        if key.lower().startswith("aws:"):
            raise ComponentError(where, "keys that start with 'aws:' are AWS's own", "choose another prefix")
        if not _TAG.fullmatch(key + value):
            raise ComponentError(
                where, "AWS refuses a character of it", "use letters, digits, spaces and .:/=+-@_"
            )
