"""`ProgressionMachine`: an engine, driven as a course system would, held against `evaluate` after every step.

    class Mine(ProgressionMachine):
        def make_engine(self, framework, policy, clock):
            return Engine(framework, policy, MyStore(), clock=clock)

    TestMine = Mine.TestCase

It records evidence and decisions in time, late and twice, voids and excuses, lets time pass, publishes policies and
frameworks, exports, and opens anew, over one handle or two. `Mine.events` counts what the runs held.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import hypothesis.strategies as st
from attrs import evolve
from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from competencies import Framework
from mastery.awards import awards_due
from mastery.changes import changes
from mastery.engine import Engine
from mastery.errors import KeyConflict
from mastery.facts import Award, Basis, Decision, DecisionKind, Evidence, Fact, Outcome, Purpose
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.receipt import Receipt
from mastery.restoring import restore
from mastery.standing import Standing
from mastery.store.memory import MemoryStore
from mastery.testing import log, rules
from mastery.testing.choice import Pick
from mastery.testing.course import standings
from mastery.testing.moves import LATE, LEARNERS, UNDER_WAY, decision, other_edition

__all__ = ["ProgressionMachine"]

WITHDRAWING = (DecisionKind.REVOKE, DecisionKind.VOID)
SEEDS = st.integers(0, 2**32)  # what a step picks, it picks by chance: drawn option by option, credit is rare
Given = Evidence | Decision


class ProgressionMachine(RuleBasedStateMachine):
    """Steps of an engine beside what the facts given to it come to. Inherit it and give `make_engine`."""

    events: ClassVar[Counter[str]] = Counter()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.events = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now = log.day(10)
        self.known: dict[str, list[Fact]] = {"ana": [], "bo": []}
        self.handles: list[Engine] = []
        self.latest, self.number = 0, 0

    def make_engine(self, framework: Framework, policy: Policy, clock: Callable[[], datetime]) -> Engine:
        """Return an engine on a new, empty store; left as it is, one in memory."""
        return Engine(framework, policy, clock=clock)

    def second(self, engine: Engine, clock: Callable[[], datetime]) -> Engine | None:  # noqa: ARG002 - for those who can
        """Return another handle on the store of `engine`, where it can have two at once."""
        return None

    def reopen(self, engine: Engine, clock: Callable[[], datetime]) -> Engine:  # noqa: ARG002 - likewise
        """Close an engine and return it opened anew; left as it is, it stays open."""
        return engine

    def clock(self) -> datetime:
        """Return the time, which stands still until a step moves it."""
        return self.now

    def expected(self, learner: str, extra: Sequence[Fact] = ()) -> Progress:
        """Return what the facts given and the awards made for them come to."""
        return evaluate(self.framework, self.policy, [*self.known[learner], *extra], self.now)

    def every_standing(self) -> dict[str, dict[str, Standing]]:
        """Return the standings of all learners."""
        return {learner: standings(self.expected(learner)) for learner in self.known}

    def pick(self, seed: int) -> Pick:
        """Return what picks for one step, differently in each."""
        self.number += 1
        return random.Random(f"{seed}/{self.number}").choice  # noqa: S311 - chance is no secret here

    def handle(self, pick: Pick) -> Engine:
        """Return one of the handles."""
        chosen = pick(range(len(self.handles)))
        self.events["handles interleaved"] += chosen != self.latest
        self.latest = chosen
        return self.handles[chosen]

    def key(self, pick: Pick) -> str:
        """Return a key whose order tells nothing."""
        self.number += 1
        return f"{pick('mazkbq')}{self.number}"

    def when(self, pick: Pick) -> datetime:
        """Return a time up to now; often late."""
        late = pick(LATE)
        self.events["late facts"] += late > 0
        return self.now - timedelta(days=late)

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        """Open an engine, and a second handle where there can be one."""
        pick = self.pick(seed)
        self.framework = rules.framework(pick, 5)
        self.policy = rules.policy(pick, self.framework)
        first = self.make_engine(self.framework, self.policy, self.clock)
        second = self.second(first, self.clock)
        note(f"{self.framework}\n{self.policy}")
        self.handles = [first] if second is None else [first, second]

    @rule(seed=SEEDS)
    def work(self, seed: int) -> None:
        """Record pieces of evidence of one or more learners in one call."""
        pick = self.pick(seed)
        leaves = self.framework.leaves
        self.record(pick, [self._piece(pick, pick(LEARNERS), pick(leaves).identifier) for _ in range(pick((1, 2, 3)))])

    @rule(seed=SEEDS)
    def study(self, seed: int) -> None:
        """Record good work of one learner on what is open to them, and perhaps a check."""
        pick = self.pick(seed)
        learner = pick(LEARNERS)
        progress = self.expected(learner)
        open_now = [c.identifier for c, standing in progress.standings() if standing.status in UNDER_WAY]
        if open_now:
            name = pick(open_now)
            facts = [self._piece(pick, learner, name) for _ in range(pick((1, 2, 3, 3)))]
            if pick((True, False)):
                facts.append(
                    evolve(facts[0], purpose=Purpose.CHECK, outcome=Outcome.SCORED, score=1, key=self.key(pick))
                )
            self.record(pick, facts)

    def _piece(self, pick: Pick, learner: str, name: str) -> Evidence:
        piece = log.evidence(pick, self.key(pick), name, log.STRONG)
        return evolve(piece, learner=learner, observed_at=self.when(pick), recorded_at=None)

    @rule(seed=SEEDS)
    def decide(self, seed: int) -> None:
        """Record a decision about a competency or a group."""
        pick = self.pick(seed)
        learner = pick(LEARNERS)
        credited = sorted(self.expected(learner).credits)  # half of all decisions are about these, or few would matter
        about_these: bool = pick((True, False))
        among = credited if credited and about_these else [c.identifier for c in self.framework.competencies]
        self.record(pick, [decision(pick, self.key(pick), learner, pick(among), self.when(pick))])

    @precondition(lambda self: any(self.known.values()))
    @rule(seed=SEEDS)
    def correct(self, seed: int) -> None:
        """Void a fact that was given, or excuse a piece of evidence."""
        pick = self.pick(seed)
        learner = pick([name for name, facts in self.known.items() if facts])
        given = [f for f in self.known[learner] if not isinstance(f, Award)]  # a void of an award tells later, not now
        facts = [f for f in given if not (isinstance(f, Decision) and f.kind is DecisionKind.VOID)]
        if not facts:
            return
        target = pick(facts)
        kind = pick((DecisionKind.VOID, DecisionKind.EXCUSE)) if isinstance(target, Evidence) else DecisionKind.VOID
        before = standings(self.expected(learner))
        self.record(pick, [Decision(learner=learner, kind=kind, by="t", why="w", observed_at=self.now, of=target.key)])
        self.events[f"{kind} with effect"] += before != standings(self.expected(learner))

    @precondition(lambda self: any(self.known.values()))
    @rule(seed=SEEDS)
    def repeat(self, seed: int) -> None:
        """Record a fact again: nothing happens. Record another content under its key: it is refused."""
        pick = self.pick(seed)
        given = [f for facts in self.known.values() for f in facts if not isinstance(f, Award)]
        fact = pick(given)
        engine = self.handle(pick)
        if fact.competency in self.framework or (isinstance(fact, Decision) and fact.of):
            receipt = engine.record(fact)
            assert (receipt.recorded, receipt.repeated) == ((), 1), "a fact that is known is passed over"
            self._take(receipt, {fact.learner})
            try:
                engine.record(evolve(fact, source="another"))
            except KeyConflict:
                self.events["doubled"] += 1
            else:
                raise AssertionError(f"another content under the key {fact.key!r} is refused")

    @rule(days=st.sampled_from((0.25, 1, 1, 3, 8)))
    def wait(self, days: float) -> None:
        """Let time pass; it takes no credit away."""
        credited = {learner: set(self.expected(learner).credits) for learner in self.known}
        self.now += timedelta(days=days)
        for learner, before in credited.items():
            assert before <= set(self.expected(learner).credits), "time takes no credit away"

    @rule(seed=SEEDS)
    def publish_policy(self, seed: int) -> None:
        """Publish another policy."""
        pick = self.pick(seed)
        self._publish(pick, "policy", self.framework, rules.policy(pick, self.framework))

    @rule(seed=SEEDS)
    def publish_framework(self, seed: int) -> None:
        """Publish the framework with a requirement more or less."""
        pick = self.pick(seed)
        self._publish(pick, "framework", other_edition(pick, self.framework), self.policy)

    def _publish(self, pick: Pick, what: str, framework: Framework, policy: Policy) -> None:
        note(f"{what}: {framework if what == 'framework' else policy}")
        before = self.every_standing()
        credited = {learner: set(self.expected(learner).credits) for learner in self.known}
        for award in self.handle(pick).adopt(framework, policy):
            self.known[award.learner].append(award)
        self.framework, self.policy = framework, policy
        self.events[f"{what} published with effect"] += before != self.every_standing()
        for learner, names in credited.items():
            assert names <= set(self.expected(learner).credits), f"a new {what} takes no credit away"
            self._one_award_each(learner)

    @rule(seed=SEEDS)
    def open_anew(self, seed: int) -> None:
        """Close a handle and open it again."""
        chosen = self.pick(seed)(range(len(self.handles)))
        self.handles[chosen] = self.reopen(self.handles[chosen], self.clock)

    @rule(seed=SEEDS)
    def carry_over(self, seed: int) -> None:
        """Export everything and restore it elsewhere: the same facts, and the same progress."""
        lines = list(self.handle(self.pick(seed)).export())
        store = MemoryStore()
        restore(lines, store)
        copy = Engine(store=store, clock=self.clock)
        assert list(copy.export()) == lines, "an export that was restored is exported alike"
        for learner in self.known:
            assert standings(copy.progress(learner)) == standings(self.expected(learner))

    def record(self, pick: Pick, facts: Sequence[Given]) -> None:
        """Record facts, and hold the receipt against what was to be expected."""
        note(f"at {self.now}: {[*facts]}")
        engine = self.handle(pick)
        among = {fact.learner for fact in facts}
        before = {one: self.expected(one, awards_due(self.expected(one), self.now)) for one in sorted(among)}
        predicted = engine.what_if(facts[0].learner, *facts) if len(among) == 1 else None
        receipt = engine.record(*facts)
        self._take(receipt, among)
        credit = {learner: set(progress.credits) for learner, progress in before.items()}
        found = [change for one in before for change in changes(before[one], self.expected(one))]
        assert sorted(receipt.changes, key=repr) == sorted(found, key=repr), "a receipt tells what changed"
        assert predicted in (None, receipt.changes), "what-if tells what recording then does"
        withdrawn = any(isinstance(fact, Decision) and fact.kind in WITHDRAWING for fact in facts)
        for learner, names in credit.items():
            lost = names - set(self.expected(learner).credits)
            assert withdrawn or not lost, f"credit is lost by a revoke or a void alone, and {learner} lost {lost}"
            self.events["credit withdrawn"] += bool(lost)
        self.events["foreseen"] += bool(predicted)
        self.events["credit earned"] += bool(receipt.awards)

    def _take(self, receipt: Receipt, among: set[str]) -> None:
        for fact in (*receipt.recorded, *receipt.awards):
            self.known[fact.learner].append(fact)
        for learner in among:
            self._one_award_each(learner)

    def _one_award_each(self, learner: str) -> None:
        """Demonstrated credit has exactly one award that stands, once anything was recorded."""
        expected = self.expected(learner)
        for name, credit in expected.credits.items():
            track = expected.track(name)
            if credit.basis is Basis.DEMONSTRATED and track is not None:
                awards = track.standing_awards()
                assert len(awards) == 1, f"{name} of {learner} has one award, got {awards}"

    # What holds after every step.

    @invariant()
    def engine_is_evaluate(self) -> None:
        """Every handle tells of every learner what the facts come to, in every field of every standing."""
        for engine in self.handles:
            for learner, facts in self.known.items():
                found, expected = engine.progress(learner), self.expected(learner)
                assert {f.key: f for f in found.facts} == {f.key: f for f in facts}, "the facts given, and no others"
                assert standings(found) == standings(expected), "the engine tells what the facts come to"
        self.events["steps"] += 1

    def teardown(self) -> None:
        """Close what is open."""
        for engine in self.handles:
            engine.close()
