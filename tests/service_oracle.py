"""Who may what, told once more from the table in the docs and without the code that decides: the tests' own opinion."""

from __future__ import annotations

from service_world import CLASSES, LIMITED, PEOPLE, SYSTEMS

__all__ = ["CALLERS", "OUTSIDE", "classes", "learners", "limit", "may", "person"]

_OWN = "learner:read access:check rules:read disclosures:read"
_COACH = "learner:read access:check what-if:read class:read class:plan changes:read rules:read"
_EVERYTHING = (
    "learner:read access:check evidence:write decisions:write what-if:read class:read class:plan changes:read "
    "rules:read rules:publish fairness:read roster:read roster:write disclosures:read metrics:read"
)
_MAY: dict[str, frozenset[str]] = {
    role: frozenset(said.split())
    for role, said in {
        "learner": f"{_OWN} what-if:read",
        "family": _OWN,
        "coach": _COACH,
        "teacher": f"{_COACH} evidence:write decisions:write",
        "reviewer": "learner:read what-if:read evidence:write rules:read",
        "administrator": f"{_EVERYTHING} tokens:manage",
        "integration": _EVERYTHING,
        "ended": "",
        "coming": "",
    }.items()
}
OUTSIDE = ("", "expired", "revoked")
"""Who is not let in at all."""

CALLERS = (*PEOPLE, *SYSTEMS, *LIMITED, "stranger")


def person(who: str) -> str:
    """Return whose token it is; a system's is its own."""
    return LIMITED[who][0] if who in LIMITED else who


def _parts(who: str, permission: str) -> list[list[str]]:
    """Return the parts of a caller that give a permission: the role, and for which class or child."""
    parts = ["integration"] if who in SYSTEMS else list(PEOPLE.get(person(who), ()))
    scopes = SYSTEMS[who][0] if who in SYSTEMS else LIMITED[who][1] if who in LIMITED else None
    if scopes is not None and permission not in scopes:
        return []
    return [part.split() for part in parts if permission in _MAY[part.split()[0]]]


def limit(who: str) -> tuple[str, ...] | None:
    """Return the classes that a token is limited to."""
    return SYSTEMS[who][1] if who in SYSTEMS else LIMITED[who][2] if who in LIMITED else None


def may(who: str, permission: str) -> bool:
    """Whether a caller has a permission at all."""
    return bool(_parts(who, permission))


def classes(who: str, permission: str) -> set[str] | None:
    """Return the classes that a caller reaches with a permission; None is all."""
    parts, limited = _parts(who, permission), limit(who)
    if any(part[0] in ("administrator", "integration") for part in parts):
        return None if limited is None else set(limited)
    found = {part[1] for part in parts if part[0] in ("teacher", "coach", "reviewer")}
    return found if limited is None else found & set(limited)


def learners(who: str, permission: str) -> set[str] | None:
    """Return the learners whom a caller reaches with a permission; None is everybody."""
    groups = classes(who, permission)
    if groups is None:
        return None
    own = {part[1] for part in _parts(who, permission) if part[0] == "family"}
    own |= {person(who) for part in _parts(who, permission) if part[0] == "learner"}
    limited = limit(who)
    if limited is not None:
        own &= {one for group in limited for one in CLASSES[group]}
    return own | {one for group in groups for one in CLASSES[group]}
