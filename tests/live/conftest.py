"""Every test here drives the real CLI; each has a project folder, an engine state and an embedded AWS of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.stand import Stand

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """A project folder with everything around it; stopped at the end."""
    one = Stand(tmp_path / "project")
    yield one
    one.stop()
