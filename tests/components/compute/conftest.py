"""Run components against the recording stand-in of the engine and look at what they registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.components.recording import Recording, Registered, run


class Deployed:
    """What a program registered, looked up by the ends of type and name."""

    def __init__(self, recording: Recording) -> None:
        self.resources = recording.resources

    def of(self, type_: str) -> list[Registered]:
        """All resources of a type, given the end of its token (`lb/listener:Listener`)."""
        return [one for one in self.resources if one.type.endswith(type_)]

    def one(self, type_: str, name_end: str = "") -> Registered:
        """The only resource of a type (whose name ends so)."""
        (found,) = [one for one in self.of(type_) if one.name.endswith(name_end)]
        return found


Deploy = Callable[..., Deployed]


@pytest.fixture
def deploy() -> Deploy:
    """Run a program to its end, all its resources included; raises what the program raises."""

    def deployed(program: Callable[[], Any], **place: Any) -> Deployed:
        return Deployed(run(program, **place))

    return deployed
