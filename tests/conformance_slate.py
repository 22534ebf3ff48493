"""What Kolibri's mastery models and Slate's competency levels mean here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

from attrs import frozen
from conformance_cases import Case, means, rounded, seen, standing, work

from competencies import Competency, Framework
from mastery.facts import Basis, Decision, DecisionKind, Evidence, Fact, Outcome
from mastery.peers import peer
from mastery.policy import Policy, Special
from mastery.progress import Progress
from mastery.terms import Terms

__all__: list[str] = []

LEVELS = 13
TRIED = 0.001  # what Kolibri shows for attempts none of which is right


# Kolibri.


def _kolibri(method: str, params: dict[str, Any]) -> Policy:
    if method == "m_of_n":
        return peer("kolibri-m-of-n", m=params["m"], n=params["n"])
    if method == "do_all":
        return peer("kolibri-do-all", items=params.get("items") or params["n"])
    return peer("kolibri-in-a-row", k=int(method.rpartition("_")[2]))


@means("kolibri", r"m_of_n|do_all|num_correct_in_a_row_\d+")
def progress_shown(case: Case) -> None:
    """Kolibri's progress is our estimate: none is 0, and 0 with pieces is its one thousandth, tried and none right."""
    newest_first = case.inputs["attempts_newest_first"]
    found = standing(_kolibri(case.topic, case.params), work(*reversed(newest_first))).estimate
    assert (found is None) == (not newest_first)
    assert (0 if found is None else found.value or TRIED) == case.expected, case


@means("kolibri", r"attempt_window")
def attempts_read(case: Case) -> None:
    """How many of the latest attempts decide is the window of the model, or all, where there are no more."""
    name, *settings = re.split(r"[\s,;]+", case.params["model"])
    params = {key: int(value) for key, value in (setting.split("=") for setting in settings)}
    window = _kolibri(name, params).model.window
    assert window is not None
    assert min(window, case.inputs["total_attempts"]) == case.expected, case


# Slate: a competency is a group, each of its skills a part with terms of its own for how much evidence it asks for.


@frozen
class Skill:
    """What our progress says of one skill, in Slate's levels."""

    kept: float
    rated: int
    missed: int
    complete: int
    earliest: float | None


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _fact(skill: str, row: dict[str, Any]) -> Fact:
    key = f"{row['record']:08}-{row['seq']}"
    if row["override"]:
        return Decision(
            learner="ana",
            kind=DecisionKind.GRANT,
            by="a teacher",
            why="shown",
            competency=skill,
            observed_at=_at(row["date"]),
            key=key,
        )
    if row["missed"] or not row["level"]:
        return Evidence("ana", skill, None, _at(row["date"]), outcome=Outcome.MISSED, key=key)
    return Evidence("ana", skill, row["level"] / LEVELS, _at(row["date"]), key=key)


def _terms(required: int, level: float) -> Terms:
    return peer("slate", n=required, level=level, levels=LEVELS).terms


def _progress(case: Case) -> tuple[Progress, dict[str, int]]:
    """Return our progress over the skills that ask for evidence, and how much each asks for."""
    skills = {s["skill"]: s for s in case.inputs["skills"] if s["evidence_required"]}
    wanted = {name: s["evidence_required"] for name, s in skills.items()}
    level = case.params["level"]
    framework = Framework(
        "slate", [Competency("whole"), *map(Competency, skills)], part_of=dict.fromkeys(skills, "whole")
    )
    amounts = sorted(set(wanted.values()))
    special = [
        Special(competency=[s for s, n in wanted.items() if n == amount], terms=_terms(amount, level))
        for amount in amounts
    ]
    terms = _terms(3, level)
    policy = Policy(terms.model, terms.criteria, terms.check, terms.retention, special=special)
    facts = [_fact(name, row) for name, s in skills.items() for row in s["evidence"]]
    return seen(framework, policy, facts), wanted


def _skill(progress: Progress, name: str, required: int) -> Skill:
    now, track = progress.standing(name), progress.track(name)
    told = () if track is None else track.evidence
    missed = sum(piece.outcome is Outcome.MISSED for piece in told)
    vouched = now.credit is not None and now.credit.basis is Basis.GRANTED
    estimate = now.estimate
    rated = 0 if estimate is None else estimate.pieces
    first = next((piece for piece in told if piece.score is not None), None)
    if first is not None and vouched and now.credit and now.credit.since < first.observed_at:
        first = None  # a rating after an override says nothing of where the learner began
    return Skill(
        kept=0.0 if estimate is None else estimate.value * rated * LEVELS,
        rated=rated,
        missed=0 if vouched else min(missed, required - rated),
        complete=required if vouched else rated,
        earliest=None if first is None or first.score is None else first.score * LEVELS,
    )


def _told(value: float | None, places: int) -> float | None:
    return None if value is None else float(rounded(value, places))


@means("slate", r"slate_cbl_level_progress")
def level_progress(case: Case) -> None:
    """Average, progress and growth of a level are pooled from what we say of its skills: estimates, pieces, grants."""
    progress, wanted = _progress(case)
    skills = [_skill(progress, name, required) for name, required in wanted.items()]
    rated, asked = sum(s.rated for s in skills), sum(wanted.values())
    average = sum(s.kept for s in skills) / rated if rated else None
    share = sum(s.complete for s in skills) / asked if asked else 0.0
    found = {
        "baseline": _told(case.params["baseline_rating"], 1),
        "average": _told(average, case.params.get("average_precision", 1)),
        "growth": _told(_growth(case, _told(average, 1), share, [s.earliest for s in skills]), 1),
        "progress": _told(share, case.params.get("progress_precision", 2)),
        "missed": sum(s.missed for s in skills),
    }
    assert {name: found[name] for name in case.expected} == case.expected, case


def _growth(case: Case, average: float | None, share: float, earliest: Iterable[float | None]) -> float | None:
    """Return how far the average is above the baseline, both as printed: the stored one, else that of first ratings."""
    firsts = list(earliest)
    known = [first for first in firsts if first is not None]
    baseline = case.params["baseline_rating"]
    if not baseline and known and (len(known) == len(firsts) or share >= 0.5):
        baseline = fmean(known)
    return average - float(rounded(baseline, 1)) if average and baseline else None
