"""Goals: what a learner is working towards, as people type it."""

from __future__ import annotations

from attrs import frozen

from competencies import Framework, Needs, Requirement, RequirementError, Share, UnknownCompetency, parse
from competencies.expansion import gate_of
from competencies.gate import Gate
from competencies.requirement import normal, rename

__all__ = ["Goal", "goal_of"]


@frozen
class Goal:
    """What is worked towards: its text, the requirement over identifiers, and the gate that is open when it is met."""

    text: str
    requirement: Requirement
    gate: Gate


def goal_of(framework: Framework, given: str) -> Goal:
    """Return the goal that `given` says: an identifier or code (a group: all its parts), else a requirement's text.

    A text that is exactly an identifier or code is that competency, whatever else it could be read as. Raises
    UnknownCompetency with the near miss, AmbiguousCode, or RequirementError where the text cannot be read or met.
    """
    try:
        requirement: Requirement = Needs(framework.competency(given).identifier)
    except UnknownCompetency:
        if not given.strip():
            raise
        requirement = normal(rename(parse(given), lambda name: framework.competency(name).identifier))
    groups = _groups(framework)
    for share in _shares(requirement):
        if share.group not in groups:
            label = framework.printed_name(share.group)
            raise RequirementError(f"A share wants a group, got {label!r}, which has no parts.")
    gate = gate_of(requirement, framework.expansion.masks, groups)
    text = framework.printed_name(requirement.name) if isinstance(requirement, Needs) else framework.text(requirement)
    return Goal(text, requirement, gate)


def _groups(framework: Framework) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for part, group in framework.part_of.items():
        groups.setdefault(group, []).append(part)
    return groups


def _shares(requirement: Requirement) -> list[Share]:
    if isinstance(requirement, Share):
        return [requirement]
    return [] if isinstance(requirement, Needs) else [s for part in requirement.parts for s in _shares(part)]
