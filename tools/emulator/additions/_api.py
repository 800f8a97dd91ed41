"""Operations that moto lacks, written once for every protocol, and the documents that they keep.

    request ── moto's parser, by the API's model ──▶ Asked.params ──▶ function ──▶ dictionary ── moto's serializer ──▶ answer
                                                                      │
                                                                    Shelf: documents by name, in the account's Region

Parameters and answers are named as the API's model in botocore names them, whether the service speaks Query, JSON, REST or
CBOR. What is kept stands in moto's own backend of the account and Region, so it goes with everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition

from tools.emulator.additions import _services

Document = dict[str, Any]


def lambda_backend(account: str, region: str) -> Any:
    """Moto's functions of an account in a Region."""
    from moto.awslambda.utils import get_backend as find  # noqa: PLC0415 -- it takes long to load, and few ask for it

    return find(account, region)


@dataclass(slots=True)
class Asked:
    """A request: its parameters, and the account and Region that it is made in."""

    params: Document
    account: str
    region: str
    service: str
    """moto's name of the service."""

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` and so on."""
        return str(get_partition(self.region))

    @property
    def backend(self) -> Any:
        """Moto's resources of this account in this Region."""
        return self.elsewhere(self.region)

    def elsewhere(self, region: str, account: str = "") -> Any:
        """Moto's resources in another Region or account. Global services have one place for a partition."""
        if self.service == "lambda":
            # moto has two of them, and a setting says which one counts.
            return lambda_backend(account or self.account, region)
        own = self.service in _services.NAMES
        places = (_services.places if own else get_backend)(self.service)[account or self.account]
        try:
            return places[region]
        except KeyError:
            return places[get_partition(region)]

    def arn(self, service: str, resource: str, region: str | None = None) -> str:
        """An ARN where the request is made; `region=""` for what is in no Region."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account}:{resource}"

    def given(self, *names: str) -> Document:
        """Those of the parameters that are given."""
        return {name: self.params[name] for name in names if self.params.get(name) is not None}


class Refusal(ServiceException):  # type: ignore[misc]  # moto has no types
    """An error of the API. (moto looks for an error in the service that its class is of; this one is of none.)"""


def refused(code: str, message: str) -> Refusal:
    """An error of the API, to be raised."""
    return Refusal(code, message)


Operation = Callable[[Asked], Mapping[str, Any] | None]


class Api:
    """Operations of one service that moto lacks or gets wrong. `install` puts them into moto's class of the service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._operations: dict[str, Operation] = {}

    def operation(self, function: Operation) -> Operation:
        """A decorator: `_create_thing` is the operation CreateThing. It gives the answer, or None for an empty one."""
        self._operations[function.__name__.lstrip("_")] = function
        return function

    def install(self, owner: Any) -> None:
        """Make the functions methods of a moto response class."""
        for name, function in self._operations.items():
            setattr(owner, name, self._method(function))

    def _method(self, function: Operation) -> Callable[[Any], ActionResult]:
        def answer(response: Any) -> ActionResult:
            found = function(asked_of(response, self.service))
            return ActionResult(None if found is None else dict(found))

        return answer


def asked_of(response: Any, service: str) -> Asked:
    """What a moto response object was asked."""
    return Asked(_parsed(response), response.current_account, response.region, service)


def _parsed(response: Any) -> Document:
    model, request = get_service_model(response.boto3_service_name), response.normalized_request
    action = response._get_action()  # noqa: SLF001 -- as moto's own dispatch does
    protocol = determine_request_protocol(model, response.headers.get("Content-Type", ""))
    parser = PROTOCOL_PARSERS[protocol](model.operation_model(action), map_type=dict)
    parsed = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return dict(parsed)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of resource that moto does not know: documents in the form of the API, by their names."""

    kind: str
    what: str
    """How messages call one: `DB cluster endpoint`."""
    missing: str
    """The error code of one that is not there."""
    taken: str = "ResourceAlreadyExistsException"
    """The error code of a name that is taken."""

    def all(self, backend: Any) -> dict[str, Document]:
        """All documents of an account in a Region, by their names."""
        shelves: dict[str, dict[str, Document]] = backend.__dict__.setdefault("documents", {})
        return shelves.setdefault(self.kind, {})

    def add(self, backend: Any, name: str, document: Mapping[str, Any]) -> Document:
        """Keep a new one, without what is None. Raises the API's error where the name is taken."""
        kept = self.all(backend)
        if name in kept:
            raise refused(self.taken, f"{self.what} {name} already exists")
        kept[name] = {key: value for key, value in document.items() if value is not None}
        return kept[name]

    def put(self, backend: Any, name: str, document: Mapping[str, Any]) -> Document:
        """Keep one, in the place of one of the same name."""
        self.all(backend).pop(name, None)
        return self.add(backend, name, document)

    def get(self, backend: Any, name: str) -> Document:
        """One by its name. Raises the API's error where there is none."""
        found = self.all(backend).get(name)
        if found is None:
            raise refused(self.missing, f"{self.what} {name} not found")
        return found

    def change(self, backend: Any, name: str, fields: Mapping[str, Any]) -> Document:
        """Set the fields of one that are not None."""
        found = self.get(backend, name)
        found.update({key: value for key, value in fields.items() if value is not None})
        return found

    def remove(self, backend: Any, name: str) -> Document:
        """Take one away. Raises the API's error where there is none."""
        found = self.get(backend, name)
        del self.all(backend)[name]
        return found

    def listed(self, backend: Any, name: Any = None) -> list[Document]:
        """The one of a name, or all where no name is given."""
        return [self.get(backend, str(name))] if name else list(self.all(backend).values())


def routes(paths: dict[str, Any], handler: Any, *patterns: str) -> None:
    """Let moto's server lead more paths of a REST service to its response class."""
    for pattern in patterns:
        paths.setdefault("{0}" + pattern, handler)
