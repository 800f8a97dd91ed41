"""Rules on Step Functions state machines."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict
from policies.rules._stores import customer_key

MACHINE = "aws:sfn/stateMachine:StateMachine"


@rule(
    on=MACHINE, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub StepFunctions.1", "CKV_AWS_285"]
)
def sfn_machine_logs(machine: Resource) -> Verdict:
    """An express workflow keeps no history, and a standard one for 90 days: afterwards only its log tells what it did."""
    return machine.expect_one_of("loggingConfiguration.level", ["ALL", "ERROR", "FATAL"], absent="OFF")


@rule(
    on=MACHINE,
    severity=LOW,
    theme=Theme.LOGGING,
    fix={"tracingConfiguration.enabled": True},
    same_as=["CKV_AWS_284"],
)
def sfn_machine_traced(machine: Resource) -> Verdict:
    """A trace joins the workflow with the functions and services that it calls."""
    return machine.expect("tracingConfiguration.enabled", value=True)


@rule(on=MACHINE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def sfn_machine_customer_key(machine: Resource) -> Verdict:
    """Inputs and outputs of every execution are kept for 90 days; only a key of one's own can be withdrawn."""
    return customer_key(machine, "encryptionConfiguration.kmsKeyId")
