"""Laws 11 and 13: what a better score can do, and how far one piece of evidence reaches."""

from __future__ import annotations

from datetime import datetime, timedelta

import networkx
import pytest
from attrs import evolve
from hypothesis import given
from oracle import leaves_of
from worlds import Law, Palette, Pick, Tally, World, holds, profile, standings, worlds
from worlds_facts import day, evidence

from competencies import Competency, Framework
from mastery.criteria import Criteria
from mastery.facts import Basis, Evidence, Purpose
from mastery.models import Sums
from mastery.policy import Policy
from mastery.progress import Progress
from mastery.retention import Currency, Retention
from mastery.standing import Action

TALLY = Tally()
WITHOUT_AWARDS = Palette(awards=(0,))
BETTER_FIRST = (Currency.FRESH, Currency.DUE, Currency.LAPSED)
LOCAL = ("status", "credit", "estimate", "currency", "action", "due_at")


def raised(world: World, pick: Pick) -> tuple[World, Evidence] | None:
    """Return the world with one score raised, mostly where credit is wanting, and that piece as it was."""
    pieces = [f for f in world.facts if isinstance(f, Evidence) and f.score is not None and f.score < 1]
    if not pieces:
        return None
    progress = world.evaluate()
    begun = {n for n in world.leaves if progress.standing(n).action in (Action.CONTINUE, Action.CHECK, Action.RETAKE)}
    names = begun | {world.framework.competency(name).label for name in begun}
    wanting = [f for f in pieces if f.competency in names and f.observed_at <= world.at]
    checks = [f for f in pieces if f.purpose is Purpose.CHECK and f.observed_at <= world.at]
    piece = pick(pick((wanting, wanting, checks, checks, pieces)) or pieces)
    assert piece.score is not None
    score = pick([s for s in (1.0, 1.0, 1.0, 0.8, 0.7, 0.5) if s > piece.score])
    return world.with_facts([evolve(f, score=score) if f is piece else f for f in world.facts]), piece


def open_gates(world: World, progress: Progress) -> set[str]:
    """Return the competencies whose requirement is met, by names."""
    opens = world.opens_gates(progress)
    return {name for name in world.leaves if world.is_met(name, opens)}


def no_worse(world: World, other: World, at: datetime) -> tuple[Progress, Progress]:
    """Fail where `other`, with a better score, is worse off at `at`."""
    low, high = world.evaluate(at=at), other.evaluate(at=at)

    def told(name: str = "") -> str:
        return f"{name} at {at:%m-%d}\n{world!r}\n{other!r}"

    assert set(low.credits) <= set(high.credits), told()
    assert open_gates(world, low) <= open_gates(world, high), told()
    for name in world.leaves:
        before, after = low.standing(name), high.standing(name)
        assert after.criteria_met or not before.criteria_met, told(name)
        assert after.opens is None or (before.opens is not None and after.opens <= before.opens), told(name)
        assert before.wants_relearning or not after.wants_relearning, told(name)
        assert _has_passed(other, high, name) or not _has_passed(world, low, name), told(name)
        if before.currency and after.currency:
            assert BETTER_FIRST.index(after.currency) <= BETTER_FIRST.index(before.currency), told(name)
    return low, high


def _has_passed(world: World, progress: Progress, name: str) -> bool:
    track = progress.track(name)
    return track is not None and track.has_passed


def law_11(world: World, pick: Pick, tally: Tally) -> None:
    """Check a raised score component by component, now and later."""
    found = raised(world, pick)
    if found is None:
        return
    other, piece = found
    low, high = no_worse(world, other, world.at)
    for n in (1, 2, 5):
        no_worse(world, other, world.at + timedelta(days=n))
    no_worse(world, other, piece.observed_at + timedelta(days=pick((0, 1, 2, 3))))
    before, after = standings(low), standings(high)
    tally.case(
        "law_11",
        gained=set(low.credits) < set(high.credits),
        moved=before != after,
        check=piece.purpose is Purpose.CHECK and piece.observed_at <= world.at,
        sooner=any(s.opens and s.opens != after[name].opens for name, s in before.items()),
        current=any(s.currency and s.currency is not after[name].currency for name, s in before.items()),
    )


def test_law_11() -> None:
    """Raising a score never removes credit, closes a gate, un-meets criteria, un-passes a check, postpones a retake or
    worsens currency.
    """
    holds(law_11, TALLY, 2500, WITHOUT_AWARDS, gained=0.08, moved=0.4, check=0.2, sooner=0.005, current=0.03)


def law_11_with_awards(world: World, pick: Pick, tally: Tally) -> None:
    """Check a raised score where awards keep credit."""
    found = raised(world, pick)
    if found is not None:
        low, _ = no_worse(world, found[0], world.at)
        kept = any(credit.basis is Basis.KEPT for credit in low.credits.values())
        tally.case("law_11_with_awards", kept=kept, moved=standings(low) != standings(found[0].evaluate()))


def test_law_11_with_awards() -> None:
    """Where awards keep credit, a raised score does no harm either."""
    holds(law_11_with_awards, TALLY, 1500, Palette(awards=(1, 2, 3)), kept=0.3, moved=0.3)


def test_law_11_in_a_late_gate() -> None:
    """A prerequisite credited sooner does not make what follows due sooner."""
    two = Framework("two", [Competency("p"), Competency("c")], requires={"c": "p"})
    criteria = Criteria(mastered_at=0.76, pieces=1, occasions=1)
    rules = Policy(model=Sums(k=2, m0=1.0), criteria=criteria, check=None, retention=Retention(4))
    own = Evidence("ana", "c", 0.5, day(0), key="own")  # (0.5 + 2) / 3: enough, though no piece reaches .76
    late = Evidence("ana", "p", 1.0, day(5), key="late")  # (0 + 1 + 2) / 4 = .75 is not enough, so a third
    later = Evidence("ana", "p", 1.0, day(6), key="later")
    firsts = [Evidence("ana", "p", score, day(1), key="first") for score in (0.0, 1.0)]
    low, high = (World(two, rules, (own, first, late, later), day(6)) for first in firsts)
    no_worse(low, high, day(6))


def law_13(world: World, pick: Pick, tally: Tally) -> None:
    """Check how far one more piece of evidence reaches."""
    name = pick(world.leaves)
    piece = evidence(pick, "new", name, (1.0, 1.0, 0.8, 0.0))
    graph = world.framework.graph
    hard = graph.edge_subgraph([edge for edge in graph.edges if graph.edges[edge]["hard"]])
    reach = {name} | (networkx.descendants(hard, name) if name in hard else set())
    before, after = standings(world.evaluate()), standings(world.evaluate((*world.facts, piece)))
    for other in before:
        if not reach & set(leaves_of(world.framework, other)):
            for field in LOCAL:
                one, two = getattr(before[other], field), getattr(after[other], field)
                assert one == two, f"{other}.{field} by {piece}\n{world!r}"
    tally.case(
        "law_13",
        moved=before[name] != after[name],
        spread=any(before[other] != after[other] for other in reach - {name}),
        beyond=any(other not in reach and before[other].estimate for other in world.leaves),
        needs=name in hard and networkx.ancestors(hard, name),
    )


def test_law_13() -> None:
    """Evidence on c moves status, credit, estimate, currency and step action only of c, its groups and what depends on
    them.
    """
    holds(law_13, TALLY, 2500, moved=0.5, spread=0.02, beyond=0.5, needs=0.3)


@pytest.mark.parametrize("law", [law_11_with_awards, law_13], ids=lambda law: str(law.__name__))
@given(worlds())
@profile(150)
def test_no_counterexample_is_found(law: Law, drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no world that breaks the law."""
    law(*drawn, Tally())


@given(worlds(WITHOUT_AWARDS))
@profile(200)
def test_no_counterexample_is_found_to_law_11(drawn: tuple[World, Pick]) -> None:
    """Hypothesis finds no raised score that does harm."""
    law_11(*drawn, Tally())
