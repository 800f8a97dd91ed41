"""Rules on KMS keys and their policies."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

KEY = "aws:kms/key:Key"
REPLICA = "aws:kms/replicaKey:ReplicaKey"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
WITH_POLICY = (KEY, REPLICA, KEY_POLICY)

# Actions that give the key away or destroy it; enough to lock its owner out.
_ADMINISTRATION = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant")


@rule(
    on=KEY,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"enableKeyRotation": True},
    same_as=["SecurityHub KMS.4", "CIS v3 3.6", "CKV_AWS_7"],
)
def kms_key_rotation(key: Resource) -> Verdict:
    """Rotation limits how much data one key material ever protects; old data stays readable."""
    # KMS rotates symmetric encryption keys of its own making only.
    symmetric = key.text("customerMasterKeySpec", absent="SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
    encrypts = key.text("keyUsage", absent="ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"
    if not symmetric or not encrypts or key.has("customKeyStoreId") or key.has("xksKeyId"):
        return PASS
    return key.expect("enableKeyRotation", value=True)


@rule(
    on=WITH_POLICY,
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub KMS.5", "CKV_AWS_33"],
)
def kms_key_policy_not_public(key: Resource) -> Verdict:
    """A key policy that names everybody lets every AWS account decrypt the data."""
    return every(key.document("policy").allowing, _named_principal)


def _named_principal(statement: Statement) -> Verdict:
    if not statement.anyone or statement.limited_by(
        "kms:CallerAccount",
        "aws:PrincipalAccount",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalArn",
        "aws:SourceAccount",
        "aws:SourceOrgID",
    ):
        return PASS
    remedy = "Name the principals, or add a condition on `kms:CallerAccount` or `aws:PrincipalOrgID`."
    return violation(f"{statement.path}.Principal", "is everybody", remedy)


@rule(on=WITH_POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def kms_key_policy_service_bounded(key: Resource) -> Verdict:
    """A service acts for all its customers; without a condition another account's can use the key through it."""
    return every(key.document("policy").allowing, _bounded)


def _bounded(statement: Statement) -> Verdict:
    if not statement.principals_of("Service") or statement.conditions:
        return PASS
    remedy = "Add a condition on `aws:SourceAccount`, `aws:SourceArn` or the encryption context."
    return violation(statement.path, "trusts a service without a condition", remedy)


@rule(on=WITH_POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def kms_key_policy_administration_kept(key: Resource) -> Verdict:
    """A service that may use a key must not be able to give it away or to delete it."""
    return every(key.document("policy").allowing, _no_administration)


def _no_administration(statement: Statement) -> Verdict:
    if not statement.principals_of("Service"):
        return PASS
    # CreateGrant is how EC2, RDS and others attach encrypted storage; it is safe with kms:GrantIsForAWSResource.
    bounded = statement.limited_by("kms:GrantIsForAWSResource", "kms:ViaService", "aws:SourceAccount")
    given = [action for action in _ADMINISTRATION if statement.covers(action)]
    if not given or (given == ["kms:CreateGrant"] and bounded):
        return PASS
    what = "lets a service administer the key"
    return violation(
        f"{statement.path}.Action", what, "Name `kms:Decrypt`, `kms:GenerateDataKey*` and what else is used."
    )


@rule(on=(KEY, REPLICA), severity=LOW, theme=Theme.RESILIENCE)
def kms_key_deletion_window(key: Resource, *, minimum_days: int = 14) -> Verdict:
    """Data under a deleted key is lost; the window is the time to notice that it was still needed."""
    return key.expect_at_least("deletionWindowInDays", minimum_days, absent=30)


@rule(
    on=WITH_POLICY,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"bypassPolicyLockoutSafetyCheck": False},
)
def kms_key_lockout_check(key: Resource) -> Verdict:
    """Without the safety check a policy can lock out everyone, and only AWS support can mend that."""
    return key.expect_not("bypassPolicyLockoutSafetyCheck", value=True)
