"""Frameworks and policies for small worlds, picked option by option."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any as Anything

from competencies import All, Any, AtLeast, CheckBlueprint, Competency, Framework, Needs, Requirement, Share
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Purpose
from mastery.models import Sums
from mastery.policy import Policy
from mastery.retention import Retention

__all__ = ["framework", "policy"]

Picker = Callable[[Sequence[Anything]], Anything]
USUAL = frozenset({Purpose.FORMATIVE, Purpose.INTERIM, Purpose.SUMMATIVE, Purpose.CHECK})
COUNTS = (
    USUAL,
    USUAL,
    frozenset(Purpose),
    frozenset({Purpose.FORMATIVE, Purpose.SUMMATIVE}),
    frozenset({Purpose.CHECK, Purpose.SUMMATIVE, Purpose.FORMATIVE}),
)


def framework(pick: Picker, most: int) -> Framework:
    """Return a framework of 3 to `most` leaves; prerequisites run from lower to higher numbers only."""
    n = pick(range(3, most + 1))
    part_of, spans = _outline(pick, n)
    requires: dict[str, Requirement] = {}
    for i in range(1, n):
        asked = _requirement(pick, i, spans)
        if asked is not None:
            requires[f"c{i}"] = asked
    for group, (first, _) in spans.items():
        asked = _requirement(pick, first, spans) if pick((False, True)) else None
        if asked is not None:
            requires[group] = asked
    listed = [_competency(pick, i) for i in range(n)] + [Competency(group) for group in spans]
    if pick((False, True)):
        listed.reverse()
    return Framework("small", listed, requires=requires, part_of=part_of)


def _competency(pick: Picker, i: int) -> Competency:
    blueprint = pick((None, None, None, CheckBlueprint(0.7, 5), CheckBlueprint(1.0, 5)))
    return Competency(f"c{i}", pick(("", f"C.{i}")), check=blueprint)


def _outline(pick: Picker, n: int) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Return parts and groups: groups hold neighbouring leaves, from the first to the last number of their span."""
    part_of: dict[str, str] = {}
    spans: dict[str, tuple[int, int]] = {}
    for group in ("G", "H")[: pick((0, 1, 1, 2))]:
        first, size = pick(range(n - 1)), pick((2, 3))
        members = [f"c{i}" for i in range(first, min(first + size, n))]
        if not any(member in part_of for member in members):
            part_of.update(dict.fromkeys(members, group))
            spans[group] = (first, first + len(members) - 1)
    if len(spans) == 2 and pick((False, True)):
        part_of.update(dict.fromkeys(spans, "Z"))
        spans["Z"] = (min(first for first, _ in spans.values()), max(last for _, last in spans.values()))
    return part_of, spans


def _requirement(pick: Picker, i: int, spans: dict[str, tuple[int, int]]) -> Requirement | None:
    """Return a requirement on what comes before number `i`."""
    groups = [group for group, (_, last) in spans.items() if last < i]
    names = [f"c{j}" for j in range(i - 1, -1, -1)] + groups
    if not names:
        return None
    if len(names) == 1:
        alone: Requirement | None = pick((None, Needs(names[0]), Needs(names[0])))
        return alone
    one, other, third = (Needs(pick(names)) for _ in range(3))
    several = tuple(dict.fromkeys((one, other, third)))
    asked: Requirement | None = pick(
        (
            Needs(names[0]),
            None,
            Needs(names[0]),
            one,
            All((one, other)),
            Any(several),
            AtLeast(min(2, len(several)), several),
            Any(tuple(dict.fromkeys((All((one, other)), third)))),
            Needs(groups[-1]) if groups else one,
            Share(pick((50, 80, 34)), groups[-1]) if groups else other,
        )
    )
    return asked


def policy(pick: Picker) -> Policy:
    """Return a policy; most ask for little, so that credit is common."""
    pieces = pick((1, 1, 2, 2, 3))
    criteria = Criteria(
        mastered_at=pick((0.7, 0.8, 0.5, 0.9)),
        pieces=pieces,
        occasions=min(pieces, pick((1, 1, 2))),
        novel=pick((0, 0, 0, 0, 0, 1)),
        counts=pick(COUNTS),
    )
    believed = pick((0, 0, 0, 0, 1))  # pieces of score 1 believed beforehand: credit without a single good piece
    model = Sums(pick((5, 3, 2, None, 1)), k=believed, m0=1.0, half_life_days=pick((None, None, 2, 7)))
    return Policy(model=model, criteria=criteria, check=_check(pick), retention=_retention(pick))


def _check(pick: Picker) -> CheckRule | None:
    kind = pick(("none", "required", "required", "required", "offered", "challenge", "free challenge"))
    if kind == "none":
        return None
    return CheckRule(
        pass_score=pick((None, None, 0.7, 0.8, 1.0, 0.5)),
        wait_days=pick((1, 0, 2, 3, 0.5)),
        cap=pick((None, None, None, 1, 2)),
        relearning=pick((None, None, None, 0.5, 0.8)),
        challenge="challenge" in kind,
        required=kind in ("required", "challenge"),
    )


def _retention(pick: Picker) -> Retention:
    return Retention(due_after_days=pick((None, 180, 7, 4, 2)), lapse=pick(("keep", "keep", "warn", "lock")))
