"""The path to a goal: what is still to be met, in an order that works, each leg with what it is missing."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from competencies.gate import OPEN, Gate, bits
from mastery.goals import Goal, goal_of
from mastery.progress import Progress
from mastery.shortest import fewest, in_order
from mastery.standing import Action, Standing, Status, Wait, WaitKind
from mastery.wording import evidence_so_far, listed, many, names, score, waiting

__all__ = ["Leg", "Route", "gates_ahead", "legs_of", "path", "route"]


@frozen
class Leg:
    """One competency on a path: where it stands today, what it is missing, and the legs to be met just before it.

    `action` is what can be done on it today, None where nothing can; `wait` then says why.
    """

    competency: str
    code: str
    statement: str
    status: Status
    action: Action | None
    wait: Wait | None
    missing: str
    after: tuple[str, ...] = ()


@frozen
class Route:
    """The legs to a goal, in an order in which each can be done when it comes; none where the goal is met.

    `goal` is its text, `shortest` says that no way asks for fewer competencies, `because` are sentences.
    """

    goal: str
    met: bool
    legs: tuple[Leg, ...]
    shortest: bool
    because: tuple[str, ...]


def path(progress: Progress, goal: str) -> tuple[str, ...]:
    """Return the printed names (codes) of the legs of `route`."""
    printed = progress.framework.printed_name
    return tuple(printed(leg.competency) for leg in route(progress, goal).legs)


def route(progress: Progress, goal: str) -> Route:
    """Return what is to be met on the way to `goal`: an identifier or code, or the text of a requirement.

    A leg's requirement is met by what is met today and the legs before it, or a person unlocked it; what is met is
    left out, what has lapsed and locks is a leg to repair. As few competencies as can be, as far as `fewest` can tell
    (`shortest`). Same input, same path. Raises UnknownCompetency, AmbiguousCode or RequirementError.
    """
    wanted = goal_of(progress.framework, goal)
    gates = gates_ahead(progress, wanted.gate.mask)
    chosen, shortest = fewest(progress.met, wanted.gate, gates)
    order, legs = legs_of(progress, chosen, gates)
    is_met = wanted.gate.met(progress.met)
    return Route(wanted.text, is_met, tuple(legs), shortest, _because(progress, wanted, legs, order, shortest))


def gates_ahead(progress: Progress, wanted: int) -> Mapping[int, Gate]:
    """Return what still shuts each leaf on the way to `wanted`; nothing for one that is open, unlocked or credited."""
    expansion = progress.rules.expansion
    ahead = bits(expansion.closure(wanted) & ~progress.met)
    return {i: expansion.gates[i] if progress.standing_at(i).status is Status.LOCKED else OPEN for i in ahead}


def legs_of(progress: Progress, chosen: int, gates: Mapping[int, Gate]) -> tuple[list[int], list[Leg]]:
    """Return the leaves in `chosen` in an order that works, and the leg that each is."""
    rank = progress.rules.expansion.rank
    order = in_order(progress.met, chosen, gates, rank, lambda i: progress.standing_at(i).action is not None)
    legs, before = [], 0
    for i in order:
        legs.append(_leg(progress, i, before & gates[i].mask))
        before |= 1 << i
    return order, legs


def _leg(progress: Progress, i: int, after: int) -> Leg:
    competency, standing = progress.rules.leaves[i], progress.standing_at(i)
    return Leg(
        competency.identifier,
        competency.code,
        competency.statement,
        standing.status,
        standing.action,
        standing.wait,
        _missing(progress, i, standing),
        tuple(names(progress, bits(after))),
    )


def _missing(progress: Progress, i: int, standing: Standing) -> str:
    """Return what a leaf that is not met wants still: a person, a date, evidence, the check."""
    track, rule = progress.track_at(i), progress.rules.rules[i]
    said = []
    if standing.wait is not None and standing.wait.kind is not WaitKind.REQUIREMENT:
        said.append(waiting(standing))
    mark = score(rule.checks_at_first.pass_mark / 1e6)
    if standing.credit is not None:
        return "; ".join(said) or f"it has lapsed: the check, passed at {mark}"
    wanted = rule.criteria
    if track is not None and not standing.criteria_met and standing.pieces:
        said.append(evidence_so_far(track, standing))
    elif not standing.criteria_met:
        novel = f", {wanted.novel} in novel contexts" if wanted.novel else ""
        so_far = "nothing recorded yet" if track is None else evidence_so_far(track, standing)
        pieces = f"{many(wanted.pieces, 'piece')} on {many(wanted.occasions, 'occasion')}{novel}"
        said.append(f"{so_far} (an estimate of {score(wanted.mastered_at)} from {pieces} wanted)")
    if rule.check.required and not (track is not None and track.has_passed):
        said.append(f"the check, passed at {mark}")
    return "; ".join(said) or "nothing more of its own"


def _because(progress: Progress, goal: Goal, legs: list[Leg], order: list[int], shortest: bool) -> tuple[str, ...]:
    if not legs:
        return (f"{goal.text} is met: nothing is left to do for it.",)
    first = legs[0]
    said = [f"{many(len(legs), 'competency', 'competencies')} to meet for {goal.text}."]
    name = names(progress, order[:1])[0]
    if first.action is not None:
        said.append(f"The first can be done today: {first.action.value} {name}.")
    else:
        said.append(f"The first, {name}, waits: {waiting(progress.standing_at(order[0]))}.")
    lapsed = [i for i in order if progress.standing_at(i).credit is not None]
    if lapsed:
        said.append(f"Met, but lapsed, and so to be repaired: {listed(names(progress, lapsed))}.")
    said.append(
        "No other way asks for fewer."
        if shortest
        else "There are too many ways to try them all: a shorter one may exist."
    )
    return tuple(said)
