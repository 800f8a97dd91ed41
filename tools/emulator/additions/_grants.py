"""The policies that are attached to a role or user of the embedded AWS, ready to be evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.iam.exceptions import NoSuchEntity, NotFoundException
from moto.iam.models import IAMBackend, ManagedPolicy, iam_backends
from moto.organizations.models import organizations_backends

from tools.emulator.evaluate import Policies, Policy, parse

AWS_MANAGED = "aws-managed"


def backend_of(arn: str) -> IAMBackend:
    """Where the principal with this ARN lives."""
    _, partition, _, _, account, _ = arn.split(":", 5)
    return iam_backends[account][partition]


def role_of(arn: str) -> str:
    """The ARN of the role of a role session; any other ARN as it is."""
    head, _, rest = arn.rpartition(":")
    if not rest.startswith("assumed-role/"):
        return arn
    name = rest.split("/")[1]
    _, partition, _, _, account, *_ = head.split(":")
    for role in iam_backends[account][partition].get_roles():
        if role.name == name:
            return str(role.arn)
    return f"arn:{partition}:iam::{account}:role/{name}"


def policies_of(principal: str) -> Policies:
    """Identity policies, boundary and the organisation's service control policies of a role, user or group.

    An account's root has none of its own. Raises NoSuchEntity.
    """
    backend = backend_of(principal)
    kind, _, rest = principal.split(":", 5)[5].partition("/")
    if kind == "root":
        return Policies(organization=service_control_policies(backend.account_id))
    name = rest.rsplit("/", 1)[-1]
    try:
        entity = _entity(backend, kind, name)
    except NotFoundException:
        raise NoSuchEntity(f"The {kind} with name {name} cannot be found.") from None
    if entity is None or entity.arn != principal:
        raise NoSuchEntity(f"The {kind} with name {name} cannot be found.")
    groups = backend.get_groups_for_user(name) if kind == "user" else []
    identity = [
        *_attached(entity, kind),
        *(policy for group in groups for policy in _attached(group, "group")),
    ]
    boundary_arn = getattr(entity, "permissions_boundary_arn", None)
    boundary = None if not boundary_arn else [_managed(backend.get_policy(boundary_arn))]
    return Policies(identity, boundary, (), service_control_policies(backend.account_id))


def context_of(principal: str) -> dict[str, Any]:
    """The condition keys that follow from who a principal is: its tags, and the organisation of its account."""
    backend = backend_of(principal)
    kind, _, rest = principal.split(":", 5)[5].partition("/")
    entity = _entity(backend, kind, rest.rsplit("/", 1)[-1]) if kind in ("role", "user") else None
    tags = {f"aws:PrincipalTag/{tag['Key']}": tag["Value"] for tag in getattr(entity, "tags", None) or ()}
    found = _membership(backend.account_id)
    return {**tags, "aws:PrincipalOrgID": found[0].org.id} if found else tags


def _entity(backend: IAMBackend, kind: str, name: str) -> Any:
    read = {"role": backend.get_role, "user": backend.get_user, "group": backend.get_group}.get(kind)
    return read(name) if read else None


def _attached(entity: Any, kind: str) -> Iterator[Policy]:
    for name, text in entity.policies.items():
        yield parse(text, f"{kind}_{entity.name}_{name}", kind)
    for policy in entity.managed_policies.values():
        yield _managed(policy)


def _managed(policy: ManagedPolicy) -> Policy:
    by_aws = ":iam::aws:" in policy.arn
    document = next(version.document for version in policy.versions if version.is_default)
    return parse(document, policy.name if by_aws else policy.arn, AWS_MANAGED if by_aws else "user-managed")


def service_control_policies(account: str) -> list[list[Policy]]:
    """What the organisation lets an account do: one list of policies for each level, root first; none without one."""
    found = _membership(account)
    # The management account is not held by them.
    if found is None or account == found[0].org.master_account_id:
        return []
    return _levels(*found)


def _membership(account: str) -> tuple[Any, Any] | None:
    """The organisation that an account belongs to, and the account in it."""
    for partitions in organizations_backends.values():
        for backend in partitions.values():
            found = next((one for one in backend.accounts if one.id == account), None)
            if backend.org is not None and found is not None:
                return backend, found
    return None


def _levels(backend: Any, account: Any) -> list[list[Policy]]:
    units = {unit.id: unit for unit in backend.ou}
    levels: list[list[Policy]] = []
    one = account
    while one is not None:
        attached = [policy for policy in one.attached_policies if policy.type == "SERVICE_CONTROL_POLICY"]
        if attached:
            levels.insert(0, [parse(policy.content, policy.arn, "none") for policy in attached])
        one = units.get(getattr(one, "parent_id", ""))
    return levels
