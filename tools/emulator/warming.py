"""Loading in the background what nearly every deployment needs first: moto, its largest services, their clients.

It takes two seconds, in which the engine and the program start anyway. A preview calls nothing, so it is not done for one.
"""

from __future__ import annotations

import logging
import threading

from tools.emulator.accounts import Accounts, Place
from tools.emulator.gate import DEFAULT_ACCOUNT, DEFAULT_REGION

log = logging.getLogger(__name__)
CLIENTS = ("ec2", "iam", "s3", "kms", "logs")


def start(accounts: Accounts) -> threading.Thread:
    """Warm up beside everything else."""
    thread = threading.Thread(target=_warm, args=(accounts,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(accounts: Accounts) -> None:
    place = Place(DEFAULT_ACCOUNT, DEFAULT_REGION)
    try:
        # Reading calls: they change nothing, and are not in the journal.
        accounts.client("ec2", place).describe_vpcs()
        accounts.client("iam", place).list_account_aliases()
        for service in CLIENTS:
            accounts.client(service, place)
    except Exception as error:  # noqa: BLE001 -- what fails here fails again where somebody asks for it, and is told there
        log.warning("warming up: %s", error)
