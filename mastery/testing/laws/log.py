"""Laws 6 to 10: what evaluation makes of a log of facts, in whatever order they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

from attrs import evolve

from mastery.errors import KeyConflict
from mastery.facts import Award, Decision, DecisionKind, Evidence, Fact, Outcome
from mastery.progress import Progress, evaluate
from mastery.testing.choice import Pick, chance
from mastery.testing.course import Course, standings
from mastery.testing.laws.asking import Evaluate, ask, differences, shuffled, without_awards, without_decisions
from mastery.testing.laws.stated import Broken, law
from mastery.testing.log import day, evidence

__all__ = [
    "adding_is_evaluating",
    "arrival_order",
    "credit_stays",
    "earliest_stamp_stays",
    "later_facts_have_no_say",
    "twice_is_once",
    "voids_leave_no_trace",
]

WITHDRAWING = (DecisionKind.REVOKE, DecisionKind.VOID, DecisionKind.EXCUSE)


@law(
    6,
    "two learners who did the same would stand apart because their marks came in later",
    ties=0.1,
    late=0.3,
    credit=0.2,
)
def arrival_order(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Evaluation is a function of the set of facts: in whatever order they came, the answer is the same."""
    pick, progress = pick or chance(course), ask(evaluate, course)
    for again in (shuffled(course.facts, pick), tuple(reversed(course.facts))):
        differ = differences(progress, ask(evaluate, course, again))
        if differ:
            order = [fact.key for fact in again]
            raise Broken(arrival_order, order=order, differ=differ, course=course)
    told = [(fact.competency, fact.observed_at) for fact in course.facts if isinstance(fact, Evidence)]
    times = [fact.observed_at for fact in course.facts]
    ties, late = len(set(told)) < len(told), times != sorted(times)
    return Counter(cases=1, ties=int(ties), late=int(late), credit=int(bool(progress.credits)))


@law(7, "a row that is imported twice would count twice, or a mark could be changed without a trace", matters=0.2)
def twice_is_once(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Recording a fact twice is recording it once, and the same key with other content is refused."""
    if not course.facts:
        return Counter()
    pick, progress = pick or chance(course), ask(evaluate, course)
    fact = pick(course.facts)
    again = evolve(fact, recorded_at=day(30))
    differ = differences(progress, ask(evaluate, course, shuffled((*course.facts, again), pick)))
    differ = differ or differences(progress, progress.with_fact(again)[0])
    if differ:
        raise Broken(twice_is_once, twice=fact.key, differ=differ, course=course)
    other = _with_other_content(fact, pick)
    try:
        ask(evaluate, course, shuffled((*course.facts, other), pick))
    except KeyConflict:
        pass
    else:
        raise Broken(twice_is_once, fact=fact, taken_as_well=other, course=course)
    without = ask(evaluate, course, (f for f in course.facts if f.key != fact.key))
    return Counter(cases=1, matters=int(standings(without) != standings(progress)))


@law(7, "what was known on a day could be rewritten by sending the same mark again", matters=0.2)
def earliest_stamp_stays(
    course: Course, *, evaluate: Callable[..., Progress] = evaluate, pick: Pick | None = None
) -> Counter[str]:
    """Recording a fact again later changes nothing of what was known before: the earliest stamp stays."""
    if not course.facts:
        return Counter()
    fact, known = (pick or chance(course))(course.facts), day(20)
    own, again = (course.framework, course.policy), evolve(fact, recorded_at=day(30))
    before = evaluate(*own, course.facts, course.at, known=known)
    for twice in ((*course.facts, again), (again, *course.facts)):
        differ = differences(before, evaluate(*own, twice, course.at, known=known))
        if differ:
            raise Broken(earliest_stamp_stays, again=fact.key, differ=differ, course=course)
    without = evaluate(*own, [f for f in course.facts if f.key != fact.key], course.at, known=known)
    return Counter(cases=1, matters=int(standings(without) != standings(before)))


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


@law(8, "a mark that was entered by mistake would go on to count after it was taken back", matters=0.2, early=0.1)
def voids_leave_no_trace(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Evaluation with a void equals evaluation without its target, awards aside."""
    course, pick = without_awards(course), pick or chance(course)
    targets = [fact for fact in course.facts if not isinstance(fact, Decision) or fact.kind is not DecisionKind.VOID]
    if not targets:
        return Counter()
    target = pick(targets)
    of = _void(target, target.key, pick(range(8)), "void")
    voided = shuffled((*course.facts, of), pick)
    before = ask(evaluate, course)
    without = ask(evaluate, course, (fact for fact in course.facts if fact.key != target.key))
    twice = (*voided, _void(target, "void", 3, "void the void"))
    for told in (ask(evaluate, course, voided), ask(evaluate, course, twice), before.with_fact(of)[0]):
        differ = differences(told, without)
        if differ:
            raise Broken(voids_leave_no_trace, void=of, differ=differ, course=course)
    early = target.observed_at > of.observed_at
    return Counter(cases=1, matters=int(standings(without) != standings(before)), early=int(early))


def _void(fact: Fact, of: str, n: int, key: str) -> Decision:
    who, kind, why = fact.learner, DecisionKind.VOID, "mixed up"
    return Decision(learner=who, kind=kind, by="the teacher", why=why, of=of, observed_at=day(n), key=key)


@law(
    9, "what a learner sees after each mark would not be what their whole record says", moved=0.2, late=0.08, credit=0.2
)
def adding_is_evaluating(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Adding facts one by one, late or not, to a kept state gives what evaluating all of them gives."""
    pick, facts, seen = pick or chance(course), course.facts, Counter(cases=1)
    start, looks = pick(range(len(facts) + 1)), {pick(range(len(facts) + 1)) for _ in range(3)}
    progress = ask(evaluate, course, facts[:start])
    for n, fact in enumerate(facts[start:], start):
        before, (progress, touched) = progress, progress.with_fact(fact)
        gained = before.credits != progress.credits
        late = gained and any(fact.observed_at < other.observed_at <= course.at for other in facts[:n])
        seen |= Counter(moved=int(gained), late=int(late))
        untouched = () if touched is None else set(range(len(course.leaves))) - touched
        strayed = [course.leaves[i] for i in untouched if before.standing_at(i) != progress.standing_at(i)]
        if strayed:
            raise Broken(adding_is_evaluating, added=fact.key, said_to_be_untouched=strayed, course=course)
        if n in looks:
            _same(progress, ask(evaluate, course, facts[: n + 1]), course, f"after {fact.key}")
    later = course.at + timedelta(days=3)
    _same(progress, ask(evaluate, course), course, "at the end")
    _same(progress.moved(later), ask(evaluate, course, at=later), course, "three days later")
    _same(ask(evaluate, course, facts[:start]).with_facts(facts[start:]), progress, course, "all at once")
    voided = {fact.of for fact in facts if isinstance(fact, Decision) and fact.kind is DecisionKind.VOID}
    fallen = any(isinstance(fact, Award) and voided & set(fact.support) for fact in facts)
    return seen | Counter(fallen=int(fallen), credit=int(bool(progress.credits)))


def _same(kept: object, anew: object, course: Course, when: str) -> None:
    differ = differences(kept, anew)  # type: ignore[arg-type]
    if differ:
        raise Broken(adding_is_evaluating, when=when, differ=differ, course=course)


@law(10, "looking back at last Monday would show what nobody could know then", later=0.3, credit=0.1)
def later_facts_have_no_say(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Progress as of an instant depends only on facts observed by then."""
    pick, now = pick or chance(course), ask(evaluate, course)
    t = day(pick(range(1, 15)) + pick((0, 0, 0.5)))
    then = ask(evaluate, course, (fact for fact in course.facts if fact.observed_at <= t), t)
    back_then = ask(evaluate, course, at=t)
    for told in (back_then, now.moved(t)):
        differ = differences(then, told)
        if differ:
            raise Broken(later_facts_have_no_say, as_of=t, differ=differ, course=course)
    differ = differences(now, back_then.moved(course.at))
    if differ:
        raise Broken(later_facts_have_no_say, ahead_from=t, differ=differ, course=course)
    return Counter(cases=1, later=int(standings(now) != standings(then)), credit=int(bool(then.credits)))


@law(10, "a learner would lose credit for no reason but that time goes by", grows=0.2, gated=0.08)
def credit_stays(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Without revoke, void and excuse, credit never goes as time goes on."""
    course = without_decisions(course, *WITHDRAWING)
    credits = [set(ask(evaluate, course, at=day(n)).credits) for n in range(0, 20, 2)]
    for earlier, later in pairwise(credits):
        if not earlier <= later:
            raise Broken(credit_stays, lost=earlier - later, course=course)
    gated = any(map(course.is_gated, credits[-1]))
    return Counter(cases=1, grows=int(credits[0] < credits[-1]), gated=int(gated))
