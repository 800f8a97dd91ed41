"""The cache of a stack, and whose roles may log in to it.

groundplan:cache:
  users: { sessions: { keys: ["session:*"] } }
  connect: { app: [sessions] }    # the instances of groundplan:app log in as the cache's user `sessions`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from components.data import CacheSettings, ElastiCache, ElastiCacheArgs
from components.data.placement import check_tier
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from stack.connect import check_built, check_connect, let_in


class StackCacheSettings(CacheSettings):
    """The settings of the cache, and `connect`: configuration key -> users of the cache that its role may log in as."""

    connect: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_users(self) -> Self:
        check_connect(self.connect, self._check_user)
        return self

    def _check_user(self, user: str, where: str) -> None:
        if user not in self.users:
            raise ComponentError(where, f"the cache has no user {user!r}", nearest(user, self.users))


def check_cache(settings: StackCacheSettings, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` when the network keeps the port closed, or nothing of that key is built."""
    network = others["network"]
    assert isinstance(network, ThreeTierVpcArgs)  # for the type checker: the registry says so
    check_tier(network, settings.access.tier, settings.port)
    check_built(settings.connect, others)


def make_cache(name: str, settings: StackCacheSettings, built: Mapping[str, Component]) -> Component:
    """Build the cache on the network, and let the roles in."""
    network = built["network"]
    assert isinstance(network, ThreeTierVpc)  # for the type checker: the registry says so
    own = {key: value for key, value in settings if key != "connect"}
    cache = ElastiCache(name, ElastiCacheArgs(**own, network=network))
    let_in(settings.connect, built, cache.grant_connect)
    return cache
