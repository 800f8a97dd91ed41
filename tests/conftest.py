"""What all tests share: how thorough property-based tests are, and a user's environment that must never matter."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, print_blob=True)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_FOREIGN = ("AWS_", "PULUMI_")


@pytest.fixture(autouse=True, scope="session")
def no_settings_of_the_user() -> None:
    """Tests see no AWS or Pulumi setting of whoever runs them."""
    for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
        del os.environ[name]
