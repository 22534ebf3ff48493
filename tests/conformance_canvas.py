"""What Canvas's outcome rollups mean here: its rows become pieces of evidence, its methods policies of ours.

What Canvas does outside a learner's estimate is done here, by the adapter: percents become scores, rows without a
score drop out, the rows of one quiz are pooled, a class is averaged, ratings are counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from statistics import fmean, median
from typing import Any

import pytest
from conformance_cases import Case, means, on_day, rounded, standing

from mastery.errors import PolicyError
from mastery.facts import MILLION, Evidence
from mastery.peers import peer
from mastery.policy import Policy

__all__: list[str] = []

Row = dict[str, Any]
LONG_AGO = on_day(-30_000)
ROLLUPS = {
    "highest": ("canvas-highest", None),
    "latest": ("canvas-latest", None),
    "average": ("canvas-average", None),
    "n_mastery": ("canvas-n-times", "n"),
    "weighted_average": ("canvas-weighted-average", "weight"),
    "decaying_average": ("canvas-weighted-average", "weight"),  # by its name in the database
    "standard_decaying_average": ("canvas-decaying-average", "rate"),
}
UNPOOLED = ("highest", "n_mastery")
NO_METHOD = ("None", "", "any", "default", "none")


def _method(case: Case) -> str:
    method = case.topic.rpartition("/")[2]
    if any("flag" in name and value in (False, "OFF", "off") for name, value in case.params.items()):
        method = method.removeprefix("standard_")  # without its feature flag the decaying average is the weighted one
    return "highest" if method in NO_METHOD else method


def _policy(method: str, params: dict[str, Any], scale: float) -> Policy:
    name, parameter = ROLLUPS[method]
    given = {} if parameter is None or params.get(parameter) is None else {parameter: params[parameter]}
    return peer(name, mastery=max(params.get("mastery_points", 3.0) / scale, 1e-6), **given)


def _points(row: Row, params: dict[str, Any]) -> float | None:
    """Return a row's points: raw, or its percent of what is possible (of the mastery level, where nothing is)."""
    if row.get("percent") is None:
        return row.get("score")
    return float(row["percent"]) * (params.get("points_possible") or params["mastery_points"])


def _pooled(rows: Sequence[Row]) -> list[Row]:
    """Give each row of a quiz the quiz's percent, weighted by what each question was worth; rows stay as many."""
    found = []
    for row in rows:
        if row.get("assoc_type") == "quiz" and row.get("percent") is not None:
            quiz = [r for r in rows if (r.get("assoc"), r.get("assoc_type")) == (row.get("assoc"), "quiz")]
            worth = sum(r["possible"] for r in quiz)
            row = {**row, "percent": sum(r["possible"] * r["percent"] for r in quiz) / worth} if worth else row
        found.append(row)
    return found


def _scale(points: Sequence[float], params: dict[str, Any]) -> float:
    """Return what to divide points by: what is possible, or a power of ten where that makes no whole millionths."""
    every = [*points, params.get("mastery_points", 3.0)]
    able = [s for s in (params.get("points_possible") or 1.0, 10.0, 100.0, 1000.0, 1e4) if max(every) <= s]
    exact = [s for s in able if all((Fraction(str(p)) / Fraction(s) * MILLION).denominator == 1 for p in every)]
    return (exact or able)[0]


def _rollup(rows: Sequence[Row], method: str, params: dict[str, Any]) -> float | None:
    """Return the rollup that our estimate comes to, in points, as Canvas prints it; None where there is none."""
    counted = [row for row in rows if _points(row, params) is not None]
    counted = counted if method in UNPOOLED else _pooled(counted)
    told = [(row.get("day"), _points(row, params) or 0.0) for row in counted]
    scale = _scale([points for _, points in told], params)
    pieces = [
        Evidence("ana", "skill", min(points / scale, 1.0), _when(day), key=f"row-{n:04}")
        for n, (day, points) in enumerate(told)
    ]
    estimate = standing(_policy(method, params, scale), pieces).estimate
    return None if estimate is None else float(rounded(estimate.value * scale, 2))


def _when(day: float | None) -> datetime:
    return LONG_AGO if day is None else on_day(day)


def _per_learner(case: Case) -> list[float | None]:
    told = case.inputs["per_user_scores"]
    rows = [[one if isinstance(one, dict) else {"score": one} for one in scores] for scores in told]
    return [
        _rollup(theirs, _method(case), {"mastery_points": 3.0, "points_possible": 5.0, **case.params})
        for theirs in rows
    ]


@means("canvas", r"user_rollup/.*")
def rollup(case: Case) -> None:
    """A learner's estimate, in points and rounded, is the rollup; no score, or all nil, is no estimate."""
    methods = list(ROLLUPS) if case.topic.endswith("/any") else [_method(case)]
    wanted = None if case.expected == "NO_ROLLUP" else case.expected
    assert {_rollup(case.inputs["results"], method, case.params) for method in methods} == {wanted}, case


@means("canvas", r"class_aggregate/.*")
def aggregate(case: Case) -> None:
    """The mean of our learners' estimates, or their median, without those who have none."""
    found = [value for value in _per_learner(case) if value is not None]
    stat = case.params.get("stat", "mean")
    if not found:
        assert case.expected is None, case
    elif stat == "median":
        assert median(found) == case.expected, case
    else:
        assert stat == "mean", f"a statistic that nobody has said what it means: {case!r}"
        assert float(rounded(fmean(found), 2)) == case.expected, case


@means("canvas", r"rating_percents/.*")
def ratings(case: Case) -> None:
    """Each learner's estimate is the first rating that it reaches; shares are whole per cents, each rounded alone."""
    found = [value for value in _per_learner(case) if value is not None]
    ratings = case.params["rating_points"]
    reached = [next((n for n, points in enumerate(ratings) if points <= value), None) for value in found]
    shares = [int(rounded(100 * reached.count(n) / len(found), 0)) for n in range(len(ratings))]
    assert shares == case.expected, case


@means("canvas", r"parameter_validation/.*")
def parameters(case: Case) -> None:
    """What Canvas accepts as the number of a method, our policy of that method accepts, and nothing else."""
    methods = re.findall(r"\w+", case.topic.partition("/")[2])
    assert methods, case
    for name, parameter in [ROLLUPS[method] for method in methods]:
        for valid in case.expected["valid"]:
            assert peer(name, **_given(parameter, valid)), f"{name} {valid}: {case!r}"
        for invalid in case.expected["invalid"]:
            with pytest.raises(PolicyError):
                peer(name, **_given(parameter, invalid))


def _given(parameter: str | None, value: object) -> dict[str, Any]:
    """Return the parameter as it is given; a method that has none is given it all the same, unless it is nothing."""
    return {} if parameter is None and value is None else {parameter or "n": value}
