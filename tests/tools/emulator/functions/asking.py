"""Asking a data source as the engine does."""

from __future__ import annotations

from typing import Any

from tests.tools.emulator.services.world import World
from tools.emulator.accounts import Place
from tools.emulator.functions import Request, invoke


def ask(world: World, token: str, region: str = "", **args: Any) -> dict[str, Any]:
    """The answer of a data source, given by module and name: `iam/getRole`."""
    name = token.rsplit("/", 1)[-1]
    place = Place(world.place.account, region or world.place.region)
    return invoke(Request(token=f"aws:{token}:{name}", args=args, place=place, accounts=world.accounts))
