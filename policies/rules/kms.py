"""Rules on KMS keys, their policies and grants."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.iam.arns import account_of, is_root
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules.security_group import NO_DESCRIPTION

KEY = "aws:kms/key:Key"
REPLICA = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL = "aws:kms/externalKey:ExternalKey"
EXTERNAL_REPLICA = "aws:kms/replicaExternalKey:ReplicaExternalKey"
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
GRANT = "aws:kms/grant:Grant"
KEYS = (KEY, REPLICA, EXTERNAL, EXTERNAL_REPLICA)
WITH_POLICY = (*KEYS, KEY_POLICY)

# Actions that give the key away or destroy it; enough to lock its owner out.
# EventBridge uses the key of an encrypted topic or queue without a source that a condition could test (SNS developer
# guide, "Key management").
_EVENTS = "events.amazonaws.com"
_USE = ("kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom")
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
    if not set(statement.principals_of("Service")) - {_EVENTS} or statement.conditions:
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


@rule(on=KEYS, severity=LOW, theme=Theme.RESILIENCE)
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


@rule(on=(KEY, REPLICA), severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_227"])
def kms_key_enabled(key: Resource) -> Verdict:
    """What is encrypted under a disabled key can't be read, and nothing new can be written."""
    path = "isEnabled" if key.type == KEY else "enabled"
    return key.expect(path, value=True, absent=True)


@rule(on=KEY, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def kms_key_rotation_period(key: Resource, *, maximum_days: int = 365) -> Verdict:
    """AWS rotates a key each year unless told otherwise; a longer period makes the rotation worth less."""
    days = key.number("rotationPeriodInDays")
    if days is None or days <= maximum_days:
        return PASS
    what = f"is more than {maximum_days} days"
    return violation("rotationPeriodInDays", what, f"Set `rotation_period_in_days={maximum_days}`.")


@rule(on=KEY, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_64"])
def kms_key_policy_written(key: Resource, stack: Stack) -> Verdict:
    """Without a policy of its own a key leaves its use to every administrator's policies in the account."""
    if not key.given.known("policy") or key.given.get("policy") not in (None, ""):
        return PASS
    found = stack.referring(key, KEY_POLICY, "keyId")
    if found.sure:
        return PASS
    if found:
        return undecided("policy")
    return violation("policy", "is not set", "Set `policy` with the principals that may use the key.")


@rule(on=WITH_POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def kms_key_policy_no_full_access(key: Resource) -> Verdict:
    """A user or role with `kms:*` can change the key's policy; only the account itself needs that, as a way back."""

    def judge(statement: Statement) -> Verdict:
        full = any(action.lower() in ("*", "kms:*") for action in statement.actions) or statement.not_actions
        named = [name for name in statement.principals_of("AWS") if name != "*" and not is_root(name)]
        if not (full and named):
            return PASS
        remedy = "Name the actions: of administration, or of use, not both."
        return violation(f"{statement.path}.Action", "gives a user or role everything on the key", remedy)

    return every(key.document("policy").allowing, judge)


@rule(on=WITH_POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def kms_key_policy_duties_apart(key: Resource) -> Verdict:
    """Who administers a key should not read what it protects, or one stolen login is enough for both."""

    def judge(statement: Statement) -> Verdict:
        named = [name for name in statement.principals_of("AWS") if name != "*" and not is_root(name)]
        if not named or any(action.lower() in ("*", "kms:*") for action in statement.actions):
            return PASS  # kms-key-policy-no-full-access says it
        governs = any(statement.covers(action) for action in ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"))
        if not (governs and any(statement.covers(action) for action in _USE)):
            return PASS
        remedy = "Make a statement for administrators and one for users of the key."
        return violation(f"{statement.path}.Action", "mixes administration and use of the key", remedy)

    return every(key.document("policy").allowing, judge)


@rule(on=WITH_POLICY, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def kms_key_policy_other_account(key: Resource, stack: Stack, *, trusted_accounts: str = "") -> Verdict:
    """An account that a key's policy names can give the key's use to anybody of its own."""
    trusted = {item.strip() for item in trusted_accounts.split(",")}

    def judge(statement: Statement) -> Verdict:
        named = {account_of(name) for name in statement.principals_of("AWS")} - trusted - {""}
        limits = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "kms:ViaService", "aws:PrincipalArn")
        if not named or statement.limited_by(*limits):
            return PASS
        own = _own_account(key, stack)
        if not own:
            return undecided("arn")
        if named <= own:
            return PASS
        remedy = "Add a condition on `aws:PrincipalOrgID`, or list it in the option `trustedAccounts`."
        return violation(f"{statement.path}.Principal", "is another account", remedy)

    return every(key.document("policy").allowing, judge)


def _own_account(key: Resource, stack: Stack) -> set[str]:
    """The account of a key, or of the key that a policy belongs to; nothing while it is not known."""
    path = "keyId" if key.type == KEY_POLICY else "arn"
    own = {account_of(key.text(path))} if key.known(path) else set()
    if key.type == KEY_POLICY:
        keys = stack.targets(key, "keyId", KEY).sure
        own |= {account_of(found.text("arn")) for found in keys if found.known("arn")}
    return own - {""}


@rule(on=GRANT, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def kms_grant_no_passing_on(grant: Resource) -> Verdict:
    """Who may create grants by a grant can pass the key's use on to anybody, unseen by its policy."""
    if "CreateGrant" not in grant.texts("operations"):
        return PASS
    remedy = "Take `CreateGrant` out of `operations`."
    return violation("operations", "holds the right to make further grants", remedy)


@rule(on=GRANT, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def kms_grant_constrained(grant: Resource) -> Verdict:
    """A constraint on the encryption context keeps a grant to the data it was made for."""
    uses = {"Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom"}.intersection(grant.texts("operations"))
    if not uses or any(
        part.get(name)
        for part in grant.each("constraints")
        for name in ("encryptionContextEquals", "encryptionContextSubset")
    ):
        return PASS
    remedy = "Set `constraints` with `encryption_context_equals` or `encryption_context_subset`."
    return violation("constraints", "is not set", remedy)


@rule(on="aws:kms/alias:Alias", severity=LOW, theme=Theme.RESILIENCE)
def kms_alias_own_name(alias: Resource) -> Verdict:
    """Names that begin with `alias/aws/` are AWS's own keys: KMS refuses them after all else is built."""
    if not alias.text("name").lower().startswith("alias/aws/"):
        return PASS
    return violation("name", "begins with alias/aws/", "Choose another `name`.")


@rule(on=KEYS, severity=LOW, theme=Theme.LOGGING)
def kms_key_described(key: Resource) -> Verdict:
    """A key has no name of its own: without a description nobody dares to delete it, or somebody does."""
    if key.known("description") and key.text("description") in NO_DESCRIPTION:
        return violation("description", "is not set", "Say what the key protects, in `description`.")
    return PASS
