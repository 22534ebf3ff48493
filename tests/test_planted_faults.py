"""Planted faults: each mistake that an engine, store or model could have is caught by the public laws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from attrs import evolve, frozen

import mastery
from competencies import All, AtLeast, Competency, Framework, Needs, Requirement, Share
from mastery import Estimate, Evidence, MemoryStore, Policy, Progress, Purpose
from mastery.facts import Fact
from mastery.testing import Course, laws

EXAMPLES = 500


def broken(*asked: object, **own: object) -> dict[str, laws.Verdict]:
    """Return the laws that are broken within 500 examples, by name."""
    found = laws.check(examples=EXAMPLES, laws=asked, **own)  # type: ignore[arg-type]
    return {verdict.law: verdict for verdict in found if verdict.result == "broken"}


def _all_of(requirement: Requirement) -> Requirement:
    """Read every any-of as all-of."""
    if isinstance(requirement, Needs | Share):
        return requirement
    parts = [_all_of(part) for part in requirement.parts]
    return AtLeast(requirement.k, parts) if isinstance(requirement, AtLeast) else All(parts)


def wrong_gate(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Evaluate with any-of read as all-of."""
    requires = {name: _all_of(needs) for name, needs in framework.requires.items()}
    return mastery.evaluate(evolve(framework, requires=requires), policy, told, at)


def test_a_wrong_gate_is_caught() -> None:
    """A gate that reads any-of as all-of keeps learners from what they may begin, which law 3 says."""
    found = broken(laws.ready_means_ready, evaluate=wrong_gate)

    assert "ready_means_ready" in found
    assert "or" in found["ready_means_ready"].counterexample


def wrong_fold(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Evaluate without what was observed before something that came earlier."""
    taken: list[Fact] = []
    for fact in told:
        if not taken or fact.observed_at >= taken[-1].observed_at:
            taken.append(fact)
    return mastery.evaluate(framework, policy, taken, at)


def test_a_wrong_fold_is_caught() -> None:
    """A fold that leaves out late facts depends on the order of arrival, which law 6 says."""
    assert "arrival_order" in broken(laws.arrival_order, evaluate=wrong_fold)


class Forgetful(MemoryStore):
    """A store that loses the last row of what it is given, once it has some."""

    def facts(self, learner: str, after: int = 0) -> tuple[list[Fact], int]:
        """Return a learner's facts but the last."""
        kept, position = super().facts(learner, after)
        return kept[:-1], position


def test_a_wrong_store_is_caught() -> None:
    """A store that loses the last row breaks law 14, with one fact."""
    found = broken(laws.store_keeps, make_store=Forgetful)

    assert found["store_keeps"].counterexample.startswith("missing = [")


@frozen
class Contrary:
    """A model in which a better score lowers the estimate."""

    highest = 1.0
    window = None
    ages = False

    def of(self, pieces: Sequence[Evidence], *, on: date | None = None) -> Estimate | None:
        """Return 1 less the latest score."""
        value = 1 - (pieces[-1].score or 0) if pieces else 0
        return Estimate(value, value, value, len(pieces)) if pieces else None


def test_a_wrong_model_is_caught() -> None:
    """A model in which a better score lowers credit breaks law 11, by itself and in an engine."""
    found = broken(laws.model_is_monotone, model=Contrary())
    (verdict,) = laws.check(Policy(model=Contrary()), examples=EXAMPLES, laws=(laws.better_scores,))

    assert "model_is_monotone" in found
    assert verdict.result == "broken"
    assert "a learner would be better off had they done worse" in verdict.means


def wrong_check(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Evaluate with every failed check taken for a passed one."""
    taken = [
        evolve(fact, score=1.0)
        if isinstance(fact, Evidence) and fact.purpose is Purpose.CHECK and fact.score is not None
        else fact
        for fact in told
    ]
    return mastery.evaluate(framework, policy, taken, at)


def test_a_wrong_check_is_caught() -> None:
    """An engine that counts the failed attempt as passed breaks law 5."""
    assert "checks_stand_behind_credit" in broken(laws.checks_stand_behind_credit, evaluate=wrong_check)


def test_a_broken_law_says_what_it_means() -> None:
    """Broken tells the law's sentence, the counterexample as Python, and what it means for a learner."""
    one = Framework("one", [Competency("a")])
    piece = Evidence("ana", "a", 1.0, datetime(2026, 3, 2, tzinfo=UTC), key="k")
    course = Course(one, Policy(check=None), [piece], piece.observed_at)

    with pytest.raises(laws.Broken) as told:
        laws.store_keeps(Forgetful, course)

    assert str(told.value).startswith("A store that is opened again gives the facts as they came")
    assert "Course(\n    Framework('one', [Competency('a')])" in str(told.value)
    assert str(told.value).endswith("For a learner: what a learner has shown would be lost or changed by being kept")
