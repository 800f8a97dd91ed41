"""moto's server application: its look-ups made faster, and what a new account starts with made repeatable.

For each request moto's dispatcher walks the list of its services, and inspects the methods of the service's class. Neither
changes while a process runs; remembering them takes about a third off a call.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core import responses
from moto.core.base_backend import AccountSpecificBackend
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from tools.emulator import additions, clock
from tools.emulator.additions import _services


def _application_of(service: str) -> Any:
    """The application of one service, with what moto lacks of it added. It is made when the service is first asked for."""
    additions.install(service.replace("-", "_"))
    return _services.application(service) if service in _services.NAMES else create_backend_app(service)


class Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]  # moto has no types
    """moto's dispatcher with a memory of which service serves which host."""

    def __init__(self) -> None:
        super().__init__(_application_of)
        theirs = super().get_backend_for_host
        self.get_backend_for_host = functools.cache(lambda host: _services.of_host(host) or theirs(host))

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Serve a request, in one moment."""
        with clock.request():
            return super().__call__(environ, start_response)


@functools.cache
def application() -> Any:
    """Moto as a WSGI application; one for each process, as moto's resources are."""
    clock.install()
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    return Dispatcher()


def account_of(access_key: str) -> str | None:
    """The account that an access key was made in.

    moto looks in all partitions of all accounts, and makes what is not there, with its thousand managed policies.
    """
    from moto.iam.models import iam_backends  # noqa: PLC0415 -- not every request has such a key

    for account, partitions in list(iam_backends.items()):
        if any(access_key in backend.access_keys for backend in list(partitions.values())):
            return str(account)
    return None


def repeat_from(seed: int) -> None:
    """Make what an account has from the start (its default VPC and the like) depend on `seed`, account and Region alone.

    moto makes it when a service is first asked for in a Region, be it by a request that only reads. Without this the first
    reader would change the ids of everything created after it, and a replay of the journal would give others.
    """
    made = getattr(AccountSpecificBackend, "_unrepeated", AccountSpecificBackend.__getitem__)

    def repeatable(self: Any, region: str) -> Any:
        if ("aws" if region == "global" else region) in self.keys():
            return made(self, region)
        before = mock_random.getstate()
        mock_random.seed(f"{seed}:{self.service_name}:{self.account_id}:{region}")
        try:
            return made(self, region)
        finally:
            mock_random.setstate(before)

    AccountSpecificBackend._unrepeated = made  # noqa: SLF001 -- kept for the next seed
    AccountSpecificBackend.__getitem__ = repeatable  # moto has no hook for it
