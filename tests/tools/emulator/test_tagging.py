from __future__ import annotations

from hypothesis import given, strategies as st

from tools.emulator.schema import ResourceType, resource
from tools.emulator.tagging import TagRules, split, with_all_tags
from tools.emulator.values import UNKNOWN, Secret

TAGS = st.dictionaries(
    st.sampled_from(["team", "stage", "Name", "k8s.io/x"]), st.sampled_from(["1", "2", ""]), max_size=4
)


def kind(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None
    return found


VPC = kind("aws:ec2/vpc:Vpc")
ROUTE = kind("aws:ec2/route:Route")


@given(TAGS, TAGS)
def test_own_tags_win_over_default_tags(defaults: dict[str, str], own: dict[str, str]) -> None:
    inputs = with_all_tags(VPC, {"tags": own}, TagRules(defaults))
    assert inputs == {"tags": own, "tagsAll": {**defaults, **own}}


@given(TAGS, TAGS)
def test_what_is_written_is_read_back(defaults: dict[str, str], own: dict[str, str]) -> None:
    rules = TagRules(defaults)
    inputs = with_all_tags(VPC, {"tags": own}, rules)
    assert split(VPC, {"tags": inputs["tagsAll"], "tagsAll": inputs["tagsAll"]}, own, rules) == inputs


def test_a_default_tag_that_somebody_changed_shows_among_the_own() -> None:
    rules = TagRules({"team": "data"})
    found = split(VPC, {"tagsAll": {"team": "other", "own": "1"}}, {"own": "1"}, rules)
    assert found["tags"] == {"team": "other", "own": "1"}


def test_one_unknown_tag_makes_all_unknown() -> None:
    assert with_all_tags(VPC, {"tags": {"a": UNKNOWN}}, TagRules({"b": "1"}))["tagsAll"] is UNKNOWN
    assert with_all_tags(VPC, {"tags": UNKNOWN}, TagRules({"b": "1"}))["tagsAll"] is UNKNOWN


def test_secret_tags_stay_secret() -> None:
    rules = TagRules({"b": "1"})
    assert with_all_tags(VPC, {"tags": Secret({"a": "x"})}, rules)["tagsAll"] == Secret({"b": "1", "a": "x"})
    assert with_all_tags(VPC, {"tags": {"a": Secret("x")}}, rules)["tagsAll"] == {"b": "1", "a": Secret("x")}


def test_types_without_tags_get_none() -> None:
    assert with_all_tags(ROUTE, {"routeTableId": "rtb-1"}, TagRules({"a": "1"})) == {"routeTableId": "rtb-1"}
    assert split(ROUTE, {"routeTableId": "rtb-1"}, None, TagRules({"a": "1"})) == {"routeTableId": "rtb-1"}


def test_ignored_tags_are_neither_written_nor_seen() -> None:
    rules = TagRules({"LastScan": "1"}, frozenset({"LastScan"}), ("kubernetes.io/",))
    own = {"kubernetes.io/cluster": "x", "a": "1"}
    assert with_all_tags(VPC, {"tags": own}, rules)["tagsAll"] == {"a": "1"}
    there = {"a": "1", "LastScan": "yesterday", "kubernetes.io/role": "elb"}
    assert split(VPC, {"tagsAll": there}, {"a": "1"}, rules) == {"tags": {"a": "1"}, "tagsAll": {"a": "1"}}
