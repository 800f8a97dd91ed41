"""Lambda functions and mappings: parts of them that moto takes and forgets, or refuses to change."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import FunctionUrlConfig, ImageConfig, LambdaBackend, LambdaFunction

from tools.emulator.additions import method

_MAPPING = {
    "AmazonManagedKafkaEventSourceConfig": "kafka_config",
    "KMSKeyArn": "kms_key",
    "MetricsConfig": "metrics",
    "ProvisionedPollerConfig": "poller_config",
}


def install() -> None:
    """Keep file systems, SnapStart and image settings of functions, and what changes of mappings and URLs."""
    _functions()
    change = LambdaBackend.update_event_source_mapping

    @method(LambdaBackend)
    def update_event_source_mapping(self: Any, uuid: str, spec: dict[str, Any]) -> Any:
        found = change(self, uuid, spec)
        for name, attribute in _MAPPING.items():
            if found is not None and name in spec:
                setattr(found, attribute, spec[name])
        return found

    @method(FunctionUrlConfig)
    def update(self: Any, new_config: dict[str, Any]) -> None:
        for name in ("AuthType", "Cors", "InvokeMode"):
            if new_config.get(name) is not None:
                self.config[name] = new_config[name]


def _functions() -> None:
    made, show, change = (
        LambdaFunction.__init__,
        LambdaFunction.get_configuration,
        LambdaFunction.update_configuration,
    )

    @method(LambdaFunction, "__init__")
    def create(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **more: Any) -> None:
        made(self, account_id, spec, *args, **more)
        _keep(self, spec)

    @method(LambdaFunction)
    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        shown: dict[str, Any] = show(self, on_create)
        if getattr(self, "file_systems", None):
            shown["FileSystemConfigs"] = self.file_systems
        if getattr(self, "snap_start", None):
            published = str(self.version).isdigit() and self.snap_start == "PublishedVersions"
            shown["SnapStart"] = {
                "ApplyOn": self.snap_start,
                "OptimizationStatus": "On" if published else "Off",
            }
        return shown

    @method(LambdaFunction)
    def update_configuration(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
        _keep(self, config_updates)
        change(self, config_updates)
        shown: dict[str, Any] = get_configuration(self)
        return shown


def _keep(function: Any, given: dict[str, Any]) -> None:
    if given.get("FileSystemConfigs") is not None:
        function.file_systems = given["FileSystemConfigs"]
    if given.get("SnapStart") is not None:
        function.snap_start = given["SnapStart"].get("ApplyOn", "None")
    if given.get("ImageConfig") is not None:
        function.image_config = ImageConfig(given["ImageConfig"])
