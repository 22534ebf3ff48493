"""The next steps: what a learner can do now, in an order that is advice, with the reasons for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from competencies import CheckBlueprint
from mastery.facts import Purpose
from mastery.models import Estimate
from mastery.progress import Progress
from mastery.standing import Action, Overlay, Standing, Status
from mastery.wording import because

__all__ = ["PARTS", "Rank", "Step", "goal_mask", "next_steps"]

PARTS = ("pinned", "floor", "overdue", "on_the_way", "begun", "unlocks", "recommended", "leads_to")
"""The score parts by which steps are ordered, most weighty first. See `Step`."""

ScoreParts = Mapping[str, float]
Rank = Callable[[ScoreParts], Sequence[float]]
"""Turns score parts into what steps are sorted by, greatest first; ties keep framework order."""


@frozen
class Step:
    """One thing that a learner can do next.

    `score_parts`: pinned (a person pinned it), floor (the policy keeps it first), overdue (2 for a repair; else how
    many recheck intervals have gone by, below 2), on_the_way (towards a goal), begun (3 for a check or retake open
    now, 1 for work begun), unlocks (how many locked competencies this one would open now), recommended (the share
    of its recommendations that is met), leads_to (how many not yet credited need it, directly or later). Towards
    goals, the last two counts look only at what leads there. `unlocks` repeats that part as a whole number.
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
    check: CheckBlueprint | None = None
    unused_forms: tuple[str, ...] = ()


def by_parts(parts: ScoreParts) -> Sequence[float]:
    """The default order: part by part, in the order of PARTS."""
    return [parts[name] for name in PARTS]


def next_steps(
    progress: Progress, *, goals: Sequence[str] = (), limit: int | None = None, rank: Rank = by_parts
) -> tuple[Step, ...]:
    """Return what the learner can do next, best advice first; at most `limit` of all steps.

    `goals` are identifiers or codes (a group: all its parts): what leads towards them comes first. Where the policy
    has a choice level, only so many of the steps that start something are offered. Same input, same order.
    Raises UnknownCompetency for a goal that there is not.
    """
    wanted = goal_mask(progress, goals)
    candidates = []
    for i in range(len(progress.rules.expansion.leaves)):
        standing = progress.standing_at(i)
        if standing.action is not None:
            parts = _score_parts(progress, i, standing, wanted)
            candidates.append((tuple(-value for value in rank(parts)), i, standing, parts))
    candidates.sort(key=lambda candidate: candidate[:2])
    chosen = _chosen(candidates, progress.policy.choice)
    return tuple(_step(progress, i, standing, parts) for _, i, standing, parts in chosen[:limit])


Candidate = tuple[tuple[float, ...], int, Standing, dict[str, float]]


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
    return expansion.closure(expansion.mask_of(progress.framework.competency(goal).identifier for goal in goals))


def _score_parts(progress: Progress, i: int, standing: Standing, wanted: int) -> dict[str, float]:
    rules = progress.rules
    counts = standing.credit is None
    uncredited = wanted & ~progress.credited
    return {
        "pinned": 1.0 if Overlay.PINNED in standing.overlays else 0.0,
        "floor": 1.0 if rules.floors >> i & 1 else 0.0,
        "overdue": 0.0 if counts else _overdue(progress, i, standing),
        "on_the_way": 1.0 if wanted >> i & 1 else 0.0,
        "begun": _BEGUN.get(standing.action, 0.0),
        "unlocks": float(_unlocks(progress, i, wanted)) if counts else 0.0,
        "recommended": _recommended(progress, i),
        "leads_to": float((rules.expansion.ahead[i] & uncredited).bit_count()) if counts else 0.0,
    }


_BEGUN: dict[Action | None, float] = {Action.CHECK: 3.0, Action.RETAKE: 3.0, Action.CONTINUE: 1.0}


def _overdue(progress: Progress, i: int, standing: Standing) -> float:
    if standing.action is Action.REPAIR:
        return 2.0
    interval = progress.rules.rules[i].interval
    if standing.due_at is None or interval is None:
        return 0.0
    return 2.0 - 1.0 / (1.0 + (progress.at - standing.due_at) / interval)


def _unlocks(progress: Progress, i: int, wanted: int) -> int:
    expansion, met = progress.rules.expansion, progress.met
    then = met | 1 << i
    opened = 0
    for j in expansion.needed_by[i]:
        if wanted >> j & 1 and not progress.credited >> j & 1:
            gate = expansion.gates[j]
            opened += gate.met(then) and not gate.met(met)
    return opened


def _recommended(progress: Progress, i: int) -> float:
    mask = progress.rules.soft.gates[i].mask
    return (mask & progress.credited).bit_count() / mask.bit_count() if mask else 1.0


def _step(progress: Progress, i: int, standing: Standing, parts: dict[str, float]) -> Step:
    competency = progress.framework.competency(progress.rules.expansion.leaves[i])
    assert standing.action is not None
    takes_check = standing.action in (Action.CHECK, Action.RETAKE, Action.RECHECK, Action.REPAIR)
    check = competency.check if takes_check else None
    return Step(
        competency=competency.identifier,
        code=competency.code,
        statement=competency.statement,
        action=standing.action,
        status=standing.status,
        estimate=standing.estimate,
        unlocks=int(parts["unlocks"]),
        score_parts=parts,
        because=because(progress, i, standing, parts),
        check=check,
        unused_forms=() if check is None else _unused(progress, i, check),
    )


def _unused(progress: Progress, i: int, check: CheckBlueprint) -> tuple[str, ...]:
    track = progress.track_at(i)
    used = {p.item for p in track.evidence if p.purpose is Purpose.CHECK} if track is not None else set()
    return tuple(form for form in check.items if form not in used)
