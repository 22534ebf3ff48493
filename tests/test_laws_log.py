"""Laws 6 to 10: what `evaluate` makes of a log of facts, in whatever order they come."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from worlds import Law, Palette, Pick, Tally, World, holds, profile, standings, worlds
from worlds_facts import UNWITHDRAWN, day, evidence

from competencies import Competency, Framework
from mastery.errors import KeyConflict
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact, Outcome
from mastery.policy import Policy
from mastery.progress import Progress, evaluate

TALLY = Tally()
WITHOUT_AWARDS = Palette(awards=(0,))
NEVER_WITHDRAWN = Palette(kinds=UNWITHDRAWN)
CORRECTIONS = (DecisionKind.VOID, DecisionKind.VOID, DecisionKind.VOID, DecisionKind.EXCUSE, DecisionKind.GRANT)
CORRECTED = Palette(kinds=CORRECTIONS, decisions=(3, 4), awards=(2, 3))


def same(one: Progress, other: Progress, world: World, what: object = "") -> None:
    """Fail unless two values of progress say the same of every competency and group."""
    first, second = standings(one), standings(other)
    differ = {name: (first[name], second[name]) for name in first if first[name] != second[name]}
    assert not differ, f"{what} {differ}\n{world!r}"
    assert one.credits == other.credits, f"{what}\n{world!r}"
    assert {f.key for f in one.unplaced} == {f.key for f in other.unplaced}, f"{what}\n{world!r}"


def shuffled(facts: tuple[Fact, ...], pick: Pick) -> tuple[Fact, ...]:
    """Return the same facts in another order."""
    order: list[Fact] = []
    for fact in facts:
        order.insert(pick(range(len(order) + 1)), fact)
    return tuple(order)


def law_6(world: World, pick: Pick, tally: Tally) -> None:
    """Check another order of the same facts."""
    progress, again = world.evaluate(), shuffled(world.facts, pick)
    same(progress, world.evaluate(again), world)
    same(progress, world.evaluate(tuple(reversed(world.facts))), world)
    told = [(fact.competency, fact.observed_at) for fact in world.facts if isinstance(fact, Evidence)]
    times = [fact.observed_at for fact in world.facts]
    tally.case("law_6", ties=len(set(told)) < len(told), late=times != sorted(times), credit=progress.credits)


def test_law_6() -> None:
    """`evaluate` is a function of the set of facts."""
    holds(law_6, TALLY, 1500, ties=0.3, late=0.8, credit=0.6)


def law_7(world: World, pick: Pick, tally: Tally) -> None:
    """Check one fact twice, recorded again later, and one key with two contents."""
    if not world.facts:
        return
    progress, fact = world.evaluate(), pick(world.facts)
    again = evolve(fact, recorded_at=day(30))
    same(progress, world.evaluate(shuffled((*world.facts, again), pick)), world)
    same(progress, progress.with_fact(again)[0], world)
    known = day(20)
    for twice in ((*world.facts, again), (again, *world.facts)):
        got = evaluate(world.framework, world.policy, twice, world.at, known=known)
        same(evaluate(world.framework, world.policy, world.facts, world.at, known=known), got, world)
    other = _with_other_content(fact, pick)
    with pytest.raises(KeyConflict):
        world.evaluate(shuffled((*world.facts, other), pick))
    without = world.evaluate(tuple(f for f in world.facts if f is not fact))
    tally.case("law_7", matters=standings(without) != standings(progress))


def _with_other_content(fact: Fact, pick: Pick) -> Fact:
    if isinstance(fact, Evidence):
        return pick(
            (
                evolve(fact, source="elsewhere"),
                evolve(fact, observed_at=fact.observed_at + timedelta(microseconds=1)),
                evolve(fact, score=0.123, outcome=Outcome.SCORED),
            )
        )
    told = evolve(fact, why="another reason") if isinstance(fact, Decision) else evolve(fact, framework="another")
    others: tuple[Fact, ...] = (told, evidence(pick, fact.key, "c0"))
    return pick(others)


def test_law_7() -> None:
    """Recording twice is recording once, the same key with other content is refused; content is everything but
    recorded_at, and the earliest stays.
    """
    holds(law_7, TALLY, 800, matters=0.3)


def law_8(world: World, pick: Pick, tally: Tally) -> None:
    """Check a void, whenever it came, against the log without its target."""
    targets = [fact for fact in world.facts if not isinstance(fact, Decision) or fact.kind is not DecisionKind.VOID]
    if not targets:
        return
    target = pick(targets)
    void = _void(target.key, pick(range(8)), "void")
    voided = shuffled((*world.facts, void), pick)
    without = world.evaluate(tuple(fact for fact in world.facts if fact is not target))
    same(world.evaluate(voided), without, world, target.key)
    same(world.evaluate((*voided, _void("void", 3, "void the void"))), without, world, target.key)
    same(world.evaluate().with_fact(void)[0], without, world, target.key)
    early = target.observed_at > void.observed_at
    tally.case("law_8", matters=standings(without) != standings(world.evaluate()), early=early)


def _void(of: str, n: int, key: str) -> Decision:
    kind = DecisionKind.VOID
    return Decision(learner="ana", kind=kind, by="Mr Sato", why="mixed up", of=of, observed_at=day(n), key=key)


def test_law_8() -> None:
    """`evaluate` with a void equals `evaluate` without its target, awards aside."""
    holds(law_8, TALLY, 1500, WITHOUT_AWARDS, matters=0.3, early=0.3)


def law_9(world: World, pick: Pick, tally: Tally) -> None:
    """Check facts added one by one, late ones too, against all at once; and which standings each touched."""
    start, looks = pick(range(len(world.facts) + 1)), {pick(range(len(world.facts) + 1)) for _ in range(3)}
    progress = world.evaluate(world.facts[:start])
    late = moved = False
    for n, fact in enumerate(world.facts[start:], start):
        before, (progress, touched) = progress, progress.with_fact(fact)
        gained = before.credits != progress.credits
        moved = moved or gained
        late = late or (gained and any(fact.observed_at < other.observed_at <= world.at for other in world.facts[:n]))
        untouched = [] if touched is None else [i for i in range(len(world.leaves)) if i not in touched]
        for i in untouched:
            assert before.standing_at(i) == progress.standing_at(i), f"{world.leaves[i]} by {fact}\n{world!r}"
        if n in looks:
            same(progress, world.evaluate(world.facts[: n + 1]), world, f"after {fact.key}")
    same(progress, world.evaluate(), world)
    later = world.at + timedelta(days=3)
    same(progress.moved(later), world.evaluate(at=later), world, "later")
    same(world.evaluate(world.facts[:start]).with_facts(world.facts[start:]), progress, world)
    tally.case("law_9", moved=moved, late=late)


def test_law_9() -> None:
    """Adding any fact, late or not, to a kept state gives what evaluating all facts gives."""
    holds(law_9, TALLY, 1200, moved=0.4, late=0.25)


def law_9_corrected(world: World, pick: Pick, tally: Tally) -> None:
    """Check facts added one by one where voids and awards meet."""
    voided = {fact.of for fact in world.facts if isinstance(fact, Decision) and fact.kind is DecisionKind.VOID}
    fallen = any(isinstance(fact, Award) and voided & set(fact.support) for fact in world.facts)
    progress = world.evaluate(())
    for fact in world.facts:
        progress, _ = progress.with_fact(fact)
    same(progress, world.evaluate(), world)
    tally.case("law_9_corrected", fallen=fallen, credit=progress.credits)


def test_law_9_corrected() -> None:
    """Adding facts in any order comes to the same where awards rest on what was voided, before or after."""
    holds(law_9_corrected, TALLY, 1500, CORRECTED, fallen=0.1, credit=0.5)


def test_an_award_that_arrives_after_the_void_of_its_support_falls() -> None:
    """An award resting on a voided fact gives no credit, whichever of the two came first."""
    void = _void("k", 0, "void")
    rests_on = ["k"]
    award = Award(learner="ana", competency="a", earned_at=day(1), support=rests_on, framework="f", policy="p", key="x")
    one = Framework("one", [Competency("a")])
    assert evaluate(one, Policy(), [void, award], day(2)).credits == {}
    assert evaluate(one, Policy(), [award], day(2)).with_fact(void)[0].credits == {}
    assert evaluate(one, Policy(), [void], day(2)).with_fact(award)[0].credits == {}


def law_10_observed(world: World, pick: Pick, tally: Tally) -> None:
    """Check that what was observed later has no say, and that one can look back and ahead."""
    t = day(pick(range(1, 15)) + pick((0, 0, 0.5)))
    by_then = tuple(fact for fact in world.facts if fact.observed_at <= t)
    then = world.evaluate(by_then, t)
    same(then, world.evaluate(at=t), world, t)
    same(then, world.evaluate().moved(t), world, f"back to {t}")
    same(world.evaluate(), world.evaluate(at=t).moved(world.at), world, f"from {t}")
    now = world.evaluate()
    tally.case("law_10_observed", later=standings(now) != standings(then), credit=then.credits)


def test_law_10_observed() -> None:
    """Progress as of t depends only on facts observed by t."""
    holds(law_10_observed, TALLY, 1500, later=0.7, credit=0.3)


def law_10_credit(world: World, pick: Pick, tally: Tally) -> None:
    """Check that credit stays as time goes on."""
    credits = [set(world.evaluate(at=day(n)).credits) for n in range(0, 20, 2)]
    for earlier, later in pairwise(credits):
        assert earlier <= later, repr(world)
    gated = any(world.is_gated(name) for name in credits[-1])
    tally.case("law_10_credit", grows=credits[0] < credits[-1], gated=gated)


def test_law_10_credit() -> None:
    """Without revoke, void and excuse, credit never goes as t grows."""
    holds(law_10_credit, TALLY, 800, NEVER_WITHDRAWN, grows=0.6, gated=0.3)


@pytest.mark.parametrize("law", [law_6, law_7, law_9, law_10_observed], ids=lambda law: str(law.__name__))
@given(worlds())
@profile(150)
def test_no_counterexample_is_found(law: Law, drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no world that breaks the law."""
    law(*drawn, Tally())


@given(worlds(WITHOUT_AWARDS))
@profile(150)
def test_no_counterexample_is_found_to_law_8(drawn: tuple[World, Pick]) -> None:
    """Hypothesis finds no void that leaves a trace of its target."""
    law_8(*drawn, Tally())


@given(worlds(NEVER_WITHDRAWN))
@profile(150)
def test_no_counterexample_is_found_to_lasting_credit(drawn: tuple[World, Pick]) -> None:
    """Hypothesis finds no credit that goes without revoke, void or excuse."""
    law_10_credit(*drawn, Tally())
