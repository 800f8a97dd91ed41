"""Users of a cache: what they may do in the engine's words, and ids that no two share."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from components.data.cache_users import (
    CATEGORIES,
    LAYOUT,
    MAX_ID,
    MAX_USERS,
    NAMES_OF_ALL,
    NEVER_BY_CATEGORY,
    CacheUser,
    access_string,
    check_users,
    id_of,
)
from components.foundation.errors import ComponentError

NAME = st.from_regex(r"[a-z](-?[a-z0-9]){0,30}", fullmatch=True)
PATTERN = st.from_regex(r"[a-z0-9:{}*?.-]{1,20}", fullmatch=True)
RULE = st.from_regex(r"[+-](@(read|write|hash)|get|config\|get)", fullmatch=True)
USER = st.builds(
    CacheUser,
    keys=st.lists(PATTERN, min_size=1, max_size=3).map(tuple),
    channels=st.lists(PATTERN, max_size=3).map(tuple),
    access=st.sampled_from(sorted(CATEGORIES)),
    rules=st.lists(RULE, max_size=3).map(tuple),
)


@given(USER)
def test_a_user_starts_from_nothing_and_gets_what_was_asked_for(user: CacheUser) -> None:
    words = access_string(user).split(" ")
    assert words[0] == "on"
    assert [word[1:] for word in words if word.startswith("~")] == list(user.keys)
    assert [word[1:] for word in words if word.startswith("&")] == list(user.channels)
    granted = words[words.index("-@all") + 1 :]
    hidden = () if "*" in user.keys else NAMES_OF_ALL
    assert granted == [*CATEGORIES[user.access], *NEVER_BY_CATEGORY, *hidden, *LAYOUT, *user.rules]
    first_channel = next((words.index(word) for word in words if word.startswith("&")), len(words))
    assert words.index("resetchannels") < first_channel


def test_reading_users_can_not_write() -> None:
    assert "+@write" not in access_string(CacheUser(access="read"))
    assert access_string(CacheUser(keys=("session:*",))) == (
        "on ~session:* resetchannels -@all +@read +@write +@connection +@transaction"
        " -@admin -@dangerous -@scripting -scan -randomkey +cluster|slots +cluster|shards +cluster|nodes"
    )


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"keys": ()}, "may touch no key"),
        ({"keys": ("",)}, "keys"),
        ({"keys": ("a b",)}, "is no pattern of one word"),
        ({"keys": ("~a",)}, "is no pattern of one word"),
        ({"channels": ("a\n+@all",)}, "is no pattern of one word"),
        ({"rules": ("+get +@all",)}, "is no ACL rule"),
        ({"rules": ("allcommands",)}, "is no ACL rule"),
        ({"rules": (">password",)}, "is no ACL rule"),
        ({"rules": ("+@all",)}, "also allows what administers the cache"),
        ({"rules": ("+@dangerous",)}, "also allows what administers the cache"),
        ({"access": "all"}, "access"),
    ],
)
def test_what_would_give_more_than_one_thing_is_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        CacheUser(**settings)


@pytest.mark.parametrize("name", ["default", "App", "a--b", "-a", "a-", "", "a b", "1a", "über"])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(ComponentError):
        check_users({name: CacheUser()})


def test_a_cache_has_a_user_and_not_too_many() -> None:
    with pytest.raises(ComponentError, match="nobody can log in"):
        check_users({})
    check_users({f"user{index}": CacheUser() for index in range(MAX_USERS)})
    with pytest.raises(ComponentError, match=f"there are {MAX_USERS + 1} users"):
        check_users({f"user{index}": CacheUser() for index in range(MAX_USERS + 1)})


@given(NAME, NAME)
def test_an_id_is_one_that_elasticache_takes(cache: str, user: str) -> None:
    identity = id_of(cache, user)
    assert len(identity) <= MAX_ID
    assert re.fullmatch(r"[a-z](-?[a-z0-9])*", identity)


@given(NAME, NAME, NAME, NAME)
def test_two_users_never_share_an_id(cache: str, user: str, other_cache: str, other_user: str) -> None:
    assume((cache, user) != (other_cache, other_user))
    assert id_of(cache, user) != id_of(other_cache, other_user)


def test_names_that_look_alike_when_joined_differ() -> None:
    assert id_of("a-b", "c") != id_of("a", "b-c")
