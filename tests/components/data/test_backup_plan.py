"""Where copies of a database go: another Region of the same country, never the same one."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from components.data.backup_plan import COPIES, BackupPlan, partner_of
from components.foundation.errors import ComponentError

COUNTRIES: tuple[set[str], ...] = (
    {"ap-northeast-1", "ap-northeast-3"},
    {"ap-south-1", "ap-south-2"},
    {"ap-southeast-2", "ap-southeast-4"},
    {"ca-central-1", "ca-west-1"},
    {"cn-north-1", "cn-northwest-1"},
    {"eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"},
    {"us-east-1", "us-east-2", "us-west-1", "us-west-2"},
    {"us-gov-east-1", "us-gov-west-1"},
)
"""Regions that lie in one country, or in the EU."""


@pytest.mark.parametrize(("region", "partner"), COPIES.items())
def test_a_copy_stays_in_its_country(region: str, partner: str) -> None:
    assert region != partner
    assert [country for country in COUNTRIES if region in country and partner in country]


@given(st.text(max_size=12), st.none() | st.text(min_size=1, max_size=12))
def test_a_partner_is_never_the_region_itself(region: str, wanted: str | None) -> None:
    try:
        found = partner_of(region, wanted, "db.backup_plan")
    except ComponentError:
        return
    assert found != region
    assert wanted in {None, found}


def test_retention_is_at_least_what_the_lock_asks_for() -> None:
    with pytest.raises(ComponentError, match="retention_days: 6"):
        BackupPlan(retention_days=6)
