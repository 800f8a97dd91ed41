from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.evaluate import (
    Decision,
    MalformedPolicy,
    Policies,
    Policy,
    Request,
    decide,
    parse,
)

ROLE = "arn:aws:iam::111111111111:role/app"
USER = "arn:aws:iam::111111111111:user/ann"
OTHER = "arn:aws:iam::222222222222:role/other"
QUEUE = "arn:aws:sqs:us-east-1:111111111111:orders"
ALLOWED, IMPLICIT, EXPLICIT = Decision


def allow(action: Any = "sqs:SendMessage", resource: Any = QUEUE, **more: Any) -> Policy:
    return policy("Allow", action, resource, **more)


def deny(action: Any = "sqs:SendMessage", resource: Any = QUEUE, **more: Any) -> Policy:
    return policy("Deny", action, resource, **more)


def policy(effect: str, action: Any, resource: Any, **more: Any) -> Policy:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return parse({"Version": "2012-10-17", "Statement": statement})


def asked(
    principal: str = ROLE, resource: str = QUEUE, action: str = "sqs:SendMessage", **context: Any
) -> Request:
    return Request(principal, action, resource, context)


def answer(request: Request, *identity: Policy, **more: Any) -> Decision:
    return decide(request, Policies(identity, **more)).decision


def test_nothing_allows_by_itself() -> None:
    assert answer(asked()) is IMPLICIT


def test_the_accounts_root_may_do_everything_in_its_account() -> None:
    assert answer(asked("arn:aws:iam::111111111111:root")) is ALLOWED
    assert answer(asked("arn:aws:iam::222222222222:root")) is IMPLICIT


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "sqs:SendMessage", "Resource": QUEUE}, ALLOWED),
        ({"Action": "SQS:sendmessage", "Resource": "*"}, ALLOWED),
        ({"Action": ["sqs:Send*", "sqs:Get*"], "Resource": ["arn:aws:sqs:*:*:other", QUEUE]}, ALLOWED),
        ({"Action": "sqs:ReceiveMessage", "Resource": "*"}, IMPLICIT),
        ({"Action": "*", "Resource": f"{QUEUE}-dead"}, IMPLICIT),
        ({"NotAction": "sqs:Delete*", "Resource": "*"}, ALLOWED),
        ({"NotAction": "sqs:*", "Resource": "*"}, IMPLICIT),
        ({"Action": "*", "NotResource": "arn:aws:s3:::*"}, ALLOWED),
        ({"Action": "*", "NotResource": [QUEUE]}, IMPLICIT),
        ({"Action": "*", "Resource": "arn:aws:sqs:*:${aws:PrincipalAccount}:*"}, ALLOWED),
        ({"Action": "*", "Resource": "arn:aws:sqs:*:*:${aws:PrincipalTag/team}"}, IMPLICIT),
    ],
)
def test_what_a_statement_covers(statement: dict[str, Any], expected: Decision) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    assert answer(asked(), parse(document)) is expected


def test_a_denial_anywhere_wins() -> None:
    assert answer(asked(), allow("*", "*"), deny()) is EXPLICIT
    assert answer(asked(), allow("*", "*"), boundary=[allow("*", "*"), deny()]) is EXPLICIT
    assert answer(asked(), allow("*", "*"), organization=[[deny("*", "*")]]) is EXPLICIT
    assert answer(asked(), allow("*", "*"), resource=[deny(Principal="*")]) is EXPLICIT
    assert answer(asked(), allow("*", "*"), resource=[deny(Principal={"AWS": OTHER})]) is ALLOWED


def test_a_boundary_and_an_organisation_only_limit() -> None:
    assert answer(asked(), boundary=[allow("*", "*")]) is IMPLICIT
    assert answer(asked(), allow(), boundary=[]) is IMPLICIT
    assert answer(asked(), allow(), boundary=[allow("sqs:*", "*")]) is ALLOWED
    assert answer(asked(), organization=[[allow("*", "*")]]) is IMPLICIT
    assert answer(asked(), allow(), organization=[[allow("*", "*")], [allow("s3:*", "*")]]) is IMPLICIT
    assert answer(asked(), allow(), organization=[[allow("*", "*")], [allow("sqs:*", "*")]]) is ALLOWED


def test_in_the_own_account_either_policy_suffices() -> None:
    named = allow(Principal={"AWS": ROLE})
    whole_account = allow(Principal={"AWS": "arn:aws:iam::111111111111:root"})
    assert answer(asked(), resource=[named]) is ALLOWED
    assert answer(asked(), resource=[allow(Principal="*")]) is ALLOWED
    assert answer(asked(), resource=[whole_account]) is IMPLICIT
    assert answer(asked(), allow(), resource=[whole_account]) is ALLOWED


def test_a_boundary_limits_a_role_named_by_a_resource_policy_but_not_a_user() -> None:
    for principal, expected in ((ROLE, IMPLICIT), (USER, ALLOWED)):
        given_to = allow(Principal={"AWS": principal})
        assert answer(asked(principal), boundary=[], resource=[given_to]) is expected


@pytest.mark.parametrize(
    "principal",
    [{"AWS": OTHER}, {"AWS": "222222222222"}, {"AWS": ["arn:aws:iam::222222222222:root"]}, "*", {"AWS": "*"}],
)
def test_from_another_account_both_policies_are_needed(principal: Any) -> None:
    resource = [allow(Principal=principal)]
    assert answer(asked(OTHER), resource=resource) is IMPLICIT
    assert answer(asked(OTHER), allow()) is IMPLICIT
    assert answer(asked(OTHER), allow(), resource=resource) is ALLOWED
    assert answer(asked(OTHER.replace("2" * 12, "3" * 12)), allow(), resource=resource) is (
        ALLOWED if principal in ("*", {"AWS": "*"}) else IMPLICIT
    )


def test_the_owner_of_a_bucket_is_told_since_its_arn_has_none() -> None:
    get = allow("s3:GetObject", "arn:aws:s3:::b/*")
    request = Request(OTHER, "s3:GetObject", "arn:aws:s3:::b/k", owner="111111111111")
    assert decide(request, Policies([get])).decision is IMPLICIT


def test_a_service_needs_the_resource_policy_and_its_conditions() -> None:
    given_to = allow(
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:111111111111:rule/r"}},
    )
    ours = {"aws:SourceArn": "arn:aws:events:us-east-1:111111111111:rule/r"}
    assert answer(asked("events.amazonaws.com", **ours), resource=[given_to]) is ALLOWED
    assert answer(asked("events.amazonaws.com"), resource=[given_to]) is IMPLICIT
    assert answer(asked("sns.amazonaws.com", **ours), resource=[given_to]) is IMPLICIT
    assert answer(asked("events.amazonaws.com"), allow("*", "*")) is IMPLICIT


def test_keys_of_kms_and_roles_always_need_their_own_policy() -> None:
    key = "arn:aws:kms:us-east-1:111111111111:key/k"
    request = asked(resource=key, action="kms:Decrypt")
    mine = allow("kms:Decrypt", key)
    through = parse(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": "111111111111"},
                "Action": "kms:*",
                "Resource": "*",
            }
        }
    )
    assert answer(request, mine) is IMPLICIT
    assert answer(request, resource=[through]) is IMPLICIT
    assert answer(request, mine, resource=[through]) is ALLOWED
    trust = parse({"Statement": {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "sts:AssumeRole"}})
    assert (
        answer(asked(resource=OTHER.replace("2", "1"), action="sts:AssumeRole"), resource=[trust]) is ALLOWED
    )


def test_a_session_is_its_role_and_itself() -> None:
    session = "arn:aws:sts::111111111111:assumed-role/app/one"
    for named in (ROLE, session):
        assert answer(asked(session), resource=[allow(Principal={"AWS": named})]) is ALLOWED
    other = "arn:aws:sts::111111111111:assumed-role/app/two"
    assert answer(asked(session), resource=[allow(Principal={"AWS": other})]) is IMPLICIT


def test_a_session_counts_as_its_role_in_conditions() -> None:
    session = "arn:aws:sts::111111111111:assumed-role/app/one"
    mine = allow(Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}})
    assert answer(asked(session), mine) is ALLOWED
    assert answer(asked(session.replace("/app/", "/other/")), mine) is IMPLICIT


@pytest.mark.parametrize(("resource", "owner"), [(QUEUE, ""), ("arn:aws:s3:::b/k", "111111111111")])
def test_whose_the_resource_is_counts_in_conditions(resource: str, owner: str) -> None:
    mine = {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}
    policies = Policies([allow("*", "*", Condition=mine)])
    assert decide(Request(ROLE, "s3:GetObject", resource, owner=owner), policies).decision is ALLOWED
    assert decide(Request(OTHER, "s3:GetObject", resource, owner=owner), policies).decision is IMPLICIT


def test_nobody_in_particular_is_let_in_by_a_policy_for_everybody_only() -> None:
    assert answer(asked("*"), allow("*", "*")) is IMPLICIT
    assert answer(asked("*"), resource=[allow(Principal={"AWS": "111111111111"})]) is IMPLICIT
    assert answer(asked("*"), resource=[allow(Principal="*")]) is ALLOWED


@pytest.mark.parametrize(
    ("principal", "kind"),
    [(ROLE, "AssumedRole"), (USER, "User"), ("arn:aws:iam::111111111111:root", "Account")],
)
def test_what_kind_of_principal_asks_counts_in_conditions(principal: str, kind: str) -> None:
    for other in ("AssumedRole", "User", "Account"):
        refused = deny(Condition={"StringEquals": {"aws:PrincipalType": other}})
        assert (answer(asked(principal), allow(), refused) is EXPLICIT) == (other == kind)


def test_all_but_the_named_principals() -> None:
    others = {"Effect": "Deny", "NotPrincipal": {"AWS": [ROLE]}, "Action": "*", "Resource": "*"}
    refused = parse({"Version": "2012-10-17", "Statement": [others]})
    assert answer(asked(), allow(), resource=[refused]) is ALLOWED
    assert answer(asked(USER), allow(), resource=[refused]) is EXPLICIT


def test_the_verdict_tells_what_is_behind_it() -> None:
    found = decide(
        asked(),
        Policies(
            [allow(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}), allow(Sid="Mine")], boundary=[]
        ),
    )
    assert found.decision is IMPLICIT
    assert found.missing == ("aws:SourceVpc",)
    assert found.allowed_by_boundary is False
    assert found.allowed_by_organization is None
    allowed = decide(asked(), Policies([allow(Sid="Mine")]))
    assert [match.statement.sid for match in allowed.matched] == ["Mine"]


ACTIONS, RESOURCES = (
    ["sqs:SendMessage", "sqs:*", "*", "s3:Get*"],
    [QUEUE, "*", "arn:aws:sqs:*", "arn:aws:s3:::b"],
)
POLICY = st.builds(
    policy, st.sampled_from(["Allow", "Deny"]), st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)
)
ORDER = {EXPLICIT: 0, IMPLICIT: 1, ALLOWED: 2}


@given(st.lists(POLICY, max_size=4), POLICY)
def test_more_denials_never_allow_more(policies: list[Policy], extra: Policy) -> None:
    before, after = answer(asked(), *policies), answer(asked(), *policies, extra)
    if extra.statements[0].allows:
        assert ORDER[after] >= ORDER[before]
    else:
        assert ORDER[after] <= ORDER[before]
    assert answer(asked(), *policies, boundary=[extra]) is not ALLOWED or before is ALLOWED


@given(st.lists(POLICY, max_size=4), st.randoms())
def test_the_order_of_policies_does_not_matter(policies: list[Policy], random: Any) -> None:
    shuffled = [*policies]
    random.shuffle(shuffled)
    assert answer(asked(), *shuffled) is answer(asked(), *policies)


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[]",
        {},
        {"Statement": []},
        {"Statement": ["x"]},
        {"Statement": {"Action": "*", "Resource": "*"}},
        {"Statement": {"Effect": "allow", "Action": "*"}},
        {"Statement": {"Effect": "Allow", "Resource": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Condition": []}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"StringMatches": {"a": "b"}}}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"StringEquals": "b"}}},
    ],
)
def test_what_is_no_policy_is_refused(document: Any) -> None:
    with pytest.raises(MalformedPolicy):
        parse(document)
