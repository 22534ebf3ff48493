"""Goals: what a learner is working towards, as people type it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from competencies import (
    CompetenciesError,
    Framework,
    Needs,
    Requirement,
    RequirementError,
    Share,
    UnknownCompetency,
    parse,
)
from competencies.expansion import gate_of
from competencies.gate import Gate
from competencies.requirement import normal, rename
from mastery.settings import is_like

__all__ = ["Goal", "goal_of", "leaves_named"]


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


def leaves_named(framework: Framework, names: Iterable[str]) -> tuple[int, list[str]]:
    """Return the mask of the leaves under names, and a fault for each name that fits nothing.

    A name is an identifier, a code (of a group: all its parts), or a pattern of codes, such as `FR*` or `RA6.?`.
    """
    mask, faults = 0, []
    for name in names:
        if set(name) & {"*", "?"}:
            found = [one.identifier for one in framework.competencies if is_like(one.code, name)]
            if not found:
                faults.append(f"no code is like {name!r}")
        else:
            try:
                found = [framework.competency(name).identifier]
            except CompetenciesError as fault:
                found = []
                faults.append(str(fault))
        mask |= framework.expansion.mask_of(found)
    return mask, faults


def _groups(framework: Framework) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for part, group in framework.part_of.items():
        groups.setdefault(group, []).append(part)
    return groups


def _shares(requirement: Requirement) -> list[Share]:
    if isinstance(requirement, Share):
        return [requirement]
    return [] if isinstance(requirement, Needs) else [s for part in requirement.parts for s in _shares(part)]
