"""The table "configuration key -> architecture".

A new architecture is one entry: its key, the class of its settings, what has to be built before it, and the
function that builds it from the settings and from what those keys have built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from components.compute import AppSettings, ThreeTierApp, ThreeTierAppArgs
from components.data import (
    CrossAccountBackup,
    CrossAccountBackupArgs,
    SecretRotationSettings,
    StopAutoStarted,
    StopAutoStartedArgs,
)
from components.data.database_users_args import DatabaseUsersSettings
from components.delivery import CodeSigner, CodeSignerArgs, LayerPipeline, LayerPipelineArgs
from components.events import (
    CrossRegionEventRouting,
    CrossRegionEventRoutingArgs,
    GlobalEndpoint,
    GlobalEndpointArgs,
)
from components.foundation.args import Args
from components.foundation.component import Component
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from components.serverless import LayerDistribution, LayerDistributionArgs
from stack.cache import StackCacheSettings, check_cache, make_cache
from stack.database import DatabaseSettings, check_database, make_database
from stack.database_users import check_database_users, make_database_users
from stack.global_database import GlobalDatabaseSettings, check_global_database, make_global_database
from stack.proxy import StackProxySettings, check_proxy, make_proxy
from stack.rds import RdsSettings, make_rds
from stack.secret_rotation import check_secret_rotation, make_secret_rotation

Built = Mapping[str, Component]
"""What is built already, by configuration key."""


@dataclass(frozen=True)
class Architecture:
    """How one configuration key becomes components.

    `settings` checks the key's value, `needs` names keys that must be configured too and are built first, `after` keys
    that are built first where they are configured. `check` gets the settings and those of all other keys, and raises
    `ComponentError` for what does not fit together. `make` builds the component from its name (the key), the settings,
    and what is built already.
    """

    settings: type[Args]
    make: Callable[[str, Any, Built], Component]
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    check: Callable[[Any, Mapping[str, Args]], None] | None = None


def _network(name: str, settings: ThreeTierVpcArgs, _built: Built) -> Component:
    return ThreeTierVpc(name, settings)


def _app(name: str, settings: AppSettings, built: Built) -> Component:
    network = built["network"]
    assert isinstance(network, ThreeTierVpc)  # for the type checker: the table says so
    return ThreeTierApp(name, ThreeTierAppArgs(**dict(settings), network=network))


def _events(name: str, settings: CrossRegionEventRoutingArgs, _built: Built) -> Component:
    return CrossRegionEventRouting(name, settings)


def _layer(name: str, settings: LayerDistributionArgs, _built: Built) -> Component:
    return LayerDistribution(name, settings)


def _stop_auto_started(name: str, settings: StopAutoStartedArgs, _built: Built) -> Component:
    return StopAutoStarted(name, settings)


def _backup(name: str, settings: CrossAccountBackupArgs, _built: Built) -> Component:
    return CrossAccountBackup(name, settings)


def _layer_pipeline(name: str, settings: LayerPipelineArgs, _built: Built) -> Component:
    return LayerPipeline(name, settings)


def _global_endpoint(name: str, settings: GlobalEndpointArgs, _built: Built) -> Component:
    return GlobalEndpoint(name, settings)


def _code_signer(name: str, settings: CodeSignerArgs, _built: Built) -> Component:
    return CodeSigner(name, settings)


ARCHITECTURES: dict[str, Architecture] = {
    "network": Architecture(settings=ThreeTierVpcArgs, make=_network),
    "app": Architecture(settings=AppSettings, make=_app, needs=("network",)),
    "database": Architecture(
        settings=DatabaseSettings,
        make=make_database,
        needs=("network",),
        after=("app",),
        check=check_database,
    ),
    "mysql": Architecture(
        settings=RdsSettings,
        make=make_rds,
        needs=("network",),
        after=("app",),
        check=check_database,
    ),
    "database-users": Architecture(
        settings=DatabaseUsersSettings,
        make=partial(make_database_users, "database"),
        needs=("network", "database"),
        check=partial(check_database_users, "database"),
    ),
    "mysql-users": Architecture(
        settings=DatabaseUsersSettings,
        make=partial(make_database_users, "mysql"),
        needs=("network", "mysql"),
        check=partial(check_database_users, "mysql"),
    ),
    "proxy": Architecture(
        settings=StackProxySettings,
        make=make_proxy,
        needs=("network",),
        after=("app", "database", "mysql"),
        check=check_proxy,
    ),
    "global-database": Architecture(
        settings=GlobalDatabaseSettings,
        make=make_global_database,
        needs=("network",),
        check=check_global_database,
    ),
    "cache": Architecture(
        settings=StackCacheSettings, make=make_cache, needs=("network",), after=("app",), check=check_cache
    ),
    "events": Architecture(settings=CrossRegionEventRoutingArgs, make=_events),
    "layer": Architecture(settings=LayerDistributionArgs, make=_layer),
    "secret-rotation": Architecture(
        settings=SecretRotationSettings,
        make=make_secret_rotation,
        needs=("network", "database"),
        after=("database-users",),
        check=check_secret_rotation,
    ),
    "stop-auto-started": Architecture(settings=StopAutoStartedArgs, make=_stop_auto_started),
    "backup": Architecture(settings=CrossAccountBackupArgs, make=_backup),
    "layer-pipeline": Architecture(settings=LayerPipelineArgs, make=_layer_pipeline),
    "global-endpoint": Architecture(settings=GlobalEndpointArgs, make=_global_endpoint),
    "code-signer": Architecture(settings=CodeSignerArgs, make=_code_signer),
}
