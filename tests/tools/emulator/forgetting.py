"""Forgetting all that moto has: its resources are the process's, not a gate's."""

from __future__ import annotations


def forget_everything() -> None:
    """As after a start of the process. Faster than moto's own reset, which makes every backend anew."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data
    from moto.s3.models import s3_backends

    for account in s3_backends.values():
        account.reset()  # it also knows the names of buckets across accounts
    for backends in BackendDict._instances:
        backends.clear()
    BackendDict._instances.clear()
    reset_model_data()
