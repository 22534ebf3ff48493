"""Roles, and what each may do: whatever is not granted here is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

__all__ = ["GRANTS", "Permission", "Role", "as_roles"]


class Role(StrEnum):
    """As what somebody asks; one person may have several."""

    LEARNER = "learner"
    FAMILY = "family"
    TEACHER = "teacher"
    COACH = "coach"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    INTEGRATION = "integration"


def as_roles(given: Iterable[str]) -> frozenset[Role]:
    """Return roles as a set; raises ValueError for what is no role."""
    return frozenset([Role(role) for role in given])


class Permission(StrEnum):
    """What a route asks of whoever calls it; a token may be limited to some of them (its scopes)."""

    READ_LEARNER = "learner:read"
    CHECK_ACCESS = "access:check"
    WRITE_EVIDENCE = "evidence:write"
    WRITE_DECISIONS = "decisions:write"
    IMAGINE = "what-if:read"
    READ_CLASS = "class:read"
    PLAN_CLASS = "class:plan"
    READ_CHANGES = "changes:read"
    READ_RULES = "rules:read"
    PUBLISH_RULES = "rules:publish"
    COMPARE_SUBGROUPS = "fairness:read"
    READ_ROSTER = "roster:read"
    WRITE_ROSTER = "roster:write"
    MANAGE_TOKENS = "tokens:manage"
    READ_DISCLOSURES = "disclosures:read"
    READ_METRICS = "metrics:read"


_OWN = frozenset({Permission.READ_LEARNER, Permission.CHECK_ACCESS, Permission.READ_RULES, Permission.READ_DISCLOSURES})
_COACH = frozenset(
    {
        Permission.READ_LEARNER,
        Permission.CHECK_ACCESS,
        Permission.IMAGINE,
        Permission.READ_CLASS,
        Permission.PLAN_CLASS,
        Permission.READ_CHANGES,
        Permission.READ_RULES,
    }
)
_TEACHER = _COACH | {Permission.WRITE_EVIDENCE, Permission.WRITE_DECISIONS}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.LEARNER: _OWN | {Permission.IMAGINE},
    Role.FAMILY: _OWN,
    Role.TEACHER: _TEACHER,
    Role.COACH: _COACH,
    Role.REVIEWER: frozenset(
        {Permission.READ_LEARNER, Permission.IMAGINE, Permission.WRITE_EVIDENCE, Permission.READ_RULES}
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
    # What a system does for people; roster and rules only where its token says so, and tokens are for people to give.
    Role.INTEGRATION: frozenset(Permission) - {Permission.MANAGE_TOKENS},
}
"""What each role may do, each with the learners and classes that the role reaches (`mastery.access.reach`)."""
