"""What declarations of RDS databases share: names, parameters of a change, versions, final snapshots, dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tools.emulator.emulated import Call
from tools.emulator.mapping import parameters
from tools.emulator.services._common import keep, same_tail

Taken = Mapping[str, str | Callable[[Any], Any]]


def own_name(call: Call, prop: str) -> str:
    """The identifier: given, of a prefix and the time, or of the time as the real provider makes it."""
    if call.get(prop):
        return str(call.inputs[prop])
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d%H%M%S%f")
    return f"{call.get(f'{prop}Prefix', 'tf-')}{now}"


def given(
    call: Call, action: str, names: Mapping[str, str], only: Iterable[str] | None = None
) -> dict[str, Any]:
    """The parameters of an operation from the inputs. Where the operation has no such parameter, it goes without.

    `names` says which properties are named differently, or not sent ("").
    """
    client = call.aws()
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[action]).input_shape
    inputs = call.inputs if only is None else {name: call.inputs.get(name) for name in only}
    known = {
        name: api if not api or api.split(".")[0] in shape.members else "" for name, api in names.items()
    }
    return parameters(client, action, inputs, known)


def changed(call: Call) -> list[str]:
    """The inputs that differ from the last deployment."""
    return [name for name in {**call.old, **call.inputs} if call.changed(name)]


def log_exports(call: Call) -> dict[str, Any]:
    """The parameter that brings the exported logs from the old inputs to the new ones; nothing where they are the same."""
    old, new = (
        set(call.old.get("enabledCloudwatchLogsExports") or ()),
        set(call.get("enabledCloudwatchLogsExports", ())),
    )
    if old == new:
        return {}
    wanted = {"EnableLogTypes": sorted(new - old), "DisableLogTypes": sorted(old - new)}
    return {"CloudwatchLogsExportConfiguration": wanted}


def same_version(given_version: Any, there: Any) -> bool:
    """`16` and `16.4` mean one engine version, as far as the program cares."""
    return str(there) == str(given_version) or str(there).startswith(f"{given_version}.")


def as_given(call: Call, found: dict[str, Any]) -> dict[str, Any]:
    """What is there, in the program's spelling where both mean the same."""
    kept = dict(found)
    if "engineVersion" in kept:
        kept["engineVersion"] = keep(call, "engineVersion", kept["engineVersion"], same_version)
    for name in ("kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId"):
        if name in kept:
            kept[name] = keep(call, name, kept[name], same_tail)
    for name in ("preferredMaintenanceWindow", "maintenanceWindow"):
        if name in kept:
            kept[name] = keep(call, name, kept[name], lambda a, b: str(a).lower() == str(b).lower())
    return kept


def lowered(value: Any) -> Any:
    """The one form of a maintenance window: days in small letters."""
    return value.lower() if isinstance(value, str) else value


def last_words(call: Call, snapshot: str) -> dict[str, Any]:
    """The parameters of a deletion: without a final snapshot only where the program says so."""
    if call.get("skipFinalSnapshot"):
        return {"SkipFinalSnapshot": True}
    if not call.get("finalSnapshotIdentifier"):
        raise ValueError(
            f"{call.type.token} {call.id}: give finalSnapshotIdentifier, or skipFinalSnapshot=True to lose the data"
        )
    return {"SkipFinalSnapshot": False, snapshot: call.inputs["finalSnapshotIdentifier"]}


def secret_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The managed secret of a database, as the property has it; none where RDS manages none."""
    there = item.get("MasterUserSecret")
    if not there:
        return []
    return [
        {
            "secretArn": there["SecretArn"],
            "secretStatus": there["SecretStatus"],
            "kmsKeyId": there["KmsKeyId"],
        }
    ]


def moment(value: Any) -> dt.datetime:
    """A point in time as the program writes it."""
    return dt.datetime.fromisoformat(str(value))


def password(call: Call, *names: str) -> dict[str, Any]:
    """The master password where it is given, or where its write-only form has a new version."""
    plain, hidden = names
    if call.get(plain) is not None and (not call.old or call.changed(plain)):
        return {"MasterUserPassword": call.inputs[plain]}
    if call.get(hidden) is not None and (not call.old or call.changed(f"{hidden}Version")):
        return {"MasterUserPassword": call.inputs[hidden]}
    return {}
