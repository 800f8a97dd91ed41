"""Policy documents, against documents that the real provider's documentation shows, and by their rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.accounts import Place
from tools.emulator.functions import Refused, Request
from tools.emulator.functions.iam_policy_document import policy_document, rendered


def document(**args: Any) -> dict[str, Any]:
    place = Place("111111111111", "us-east-1")
    return dict(policy_document(Request("t", args, place, None)))  # type: ignore[arg-type]  # asks no AWS


# The first example of the resource reference of aws_iam_policy_document.
STATEMENTS = [
    {
        "sid": "1",
        "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
        "resources": ["arn:aws:s3:::*"],
    },
    {
        "actions": ["s3:ListBucket"],
        "resources": ["arn:aws:s3:::data"],
        "conditions": [
            {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/", "home/&{aws:username}/"]}
        ],
    },
    {
        "actions": ["s3:*"],
        "resources": ["arn:aws:s3:::data/home/&{aws:username}", "arn:aws:s3:::data/home/&{aws:username}/*"],
    },
]
RENDERED = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::data",
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/"
          ]
        }
      }
    },
    {
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": [
        "arn:aws:s3:::data/home/${aws:username}/*",
        "arn:aws:s3:::data/home/${aws:username}"
      ]
    }
  ]
}"""


def test_known_document() -> None:
    found = document(statements=STATEMENTS)
    assert found["json"] == RENDERED
    assert found["minifiedJson"] == json.dumps(json.loads(RENDERED), separators=(",", ":"))
    assert found["id"].isdigit()


def test_an_empty_document_has_only_its_version() -> None:
    assert document()["json"] == '{\n  "Version": "2012-10-17"\n}'


def _principal(*blocks: dict[str, Any]) -> Any:
    return rendered({"statements": [{"actions": ["a"], "principals": list(blocks)}]})["Statement"][0][
        "Principal"
    ]


def test_principals() -> None:
    assert _principal({"type": "*", "identifiers": ["*"]}) == "*"
    assert _principal({"type": "AWS", "identifiers": ["*"]}) == {"AWS": "*"}
    service = {"type": "Service", "identifiers": ["a.amazonaws.com", "b.amazonaws.com"]}
    account = {"type": "AWS", "identifiers": ["111111111111"]}
    found = _principal(service, account)
    assert list(found.items()) == [
        ("AWS", "111111111111"),
        ("Service", ["b.amazonaws.com", "a.amazonaws.com"]),
    ]
    twice = {"type": "AWS", "identifiers": ["222222222222"]}
    assert _principal(account, twice) == {"AWS": ["111111111111", "222222222222"]}


def test_conditions_on_the_same_key_are_joined() -> None:
    blocks = [
        {"test": "StringEquals", "variable": "aws:x", "values": ["b"]},
        {"test": "StringEquals", "variable": "aws:x", "values": ["a"]},
        {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]},
    ]
    found = rendered({"statements": [{"conditions": blocks}]})["Statement"][0]["Condition"]
    assert list(found) == ["Bool", "StringEquals"]
    assert found == {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:x": ["b", "a"]}}


def test_text_is_escaped_as_go_does() -> None:
    statement = {"actions": ["a"], "resources": ["<&>ü"]}
    assert '"Resource":"\\u003c\\u0026\\u003eü"' in document(statements=[statement])["minifiedJson"]


def _text(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def test_sources_come_first_and_overrides_replace_by_sid() -> None:
    source = _text(
        {"Sid": "A", "Effect": "Allow", "Action": ["x"]}, {"Effect": "Deny", "Action": "y"}, Id="source"
    )
    override = _text(
        {"Sid": "B", "Effect": "Deny", "Action": "z"}, {"Sid": "C", "Effect": "Allow", "Action": "c"}
    )
    found = rendered(
        {
            "sourcePolicyDocuments": [source],
            "statements": [{"sid": "A", "actions": ["own"]}, {"sid": "B", "actions": ["b"]}],
            "overridePolicyDocuments": [override],
        }
    )
    assert found["Id"] == "source"
    assert [(s.get("Sid"), s["Effect"], s["Action"]) for s in found["Statement"]] == [
        ("A", "Allow", "own"),
        (None, "Deny", "y"),
        ("B", "Deny", "z"),
        ("C", "Allow", "c"),
    ]


def test_a_list_of_one_in_a_source_stays_a_list() -> None:
    source = _text({"Effect": "Allow", "Action": ["x"], "Condition": {"Bool": {"a": True}}, "Principal": "*"})
    statement = rendered({"sourcePolicyDocuments": [source]})["Statement"][0]
    assert statement["Action"] == ["x"]
    assert statement["Condition"] == {"Bool": {"a": "true"}}
    assert statement["Principal"] == "*"


@pytest.mark.parametrize(
    ("args", "where"),
    [
        ({"statements": [{"sid": "A"}, {"sid": "A"}]}, "statements\\[1\\].sid"),
        ({"statements": [{"sid": "a-b"}]}, "letters and digits"),
        (
            {"sourcePolicyDocuments": [_text({"Sid": "A"}), _text({"Sid": "A"})]},
            "sourcePolicyDocuments\\[1\\]",
        ),
        ({"sourcePolicyDocuments": ["{"]}, "no JSON policy document"),
        ({"overridePolicyDocuments": ['{"Statement": {}}', '{"Statement": {"Sid": "A"}}']}, "must be a list"),
        ({"version": "2008-10-17", "statements": [{"resources": ["&{a}"]}]}, "need version 2012-10-17"),
    ],
)
def test_what_is_refused(args: dict[str, Any], where: str) -> None:
    with pytest.raises(Refused, match=where):
        rendered(args)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_sets_have_one_order_and_no_repetition(actions: list[str]) -> None:
    one = document(statements=[{"actions": actions}])
    assert one == document(statements=[{"actions": list(reversed(actions)) + actions}])
    found = json.loads(one["json"])["Statement"][0].get("Action", "")
    assert set(found if isinstance(found, list) else [found]) == set(actions)


@given(st.lists(st.fixed_dictionaries({"sid": st.sampled_from(["", "A", "B"]), "actions": st.just(["x"])})))
def test_a_document_is_its_own_source(statements: list[dict[str, Any]]) -> None:
    try:
        first = document(statements=statements)
    except Refused:
        return
    assert document(sourcePolicyDocuments=[first["json"]])["json"] == first["json"]
