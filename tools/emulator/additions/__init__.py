"""What moto lacks or gets wrong, put right in moto's own classes before the first request.

Everything that talks to the embedded AWS sees it: the provider, boto3, the AWS CLI. One file an area; each function replaces
or adds one method and says what moto does without it. A file goes when moto does what it is for. The version of moto is
pinned, so nothing here meets another moto than the one it was written for.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any


@functools.cache
def install(service: str) -> None:
    """Put in place what belongs to a service, once a process. Not earlier: moto's services take long to load."""
    for module in pkgutil.iter_modules(__path__):
        if module.name == service or module.name.startswith(f"{service}_"):
            importlib.import_module(f"{__name__}.{module.name}").install()


def asked(request: Any, name: str, default: Any = None) -> Any:
    """A parameter of the request that a moto response object answers; `A.B` for one inside a structure."""
    return request._get_param(name, default)  # noqa: SLF001 -- moto's own methods read parameters so


def method(owner: Any, name: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the function becomes a method of a moto class, under its own name or another."""

    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(owner, name or function.__name__, function)
        return function

    return put
