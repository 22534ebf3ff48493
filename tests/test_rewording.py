"""Another cut score, and which sentences of two policies differ."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from mastery import Criteria, Policy, PolicyError
from mastery.peers import peer, peers
from mastery.policy import Special
from mastery.policy_words import from_words, words
from mastery.rewording import cut_at, rewording
from mastery.terms import Terms
from mastery.testing import policies as drawn

policies = drawn() | st.sampled_from([Policy(), *map(peer, peers())])
cuts = st.integers(1, 100).map(lambda n: n / 100)


def cut(policy: Policy, mastered_at: float) -> Policy:
    """Return a policy with another cut score where it can have it."""
    try:
        return cut_at(policy, mastered_at)
    except PolicyError:
        assume(False)
        raise


@given(policies, cuts)
def test_it_is_what_changing_that_number_in_the_words_comes_to(policy: Policy, mastered_at: float) -> None:
    changed = cut(policy, mastered_at)
    old = next(line for line in words(policy).splitlines() if "It is enough at " in line)
    new = old.replace(f"enough at {policy.criteria.mastered_at:g},", f"enough at {mastered_at:g},")
    assert from_words(words(policy).replace(old, new, 1)) == changed


@given(policies, cuts, cuts)
def test_the_last_cut_holds_and_the_one_in_force_changes_nothing(policy: Policy, first: float, last: float) -> None:
    assert cut(policy, policy.criteria.mastered_at) == policy
    once = cut(policy, first)
    assume(not any(special.terms.criteria == once.criteria for special in once.special))
    assert cut(once, last) == cut(policy, last)


def test_a_special_rule_that_says_how_much_is_enough_keeps_its_own() -> None:
    own = Special(tag="core", terms=Terms(criteria=Criteria(mastered_at=0.9)))
    usual = Special(tag="art", terms=Terms(check=None))
    changed = cut_at(Policy(special=[own, usual]), 0.7)
    assert [one.terms.criteria.mastered_at for one in changed.special] == [0.9, 0.7]
    assert changed.special[1].terms.check is None


@pytest.mark.parametrize("mastered_at", [0, 1.5, -1, float("nan")])
def test_what_is_no_score_is_refused(mastered_at: float) -> None:
    with pytest.raises(ValueError, match="mastered_at"):
        cut_at(Policy(), mastered_at)


@given(policies, policies)
def test_two_policies_differ_in_a_sentence_or_are_the_same(one: Policy, other: Policy) -> None:
    found = rewording(one, other)
    assert (found.gone, found.new) == (rewording(other, one).new, rewording(other, one).gone)
    assert {*found.new} <= {line.removeprefix("- ") for line in words(other).splitlines()}
    assert (found.gone == found.new == ()) == (words(one) == words(other))


def test_a_cut_score_is_one_sentence_for_another() -> None:
    found = rewording(Policy(), evolve(Policy(), criteria=Criteria(mastered_at=0.6)))
    assert found.gone == ("It is enough at 0.8, from at least 3 pieces on at least 2 occasions.",)
    assert found.new == ("It is enough at 0.6, from at least 3 pieces on at least 2 occasions.",)
