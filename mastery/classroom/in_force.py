"""What people have decided about a learner and is in force: pins, unlocks, holds and pauses."""

from __future__ import annotations

from attrs import frozen

from competencies import AmbiguousCode, UnknownCompetency
from competencies.gate import bits
from mastery.facts import Decision, DecisionKind
from mastery.progress import Progress
from mastery.wording import day, listed

__all__ = ["InForce", "decisions_in_force"]


@frozen
class InForce:
    """A decision that is in force, on what (printed names; a group where all of it is meant), and a sentence."""

    decision: Decision
    on: tuple[str, ...]
    text: str


_SAID = {
    DecisionKind.PIN: "Pinned first",
    DecisionKind.UNLOCK: "Unlocked",
    DecisionKind.HOLD: "Held",
    DecisionKind.PAUSE: "Paused",
}


def decisions_in_force(progress: Progress) -> tuple[InForce, ...]:
    """Return the pins, unlocks, holds and pauses in force, each once, in that order and then in order of time."""
    found: dict[tuple[int, str], tuple[Decision, int]] = {}
    for i in range(len(progress.rules.leaves)):
        track = progress.track_at(i)
        for order, kind in enumerate(_SAID):
            decision = None if track is None else track.in_force(kind, progress.at)
            if decision is not None:
                _, mask = found.get((order, decision.key), (decision, 0))
                found[order, decision.key] = decision, mask | 1 << i
    ordered = sorted(found.items(), key=lambda one: (one[0][0], one[1][0].observed_at, one[0][1]))
    return tuple(_in_force(progress, decision, mask) for _, (decision, mask) in ordered)


def _in_force(progress: Progress, decision: Decision, mask: int) -> InForce:
    on = _named(progress, decision, mask)
    until = "" if decision.until is None else f" until {day(decision.until)}"
    by = f"by {decision.by} on {day(decision.observed_at)}"
    text = f"{_SAID[decision.kind]}{until}: {listed(on)}, {by}: {decision.why}"
    return InForce(decision, on, text if text.endswith((".", "!", "?")) else f"{text}.")


def _named(progress: Progress, decision: Decision, mask: int) -> tuple[str, ...]:
    """Return the one name of what was decided about where the decision rules all of it, else those of its leaves."""
    try:
        identifier = progress.framework.competency(decision.competency).identifier
    except (UnknownCompetency, AmbiguousCode):  # a former name, whose successors it rules
        identifier = ""
    if identifier and progress.rules.expansion.masks[identifier] == mask:
        return (progress.framework.printed_name(identifier),)
    return tuple(progress.rules.printed[i] for i in bits(mask))
