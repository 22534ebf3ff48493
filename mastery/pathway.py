"""The next steps: what a learner can do now, in an order that is advice, with the reasons for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from attrs import field, frozen

from competencies import CheckBlueprint
from mastery.facts import MILLION, Decision, DecisionKind, Purpose
from mastery.goals import goal_of
from mastery.models import Estimate
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Action, Overlay, Standing, Status, Wait, WaitKind
from mastery.wording import because, opened_by

__all__ = ["PARTS", "CheckOffer", "Rank", "Step", "Withheld", "goal_mask", "left_out", "next_steps", "withheld"]

PARTS = ("pinned", "floor", "overdue", "on_the_way", "begun", "unlocks", "recommended", "leads_to")
"""The score parts by which steps are ordered, most weighty first. See `Step`."""

ScoreParts = Mapping[str, float]
Rank = Callable[[ScoreParts], Sequence[float]]
"""Turns score parts into what steps are sorted by, greatest first; ties keep framework order."""


@frozen
class CheckOffer:
    """The check that a step asks for: where it is passed (0..1), how many questions, the forms not used."""

    pass_score: float
    questions: int | None = None
    unused_forms: tuple[str, ...] = ()


@frozen
class Step:
    """One thing that a learner can do next.

    `score_parts`: pinned (a person pinned it), floor (the policy keeps it first), overdue (2 for a repair; for a
    recheck 1 on the day it falls due, rising towards 2), on_the_way (towards a goal), begun (3 for a check or retake
    open now, 1 for work begun), unlocks (how many locked competencies this one would open now), recommended (the share
    of its recommendations that is met), leads_to (how many not yet credited need it, directly or later). Towards
    goals, the last two counts look only at what leads there. `unlocks` repeats that part as a whole number. `pin` is
    the decision that pinned it, where one does.
    """

    competency: str
    code: str
    statement: str
    action: Action
    status: Status
    estimate: Estimate | None
    unlocks: int
    score_parts: ScoreParts = field(hash=False)
    because: tuple[str, ...]
    check: CheckOffer | None = None
    pin: Decision | None = None


@frozen
class Withheld:
    """One thing that would be a step but is not now: `wait` says why, and by whom and until when where that is set."""

    competency: str
    code: str
    statement: str
    status: Status
    wait: Wait


def by_parts(parts: ScoreParts) -> Sequence[float]:
    """The default order: part by part, in the order of PARTS."""
    return [parts[name] for name in PARTS]


def next_steps(
    progress: Progress, *, goals: Sequence[str] = (), limit: int | None = None, rank: Rank = by_parts
) -> tuple[Step, ...]:
    """Return what the learner can do next, best advice first; at most `limit` of all steps.

    `goals` are identifiers or codes (a group: all its parts) or requirements as text (all that they mention): what
    leads towards them comes first. Where the policy has a choice level, only so many of the steps that start something
    are offered. Same input, same order.
    Raises UnknownCompetency for a goal that there is not, RequirementError for one that cannot be read.
    """
    wanted = goal_mask(progress, goals)
    candidates = []
    for i, standing in progress.steppable:
        opened = opened_by(progress, i) if standing.credit is None else []
        parts = _score_parts(progress, i, standing, wanted, opened)
        candidates.append((rank(parts), -i, standing, parts, opened))
    candidates.sort(key=itemgetter(0, 1), reverse=True)
    chosen = _chosen(candidates, progress.policy.choice)[:limit]
    return tuple(_step(progress, -i, standing, parts, opened) for _, i, standing, parts, opened in chosen)


Candidate = tuple[Sequence[float], int, Standing, dict[str, float], list[int]]


def _chosen(candidates: list[Candidate], choice: int | None) -> list[Candidate]:
    if choice is None:
        return candidates
    offered, kept = 0, []
    for candidate in candidates:
        starts = candidate[2].action is Action.START
        if not starts or offered < choice:
            kept.append(candidate)
        offered += starts
    return kept


def goal_mask(progress: Progress, goals: Sequence[str]) -> int:
    """Return the leaves that lead to the goals, the goals among them; all leaves where there is no goal."""
    expansion = progress.rules.expansion
    if not goals:
        return (1 << len(expansion.leaves)) - 1
    mask = 0
    for goal in goals:
        mask |= goal_of(progress.framework, goal).gate.mask
    return expansion.closure(mask)


def withheld(progress: Progress, *, goals: Sequence[str] = ()) -> tuple[Withheld, ...]:
    """Return what would be a step but is held, paused, or waits for a retake to open or for a person.

    In framework order; where there are goals, only what leads there. Raises what `next_steps` raises.
    """
    wanted = goal_mask(progress, goals)
    found = []
    for i, competency in enumerate(progress.rules.leaves):
        wait = _withheld(progress.standing_at(i)) if wanted >> i & 1 else None
        if wait is not None:
            status = progress.standing_at(i).status
            found.append(Withheld(competency.identifier, competency.code, competency.statement, status, wait))
    return tuple(found)


def _withheld(standing: Standing) -> Wait | None:
    wait = standing.wait
    if wait is None or wait.kind is WaitKind.REQUIREMENT:
        return None
    would_be = standing.credit is None or standing.currency in (Currency.DUE, Currency.LAPSED)
    return wait if would_be else None


def left_out(progress: Progress) -> int:
    """Return how many competencies could be started but are not offered, by the choice level of the policy."""
    choice = progress.policy.choice
    starts = sum(standing.action is Action.START for _, standing in progress.steppable)
    return 0 if choice is None else max(starts - choice, 0)


def _score_parts(progress: Progress, i: int, standing: Standing, wanted: int, opened: list[int]) -> dict[str, float]:
    rules = progress.rules
    soft = rules.soft.gates[i].mask
    unlocks = leads_to = overdue = 0.0
    if standing.credit is None:
        unlocks = float(sum(wanted >> j & 1 for j in opened))
        leads_to = float((rules.expansion.ahead[i] & wanted & ~progress.credited).bit_count())
    else:
        overdue = _overdue(progress, i, standing)
    return {
        "pinned": 1.0 if Overlay.PINNED in standing.overlays else 0.0,
        "floor": 1.0 if standing.credit is None and rules.floors >> i & 1 else 0.0,
        "overdue": overdue,
        "on_the_way": 1.0 if wanted >> i & 1 else 0.0,
        "begun": _BEGUN.get(standing.action, 0.0),
        "unlocks": unlocks,
        "recommended": (soft & progress.credited).bit_count() / soft.bit_count() if soft else 1.0,
        "leads_to": leads_to,
    }


_BEGUN: dict[Action | None, float] = {Action.CHECK: 3.0, Action.RETAKE: 3.0, Action.CONTINUE: 1.0}


def _overdue(progress: Progress, i: int, standing: Standing) -> float:
    if standing.action is Action.REPAIR:
        return 2.0
    interval = progress.rules.rules[i].interval
    if standing.due_at is None or interval is None:
        return 0.0
    return 2.0 - 1.0 / (1.0 + (progress.at - standing.due_at) / interval)


_TAKES_CHECK = frozenset({Action.CHECK, Action.RETAKE, Action.RECHECK, Action.REPAIR})


def _step(progress: Progress, i: int, standing: Standing, parts: dict[str, float], opened: list[int]) -> Step:
    competency = progress.rules.leaves[i]
    assert standing.action is not None
    return Step(
        competency=competency.identifier,
        code=competency.code,
        statement=competency.statement,
        action=standing.action,
        status=standing.status,
        estimate=standing.estimate,
        unlocks=int(parts["unlocks"]),
        score_parts=parts,
        because=because(progress, i, standing, opened),
        check=_offer(progress, i, competency.check) if standing.action in _TAKES_CHECK else None,
        pin=_pin(progress, i) if Overlay.PINNED in standing.overlays else None,
    )


def _pin(progress: Progress, i: int) -> Decision | None:
    track = progress.track_at(i)
    return None if track is None else track.in_force(DecisionKind.PIN, progress.at)


def _offer(progress: Progress, i: int, blueprint: CheckBlueprint | None) -> CheckOffer:
    pass_score = progress.rules.rules[i].checks_at_first.pass_mark / MILLION
    if blueprint is None:
        return CheckOffer(pass_score)
    track = progress.track_at(i)
    used = {p.item for p in track.evidence if p.purpose is Purpose.CHECK} if track is not None else set()
    return CheckOffer(pass_score, blueprint.questions, tuple(form for form in blueprint.items if form not in used))
