"""Drawn policies, pieces of evidence, logs of facts and whole courses. All shrink to what matters alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone
from typing import TypeVar

from attrs import evolve
from hypothesis import strategies as st

from competencies import Competency, Framework
from mastery.facts import Evidence, Fact
from mastery.policy import Policy
from mastery.testing import log, rules
from mastery.testing.choice import Pick
from mastery.testing.course import Course

__all__ = ["courses", "evidence", "facts", "picking", "policies"]

T = TypeVar("T")
MOST = 8  # competencies without parts, in a framework that is given, on which one learner has facts
ALONE = Framework("one", [Competency("a")])


def picking(draw: st.DrawFn) -> Pick:
    """Return what picks options by drawing them: `draw` is the argument of a composite strategy."""

    def pick(options: Sequence[T], /) -> T:
        return draw(st.sampled_from(options))

    return pick


@st.composite
def policies(draw: st.DrawFn, framework: Framework = ALONE) -> Policy:
    """Draw policies of every model, with and without checks, most of which ask for little, so that credit is common.

    Some have terms of their own for competencies of `framework`.
    """
    return rules.policy(picking(draw), framework)


@st.composite
def evidence(draw: st.DrawFn, framework: Framework = ALONE, *, learner: str = "ana", key: str = "") -> Evidence:
    """Draw pieces of evidence on competencies without parts of a framework: scored, missed or excused, of any purpose.

    Times are over two weeks, mostly whole days, and are given with an offset from UTC.
    """
    pick = picking(draw)
    competency = pick(framework.leaves)
    name = pick((competency.identifier, competency.label))
    return evolve(_somewhere(pick, log.evidence(pick, key or "k", name)), learner=learner, key=key)


def _somewhere(pick: Pick, piece: Evidence) -> Evidence:
    zone = timezone(timedelta(hours=pick((0, 0, 1, -5, 5.5))))
    return evolve(piece, observed_at=piece.observed_at.astimezone(zone), recorded_at=None)


@st.composite
def facts(
    draw: st.DrawFn, framework: Framework, policy: Policy | None = None, *, palette: log.Palette | None = None
) -> tuple[Fact, ...]:
    """Draw one learner's facts in order of arrival: late ones, ties in time, the same fact twice, voided ones, missed
    and excused work, checks, every kind of decision, and awards.

    With a `policy`, some scores are exactly its bars. `palette` says which kinds of decisions there may be and how
    many, and how many awards.
    """
    return _facts(picking(draw), framework, policy, palette or log.Palette())


def _facts(pick: Pick, framework: Framework, policy: Policy | None, palette: log.Palette) -> tuple[Fact, ...]:
    leaves = framework.leaves
    if len(leaves) > MOST:
        first = pick(range(len(leaves)))
        near = [leaves[i] for i in framework.expansion.needs[first]][: MOST - 1]
        leaves = (*near, leaves[first], *leaves[:MOST])[:MOST]
    told = log.facts(pick, framework, palette, small=False, leaves=tuple(dict.fromkeys(leaves)))
    if policy and told and pick(range(4)) == 3:
        chosen, bar = pick(told), policy.criteria.mastered_at
        if isinstance(chosen, Evidence) and chosen.score is not None:
            told = tuple(evolve(chosen, score=bar) if fact is chosen else fact for fact in told)
    if told and pick(range(4)) == 3:
        twice = pick(told)
        told = (*told, evolve(twice, recorded_at=log.day(18)))
    return told


@st.composite
def courses(
    draw: st.DrawFn,
    framework: Framework | None = None,
    policy: Policy | None = None,
    *,
    most: int = 6,
    palette: log.Palette | None = None,
) -> Course:
    """Draw courses: a framework of at most `most` competencies without parts, a policy and a log that belong together,
    and the instant to look from; a framework or policy that is given stays.
    """
    pick = picking(draw)
    under = framework or rules.framework(pick, most)
    lived_by = policy or rules.policy(pick, under)
    told = _facts(pick, under, lived_by, palette or log.Palette())
    return Course(under, lived_by, told, log.day(pick((14, 16, 12, 10, 20, 8))))
