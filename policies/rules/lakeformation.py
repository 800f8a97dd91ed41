"""Rules on Lake Formation: who reads the lake by default, and who may pass rights on."""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

SETTINGS = "aws:lakeformation/dataLakeSettings:DataLakeSettings"
PERMISSIONS = "aws:lakeformation/permissions:Permissions"

# Whoever IAM lets in: Lake Formation's way to switch itself off.
_EVERYBODY = "IAM_ALLOWED_PRINCIPALS"


@rule(on=SETTINGS, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def lakeformation_no_default_permissions(settings: Resource) -> Verdict:
    """With the default permissions of new databases and tables IAM alone decides, whatever is granted here."""

    def judge(item: Part) -> Verdict:
        if item.text("principal") != _EVERYBODY or not item.each("permissions"):
            return PASS
        remedy = "Give an entry without permissions, or leave the list out of the defaults."
        return violation(item.at("principal"), "is everybody whom IAM lets in", remedy)

    names = ("createDatabaseDefaultPermissions", "createTableDefaultPermissions")
    return every([item for name in names for item in settings.each(name)], judge)


@rule(on=PERMISSIONS, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def lakeformation_permissions_named(permissions: Resource) -> Verdict:
    """A grant to everybody whom IAM lets in takes the table out of Lake Formation's hands."""
    if permissions.text("principal") != _EVERYBODY:
        return PASS
    return violation("principal", "is everybody whom IAM lets in", "Name a role, group or account.")


@rule(on=PERMISSIONS, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def lakeformation_permissions_not_passed_on(permissions: Resource) -> Verdict:
    """Who may pass a right on decides alone who else has it, and the program never learns."""
    remedy = "Leave `permissions_with_grant_options` out and grant each right here."
    return permissions.expect_absent("permissionsWithGrantOptions", remedy)


@rule(on=SETTINGS, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def lakeformation_no_full_external_access(settings: Resource) -> Verdict:
    """Engines outside AWS that may read whole tables are not held to columns and rows."""
    return settings.expect_not("allowFullTableExternalDataAccess", value=True)


@rule(on="aws:lakeformation/resource:Resource", severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def lakeformation_resource_not_hybrid(resource: Resource) -> Verdict:
    """In hybrid mode whoever IAM lets in reads the place past Lake Formation's grants."""
    return resource.expect_not("hybridAccessEnabled", value=True)
