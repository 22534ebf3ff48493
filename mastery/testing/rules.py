"""Frameworks and policies, picked option by option: dense, so that much happens under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any as Anything

from competencies import All, Any, AtLeast, CheckBlueprint, Competency, Framework, Kind, Needs, Requirement, Share
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.facts import Purpose
from mastery.models import MasteryModel, Sums, model
from mastery.policy import Policy, Special
from mastery.retention import Retention
from mastery.terms import Terms

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
KINDS = (None, None, Kind.SKILL, Kind.KNOWLEDGE)
TAGS = ((), (), ("core",), ("core", "extra"))
LAPSES = (  # what a lapse does, and whether work on one thing refreshes what it builds on
    *(("keep", False), ("keep", False), ("warn", False), ("lock", False)),
    *(("keep", True), ("lock", True)),
)
MODELS = (  # of which most are the default model, so that what the laws are about stays common
    *["sums"] * 16,
    *("bkt", "m_of_n", "in_a_row", "highest", "latest", "mean", "weighted_average", "exponential_average"),
    *("n_times", "best_of", "points", "levels"),
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
    listed = [_competency(pick, i) for i in range(n)]
    listed += [Competency(group, kind=pick(KINDS), tags=pick(TAGS)) for group in spans]
    if pick((False, True)):
        listed.reverse()
    return Framework("small", listed, requires=requires, part_of=part_of)


def _competency(pick: Picker, i: int) -> Competency:
    blueprint = pick((None, None, None, CheckBlueprint(0.7, 5), CheckBlueprint(1.0, 5)))
    return Competency(f"c{i}", pick(("", f"C.{i}")), kind=pick(KINDS), tags=pick(TAGS), check=blueprint)


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


def policy(pick: Picker, built: Framework) -> Policy:
    """Return a policy; most ask for little, so that credit is common; some have terms of their own for some."""
    terms = _terms(pick)
    special = [_special(pick, built) for _ in range(pick((0, 0, 0, 1, 2)))]
    return Policy(terms.model, terms.criteria, terms.check, terms.retention, special=special)


def _special(pick: Picker, built: Framework) -> Special:
    """Return terms for what fits one or two selectors: some competency or group, a kind, a tag, a pattern of codes."""
    one = pick(built.competencies)
    chosen = {
        "competency": pick((one.identifier, one.label, (one.label, built.competencies[0].identifier))),
        "kind": pick(("skill", "knowledge", ("skill", "knowledge"))),
        "tag": pick(("core", "extra", ("core", "extra"))),
        "code": pick(("C.*", "C.?", "*.[1]", "*2", ("C.1", "C.3"))),
    }
    names = pick((("competency",), ("competency",), ("kind",), ("tag",), ("code",), ("kind", "tag"), ("tag", "code")))
    return Special(**{name: chosen[name] for name in names}, terms=_terms(pick))


def _terms(pick: Picker) -> Terms:
    pieces = pick((1, 1, 1, 2, 2, 3))
    criteria = Criteria(
        mastered_at=pick((0.7, 0.8, 0.5, 0.9)),
        pieces=pieces,
        occasions=min(pieces, pick((1, 1, 2))),
        novel=pick((0, 0, 0, 0, 0, 1)),
        counts=pick(COUNTS),
    )
    return Terms(_model(pick, criteria.mastered_at), criteria, _check(pick), _retention(pick))


def _model(pick: Picker, bar: float) -> MasteryModel:
    """Return a model whose limit is above `bar`."""
    name = pick(MODELS)
    match name:
        case "sums":
            believed = pick((0, 0, 0, 0, 1))  # pieces of score 1 believed beforehand: credit without a good piece
            return Sums(pick((5, 3, 2, None, 1)), k=believed, m0=1.0, half_life_days=pick((None, None, 2, 7)))
        case "bkt":
            ages = {"half_life_days": pick((None, 2, 7)), "floor": pick((0, 0.4))}
            return model(name, prior=pick((0.5, 0.8)), learn=pick((0.3, 0.1)), forget=pick((0, 0, 0.02)), **ages)
        case "m_of_n":
            return model(name, m=2, n=pick((2, 3)))
        case "in_a_row" | "best_of":
            return model(name, **{"k" if name == "in_a_row" else "n": pick((1, 2))})
        case "weighted_average" | "exponential_average":
            return model(name, **{"newest" if name == "weighted_average" else "rate": pick((0.65, 0.3))})
        case "n_times":
            return model(name, n=pick((1, 2)), mastered_at=pick((bar, bar, 1.0)))
        case "points":
            return model(name, target=pick((1, 2)), start=pick((0, 0.5)))
    return model(name)


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
    due_after_days = pick((None, 180, 7, 4, 2))
    lapse, shares = pick(LAPSES)
    return Retention(due_after_days, lapse, refreshes_prerequisites=shares)
