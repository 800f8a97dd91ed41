from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN, Value

BUCKET = "aws:s3/bucket:Bucket"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def make(
    token: str, name: str, properties: dict[str, Value], *, bucket_from: tuple[str, ...] = ()
) -> Resource:
    place = Place(property_dependencies={"bucket": bucket_from} if bucket_from else {})
    return Resource(token, name, f"urn:{name}", properties, place)


def names(resources: tuple[Resource, ...]) -> list[str]:
    return [resource.name for resource in resources]


def test_known_values_match_id_arn_and_name() -> None:
    bucket = make(BUCKET, "b", {"id": "b-1", "arn": "arn:b-1", "bucket": "b-1"})
    other = make(BUCKET, "o", {"id": "o-1"})
    by_id = make(POLICY, "p1", {"bucket": "b-1"})
    by_arn = make(POLICY, "p2", {"bucket": "arn:b-1"})
    stack = Stack([bucket, other, by_id, by_arn])
    assert names(stack.referring(bucket, POLICY, "bucket").sure) == ["p1", "p2"]
    assert not stack.referring(other, POLICY, "bucket")
    assert names(stack.targets(by_id, "bucket", BUCKET).sure) == ["b"]


def test_unknown_value_follows_its_only_dependency_of_the_type() -> None:
    bucket = make(BUCKET, "b", {"id": UNKNOWN})
    key = make("aws:kms/key:Key", "k", {})
    policy = make(POLICY, "p", {"bucket": UNKNOWN}, bucket_from=("urn:b", "urn:k"))
    stack = Stack([bucket, key, policy])
    assert names(stack.referring(bucket, POLICY, "bucket").sure) == ["p"]


def test_unknown_value_of_two_candidates_is_possible_for_both() -> None:
    first, second = make(BUCKET, "a", {}), make(BUCKET, "b", {})
    policy = make(POLICY, "p", {"bucket": UNKNOWN}, bucket_from=("urn:a", "urn:b"))
    stack = Stack([first, second, policy])
    for bucket in (first, second):
        links = stack.referring(bucket, POLICY, "bucket")
        assert names(links.possible) == ["p"]
        assert links.sure == ()


def test_unknown_value_without_a_candidate_could_be_any() -> None:
    bucket, policy = make(BUCKET, "b", {}), make(POLICY, "p", {"bucket": UNKNOWN})
    stack = Stack([bucket, policy])
    assert names(stack.referring(bucket, POLICY, "bucket").possible) == ["p"]
    assert stack.targets(policy, "bucket", BUCKET).open


def test_known_value_of_nothing_in_the_stack_means_nothing() -> None:
    bucket, policy = make(BUCKET, "b", {"id": "b-1"}), make(POLICY, "p", {"bucket": "elsewhere"})
    stack = Stack([bucket, policy])
    assert not stack.referring(bucket, POLICY, "bucket")
    assert not stack.targets(policy, "bucket", BUCKET)


def test_known_value_that_is_nobodys_identity_follows_its_dependencies() -> None:
    """A provider that keeps `id` to itself, and a name that is made of another one."""
    bucket, other = make(BUCKET, "b", {}), make(BUCKET, "o", {"id": "o-1"})
    policy = make(POLICY, "p", {"bucket": "b-1"}, bucket_from=("urn:b",))
    derived = make(POLICY, "d", {"bucket": "o-1.s3.amazonaws.com"}, bucket_from=("urn:o",))
    both = make(POLICY, "2", {"bucket": "x"}, bucket_from=("urn:b", "urn:o"))
    stack = Stack([bucket, other, policy, derived, both])
    assert names(stack.targets(policy, "bucket", BUCKET).sure) == ["b"]
    assert names(stack.targets(derived, "bucket", BUCKET).sure) == ["o"]
    assert names(stack.targets(both, "bucket", BUCKET).possible) == ["b", "o"]
    assert names(stack.referring(other, POLICY, "bucket").sure) == ["d"]


def test_an_identity_that_matches_needs_no_dependencies() -> None:
    bucket, other = make(BUCKET, "b", {"id": "b-1"}), make(BUCKET, "o", {"id": "o-1"})
    policy = make(POLICY, "p", {"bucket": "b-1"}, bucket_from=("urn:o", "urn:b"))
    links = Stack([bucket, other, policy]).targets(policy, "bucket", BUCKET)
    assert (names(links.sure), names(links.possible), links.open) == (["b"], [], False)


def test_a_path_leads_through_lists() -> None:
    token = "aws:cloudfront/distribution:Distribution"
    bucket = make(BUCKET, "b", {"id": "b-1"})
    origins: Value = [{"domainName": "elsewhere"}, {"domainName": "b-1"}]
    site = make(token, "s", {"origins": origins})
    stack = Stack([bucket, site])
    assert names(stack.targets(site, "origins.domainName", BUCKET).sure) == ["b"]
    assert names(stack.referring(bucket, token, "origins.domainName").sure) == ["s"]
    hidden = make(token, "h", {"origins": [UNKNOWN]})
    assert Stack([bucket, hidden]).targets(hidden, "origins.domainName", BUCKET).open


def test_old_tokens_find_todays_type() -> None:
    balancer = make("aws:lb/loadBalancer:LoadBalancer", "l", {})
    assert Stack([balancer]).by_type("aws:alb/loadBalancer:LoadBalancer") == [balancer]
    assert Stack([balancer]).by_urn("urn:l") is balancer
    assert Stack([balancer]).by_urn("urn:none") is None


def test_what_is_made_of_a_stack_is_made_once() -> None:
    made: list[Stack] = []

    def count(stack: Stack) -> int:
        made.append(stack)
        return len(made)

    first, second = Stack([]), Stack([])
    assert [first.once(count), first.once(count), second.once(count)] == [1, 1, 2]
    assert made == [first, second]
