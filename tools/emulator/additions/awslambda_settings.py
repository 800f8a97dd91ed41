"""Lambda: settings of a function that moto takes and forgets: its dead-letter queue and where and how it logs."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from tools.emulator.additions import method

KEPT = {"DeadLetterConfig": "dead_letter_config", "LoggingConfig": "logging_config"}
"""The API's names, and where they are kept."""
REPLACED = {
    "EphemeralStorage": ("ephemeral_storage", "Size"),
    "KMSKeyArn": ("kms_key_arn", ""),
    "TracingConfig": ("tracing_config", ""),
}
"""What an update changes that moto's leaves as it was: where it is kept, and the member that is."""


def install() -> None:
    """Keep them, give them, and change them."""
    make, show, update = (
        LambdaFunction.__init__,
        LambdaFunction.get_configuration,
        LambdaFunction.update_configuration,
    )

    @method(LambdaFunction)
    def __init__(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **more: Any) -> None:  # noqa: N807
        _keep(self, spec)
        make(self, account_id, spec, *args, **more)

    @method(LambdaFunction)
    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        config: dict[str, Any] = show(self, on_create)
        kept = {name: getattr(self, where, None) for name, where in KEPT.items()}
        logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
        shown = {**kept, "LoggingConfig": {**logging, **(kept["LoggingConfig"] or {})}}
        return {**config, **{name: value for name, value in shown.items() if value}}

    @method(LambdaFunction)
    def update_configuration(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
        _keep(self, config_updates)
        for name, (where, member) in REPLACED.items():
            if config_updates.get(name) is not None:
                given = config_updates[name]
                setattr(self, where, given[member] if member else given)
        update(self, config_updates)
        config: dict[str, Any] = get_configuration(self)
        return config


def _keep(function: Any, given: dict[str, Any]) -> None:
    for name, where in KEPT.items():
        if given.get(name) is not None:
            setattr(function, where, given[name])
