"""Laws 6, 12, 14, 16 and 21: engines and stores, and what must make no difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from attrs import evolve

from competencies import Framework
from competencies.testing.laws import relabelled
from mastery.engine import Engine
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact
from mastery.policy import Policy
from mastery.progress import evaluate
from mastery.standing import Standing
from mastery.store import MemoryStore, Store
from mastery.testing.choice import Pick, chance
from mastery.testing.course import Course, standings
from mastery.testing.laws.asking import Evaluate, ask, differences, shuffled
from mastery.testing.laws.stated import Broken, law

__all__ = [
    "MakeEngine",
    "learners_are_apart",
    "names_do_not_matter",
    "only_facts_reach_the_gate",
    "recording_order",
    "store_keeps",
]

MakeEngine = Callable[[Framework, Policy, datetime], Engine]


def _engine(framework: Framework, policy: Policy, now: datetime) -> Engine:
    return Engine(framework, policy, clock=lambda: now)


def _recordable(course: Course) -> list[Evidence | Decision]:
    """Return the facts that an engine takes: no awards, nothing unknown, evidence for no group, each once."""
    known = {fact.key: fact for fact in course.facts}
    return [fact for fact in known.values() if not isinstance(fact, Award) and _is_admitted(course, fact, known)]


def _is_admitted(course: Course, fact: Evidence | Decision, known: dict[str, Fact]) -> bool:
    if isinstance(fact, Decision) and fact.of:
        target = known.get(fact.of)
        if fact.kind is DecisionKind.EXCUSE:
            return isinstance(target, Evidence)
        return not isinstance(target, Award) and getattr(target, "kind", None) is not DecisionKind.VOID
    return fact.competency in course.framework and (isinstance(fact, Decision) or not course.parts(fact.competency))


@law(6, "whoever sends marks in late would cost their learner credit that was earned", credit=0.2)
def recording_order(course: Course, *, make_engine: MakeEngine = _engine, pick: Pick | None = None) -> Counter[str]:
    """An engine that is given the facts in any order credits at least what they earn without awards."""
    facts, pick = _recordable(course), pick or chance(course)
    if not facts:
        return Counter()
    earned = set(evaluate(course.framework, course.policy, facts, course.at).credits)
    for order in (facts, shuffled(facts, pick)):
        engine = make_engine(course.framework, course.policy, course.at)
        for fact in order:
            engine.record(fact)  # type: ignore[arg-type]
        got = set(engine.progress(facts[0].learner, at=course.at).credits)
        if not earned <= got:
            raise Broken(recording_order, order=[f.key for f in order], missing=earned - got, course=course)
    return Counter(cases=1, credit=int(bool(earned)), kept=int(got > earned))


@law(12, "one learner's work would show in what another is told", both=0.2)
def learners_are_apart(course: Course, *, make_engine: MakeEngine = _engine) -> Counter[str]:
    """One learner's facts never touch another's state."""
    facts = _recordable(course)
    if not facts:
        return Counter()
    own, other = facts[0].learner, facts[0].learner + "'s friend"
    others = [_of(other, fact) for fact in facts[::2]]
    both, alone = (make_engine(course.framework, course.policy, course.at) for _ in range(2))
    both.record(*others[1:])
    both.record(*facts)
    both.record(*others[:1])
    alone.record(*facts)
    before, after = (engine.progress(own, at=course.at) for engine in (alone, both))
    differ = differences(before, after)
    if differ:
        raise Broken(learners_are_apart, others=others, differ=differ, course=course)
    theirs = both.progress(other, at=course.at)
    return Counter(cases=1, both=int(bool(before.credits) and bool(theirs.credits)))


def _of(learner: str, fact: Evidence | Decision) -> Evidence | Decision:
    if isinstance(fact, Decision):
        return evolve(fact, learner=learner, key=f"their {fact.key}", of=f"their {fact.of}" if fact.of else "")
    return evolve(fact, learner=learner, key=f"their {fact.key}")


@law(14, "what a learner has shown would be lost or changed by being kept", credit=0.2, facts=0.4)
def store_keeps(
    make_store: Callable[[], Store], course: Course, *, reopen: Callable[[Store], Store] = lambda store: store
) -> Counter[str]:
    """A store that is opened again gives the facts as they came, with their stamps, and the same progress as memory.

    `make_store` makes an empty store; `reopen` closes one and opens again what it kept, and may be left out for memory.
    """
    stores, facts = (make_store(), MemoryStore()), [_stamped(fact, course.at) for fact in course.facts]
    for store in stores:
        for fact in facts:
            with store.writing():
                store.append([fact])
    kept, memory = reopen(stores[0]), stores[1]
    try:
        for learner in memory.learners():
            _compare(kept.facts(learner)[0], memory.facts(learner)[0], course)
        if kept.learners() != memory.learners():
            raise Broken(store_keeps, wanted=memory.learners(), kept=kept.learners(), course=course)
        told = [fact for learner in kept.learners() for fact in kept.facts(learner)[0]]
    finally:
        kept.close()
    progress, same = course.evaluate(told), course.evaluate()
    if differences(progress, same):
        raise Broken(store_keeps, differ=differences(progress, same), course=course)
    return Counter(cases=1, facts=int(bool(facts)), credit=int(bool(progress.credits)))


def _stamped(fact: Fact, at: datetime) -> Fact:
    return fact if fact.recorded_at else evolve(fact, recorded_at=at)


def _compare(kept: Iterable[Fact], wanted: Iterable[Fact], course: Course) -> None:
    got, told = ([(fact, fact.recorded_at) for fact in facts] for facts in (kept, wanted))
    if got != told:
        missing = [fact for fact, _ in told if fact not in [one for one, _ in got]]
        raise Broken(store_keeps, missing=missing, kept=[fact.key for fact, _ in got], course=course)


@law(16, "who is further along would hang on how somebody spelt a code", credit=0.2)
def names_do_not_matter(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Relabelling identifiers relabels the answer and changes nothing else."""
    own = [competency.identifier for competency in course.framework.competencies]
    new = {name: f"renamed {len(own) - n}" for n, name in enumerate(own)}
    special = [evolve(one, competency=[new.get(n, n) for n in one.competency]) for one in course.policy.special]
    floors = [new.get(name, name) for name in course.policy.floors]
    other = Course(
        relabelled(course.framework, new),
        evolve(course.policy, special=special, floors=floors),
        [evolve(fact, competency=new.get(fact.competency, fact.competency)) for fact in course.facts],
        course.at,
    )
    before, after = standings(ask(evaluate, course)), standings(ask(evaluate, other))
    differ = {name: (told, after[new[name]]) for name, told in before.items() if told != after[new[name]]}
    if differ:
        raise Broken(names_do_not_matter, new=new, differ=differ, course=course)
    return Counter(cases=1, credit=int(any(one.credit for one in before.values())))


@law(21, "who somebody is would decide what they may learn", credit=0.2)
def only_facts_reach_the_gate(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Who a learner is never matters: another with the same facts, assessed and decided by others, stands the same."""
    other = course.with_facts(_by_others(fact) for fact in course.facts)
    before, after = standings(ask(evaluate, course)), standings(ask(evaluate, other))
    differ = {name: (told, after[name]) for name, told in before.items() if _blind(told) != _blind(after[name])}
    if differ:
        raise Broken(only_facts_reach_the_gate, differ=differ, course=course)
    return Counter(cases=1, credit=int(any(one.credit for one in before.values())))


def _by_others(fact: Fact) -> Fact:
    if isinstance(fact, Evidence):
        return evolve(fact, learner="Zoe", assessor="somebody else", kind="another kind")
    if isinstance(fact, Decision):
        return evolve(fact, learner="Zoe", by="somebody else", why="another reason")
    return evolve(fact, learner="Zoe")


def _blind(standing: Standing) -> Standing:
    """Return a standing without the name of whoever decided."""
    return evolve(standing, wait=standing.wait and evolve(standing.wait, by="", what=""))
