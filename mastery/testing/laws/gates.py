"""Laws 1 to 5, 18 and 20: credit, gates, steps, checks, and the ways that open what is locked."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from attrs import evolve

from competencies import All, FrameworkError, Needs
from competencies.knowledge_space import outer_fringe
from mastery.explain import why
from mastery.facts import Decision, DecisionKind, Fact
from mastery.pathway import next_steps
from mastery.progress import Progress, evaluate
from mastery.retention import Currency
from mastery.standing import Standing, Status, WaitKind
from mastery.testing.choice import Pick, chance
from mastery.testing.course import Course
from mastery.testing.laws.asking import (
    Evaluate,
    ask,
    builds_on,
    demonstrated,
    hard_graph,
    without_awards,
    without_decisions,
)
from mastery.testing.laws.said import said
from mastery.testing.laws.stated import Broken, law

__all__ = [
    "checks_stand_behind_credit",
    "credit_waits_for_its_gate",
    "nobody_stands_before_nothing",
    "ready_is_the_fringe",
    "ready_means_ready",
    "requiring_more_never_credits",
    "settled_credit_rests",
    "steps_wait_for_their_gate",
    "ways_open_gates",
]


@law(1, "credit that looks settled would rest on nothing, and nobody would be asked about it", gated=0.08)
def settled_credit_rests(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Every demonstrated credit not under question and not unlocked has its requirement met by today's credit."""
    progress, settled = ask(evaluate, course), set[str]()
    shown = demonstrated(progress)
    for name, standing in shown.items():
        if not standing.under_question and standing.credit and not standing.credit.unlocked:
            if not course.is_met(name, progress.credits):
                raise Broken(settled_credit_rests, competency=name, course=course)
            settled.add(name)
    return Counter(cases=1, gated=int(any(map(course.is_gated, settled))), questioned=int(bool(set(shown) - settled)))


@law(2, "a learner would be credited with what nobody has let them begin", gated=0.08)
def credit_waits_for_its_gate(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """There is no demonstrated credit at a moment when its gate is closed."""
    course = without_decisions(course, DecisionKind.VOID, DecisionKind.EXCUSE)  # which act on the past
    gated = unlocked = False
    for name, standing in demonstrated(ask(evaluate, course)).items():
        since = standing.credit.since if standing.credit else course.at
        then = ask(evaluate, course, at=since)
        met = course.is_met(name, course.opens_gates(then))
        stood_in = said(course, since)[name].in_force(DecisionKind.UNLOCK, since)
        right = (met or stood_in) and standing.credit == then.standing(name).credit
        if not right or (standing.credit and standing.credit.unlocked is met):
            raise Broken(credit_waits_for_its_gate, competency=name, credited=since, course=course)
        gated, unlocked = gated or course.is_gated(name), unlocked or not met
    return Counter(cases=1, gated=int(gated), unlocked=int(unlocked))


@law(2, "a learner would be sent to work for which what it needs is missing", gated=0.08, shut=0.2)
def steps_wait_for_their_gate(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """There is no step for an uncredited competency whose gate is closed."""
    progress = ask(evaluate, course)
    opens, facts = course.opens_gates(progress), said(course, course.at)
    new = [step.competency for step in next_steps(progress) if step.competency not in progress.credits]
    for name in new:
        if not course.is_met(name, opens) and not facts[name].in_force(DecisionKind.UNLOCK, course.at):
            raise Broken(steps_wait_for_their_gate, step=name, course=course)
    shut = any(name not in progress.credits and not course.is_met(name, opens) for name in course.leaves)
    return Counter(cases=1, gated=int(any(map(course.is_gated, new))), shut=int(shut))


@law(3, "what a learner may begin today would be kept from them, or begun too soon", ready=0.2, gated=0.04)
def ready_means_ready(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """READY is exactly: gate open, uncredited, not held, no evidence since the last revoke, no failed check."""
    progress, ready = ask(evaluate, course), set[str]()
    opens, at, facts = course.opens_gates(progress), course.at, said(course, course.at)
    for name, one in facts.items():
        is_open = course.is_met(name, opens) or one.in_force(DecisionKind.UNLOCK, at)
        has_failed = (one.rule.required or one.rule.challenge) and one.has_failed(at)
        is_free = name not in progress.credits and not one.in_force(DecisionKind.HOLD, at)
        if is_open and is_free and not one.shown(at) and not has_failed:
            ready.add(name)
    got = {name for name in course.leaves if progress.status(name) is Status.READY}
    if got != ready:
        raise Broken(ready_means_ready, wanted=ready, got=got, course=course)
    revoked = any(facts[name].evidence for name in ready)
    gated = any(map(course.is_gated, ready))
    return Counter(cases=1, gated=int(gated), ready=int(bool(ready)), revoked=int(revoked))


@law(3, "what a learner may begin would not be what follows from what they know", ready=0.15, moved=0.12, gated=0.02)
def ready_is_the_fringe(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Without decisions and lapse=lock, READY is the outer fringe less what evidence moved."""
    course = without_decisions(course, *DecisionKind)
    if any(map(course.locks, course.leaves)):
        return Counter()
    progress = ask(evaluate, course)
    moved = {name for name, one in said(course, course.at).items() if one.scored(course.at)}
    ready = {name for name in course.leaves if progress.status(name) is Status.READY}
    fringe = outer_fringe(course.framework, progress.credits)
    if ready != fringe - moved:
        raise Broken(ready_is_the_fringe, wanted=fringe - moved, got=ready, course=course)
    gated = any(map(course.is_gated, ready))
    return Counter(cases=1, ready=int(bool(ready)), gated=int(gated), moved=int(bool(fringe & moved)))


@law(4, "a learner would stand before nothing: no work, no date, no person to ask", unmet=0.5, requirement=0.2)
def nobody_stands_before_nothing(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Every competency not MET and fresh has a step, a requirement with ways, a date or a person; and while something
    is not MET, at least one has other than a requirement.
    """
    progress = ask(evaluate, course)
    own = {name: progress.standing(name) for name in course.leaves}
    ends = set[object]()
    for name, standing in own.items():
        if standing.status is Status.MET and standing.currency is Currency.FRESH:
            continue
        if not _leads_on(course, progress, name, standing):
            raise Broken(nobody_stands_before_nothing, competency=name, standing=standing, course=course)
        ends.add(standing.action or (standing.wait and standing.wait.kind))
    unmet = any(standing.status is not Status.MET for standing in own.values())
    if unmet and not ends - {WaitKind.REQUIREMENT}:
        raise Broken(nobody_stands_before_nothing, all_wait_for="a requirement", course=course)
    return Counter(cases=1, unmet=int(unmet), **{str(kind): int(kind in ends) for kind in WaitKind})


def _leads_on(course: Course, progress: Progress, name: str, standing: Standing) -> bool:
    wait = standing.wait
    if standing.action is not None or wait is None:
        return standing.action is not None
    if wait.kind is WaitKind.REQUIREMENT:
        return bool(why(progress, name).ways)
    return wait.kind is not WaitKind.DATE or (wait.until is not None and wait.until > course.at)


@law(5, "a learner would be credited with what a check has shown they cannot do yet", checked=0.1, gated=0.03)
def checks_stand_behind_credit(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """No demonstrated credit without a passed check where the policy under which it was earned asks for one."""
    facts = said(course, course.at)
    if not any(one.rule.required for one in facts.values()):
        return Counter()
    shown = {n: s for n, s in demonstrated(ask(evaluate, course)).items() if facts[n].rule.required}
    for name, standing in shown.items():
        since = standing.credit.since if standing.credit else course.at
        if not facts[name].has_standing_pass(since):
            raise Broken(checks_stand_behind_credit, competency=name, credited=since, course=course)
    return Counter(cases=1, checked=int(bool(shown)), gated=int(any(map(course.is_gated, shown))))


@law(
    18,
    "asking for more could make something easier to earn, so no author could foresee what a rule does",
    fewer=0.05,
    shut=0.08,
    credit=0.19,
)
def requiring_more_never_credits(
    course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None
) -> Counter[str]:
    """Conjoining a requirement never enlarges earned credit."""
    course, pick = without_awards(course), pick or chance(course)
    progress = ask(evaluate, course)
    before, seen = progress.credits.keys(), Counter[str]()
    for name, other in (_more(course, progress, pick), _more_of_what_is_shut(course, progress, pick)):
        needs = course.framework.requires.get(name)
        more = Needs(other) if needs is None else All([needs, Needs(other)])
        try:
            harder = evolve(course.framework, requires={**course.framework.requires, name: more})
        except FrameworkError:  # it would run in a circle
            continue
        after = ask(evaluate, evolve(course, framework=harder)).credits.keys()
        if not after <= before:
            gained = set(after - before)
            raise Broken(requiring_more_never_credits, gained=gained, of=name, also=other, course=course)
        shut = name not in before and other in before
        seen |= Counter(cases=1, credit=int(bool(before)), fewer=int(after < before), shut=int(shut))
    return seen


def _more(course: Course, progress: Progress, pick: Pick) -> tuple[str, str]:
    """Return a competency and what to require for it as well: mostly one earned at its gate, and one that is missing.

    What would run in a circle comes only where there is nothing else.
    """
    hard, leaves = hard_graph(course.framework), course.leaves
    shown = demonstrated(progress).items()
    earned = {name: builds_on(hard, name) for name, one in shown if one.credit and not one.credit.unlocked}
    missing = [name for name in leaves if name not in progress.credits]
    telling = [(name, other) for name, around in earned.items() for other in missing if other not in around]
    if bool(telling) and pick((True, True, True, False)):
        return pick(telling)
    name = pick(sorted(progress.credits) or leaves)
    around = builds_on(hard, name)
    return name, pick([other for other in leaves if other not in around] or leaves)


def _more_of_what_is_shut(course: Course, progress: Progress, pick: Pick) -> tuple[str, str]:
    """Return a competency behind a closed gate, where there is one, and one that is credited to require as well."""
    shut = [name for name in course.leaves if progress.status(name) is Status.LOCKED]
    hard, name = hard_graph(course.framework), pick(shut or course.leaves)
    around = builds_on(hard, name)
    met = [other for other in course.leaves if other in progress.credits and other not in around]
    return name, pick(met or course.leaves)


@law(20, "a learner who did everything that was named would find the gate still shut", ways=0.2)
def ways_open_gates(course: Course, *, evaluate: Evaluate = evaluate) -> Counter[str]:
    """Crediting every member of a way opens the gate; under lapse=lock, and rechecking what lapsed."""
    progress, opened = ask(evaluate, course), 0
    then = course.at + timedelta(seconds=1)
    for name in course.leaves:
        if progress.status(name) is not Status.LOCKED:
            continue
        for n, way in enumerate(why(progress, name).ways):
            given = [_granted(course, member, then) for member in sorted(way)]
            after = ask(evaluate, course, [*course.facts, *given], then)
            if not course.is_met(name, course.opens_gates(after)) or after.status(name) is Status.LOCKED:
                raise Broken(ways_open_gates, locked=name, way=way, course=course)
            opened += 1
            if n == 1:
                break
    return Counter(cases=1, ways=int(opened > 0))


def _granted(course: Course, name: str, then: object) -> Fact:
    learner = course.facts[0].learner if course.facts else "ana"
    told = {"learner": learner, "kind": DecisionKind.GRANT, "by": "the law", "why": "to see whether the gate opens"}
    return Decision(**told, competency=name, observed_at=then, key=f"granted {name}")  # type: ignore[arg-type]
