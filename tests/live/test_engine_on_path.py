"""A CLI that stands on PATH is used as it is, and the flows do the same with it."""

from __future__ import annotations

import os

from tests.live.stand import Stand
from tools.engine import ensure


def test_up_and_down_with_the_cli_on_path(stand: Stand) -> None:
    engine = ensure()
    variables = {
        "PATH": f"{engine.pulumi.parent}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(stand.folder / "cache"),
    }
    stand.write('aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")')
    up = stand.make("up", **variables)
    assert up.returncode == 0, up.stdout + up.stderr
    assert "+ 2 created" in up.stdout
    assert not (stand.folder / "cache" / "groundplan" / "engine").exists()
    assert stand.make("down", **variables).returncode == 0
