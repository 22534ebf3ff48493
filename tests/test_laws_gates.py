"""Laws 1 to 5: credit, gates and steps. Each function checks one world; its test's docstring is the law."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from oracle import Oracle
from oracle_terms import locks
from worlds import Law, Palette, Pick, Tally, World, holds, profile, worlds
from worlds_facts import UNCORRECTED

from competencies.knowledge_space import outer_fringe
from mastery.explain import why
from mastery.facts import Basis, DecisionKind, Purpose
from mastery.pathway import next_steps
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Standing, Status, WaitKind

TALLY = Tally()
UNDECIDED = Palette(decisions=(0,))
CORRECTIONS_ASIDE = Palette(kinds=UNCORRECTED)


def demonstrated(progress: Progress) -> dict[str, Standing]:
    """Return the standings whose credit was demonstrated."""
    found = {name: progress.standing(name) for name in progress.credits}
    return {name: s for name, s in found.items() if s.credit and s.credit.basis is Basis.DEMONSTRATED}


def law_1(world: World, pick: Pick, tally: Tally) -> None:
    """Check that settled credit has its requirement met."""
    progress, settled = world.evaluate(), set()
    for name, standing in demonstrated(progress).items():
        if not standing.under_question and standing.credit and not standing.credit.unlocked:
            assert world.is_met(name, progress.credits), f"{name}\n{world!r}"
            settled.add(name)
    tally.case("law_1", gated=any(map(world.is_gated, settled)), questioned=set(demonstrated(progress)) - settled)


def test_law_1() -> None:
    """Every demonstrated credit not under question and not unlocked has its requirement met by today's credit."""
    holds(law_1, TALLY, 2000, gated=0.25, questioned=0.02)


def law_2_credit(world: World, pick: Pick, tally: Tally) -> None:
    """Check the gate at the moment when each credit was demonstrated."""
    gated = unlocked = False
    for name, standing in demonstrated(world.evaluate()).items():
        assert standing.credit is not None
        then = world.evaluate(at=standing.credit.since)
        met = world.is_met(name, world.opens_gates(then))
        stood_in = _oracle(world, then).books[name].in_force(DecisionKind.UNLOCK, then.at)
        assert met or stood_in, f"{name}\n{world!r}"
        assert standing.credit.unlocked is not met, f"{name}\n{world!r}"
        assert then.standing(name).credit == standing.credit, f"{name}\n{world!r}"
        gated, unlocked = gated or world.is_gated(name), unlocked or not met
    tally.case("law_2_credit", gated=gated, unlocked=unlocked)


def test_law_2_credit() -> None:
    """There is no demonstrated credit at a moment when its gate is closed."""
    holds(law_2_credit, TALLY, 1500, CORRECTIONS_ASIDE, gated=0.25, unlocked=0.02)


def law_2_step(world: World, pick: Pick, tally: Tally) -> None:
    """Check the gate of every step."""
    progress = world.evaluate()
    opens, oracle = world.opens_gates(progress), _oracle(world, progress)
    new = [step.competency for step in next_steps(progress) if step.competency not in progress.credits]
    for name in new:
        unlocked = oracle.books[name].in_force(DecisionKind.UNLOCK, world.at)
        assert world.is_met(name, opens) or unlocked, f"{name}\n{world!r}"
    shut = [name for name in world.leaves if name not in progress.credits and not world.is_met(name, opens)]
    tally.case("law_2_step", gated=any(map(world.is_gated, new)), shut=shut)


def test_law_2_step() -> None:
    """There is no Step for an uncredited competency whose gate is closed."""
    holds(law_2_step, TALLY, 1500, gated=0.15, shut=0.4)


def law_3(world: World, pick: Pick, tally: Tally) -> None:
    """Check READY by its definition, from the facts."""
    progress = world.evaluate()
    opens, oracle, ready = world.opens_gates(progress), _oracle(world, progress), set()
    for name, book in oracle.books.items():
        is_open = world.is_met(name, opens) or book.in_force(DecisionKind.UNLOCK, world.at)
        is_held = book.in_force(DecisionKind.HOLD, world.at)
        decides = book.rule.required or book.rule.challenge
        has_failed = decides and book.checks(world.at).last is False
        if is_open and name not in progress.credits and not is_held and not book.shown(world.at) and not has_failed:
            ready.add(name)
    got = {name for name in world.leaves if progress.status(name) is Status.READY}
    assert got == ready, f"{got} {ready}\n{world!r}"
    revoked = any(oracle.books[name].evidence for name in ready)
    tally.case("law_3", gated=any(map(world.is_gated, ready)), ready=ready, revoked=revoked)


def test_law_3() -> None:
    """READY is exactly: gate open, uncredited, not held, no evidence since the last revoke, no failed check."""
    holds(law_3, TALLY, 2000, gated=0.1, ready=0.2, revoked=0.01)


def law_3_fringe(world: World, pick: Pick, tally: Tally) -> None:
    """Check READY against the outer fringe of the knowledge state."""
    progress = world.evaluate()
    oracle = _oracle(world, progress)
    moved = {name for name, book in oracle.books.items() if book.scored(world.at)}
    ready = {name for name in world.leaves if progress.status(name) is Status.READY}
    if not any(locks(world.framework, world.policy, name) for name in world.leaves):
        fringe = outer_fringe(world.framework, progress.credits)
        assert ready == fringe - moved, f"{ready} {fringe}\n{world!r}"
        tally.case("law_3_fringe", ready=ready, gated=any(map(world.is_gated, ready)), moved=fringe & moved)


def test_law_3_fringe() -> None:
    """Without decisions and lapse=lock, READY is the outer fringe less what evidence moved."""
    holds(law_3_fringe, TALLY, 1500, UNDECIDED, ready=0.2, gated=0.1, moved=0.4)


def law_4(world: World, pick: Pick, tally: Tally) -> None:
    """Check that nobody stands before nothing."""
    progress = world.evaluate()
    own: list[Standing] = [progress.standing(name) for name in world.leaves]
    open_ends = []
    for name, standing in zip(world.leaves, own, strict=True):
        if standing.status is Status.MET and standing.currency is Currency.FRESH:
            continue
        wait = standing.wait
        assert standing.action is not None or wait is not None, f"{name}\n{world!r}"
        open_ends.append(standing.action or (wait and wait.kind))
        if standing.action is None and wait is not None and wait.kind is WaitKind.REQUIREMENT:
            assert why(progress, name).ways, f"{name}\n{world!r}"
        if standing.action is None and wait is not None and wait.kind is WaitKind.DATE:
            assert wait.until is not None
            assert wait.until > world.at, f"{name}\n{world!r}"
    unmet = any(standing.status is not Status.MET for standing in own)
    assert not unmet or set(open_ends) - {WaitKind.REQUIREMENT}, repr(world)
    tally.case("law_4", **{str(kind): kind in open_ends for kind in WaitKind}, unmet=unmet)


def test_law_4() -> None:
    """Every competency not MET-and-fresh has a Step, a requirement with ways, a date or a person; and while something
    is not MET, one of them is not a requirement.
    """
    holds(law_4, TALLY, 1200, unmet=0.6, requirement=0.4, person=0.1, date=0.005)


def law_5(world: World, pick: Pick, tally: Tally) -> None:
    """Check that a pass stands behind each credit, by the scores alone."""
    progress = world.evaluate()
    books = _oracle(world, progress).books
    shown = {name: s for name, s in demonstrated(progress).items() if books[name].rule.required}
    if not any(book.rule.required for book in books.values()):
        return
    for name, standing in shown.items():
        assert standing.credit is not None
        assert _last_decisive(world, progress, name, standing.credit.since), f"{name}\n{world!r}"
    tally.case("law_5", checked=shown, gated=any(map(world.is_gated, shown)))


def _last_decisive(world: World, progress: Progress, name: str, since: datetime) -> bool:
    """Return whether by `since` a passing score is later than every revoke and every failing one."""
    book = _oracle(world, progress).books[name]
    blueprint = world.framework.competency(name).check
    mark = book.rule.pass_score or (blueprint.pass_score if blueprint else 0.8)
    checks = [(p.observed_at, (p.score or 0) >= mark) for p in book.scored(since, Purpose.CHECK)]
    passes = [t for t, passed in checks if passed]
    against = [t for t, passed in checks if not passed]
    against += [d.observed_at for d in book.decisions if d.kind is DecisionKind.REVOKE and d.observed_at <= since]
    return bool(passes) and all(max(passes) > t for t in against)


def test_law_5() -> None:
    """No demonstrated credit without a passed check where the policy under which it was earned asks for one."""
    holds(law_5, TALLY, 2500, checked=0.25, gated=0.15)


def _oracle(world: World, progress: Progress) -> Oracle:
    return Oracle(world.framework, world.policy, world.facts, progress.at)


@pytest.mark.parametrize("law", [law_1, law_2_step, law_3, law_4, law_5], ids=lambda law: str(law.__name__))
@given(worlds())
@profile(150)
def test_no_counterexample_is_found(law: Law, drawn: tuple[World, Pick]) -> None:
    """Hypothesis, which shrinks what it finds, finds no world that breaks the law."""
    law(*drawn, Tally())


@given(worlds(CORRECTIONS_ASIDE))
@profile(150)
def test_no_counterexample_is_found_to_law_2(drawn: tuple[World, Pick]) -> None:
    """Hypothesis finds no credit that was demonstrated while its gate was closed."""
    law_2_credit(*drawn, Tally())


@given(worlds(UNDECIDED))
@profile(150)
def test_no_counterexample_is_found_to_the_fringe(drawn: tuple[World, Pick]) -> None:
    """Hypothesis finds no world without decisions where READY is not the outer fringe less what evidence moved."""
    law_3_fringe(*drawn, Tally())
