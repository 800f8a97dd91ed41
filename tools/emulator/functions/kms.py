"""Data sources of KMS."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
from tools.emulator.functions._reading import missing, needed
from tools.emulator.services._common import pages, unless_gone


def key(request: Request) -> Mapping[str, Any]:
    """A key by id, ARN or alias."""
    wanted = needed(request, "keyId")
    answer = unless_gone(request.aws("kms").describe_key, KeyId=wanted)
    if answer is None:
        raise missing(request, f"KMS key {wanted}")
    item = answer["KeyMetadata"]
    multi = item.get("MultiRegionConfiguration")
    return {
        "id": item["KeyId"],
        "arn": item["Arn"],
        "awsAccountId": item["AWSAccountId"],
        "creationDate": item["CreationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customerMasterKeySpec": item.get("KeySpec", ""),
        "keySpec": item.get("KeySpec", ""),
        "description": item.get("Description", ""),
        "enabled": item["Enabled"],
        "expirationModel": item.get("ExpirationModel", ""),
        "keyManager": item.get("KeyManager", "CUSTOMER"),
        "keyState": item.get("KeyState", "Enabled"),
        "keyUsage": item.get("KeyUsage", "ENCRYPT_DECRYPT"),
        "multiRegion": item.get("MultiRegion", False),
        "multiRegionConfigurations": [_multi(multi)] if multi else [],
        "origin": item.get("Origin", "AWS_KMS"),
        "deletionDate": "",
        "validTo": "",
        "customKeyStoreId": item.get("CustomKeyStoreId", ""),
        "cloudHsmClusterId": item.get("CloudHsmClusterId", ""),
        "pendingDeletionWindowInDays": item.get("PendingDeletionWindowInDays", 0),
        "xksKeyConfigurations": [],
    }


def _multi(item: Mapping[str, Any]) -> dict[str, Any]:
    primary, replicas = item["PrimaryKey"], item.get("ReplicaKeys", [])
    return {
        "multiRegionKeyType": item["MultiRegionKeyType"],
        "primaryKeys": [{"arn": primary["Arn"], "region": primary["Region"]}],
        "replicaKeys": [{"arn": replica["Arn"], "region": replica["Region"]} for replica in replicas],
    }


def alias(request: Request) -> Mapping[str, Any]:
    """An alias and its key. Aliases of AWS's own keys get a key when they are first asked for, as in AWS."""
    name, kms = needed(request, "name"), request.aws("kms")
    found = _find(kms, name)
    if (found is None or not found.get("TargetKeyId")) and name.startswith("alias/aws/"):
        answer = unless_gone(kms.describe_key, KeyId=name)
        target = answer["KeyMetadata"]["KeyId"] if answer else None
        found = _find(kms, name) or found
        if found is not None and target:
            found = {**found, "TargetKeyId": target}
    if found is None or not found.get("TargetKeyId"):
        raise missing(request, f"KMS alias {name}")
    place, target = request.place, found["TargetKeyId"]
    arn = f"arn:{place.partition}:kms:{place.region}:{place.account}:key/{target}"
    return {"id": found["AliasArn"], "arn": found["AliasArn"], "targetKeyId": target, "targetKeyArn": arn}


def _find(kms: Any, name: str) -> dict[str, Any] | None:
    return next((item for item in pages(kms, "list_aliases", "Aliases") if item["AliasName"] == name), None)


def cipher_text(request: Request) -> Mapping[str, Any]:
    """Text encrypted with a key."""
    answer = request.aws("kms").encrypt(
        KeyId=needed(request, "keyId"),
        Plaintext=str(request.args.get("plaintext", "")).encode(),
        EncryptionContext=request.args.get("context") or {},
    )
    return {"id": answer["KeyId"], "ciphertextBlob": base64.b64encode(answer["CiphertextBlob"]).decode()}


def public_key(request: Request) -> Mapping[str, Any]:
    """The public half of an asymmetric key."""
    answer = request.aws("kms").get_public_key(KeyId=needed(request, "keyId"))
    encoded = base64.b64encode(answer["PublicKey"]).decode()
    lines = "\n".join(encoded[start : start + 64] for start in range(0, len(encoded), 64))
    return {
        "id": answer["KeyId"],
        "arn": answer["KeyId"],
        "customerMasterKeySpec": answer.get("CustomerMasterKeySpec", ""),
        "keyUsage": answer.get("KeyUsage", ""),
        "encryptionAlgorithms": answer.get("EncryptionAlgorithms", []),
        "signingAlgorithms": answer.get("SigningAlgorithms", []),
        "publicKey": encoded,
        "publicKeyPem": f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n",
    }


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:kms/getKey:getKey": key,
    "aws:kms/getAlias:getAlias": alias,
    "aws:kms/getCipherText:getCipherText": cipher_text,
    "aws:kms/getPublicKey:getPublicKey": public_key,
}
