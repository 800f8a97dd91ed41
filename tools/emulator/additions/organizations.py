"""Organizations: kinds of policies that moto refuses, the organization's own policy, and accounts without an organization.

moto fails on the first operation of an account that is in no organization; AWS says so.
"""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.organizations.models import (
    FakeDelegatedAdministrator,
    FakePolicy,
    FakeRoot,
    FakeServiceAccess,
    OrganizationsBackend,
)
from moto.organizations.responses import OrganizationsResponse

from tools.emulator.additions import method
from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("organizations")
RESOURCE_POLICY = Shelf("resource-policy", "Resource policy", "ResourcePolicyNotFoundException")
FURTHER = (
    "BACKUP_POLICY",
    "BEDROCK_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "INSPECTOR_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
    "S3_POLICY",
    "SECURITYHUB_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
)
"""Kinds of policies that moto does not know, or knows and can not make."""
_KNOWN = "TAG_POLICY"
_NEED_ORGANIZATION = (
    "attach_policy",
    "create_account",
    "create_organizational_unit",
    "create_policy",
    "enable_policy_type",
    "list_policies",
)


def _policies() -> None:
    made = FakePolicy.__init__

    @method(FakePolicy, "__init__")
    def create(self: Any, organization: Any, **asked: Any) -> None:
        kind = asked.get("Type", "")
        made(self, organization, **{**asked, "Type": _KNOWN if kind in FURTHER else kind})
        if kind in FURTHER:
            self.type = kind
            self._arn_format = "arn:{0}:organizations::{1}:policy/{2}/" + kind.lower() + "/{3}"

    for owner in (FakePolicy, FakeRoot):
        owner.SUPPORTED_POLICY_TYPES = sorted({*owner.SUPPORTED_POLICY_TYPES, *FURTHER})


def _alone(name: str) -> None:
    """Let an operation say that there is no organization."""
    before = getattr(OrganizationsBackend, name)

    @method(OrganizationsBackend, name)
    def run(self: Any, *args: Any, **more: Any) -> Any:
        if self.org is None:
            raise refused(
                "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
            )
        return before(self, *args, **more)


@API.operation
def _put_resource_policy(asked: Asked) -> Document:
    there = RESOURCE_POLICY.all(asked.backend)
    made = next(iter(there), None) or f"rp-{mock_random.get_random_string(8, lower_case=True)}"
    organization = asked.backend.describe_organization()["Organization"]
    arn = asked.arn("organizations", f"resourcepolicy/{organization['Id']}/{made}", region="")
    document = {"ResourcePolicySummary": {"Id": made, "Arn": arn}, "Content": asked.params["Content"]}
    return {"ResourcePolicy": RESOURCE_POLICY.put(asked.backend, made, document)}


@API.operation
def _describe_resource_policy(asked: Asked) -> Document:
    there = RESOURCE_POLICY.listed(asked.backend)
    if not there:
        raise refused("ResourcePolicyNotFoundException", "There is no resource policy")
    return {"ResourcePolicy": there[0]}


@API.operation
def _delete_resource_policy(asked: Asked) -> None:
    _describe_resource_policy(asked)
    RESOURCE_POLICY.all(asked.backend).clear()


def install() -> None:
    """Make these policies, and refuse as AWS does."""
    _policies()
    for name in _NEED_ORGANIZATION:
        _alone(name)
    # Who may be trusted may be administered by another account; moto knows few of them.
    services = {*FakeDelegatedAdministrator.SUPPORTED_SERVICES, *FakeServiceAccess.TRUSTED_SERVICES}
    FakeDelegatedAdministrator.SUPPORTED_SERVICES = sorted(services)
    API.install(OrganizationsResponse)
