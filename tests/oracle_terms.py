"""Which terms hold for a competency, told plainly for the oracle: the first special rule that fits it or a group."""

from __future__ import annotations

from fnmatch import fnmatchcase

from competencies import Competency, Framework
from mastery.policy import Policy, Special
from mastery.retention import Lapse
from mastery.terms import Terms

__all__ = ["locks", "terms_for"]


def _with_groups(framework: Framework, name: str) -> list[Competency]:
    found = [framework.competency(name)]
    while found[-1].identifier in framework.part_of:
        found.append(framework.competency(framework.part_of[found[-1].identifier]))
    return found


def _fits(special: Special, one: Competency, framework: Framework) -> bool:
    was = [old for old, new in framework.formerly.items() if one.identifier in new]
    names = [one.identifier, one.code, *was]
    codes = [pattern.replace("[", "[[]") for pattern in special.code]  # a bracket stands for itself
    asked = [
        not special.competency or any(name in special.competency for name in names),
        not special.kind or one.kind in special.kind,
        not special.tag or any(tag in special.tag for tag in one.tags),
        not codes or any(fnmatchcase(one.code, pattern) for pattern in codes),
    ]
    return all(asked)


def terms_for(framework: Framework, policy: Policy, name: str) -> Terms:
    """Return what a policy asks for a competency without parts."""
    for special in policy.special:
        if any(_fits(special, one, framework) for one in _with_groups(framework, name)):
            return special.terms
    return Terms(policy.model, policy.criteria, policy.check, policy.retention)


def locks(framework: Framework, policy: Policy, name: str) -> bool:
    """Return whether a lapse of this competency shuts the gates of what builds on it."""
    return terms_for(framework, policy, name).retention.lapse is Lapse.LOCK
