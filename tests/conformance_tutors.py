"""What tutors and trackers mean here: Khan's levels, ALEKS's points, OATutor's BKT, Oppia's mastery, averages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isclose
from typing import Any

from attrs import evolve
from conformance_cases import Case, means, on_day, rounded, standing, work

from mastery.criteria import Criteria
from mastery.facts import Evidence, Purpose
from mastery.models import BKT, Estimate, MasteryModel, Points
from mastery.peers import peer
from mastery.policy import Policy

__all__: list[str] = []


def _by(model: MasteryModel, facts: list[Evidence]) -> Estimate | None:
    """Return the estimate under a policy of this model alone."""
    return standing(Policy(model, Criteria(min(0.5, model.highest), 1, 1), check=None), facts).estimate


# Khan Academy: a log that reaches the level, then the event.

MIXED = Purpose.INTERIM
REACHED: dict[str, list[tuple[Purpose, float]]] = {
    "Not Started": [],
    "Attempted": [(Purpose.FORMATIVE, 0.0)],
    "Familiar": [(Purpose.FORMATIVE, 0.8)],
    "Proficient": [(Purpose.FORMATIVE, 1.0)],
    "Mastered": [(Purpose.FORMATIVE, 1.0), (MIXED, 1.0)],
}
LEVELS = {0.0: "Attempted", 0.5: "Familiar", 0.8: "Proficient", 1.0: "Mastered"}


def _events(text: str) -> list[tuple[Purpose, float]]:
    """Return the pieces that an event told in words may be: one, or some of a range of scores."""
    if practised := re.search(r"(exercise|practice)\D*?(<=?|under |below )?(\d+)(?:\s*-\s*(\d+))?\s*%", text):
        _, below, low, high = practised.groups()
        first, last = int(low), int(high or low)
        # Below 70 % may be anything from 0 on; below 100 %, anything that is not below 70 %.
        shares = (first, (first + last) / 2, last) if not below else (0, first - 1) if first <= 70 else (70, first - 1)
        return [(Purpose.FORMATIVE, share / 100) for share in shares]
    wrong = bool(re.search(r"wrong|incorrect|missed", text))
    if answered := re.search(r"(\d+)\s*(?:/|of)\s*(\d+)", text):
        share = int(answered[1]) / int(answered[2])
        return [(Purpose.CHECK, 1 - share if wrong else share)]
    if "split" in text:
        return [(Purpose.CHECK, 0.5)]
    known = wrong or re.search(r"correct|right", text)
    assert known, f"an event that nobody has said what it means: {text}"
    return [(MIXED, 0.0 if wrong else 1.0)]


@means("khan", r"level_transition")
def transition(case: Case) -> None:
    """From a log that reaches the level, the event leads to the level expected, with every score that it may mean."""
    before = REACHED[case.inputs["level"]]
    assert _level(before) == case.inputs["level"]
    for event in _events(case.inputs["event"]):
        assert _level([*before, event]) == case.expected, f"{event}: {case!r}"


def _level(log: Iterable[tuple[Purpose, float]]) -> str:
    facts = [piece for n, (purpose, score) in enumerate(log) for piece in work(score, purpose=purpose, first=n)]
    found = standing(peer("khan"), facts).estimate
    return "Not Started" if found is None else LEVELS[found.value]


# ALEKS: right, wrong, or the Explanation looked at, which wins and loses nothing and breaks a row.

ANSWERS = {"R": 1.0, "W": 0.0, "E": 0.5}


@means("aleks", r"points_to_learned")
def learned(case: Case) -> None:
    """Points are our share of the target, and learnt is credit by practice alone: once full, always learnt."""
    policy = peer("aleks", target=case.params["target"])
    facts = work(*[ANSWERS[answer] for answer in case.inputs["answers"]])
    found = standing(evolve(policy, check=None), facts)
    points = 0.0 if found.estimate is None else found.estimate.value * case.params["target"]
    # Past the target there is nothing to win: the bar is full.
    assert isclose(points, min(case.expected["points"], case.params["target"]), abs_tol=1e-9), case
    assert (found.credit is not None) == case.expected["learned"], case


# OATutor: one step of BKT.


@means("oatutor", r"bkt_update")
def traced(case: Case) -> None:
    """One answer moves the estimate as it moves theirs."""
    told, params = case.inputs, case.params
    model = BKT(prior=told["prior"], learn=params["transit"], guess=params["guess"], slip=params["slip"])
    found = _by(model, work(float(told["correct"])))
    assert found is not None
    assert isclose(found.value, case.expected, abs_tol=1e-9), case


# Oppia: what a session changes, in gains and losses that its adapter computes, kept as points from the middle on.


def _change(question: dict[str, Any], skill: str, params: dict[str, float]) -> float:
    """Return what a question changes for a skill, from its floor to its gain."""
    if question.get("viewed_solution"):
        return params["floor"]
    wrong = question.get("wrong", 0) if question.get("tagged_skill", skill) == skill else 0
    lost = params["hint_penalty"] * question.get("hints", 0) + params["wrong_penalty"] * wrong
    return max(params["floor"], params["gain"] - lost)


@means("oppia", r"mastery_change")
def changed(case: Case) -> None:
    """The sum of a session's changes is what points won and lost come to, from a start in the middle."""
    gain, loss = case.params["gain"], -case.params["floor"]
    questions = case.inputs["questions"]
    middle = max(0.5, max(gain, loss) * len(questions))
    model = Points(target=2 * middle, right=gain, in_a_row=gain, wrong=loss, start=middle)
    changes = [_change(question, case.inputs["skill"], case.params) for question in questions]
    found = _by(model, work(*[(change + loss) / (gain + loss) for change in changes]))
    told = 0.0 if found is None else (found.value * 2 - 1) * middle
    assert isclose(told, case.expected, abs_tol=1e-5), case


# Averages of other vendors, and of a teacher who counts along.


def _average(case: Case, scores: list[float]) -> float | None:
    name = {"standard_decaying_average": "rate", "weighted_average": "weight"}.get(case.topic)
    policy = {"rate": "canvas-decaying-average", "weight": "canvas-weighted-average", None: f"canvas-{case.topic}"}[
        name
    ]
    scale = max(10.0, *scores)
    facts = [Evidence("ana", "skill", score / scale, on_day(n), key=f"score-{n:04}") for n, score in enumerate(scores)]
    given = {} if name is None or case.params.get(name) is None else {name: case.params[name]}
    found = standing(peer(policy, **given), facts).estimate
    return None if found is None else float(rounded(found.value * scale, 2))


@means("jumprope", r"standard_decaying_average|weighted_average|latest|highest|average")
def averaged(case: Case) -> None:
    """Scores from oldest to newest come to the published average."""
    assert _average(case, case.inputs["scores_oldest_first"]) == case.expected, case


@means("canvas-forum", r"weighted_average")
def expected_by_a_teacher(case: Case) -> None:
    """A latest score and the mean of the older ones come to what was worked out by hand, in the order given."""
    assert _average(case, [case.inputs["older_mean"], case.inputs["latest"]]) == case.expected, case
