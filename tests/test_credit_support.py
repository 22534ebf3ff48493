"""What credit rests on: the keys of the facts that earned it or that a person decided, and what was credited then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from worlds import Tally, dense

from competencies import Competency, Framework
from mastery import Basis, CheckRule, Criteria, Policy, Progress, evaluate
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact
from mastery.fold import Credit
from mastery.models import Sums

LAX = Policy(
    model=Sums(window=None),
    criteria=Criteria(0.8, pieces=2, occasions=1, counts=("formative",)),
    check=CheckRule(wait_days=0),
)
GATED = Framework("gated", [Competency("a"), Competency("b"), Competency("c")], requires={"c": "a or b"})


def day(n: float) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)


def piece(n: float, on: str = "c", score: float = 1.0, purpose: str = "formative") -> Evidence:
    return Evidence("ana", on, score, day(n), purpose=purpose, key=f"{purpose} {on} {n:g}")


def decided(kind: DecisionKind, n: float, on: str = "c", **more: object) -> Decision:
    told = {"learner": "ana", "kind": kind, "by": "the teacher", "why": "seen", "competency": on, **more}
    return Decision(**told, observed_at=day(n), key=f"{kind} {on} {n:g}")  # type: ignore[arg-type]


def credit(*facts: Fact, on: str = "c", n: float = 30, within: Framework = GATED) -> Credit | None:
    """The credit that these facts come to on a day."""
    return evaluate(within, LAX, facts, day(n)).standing(on).credit


EARNING = (piece(2), piece(3), piece(4, purpose="check"))


def test_demonstrated_credit_rests_on_what_counted_and_on_the_pass() -> None:
    """It has the keys of the counted pieces, then that of the passed check, and no other."""
    found = credit(decided(DecisionKind.GRANT, 1, "a"), piece(1, score=0.8), *EARNING, piece(9))

    assert found is not None
    assert (found.basis, found.since, found.unlocked) == (Basis.DEMONSTRATED, day(4), False)
    assert found.support == ("formative c 1", "formative c 2", "formative c 3", "check c 4")
    assert found.relied_on == 0b001


def test_credit_behind_an_unlock_rests_on_the_unlock_too() -> None:
    """Where a person opened what was locked, their decision is support; where it was open anyway, it is not."""
    unlock = decided(DecisionKind.UNLOCK, 1)
    stood_in = credit(unlock, *EARNING)
    open_anyway = credit(decided(DecisionKind.GRANT, 1, "b"), unlock, *EARNING)

    assert stood_in is not None
    assert open_anyway is not None
    assert (stood_in.unlocked, stood_in.relied_on) == (True, 0)
    assert stood_in.support == ("formative c 2", "formative c 3", "check c 4", "unlock c 1")
    assert (open_anyway.unlocked, open_anyway.relied_on) == (False, 0b010)
    assert open_anyway.support == ("formative c 2", "formative c 3", "check c 4")


@pytest.mark.parametrize(
    ("kind", "more", "basis"),
    [
        (DecisionKind.GRANT, {}, Basis.GRANTED),
        (DecisionKind.WAIVE, {}, Basis.WAIVED),
        (DecisionKind.WAIVE, {"basis": Basis.INFERRED}, Basis.INFERRED),
    ],
)
def test_credit_by_decision_rests_on_the_decision(kind: DecisionKind, more: dict[str, object], basis: Basis) -> None:
    """What a person credits rests on what they decided, from that moment."""
    assert credit(decided(kind, 5, **more)) == Credit(basis, day(5), (f"{kind} c 5",))


def test_kept_credit_rests_on_its_earliest_award() -> None:
    """Of several awards in force the earliest carries the credit, from when it was earned, and none before."""
    awards = [
        Award(
            learner="ana", competency="c", earned_at=day(n), support=(), framework="f", policy="p", key=f"award {n}",
            recorded_at=day(1),
        )
        for n in (9, 7, 8)
    ]  # fmt: skip

    assert credit(*awards) == Credit(Basis.KEPT, day(7), ("award 7",))
    assert credit(*awards, n=7) == Credit(Basis.KEPT, day(7), ("award 7",))
    assert credit(*awards, n=6.9) is None


def test_an_unlock_and_a_hold_end_on_the_instant() -> None:
    """What runs until an instant is no longer in force at it: credit waits for the end of a hold, and comes on it."""
    opened, ends = decided(DecisionKind.GRANT, 1, "a"), day(6)
    held = decided(DecisionKind.HOLD, 1, until=ends)
    later = credit(opened, held, *EARNING)

    assert credit(opened, held, *EARNING, n=5.9) is None
    assert later is not None
    assert later.since == ends
    assert credit(opened, held, *EARNING, n=6) == later
    assert credit(decided(DecisionKind.UNLOCK, 1, until=day(4)), *EARNING) is None
    assert credit(decided(DecisionKind.UNLOCK, 1, until=day(4.1)), *EARNING) is not None


def rests_on_facts(progress: Progress, tally: Tally) -> None:
    """Hold one learner's credits to what their support says."""
    told = {fact.key: fact for fact in progress.facts}
    for name, found in progress.credits.items():
        facts = [told[key] for key in found.support]
        assert len(set(found.support)) == len(found.support)
        assert all(fact.observed_at <= found.since for fact in facts if not isinstance(fact, Award))
        kinds = {type(fact) for fact in facts}
        if found.basis is Basis.DEMONSTRATED:
            assert kinds <= {Evidence, Decision}
            unlocks = [fact for fact in facts if isinstance(fact, Decision)]
            assert [one.kind for one in unlocks] == [DecisionKind.UNLOCK] * found.unlocked, name
        else:
            assert kinds == {Award if found.basis is Basis.KEPT else Decision}
            assert len(facts) == 1
        tally.case("support", **{found.basis: True, "unlocked": found.unlocked})


def test_support_is_among_the_facts_of_the_learner() -> None:
    """Every credit rests on facts of this learner, none later than it, and of the sort that its basis says."""
    tally = Tally()
    for world, _ in dense("support", 300):
        rests_on_facts(evaluate(world.framework, world.policy, world.facts, world.at), tally)
    tally.demand("support", demonstrated=0.1, waived=0.02, granted=0.02, kept=0.01, unlocked=0.005)
