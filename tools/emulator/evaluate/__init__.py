"""Whether IAM policies let somebody do something: AWS's evaluation of policies as pure functions.

moto keeps policies and evaluates none. Where the embedded AWS has to know (who may put events on a bus, what the IAM
simulator answers) it asks here; tests and scripts ask with `may`, which reads the policies that are really attached.

    from tools.emulator.evaluate import Decision, may

    answer = may(iam, role_arn, "rds-db:connect", f"arn:aws:rds-db:us-east-1:111111111111:dbuser:{cluster_id}/app")
    assert answer is Decision.ALLOWED

It follows "Policy evaluation logic" of the IAM User Guide: identity policies, permissions boundary, service control
policies, resource policy, own and other accounts, all condition operators, policy variables. Not here: session policies
and resource control policies.
"""

from __future__ import annotations

from tools.emulator.evaluate.asking import may
from tools.emulator.evaluate.decision import Decision, Policies, Request, Verdict, decide
from tools.emulator.evaluate.statements import MalformedPolicy, Policy, parse

__all__ = [
    "Decision",
    "MalformedPolicy",
    "Policies",
    "Policy",
    "Request",
    "Verdict",
    "decide",
    "may",
    "parse",
]
