"""No law is empty: for each there is a mistake that an LMS could make, and the law finds it within 500 examples.

The five that an outsider is likeliest to make, with what is said of them, are in tests/test_planted_faults.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

import mastery
from competencies import All, AtLeast, Competency, Framework, Needs, Requirement, Share
from mastery import Criteria, Decision, DecisionKind, Engine, Evidence, MemoryStore, Policy, Progress
from mastery.facts import Fact, in_order
from mastery.standing import Action, Standing
from mastery.testing import laws

EXAMPLES = 500
Given = tuple[Framework, Policy, Sequence[Fact], datetime]


class Seen:
    """Progress as a screen shows it, each standing changed by what the screen gets wrong."""

    def __init__(self, progress: Progress, see: Callable[[Standing], Standing]) -> None:
        self._progress, self._see = progress, see

    def __getattr__(self, name: str) -> Any:
        return getattr(self._progress, name)

    def standing(self, name: str) -> Standing:
        """Return a standing as it is shown."""
        return self._see(self._progress.standing(name))


def asks_nobody(*given: Any) -> Seen:
    """Credit is never put under question."""
    return Seen(mastery.evaluate(*given), lambda one: evolve(one, under_question=False))


def offers_no_check(*given: Any) -> Seen:
    """A check that is due is on nobody's list."""
    is_check = (Action.CHECK, Action.RETAKE)
    return Seen(mastery.evaluate(*given), lambda one: evolve(one, action=None) if one.action in is_check else one)


def knows_no_gates(framework: Framework, *given: Any) -> Progress:
    """Prerequisites are shown and never looked at."""
    return mastery.evaluate(evolve(framework, requires={}), *given)


def any_of(requirement: Requirement) -> Requirement:
    """Read every all-of as any-of."""
    if isinstance(requirement, Needs | Share):
        return requirement
    parts = [any_of(part) for part in requirement.parts]
    is_all = isinstance(requirement, All)
    return AtLeast(1 if is_all or not isinstance(requirement, AtLeast) else requirement.k, parts) if parts else All([])


def opens_at_the_first(framework: Framework, *given: Any) -> Progress:
    """One of all that is required is enough."""
    requires = {name: any_of(needs) for name, needs in framework.requires.items()}
    return mastery.evaluate(evolve(framework, requires=requires), *given)


def counts_rows(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Every row is a piece of its own, whatever its key."""
    rows = [evolve(fact, key=f"row {n}") if isinstance(fact, Evidence) else fact for n, fact in enumerate(told)]
    return mastery.evaluate(framework, policy, rows, at)


def keeps_the_last_stamp(
    framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime, **more: Any
) -> Progress:
    """A fact that is sent again is written over."""
    latest: dict[str, Fact] = {}
    for fact in told:
        stamp = latest[fact.key].recorded_at if fact.key in latest else None
        if stamp is None or (fact.recorded_at is not None and fact.recorded_at > stamp):
            latest[fact.key] = fact
    return mastery.evaluate(framework, policy, list(latest.values()), at, **more)


def does_not_void(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """What was entered by mistake is marked and goes on counting."""
    taken = [fact for fact in told if not (isinstance(fact, Decision) and fact.kind is DecisionKind.VOID)]
    return mastery.evaluate(framework, policy, taken, at)


def closes_the_books(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """What is older than the latest that came before it is left out."""
    taken: list[Fact] = []
    for fact in told:
        if not taken or fact.observed_at >= taken[-1].observed_at:
            taken.append(fact)
    return mastery.evaluate(framework, policy, taken, at)


def looks_ahead(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Looking back shows everything that has come since."""
    return mastery.evaluate(framework, policy, told, max([at, *(fact.observed_at for fact in told)]))


def forgets_after_a_week(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Only the last seven days count."""
    recent = [fact for fact in told if fact.observed_at > at - timedelta(days=7)]
    return mastery.evaluate(framework, policy, recent, at)


def cuts_codes(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """The column of a code has room for seven characters."""
    cut = [evolve(fact, competency=fact.competency[:7]) if isinstance(fact, Evidence) else fact for fact in told]
    return mastery.evaluate(framework, policy, cut, at)


def trusts_its_own(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Work that somebody from elsewhere assessed is left out."""
    own = [fact for fact in told if not (isinstance(fact, Evidence) and fact.assessor == "somebody else")]
    return mastery.evaluate(framework, policy, own, at)


def spills_over(framework: Framework, policy: Policy, told: Sequence[Fact], at: datetime) -> Progress:
    """Good work on one thing counts for everything that it needs."""
    spilt = [
        evolve(fact, competency=before, key=f"{fact.key} for {before}")
        for fact in sorted({fact.key: fact for fact in told}.values(), key=in_order)
        if isinstance(fact, Evidence) and fact.competency in framework.graph
        for before in framework.graph.predecessors(fact.competency)
    ]
    return mastery.evaluate(framework, policy, [*told, *spilt], at)


class ShutsTheDoor(Engine):
    """An engine that takes no mark that is older than the latest."""

    def record(self, *facts: Evidence | Decision) -> Any:
        """Record facts, those that come too late aside."""
        latest = max((f.observed_at for one in self.learners() for f in self.progress(one).facts), default=None)
        return super().record(*(fact for fact in facts if latest is None or fact.observed_at >= latest))


class FirstNames(Engine):
    """An engine that knows learners by the first word of their name."""

    def record(self, *facts: Evidence | Decision) -> Any:
        """Record facts under first names."""
        return super().record(*(evolve(fact, learner=fact.learner.partition("'")[0]) for fact in facts))

    def progress(self, learner: str, **when: Any) -> Progress:
        """Return the progress of whoever is called so."""
        return super().progress(learner.partition("'")[0], **when)


def made(kind: type[Engine]) -> Callable[..., Engine]:
    """Return what makes an engine of this kind, with a clock that stands still."""
    return lambda framework, policy, now: kind(framework, policy, MemoryStore(), clock=lambda: now)


PAIR = Framework("pair", [Competency("a"), Competency("b")], requires={"b": "a"})
LAX = Policy(criteria=Criteria(0.5, pieces=1, occasions=1), check=None)
"""Under these, credit comes under question in every few courses."""

FAULTS: dict[Callable[..., object], dict[str, object]] = {
    laws.settled_credit_rests: {"evaluate": asks_nobody, "framework": PAIR, "policy": LAX},
    laws.credit_waits_for_its_gate: {"evaluate": knows_no_gates},
    laws.steps_wait_for_their_gate: {"evaluate": knows_no_gates},
    laws.ready_is_the_fringe: {"evaluate": knows_no_gates},
    laws.nobody_stands_before_nothing: {"evaluate": offers_no_check},
    laws.recording_order: {"make_engine": made(ShutsTheDoor)},
    laws.twice_is_once: {"evaluate": counts_rows},
    laws.earliest_stamp_stays: {"evaluate": keeps_the_last_stamp},
    laws.voids_leave_no_trace: {"evaluate": does_not_void},
    laws.adding_is_evaluating: {"evaluate": closes_the_books},
    laws.later_facts_have_no_say: {"evaluate": looks_ahead},
    laws.credit_stays: {"evaluate": forgets_after_a_week},
    laws.learners_are_apart: {"make_engine": made(FirstNames)},
    laws.evidence_stays_local: {"evaluate": spills_over},
    laws.names_do_not_matter: {"evaluate": cuts_codes},
    laws.requiring_more_never_credits: {"evaluate": opens_at_the_first},
    laws.ways_open_gates: {"evaluate": opens_at_the_first},
    laws.only_facts_reach_the_gate: {"evaluate": trusts_its_own},
}
PLANTED_ELSEWHERE = {
    laws.ready_means_ready,
    laws.arrival_order,
    laws.store_keeps,
    laws.better_scores,
    laws.model_is_monotone,
    laws.checks_stand_behind_credit,
}


@pytest.mark.parametrize("law", FAULTS, ids=lambda law: law.__name__)
def test_a_mistake_breaks_the_law(law: Callable[..., Any]) -> None:
    """The law is broken by its mistake, and shows a course in which it is."""
    (verdict,) = laws.check(examples=EXAMPLES, laws=(law,), **FAULTS[law])

    assert verdict.result == "broken"
    assert "course = Course(" in verdict.counterexample


def test_every_law_has_its_mistake() -> None:
    """Whoever states a law plants what breaks it."""
    assert {*FAULTS, *PLANTED_ELSEWHERE} == {*laws.LAWS}
    assert not {*FAULTS} & PLANTED_ELSEWHERE
