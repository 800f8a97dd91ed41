from __future__ import annotations

import time

from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import Gate
from tools.emulator.journal import Journal


def test_symmetric_keys_cost_nothing_and_work_and_key_pairs_are_made() -> None:
    kms = Accounts(Gate(Journal(None))).client("kms", Place("444444444444", "us-east-1"))
    first = kms.create_key()["KeyMetadata"]["KeyId"]
    start = time.process_time()
    for _ in range(20):
        kms.create_key()
    assert (time.process_time() - start) / 20 < 0.03, "an RSA key pair takes longer than that"
    box = kms.encrypt(KeyId=first, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=box)["Plaintext"] == b"x"
    pair = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    signed = kms.sign(KeyId=pair, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    assert kms.verify(KeyId=pair, Message=b"m", Signature=signed, SigningAlgorithm="ECDSA_SHA_256")[
        "SignatureValid"
    ]
    assert kms.get_public_key(KeyId=pair)["PublicKey"]
