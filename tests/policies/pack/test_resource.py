from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.pack.paths import argument, join, snake, steps
from policies.pack.resource import Part, Resource, as_bool, as_number
from policies.pack.values import UNKNOWN, SecretText, Value
from policies.pack.verdict import PASS, NotKnownError, Verdict


def resource(**properties: Value) -> Resource:
    return Resource("aws:test/thing:Thing", "thing", "urn:thing", properties)


def text_of(verdict: Verdict) -> str:
    (finding,) = verdict.findings
    return str(finding)


def test_paths() -> None:
    assert steps("a.b[0].c") == ("a", "b", 0, "c")
    assert join("a[0]", "b") == "a[0].b"
    assert join("a", "[1]") == "a[1]"
    assert join("", "b") == "b"
    assert join("a", "") == "a"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("httpTokens", "http_tokens"),
        ("ipv6CidrBlock", "ipv6_cidr_block"),
        ("blockPublicAcls", "block_public_acls"),
        ("enableHttp2", "enable_http2"),
        ("name", "name"),
    ],
)
def test_snake_is_the_python_sdk_name(name: str, expected: str) -> None:
    assert snake(name) == expected


def test_argument_is_pulumi_python() -> None:
    assert argument("encrypted", value=True) == "encrypted=True"
    assert (
        argument("metadataOptions.httpTokens", "required") == 'metadata_options={"http_tokens": "required"}'
    )
    assert argument("ingress[0].cidrBlocks", 1) == 'ingress=[{"cidr_blocks": 1}]'


def test_get_walks_and_treats_null_as_absent() -> None:
    thing = resource(a={"b": [{"c": 1}]}, nothing=None, word="x")
    assert thing.get("a.b[0].c") == 1
    assert thing.get("a.b[1].c") is None
    assert thing.get("nothing") is None
    assert thing.get("nothing.deeper") is None
    assert thing.get("word.deeper") is None
    assert thing.get("word[0]") is None


def test_unknown_on_the_way_names_itself() -> None:
    thing = resource(a={"b": UNKNOWN}, list=[UNKNOWN, {"x": 1}])
    with pytest.raises(NotKnownError) as error:
        thing.get("a.b.c.d")
    assert error.value.path == "a.b"
    with pytest.raises(NotKnownError) as error:
        thing.get("list[0].x")
    assert error.value.path == "list[0]"
    assert thing.get("list[1].x") == 1
    assert not thing.known("a.b")
    with pytest.raises(NotKnownError) as error:
        thing.each("list")[0].get("y.z")
    assert error.value.path == "list[0].y.z"


def test_each_takes_a_single_object_for_a_list_of_one() -> None:
    thing = resource(one={"x": 1}, many=[{"x": 1}, None, {"x": 2}])
    assert [(part.path, part.get("x")) for part in thing.each("one")] == [("one", 1)]
    assert [(part.path, part.get("x")) for part in thing.each("many")] == [("many[0]", 1), ("many[2]", 2)]
    assert thing.each("absent") == []
    with pytest.raises(NotKnownError):
        resource(many=UNKNOWN).each("many")


def test_texts_and_known_each_need_every_element() -> None:
    assert resource(x=["a", 1, "b"]).texts("x") == ["a", "b"]
    with pytest.raises(NotKnownError) as error:
        resource(x=["a", UNKNOWN]).texts("x")
    assert error.value.path == "x[1]"


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), ("true", True), ("False", False), (1, None), ("x", None)]
)
def test_as_bool(value: Value, expected: bool | None) -> None:
    assert as_bool(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [(22, 22), ("22", 22), (0.5, 0.5), (True, None), ("x", None), ([], None)]
)
def test_as_number(value: Value, expected: float | None) -> None:
    assert as_number(value) == expected


def test_flag_and_number_read_text() -> None:
    thing = resource(on="true", port="22")
    assert thing.flag("on")
    assert thing.number("port") == 22
    assert thing.flag("absent", absent=True)
    assert thing.number("absent") is None


def test_expect() -> None:
    assert resource(on="true").expect("on", value=True) == PASS
    assert resource().expect("on", value=True, absent=True) == PASS
    assert text_of(resource().expect("on", value=True)) == "`on` is not set. Set `on=True`."
    assert text_of(resource(on=False).expect("on", value=True)) == "`on` is not true. Set `on=True`."
    assert resource(n="5").expect("n", 5) == PASS
    assert resource(n=True).expect("n", 1).violated


def test_expect_relatives() -> None:
    assert resource(mode="b").expect_one_of("mode", ("a", "b")) == PASS
    assert '`mode` is none of "a", "b"' in text_of(resource(mode="c").expect_one_of("mode", ("a", "b")))
    assert resource().expect_not("open", value=True) == PASS
    assert "Set `open=False`" in text_of(resource(open=True).expect_not("open", value=True))
    assert resource(x="").expect_set("x", "Set it.").violated
    assert resource(x="").expect_absent("x", "Leave it out.") == PASS
    assert resource(x="y").expect_absent("x", "Leave it out.").violated
    assert resource(days=7).expect_at_least("days", 7) == PASS
    assert resource(days=6).expect_at_least("days", 7).violated
    assert resource().expect_at_least("days", 7, absent=30) == PASS


@given(st.text(min_size=5, max_size=20).map(lambda text: f"<{text}>"))
def test_no_verdict_prints_a_found_value(value: str) -> None:
    for sent in (value, SecretText(value)):
        thing = Part({"x": sent, "y": [sent]})
        verdicts = [
            thing.expect("x", value=True),
            thing.expect("x", 5),
            thing.expect("x", "other"),
            thing.expect_one_of("x", ("a",)),
            thing.expect_absent("x", "Leave it out."),
            thing.expect_at_least("x", 3),
        ]
        assert all(value not in text_of(verdict) for verdict in verdicts)


def test_walk_goes_through_every_list() -> None:
    found = resource(ingress=[{"cidrBlocks": ["a", "b"]}, None, {"cidrBlocks": "c"}, {"self": True}])
    assert [(part.path, part.value) for part in found.walk("ingress.cidrBlocks")] == [
        ("ingress[0].cidrBlocks[0]", "a"),
        ("ingress[0].cidrBlocks[1]", "b"),
        ("ingress[2].cidrBlocks", "c"),
    ]
    assert [part.value for part in found.walk("ingress[2].cidrBlocks")] == ["c"]
    with pytest.raises(NotKnownError, match=r"ingress\[0\]"):
        resource(ingress=[UNKNOWN]).walk("ingress.cidrBlocks")


def test_a_default_that_the_provider_filled_in_is_told_from_a_choice() -> None:
    part = Part({"timeout": 3, "memorySize": 256, "__defaults": ["timeout"]})
    assert part.defaulted("timeout")
    assert not part.defaulted("memorySize")
    others: tuple[Value, ...] = (None, UNKNOWN, [], {"__defaults": UNKNOWN}, {"__defaults": "timeout"})
    for value in others:
        assert not Part(value).defaulted("timeout")
