"""Ownership tags: what they say, and that nothing is lost between a URN, the tags and the engine's state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_cloudelements.model.owner import Owner, without_owner

TYPE = "pulumi-python:dynamic/cloudelements:Instance"
OWNER = Owner("integrations", "staging", "payments", "0123456789ab")

words = st.from_regex(r"[a-zA-Z0-9_.-]{1,12}", fullmatch=True)
resources = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
nonces = st.from_regex(r"[0-9a-f]{12}", fullmatch=True)
owners = st.builds(Owner, words, words, resources, nonces)


def test_the_tags_name_the_stack_and_the_resource_with_its_nonce() -> None:
    assert OWNER.tags == ("pulumi:integrations/staging", "pulumi:payments#0123456789ab")


@given(owners)
def test_an_owner_is_read_back_from_its_text(owner: Owner) -> None:
    assert Owner.from_text(str(owner)) == owner
    assert Owner.from_text(str(owner.without_nonce())) == owner.without_nonce()


@given(owners, st.lists(st.text(max_size=8).filter(lambda tag: not tag.startswith("pulumi:")), max_size=3))
def test_an_owner_is_read_back_from_an_instances_tags(owner: Owner, others: list[str]) -> None:
    found = Owner.from_tags([*others, *owner.tags])
    assert found is not None
    assert found.nonce == owner.nonce
    assert found.is_same_resource(owner)
    assert without_owner([*others, *owner.tags]) == tuple(others)


@given(owners)
def test_the_platform_finds_no_markup_in_the_tags(owner: Owner) -> None:
    assert not set("<>") & set("".join(owner.tags))


@pytest.mark.parametrize(
    "tags",
    [
        [],
        ["payments"],
        ["pulumi:integrations/staging"],
        ["pulumi:payments#0123456789ab"],
        ["pulumi:integrations/staging", "pulumi:payments"],
        ["pulumi:integrations/staging", "pulumi:payments#0123"],
    ],
)
def test_without_both_tags_nobody_manages_an_instance(tags: list[str]) -> None:
    assert Owner.from_tags(tags) is None


@pytest.mark.parametrize("text", [None, "", "payments", "a/b", "a/b/c", 5, "a/b/c#xyz"])
def test_another_text_is_no_owner(text: object) -> None:
    assert Owner.from_text(text) is None


@pytest.mark.parametrize(
    ("urn", "owner"),
    [
        (f"urn:pulumi:staging::integrations::{TYPE}::payments", Owner("integrations", "staging", "payments")),
        (
            f"urn:pulumi:staging::integrations::acme:index:Team$acme:index:Squad${TYPE}::payments",
            Owner("integrations", "staging", "acme:index:Team$acme:index:Squad$payments"),
        ),
        (f"urn:pulumi:staging::integrations::{TYPE}::a::b$c/ü", Owner("integrations", "staging", "a::b$c/ü")),
    ],
)
def test_an_owner_is_named_by_its_urn(urn: str, owner: Owner) -> None:
    assert Owner.from_urn(urn) == owner


@pytest.mark.parametrize("urn", [None, "", "payments", "urn:pulumi:staging", 5])
def test_without_a_urn_there_is_no_owner(urn: object) -> None:
    assert Owner.from_urn(urn) is None


def test_the_type_of_the_resource_is_no_part_of_its_name_so_that_both_providers_know_it() -> None:
    other = "urn:pulumi:staging::integrations::cloudelements:index:Instance::payments"
    assert Owner.from_urn(other) == Owner.from_urn(f"urn:pulumi:staging::integrations::{TYPE}::payments")


def test_no_nonce_comes_twice() -> None:
    assert len({OWNER.with_new_nonce().nonce for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (OWNER.with_new_nonce(), True),
        (OWNER.without_nonce(), True),
        (Owner("integrations", "staging", "payments2", OWNER.nonce), False),
        (Owner("integrations", "production", "payments", OWNER.nonce), False),
        (Owner("other", "staging", "payments", OWNER.nonce), False),
        (Owner("integrations", "staging", "acme:index:Team$payments", OWNER.nonce), False),
    ],
)
def test_a_resource_is_the_same_whatever_the_nonce(other: Owner, same: bool) -> None:
    assert OWNER.is_same_resource(other) is same
