"""Laws 11 and 13: what a better score can do, and how far one piece of evidence reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import networkx
from attrs import evolve

from mastery.facts import Basis, Evidence, Purpose
from mastery.models import MasteryModel, NTimes
from mastery.progress import Progress, evaluate
from mastery.retention import Currency
from mastery.standing import Action, Standing
from mastery.testing.choice import Pick, chance
from mastery.testing.course import Course, standings
from mastery.testing.laws.asking import Evaluate, ask, builds_on, hard_graph, leaves_of
from mastery.testing.laws.stated import Broken, law
from mastery.testing.log import evidence

__all__ = ["better_scores", "evidence_stays_local", "model_is_monotone", "no_worse"]

BETTER_FIRST = (Currency.FRESH, Currency.DUE, Currency.LAPSED)
LOCAL = ("status", "credit", "estimate", "currency", "action", "due_at")


@law(11, "a learner would be better off had they done worse", moved=0.2, check=0.15, kept=0.02)
def better_scores(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Raising a score never removes credit, shuts a gate, un-meets criteria, un-passes a check before credit, postpones
    a retake or worsens currency.
    """
    pick = pick or chance(course)
    found = _raised(course, pick, evaluate)
    if found is None:
        return Counter()
    other, piece = found
    low, high = no_worse(course, other, course.at, evaluate=evaluate)
    for n in (1, 2, 5):
        no_worse(course, other, course.at + timedelta(days=n), evaluate=evaluate)
    no_worse(course, other, piece.observed_at + timedelta(days=pick((0, 1, 2, 3))), evaluate=evaluate)
    before, after = standings(low), standings(high)
    return Counter(
        cases=1,
        gained=int(set(low.credits) < set(high.credits)),
        moved=int(before != after),
        check=int(piece.purpose is Purpose.CHECK and piece.observed_at <= course.at),
        sooner=int(any(s.opens and s.opens != after[name].opens for name, s in before.items())),
        current=int(any(s.currency and s.currency is not after[name].currency for name, s in before.items())),
        kept=int(any(credit.basis is Basis.KEPT for credit in low.credits.values())),
    )


def _raised(course: Course, pick: Pick, evaluate: Evaluate) -> tuple[Course, Evidence] | None:
    """Return the course with one score raised, mostly where credit is wanting, and that piece as it was."""
    pieces = [f for f in course.facts if isinstance(f, Evidence) and f.score is not None and f.score < 1]
    if not pieces:
        return None
    progress, to_do = ask(evaluate, course), (Action.CONTINUE, Action.CHECK, Action.RETAKE)
    begun = {name for name in course.leaves if progress.standing(name).action in to_do}
    names = begun | {course.framework.competency(name).label for name in begun}
    wanting = [f for f in pieces if f.competency in names and f.observed_at <= course.at]
    checks = [f for f in pieces if f.purpose is Purpose.CHECK and f.observed_at <= course.at]
    piece = pick(pick((wanting, wanting, checks, checks, pieces)) or pieces)
    score = pick([s for s in (1.0, 1.0, 1.0, 0.8, 0.7, 0.5) if s > (piece.score or 0)])
    return course.with_facts(evolve(f, score=score) if f == piece else f for f in course.facts), piece


def no_worse(
    course: Course, other: Course, at: datetime, *, evaluate: Evaluate = evaluate
) -> tuple[Progress, Progress]:
    """Raise Broken where `other`, with a better score, is worse off at `at`; return both values of progress."""
    low, high = ask(evaluate, course, at=at), ask(evaluate, other, at=at)
    worse: dict[str, object] = {}
    lost = set(low.credits) - set(high.credits)
    shut = _open_gates(course, low) - _open_gates(other, high)
    if lost or shut:
        worse = {"credit lost": lost, "gates shut": shut}
    worse |= {name: found for name in course.leaves if (found := _worse(low, high, name))}
    if worse:
        better = [f for f, was in zip(other.facts, course.facts, strict=True) if f != was]
        raise Broken(better_scores, better=better, worse=worse, at=at, course=course)
    return low, high


def _open_gates(course: Course, progress: Progress) -> set[str]:
    opens = course.opens_gates(progress)
    return {name for name in course.leaves if course.is_met(name, opens)}


def _worse(low: Progress, high: Progress, name: str) -> list[str]:
    """Return in what a competency is worse with the better score."""
    before, after = low.standing(name), high.standing(name)
    later = after.opens is not None and (before.opens is None or after.opens > before.opens)
    staler = before.currency and after.currency
    told = {
        "criteria are no longer met": before.criteria_met and not after.criteria_met,
        "the retake opens later": later,
        "relearning is asked for": after.wants_relearning and not before.wants_relearning,
        "the check is no longer passed": _has_passed(low, name) and not _has_passed(high, name),
        "it is less current": staler and BETTER_FIRST.index(after.currency) > BETTER_FIRST.index(before.currency),
    }
    return [what for what, is_so in told.items() if is_so]


def _has_passed(progress: Progress, name: str) -> bool:
    track = progress.track(name)
    return track is not None and track.has_passed


@law(11, "a learner would be better off had they done worse", raised=0.5, moved=0.3)
def model_is_monotone(model: MasteryModel, pieces: Sequence[Evidence]) -> Counter[str]:
    """A better score in any one piece never lowers a model's estimate; under n_times, never below its bar."""
    before, seen = model.of(pieces), Counter(cases=1)
    least = before.value if before else 0.0
    if isinstance(model, NTimes):  # a score that rises to its bar joins the mean, and no policy may have a higher bar
        least = min(least, model.mastered_at)
    for n, piece in enumerate(pieces):
        for score in (0.25, 0.5, 0.7, 0.8, 0.9, 1.0):
            if piece.score is None or score <= piece.score:
                continue
            after = model.of([*pieces[:n], evolve(piece, score=score), *pieces[n + 1 :]])
            if before is not None and (after is None or after.value < least):
                raise Broken(model_is_monotone, model=model, pieces=pieces, raised=n, to=score)
            seen |= Counter(raised=1, moved=int(after != before))
    return seen


@law(
    13,
    "work on one thing would change what is said of another that has nothing to do with it",
    moved=0.3,
    beyond=0.1,
    needs=0.25,
)
def evidence_stays_local(course: Course, *, evaluate: Evaluate = evaluate, pick: Pick | None = None) -> Counter[str]:
    """Evidence on a competency moves status, credit, estimate, currency and step action only of it, its groups and what
    depends on them; where the policy shares refreshment, also the due date, never the lapse, of its prerequisites.
    """
    pick = pick or chance(course)
    name = pick(course.leaves)
    piece = evidence(pick, "new", name, (1.0, 1.0, 0.8, 0.0))
    hard = hard_graph(course.framework)
    reach = builds_on(hard, name)
    below = networkx.ancestors(hard, name) if name in hard and course.shares_refreshment(name) else set()
    before = standings(ask(evaluate, course))
    after = standings(ask(evaluate, course, (*course.facts, piece)))
    for other in before:
        if not reach & set(leaves_of(course, other)):
            moved = [f for f in LOCAL if getattr(before[other], f) != getattr(after[other], f)]
            may = below & set(leaves_of(course, other)) and _keeps_its_lapse(before[other], after[other])
            if moved and not (may and set(moved) <= {"currency", "action", "due_at"}):
                raise Broken(evidence_stays_local, piece=piece, other=other, moved=moved, course=course)
    return Counter(
        cases=1,
        moved=int(before[name] != after[name]),
        spread=int(any(before[other] != after[other] for other in reach - {name})),
        beyond=int(any(other not in reach and before[other].estimate for other in course.leaves)),
        needs=int(name in hard and bool(networkx.ancestors(hard, name))),
        refreshed=int(any(before[other].due_at != after[other].due_at for other in below)),
    )


def _keeps_its_lapse(before: Standing, after: Standing) -> bool:
    """Whether nothing lapsed or was repaired: a failed check may unmake a pass of its own instant, so due dates move
    either way.
    """
    either = {before.currency, after.currency}
    return before.currency is after.currency or either == {Currency.DUE, Currency.FRESH}
