"""An export merged into a store of its own facts: what is new comes with its times and awards, or nothing does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from test_export import CHAIN, EASY, T0

from competencies import Competency, Framework
from mastery import AdoptionConflict, Award, Criteria, Engine, Evidence, KeyConflict, Policy, Status


def school(policy: Policy = EASY) -> Engine:
    engine = Engine(CHAIN, policy, clock=lambda: T0)
    engine.record(Evidence("ana", "a", 1, T0 - timedelta(days=3), key="k1"))
    return engine


def test_an_export_is_merged_into_a_store_of_the_same_rules() -> None:
    """New facts come with the time at which they were recorded, and awards with theirs; known ones are passed over."""
    one, now = school(), T0 + timedelta(days=30)
    two = Engine(CHAIN, EASY, clock=lambda: now)
    two.record(Evidence("bo", "a", 1, T0, key="b1"))
    receipt = two.merge(one.export())

    assert [type(fact) for fact in receipt.recorded] == [Evidence, Award]
    assert {fact.recorded_at for fact in receipt.recorded} == {T0}
    assert receipt.awards == ()
    assert two.progress("ana").status("b") is Status.READY
    assert [change.text for change in receipt.changes] == ["A is met", "B is unlocked: now ready"]
    assert two.merge(one.export()).repeated == 2
    assert list(two.export("ana"))[3:5] == list(one.export("ana"))[3:5]


def test_what_two_stores_come_to_together_gets_its_award() -> None:
    """Credit that neither store had, and that both together earn, is awarded in the call that merges them."""
    policy = Policy(criteria=Criteria(pieces=2, occasions=1), check=None)
    one, two = school(policy), Engine(CHAIN, policy, clock=lambda: T0)
    two.record(Evidence("ana", "a", 1, T0, key="k2"))

    assert [award.competency for award in two.merge(one.export()).awards] == ["a"]


def test_other_rules_are_a_conflict_and_nothing_is_merged() -> None:
    """An export of a store with another framework or policy is refused, saying which."""
    for other, what in (
        (Engine(Framework("x", [Competency("a")]), EASY, clock=lambda: T0), "framework"),
        (Engine(CHAIN, Policy(), clock=lambda: T0), "policy"),
    ):
        with pytest.raises(AdoptionConflict, match=f"another {what} .*nothing was recorded"):
            other.merge(school().export())
        assert other.learners() == []


def test_a_key_with_other_content_is_refused_whole() -> None:
    """One fact of the export whose key is in use for another content leaves nothing of the export behind."""
    one, two = school(), Engine(CHAIN, EASY, clock=lambda: T0)
    one.record(Evidence("bo", "a", 1, T0, key="b1"))
    two.record(Evidence("ana", "a", 0.5, T0, key="k1"))
    with pytest.raises(KeyConflict, match="'k1'"):
        two.merge(one.export())
    assert two.learners() == ["ana"]
