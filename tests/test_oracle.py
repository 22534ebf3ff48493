"""`evaluate` runs competency by competency; the oracle runs through time. They must agree on everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from hypothesis import given
from oracle import Leaf, Oracle, leaves_of
from worlds import DEEP, Palette, Pick, Tally, World, dense, profile, standings, worlds
from worlds_facts import day

from competencies import Competency, Framework
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Award, Basis, Decision, DecisionKind, Evidence, Fact, Purpose
from mastery.policy import Policy
from mastery.progress import evaluate
from mastery.retention import Currency, Retention
from mastery.standing import Standing, Status

TALLY = Tally()
MANY_AWARDS = Palette(awards=(1, 2, 3), decisions=(0, 1, 2, 8))
WORST_FIRST = (Currency.LAPSED, Currency.DUE, Currency.FRESH)


def _told(standing: Standing | Leaf, field: str) -> object:
    value = getattr(standing, field)
    if field == "wait" and isinstance(standing, Standing):
        return standing.wait and standing.wait.kind
    if field == "credit" and value is not None:
        return value.basis, value.since, value.unlocked
    return value


def _differences(told: Leaf, got: Standing) -> dict[str, tuple[object, object]]:
    pairs = {field: (_told(told, field), _told(got, field)) for field in Leaf.__dataclass_fields__}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def _group(leaves: list[Leaf]) -> Status:
    if all(leaf.credit for leaf in leaves):
        return Status.MET
    if any(leaf.credit or leaf.pieces for leaf in leaves):  # pieces: n times has no estimate before it is there
        return Status.IN_PROGRESS
    return Status.LOCKED if all(leaf.status is Status.LOCKED for leaf in leaves) else Status.READY


def agrees(world: World, known: datetime | None = None) -> dict[str, Leaf]:
    """Fail where the oracle and `evaluate` differ; return what the oracle says."""
    told = Oracle(world.framework, world.policy, world.facts, world.at, known).answers()
    got = standings(evaluate(world.framework, world.policy, world.facts, world.at, known=known))
    for name in told:
        found = _differences(told[name], got[name])
        assert not found, f"{name}: (wanted, got) {found}\n{world!r}"
    for group in set(got) - set(told):
        leaves = [told[name] for name in leaves_of(world.framework, group)]
        assert got[group].status is _group(leaves), f"{group}\n{world!r}"
        assert got[group].action is None
        if got[group].status is Status.MET:
            worst = min((leaf.currency for leaf in leaves if leaf.currency), key=WORST_FIRST.index)
            assert got[group].currency is worst, f"{group}\n{world!r}"
    return told


def _count(law: str, world: World, told: dict[str, Leaf]) -> None:
    leaves = told.values()
    bases = {leaf.credit.basis for leaf in leaves if leaf.credit}
    shown = {name for name, leaf in told.items() if leaf.credit and leaf.credit.basis is Basis.DEMONSTRATED}
    TALLY.case(
        law,
        gated=any(map(world.is_gated, shown)),
        unlocked=any(leaf.credit and leaf.credit.unlocked for leaf in leaves),
        kept=Basis.KEPT in bases,
        given=bases & {Basis.GRANTED, Basis.WAIVED, Basis.INFERRED},
        questioned=any(told[name].under_question for name in shown),
        lapsed=any(leaf.currency is Currency.LAPSED for leaf in leaves),
        due=any(leaf.currency is Currency.DUE for leaf in leaves),
        failed=any(leaf.status is Status.NOT_YET for leaf in leaves),
        held=any(leaf.status is Status.AWAITING for leaf in leaves),
        check_due=any(leaf.status is Status.CHECK_DUE for leaf in leaves),
        opens=any(leaf.opens for leaf in leaves),
    )


def test_agrees_in_dense_worlds() -> None:
    """In thousands of dense worlds every standing is what the fold in time order says."""
    for world, _ in dense("oracle", 7000):
        _count("dense", world, agrees(world))
    TALLY.demand("dense", gated=0.25, kept=0.1, given=0.2, lapsed=0.15, due=0.2, failed=0.1, held=0.05)
    TALLY.demand("dense", questioned=0.005, unlocked=0.01, check_due=0.03, opens=0.05)


def test_agrees_with_many_decisions_and_awards() -> None:
    """With more decisions and awards than evidence every standing is what the fold in time order says."""
    for world, _ in dense("awards", 3000, MANY_AWARDS):
        _count("awards", world, agrees(world))
    TALLY.demand("awards", gated=0.2, kept=0.3, given=0.3, questioned=0.01)


def test_agrees_on_what_was_known() -> None:
    """`known` leaves out what was recorded later, and nothing else."""
    for world, rng in dense("known", 1000):
        known = day(rng.choice((15, 16)))
        late = any(fact.recorded_at and fact.recorded_at > known for fact in world.facts)
        TALLY.case("known", late=late, moved=agrees(world, known) != agrees(world))
    TALLY.demand("known", late=0.9, moved=0.5)


@given(worlds())
@profile(250)
def test_agrees_in_small_worlds(drawn: tuple[World, Pick]) -> None:
    """In worlds that Hypothesis draws, and shrinks, every standing is what the fold in time order says."""
    agrees(drawn[0])


def test_worlds_are_the_same_each_time() -> None:
    """The dense worlds of a seed are the same in every run, whatever the number of cases."""
    again = [world for world, _ in islice(dense("oracle", 5), 5)]
    assert [world for world, _ in islice(dense("oracle", 9 * DEEP), 5)] == again


ONE = Framework("one", [Competency("a")])
QUICK = Policy(criteria=Criteria(pieces=1, occasions=1), check=None, retention=Retention(4))


def _decided(kind: DecisionKind, n: float) -> Decision:
    return Decision(
        learner="ana", kind=kind, by="the teacher", why="because", observed_at=day(n), competency="a", key=f"{kind}-{n}"
    )


def _awarded(n: float) -> Award:
    key = f"award-{n}"
    return Award(learner="ana", competency="a", earned_at=day(n), support=(), framework="f", policy="p", key=key)


def _failed(n: float) -> Evidence:
    return Evidence("ana", "a", 0.0, day(n), purpose=Purpose.CHECK, key=f"check-{n}")


def _standing(facts: Sequence[Fact], at: float, policy: Policy = QUICK) -> Standing:
    return evaluate(ONE, policy, facts, day(at)).standing("a")


def test_a_grant_confirms_even_when_it_was_withdrawn() -> None:
    """Due counts from the latest good piece, pass, grant or waive: a revoke bars evidence from it, not the grant."""
    facts: list[Fact] = [_decided(DecisionKind.GRANT, 2), _decided(DecisionKind.REVOKE, 7), _awarded(10)]
    assert _standing(facts, 12).due_at == day(2) + timedelta(days=4)


def test_kept_credit_counts_from_its_award_when_nothing_confirms_it() -> None:
    """Kept credit that no piece, pass, grant or waive confirms is due one interval after its award."""
    assert _standing([_awarded(3)], 5).due_at == day(7)


def test_unconfirmed_credit_counts_from_the_first_counted_piece() -> None:
    """Where work counts but none of it is good, due counts from the first piece, which no score can move."""
    pieces = [Evidence("ana", "a", 0.7, day(n), key=f"piece-{n}") for n in (1, 2)]
    assert _standing([*pieces, _awarded(3)], 4).due_at == day(5)


def test_a_revoke_beats_a_grant_of_the_same_instant() -> None:
    """A grant at the instant of a revoke neither credits nor vouches against an earlier failed check."""
    facts: list[Fact] = [
        _failed(1),
        _decided(DecisionKind.GRANT, 2),
        _decided(DecisionKind.REVOKE, 2),
        Evidence("ana", "a", 1.0, day(3), key="k"),
        Evidence("ana", "a", 1.0, day(3), key="l"),
        Evidence("ana", "a", 1.0, day(3), key="m"),
    ]
    assert _standing(facts[:3], 2).credit is None
    assert _standing(facts, 4).currency is Currency.LAPSED


def test_a_withdrawn_grant_still_vouches_against_an_older_fail() -> None:
    """A failed check lapses credit only when it is later than the last grant or waive, withdrawn or not."""
    facts: list[Fact] = [_failed(1), _decided(DecisionKind.GRANT, 2), _decided(DecisionKind.REVOKE, 3), _awarded(4)]
    assert _standing(facts, 5).currency is not Currency.LAPSED
    assert _standing(facts, 5, Policy(check=CheckRule())).currency is not Currency.LAPSED
