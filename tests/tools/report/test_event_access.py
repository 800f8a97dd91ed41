from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN
from tools.report.event_access import BUS_POLICY, PERMISSION, ROLE, main, page, rows

HUB = "arn:aws:events:ap-southeast-1:111111111111:event-bus/hub"
TRUST = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]
    }
)


def resource(type_: str, name: str, **properties: Any) -> Resource:
    return Resource(type_, name, f"urn:pulumi:dev::p::{type_}::{name}", properties)


def policy(**statement: Any) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})


def test_a_bus_policy_names_accounts_and_conditions() -> None:
    text = policy(
        Principal={"AWS": ["arn:aws:iam::222222222222:root"]},
        Action="events:Put*",
        Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    )
    (row,) = rows(
        Stack([resource(BUS_POLICY, "senders", eventBusName="hub", region="eu-west-1", policy=text)])
    )
    assert (row.bus, row.who) == ("hub (eu-west-1)", "arn:aws:iam::222222222222:root")
    assert row.may == "PutEvents, PutRule, PutTargets"
    assert row.only_if == "aws:principalorgid stringequals o-a1b2c3d4e5"


def test_a_role_that_forwards_is_listed_with_who_takes_it() -> None:
    put = policy(Action="events:PutEvents", Resource=HUB)
    inline = [{"name": "put", "policy": put}]
    role = resource(ROLE, "forward", assumeRolePolicy=TRUST, inlinePolicies=inline)
    (row,) = rows(Stack([role]))
    assert (row.bus, row.who, row.may) == (HUB, "events.amazonaws.com", "PutEvents")


def test_everybody_is_called_so_and_what_is_not_known_is_shown() -> None:
    everybody = resource(
        PERMISSION, "all", principal="*", condition={"key": "aws:PrincipalOrgID", "value": "o-1"}
    )
    later = resource(BUS_POLICY, "later", eventBusName=UNKNOWN, policy=UNKNOWN)
    said = page(rows(Stack([everybody, later])))
    assert "| default | * | events:PutEvents | permission `all` | aws:PrincipalOrgID = o-1 |" in said
    assert "known after `up`" in said


def test_rights_on_other_things_are_not_listed() -> None:
    reads = policy(Principal={"AWS": "222222222222"}, Action="events:DescribeRule")
    assert rows(Stack([resource(BUS_POLICY, "reads", eventBusName="hub", policy=reads)])) == []


def test_reads_a_state_and_refuses_other_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = policy(Principal="*", Action="events:PutEvents")
    urn = f"urn:pulumi:dev::p::{BUS_POLICY}::open"
    values = {"eventBusName": "hub", "policy": text}
    state = {"urn": urn, "custom": True, "id": "hub", "type": BUS_POLICY, "inputs": values, "outputs": values}
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"version": 3, "deployment": {"resources": [state]}}))
    assert main([str(file)]) == 0
    assert "| hub | everybody | PutEvents |" in capsys.readouterr().out
    assert main([str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["who"] == "everybody"
    file.write_text("nothing")
    assert main([str(file)]) == 2
    assert "is not JSON" in capsys.readouterr().err
