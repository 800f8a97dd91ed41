"""SNS: data protection policies of topics, which moto does not know. They are kept; nothing is masked."""

from __future__ import annotations

from moto.sns.responses import SNSResponse

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused

API = Api("sns")
POLICIES = Shelf("data-protection", "Data protection policy", "NotFound")


def _topic(asked: Asked) -> str:
    arn = asked.params["ResourceArn"]
    if arn not in asked.backend.topics:
        raise refused("NotFound", f"Topic does not exist: {arn}")
    return str(arn)


@API.operation
def _put_data_protection_policy(asked: Asked) -> None:
    arn, text = _topic(asked), asked.params.get("DataProtectionPolicy", "")
    POLICIES.all(asked.backend).pop(arn, None)
    if text:
        POLICIES.add(asked.backend, arn, {"DataProtectionPolicy": text})


@API.operation
def _get_data_protection_policy(asked: Asked) -> Document:
    return POLICIES.all(asked.backend).get(_topic(asked), {"DataProtectionPolicy": ""})


def install() -> None:
    """Keep these policies."""
    API.install(SNSResponse)
