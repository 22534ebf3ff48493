"""What each setting of a policy is called in plain words: every sentence, grouped by the topic that it settles."""

from __future__ import annotations

from mastery.checks import DEFAULT_PASS_SCORE, CheckRule
from mastery.criteria import Criteria
from mastery.models import (
    BKT,
    BestOf,
    ExponentialAverage,
    Highest,
    InARow,
    Latest,
    Levels,
    Mean,
    MOfN,
    NTimes,
    Points,
    Sums,
    WeightedAverage,
)
from mastery.retention import Lapse, Retention
from mastery.sentences import Sentence

__all__ = ["CHECK", "CRITERIA", "MODELS", "NO_CHECK", "RETENTION"]

_BELIEVED = (
    "[, with {k:piece|pieces} of score {m0} believed beforehand][, a piece losing half its weight in "
    "{half_life_days:day|days}]."
)

MODELS = (
    Sentence(Sums, "The estimate is the share of points won in all pieces that count" + _BELIEVED, {"window": None}),
    Sentence(
        Sums,
        "The estimate is the share of points won in the latest {window:piece that counts|pieces that count}"
        + _BELIEVED,
    ),
    Sentence(
        BKT,
        "The estimate is the probability that it is known (Bayesian knowledge tracing): {prior} at first, {learn} to "
        "learn it with each piece, {guess} to guess, {slip} to slip[, {forget} to forget it][, halving in "
        "{half_life_days:day|days} without a piece][, though not below {floor}].",
    ),
    Sentence(Highest, "The estimate is the highest score."),
    Sentence(Latest, "The estimate is the latest score."),
    Sentence(Mean, "The estimate is the mean of all scores."),
    Sentence(
        WeightedAverage,
        "The estimate is the newest score, which weighs {newest}, and the mean of the older ones, which weighs the "
        "rest.",
    ),
    Sentence(
        ExponentialAverage,
        "The estimate runs from the oldest score to the newest: each next one weighs {rate}, what went before the "
        "rest.",
    ),
    Sentence(BestOf, "The estimate is the mean of the best {n:score|scores}."),
    Sentence(NTimes, "The estimate is the mean of the scores from {mastered_at} up, once there are {n} of them."),
    Sentence(
        MOfN, "The estimate is how many answers of the latest {n} are right, of {m:right answer|right answers} wanted."
    ),
    Sentence(InARow, "The estimate is whether the latest answer is right.", {"k": 1}),
    Sentence(InARow, "The estimate is how many of the latest {k:answer is|answers are} right."),
    Sentence(
        Points,
        "The estimate is the points won, of {target} wanted: {right} for a right answer, {in_a_row} for the next in a "
        "row, less {wrong} for a wrong one[, from {start} at first].",
    ),
    Sentence(
        Levels,
        "The estimate is a level: attempted 0, familiar 0.5 by practice from {familiar_at}, proficient 0.8 by practice "
        "without a mistake, mastered 1 by mixed work after that.",
    ),
)

CRITERIA = {
    "enough": (
        Sentence(
            Criteria,
            "It is enough at {mastered_at}, from at least {pieces:piece|pieces} on at least "
            "{occasions:occasion|occasions}[, {novel} of them in a novel context].",
        ),
    ),
}

NO_CHECK = "No knowledge check is asked for."
_BLUEPRINT = f"at the score that the competency's own check has, else at {DEFAULT_PASS_SCORE:g}"

CHECK = {
    "check": (
        Sentence(
            CheckRule,
            f"A knowledge check confirms it, passed {_BLUEPRINT}.",
            {"required": True, "pass_score": None},
        ),
        Sentence(CheckRule, "A knowledge check confirms it, passed at {pass_score}.", {"required": True}),
        Sentence(
            CheckRule,
            f"A knowledge check may be taken but is not asked for, passed {_BLUEPRINT}.",
            {"required": False, "pass_score": None},
        ),
        Sentence(
            CheckRule,
            "A knowledge check may be taken but is not asked for, passed at {pass_score}.",
            {"required": False},
        ),
    ),
    "challenge": (
        Sentence(CheckRule, "The check may be taken first, and a pass is then enough.", {"challenge": True}),
        Sentence(CheckRule, "A passed check is not enough without the evidence.", {"challenge": False}),
    ),
    "retake": (
        Sentence(
            CheckRule,
            "After a check that is not passed the next may be taken at once[, with practice at {relearning} or better "
            "in between].",
            {"wait_days": 0.0},
        ),
        Sentence(
            CheckRule,
            "After a check that is not passed the next may be taken {wait_days:day|days} later[, with practice at "
            "{relearning} or better in between].",
        ),
    ),
    "cap": (
        Sentence(CheckRule, "There may be any number of attempts.", {"cap": None}),
        Sentence(CheckRule, "After {cap:attempt|attempts} without a pass a person decides."),
    ),
}

_SHARED = "what confirms it puts off the recheck of everything that it cannot be reached without as well."

RETENTION = {
    "due": (
        Sentence(
            Retention,
            "Credit never falls due for a recheck.",
            {"due_after_days": None, "refreshes_prerequisites": False},
        ),
        Sentence(
            Retention,
            f"Credit never falls due for a recheck; {_SHARED}",
            {"due_after_days": None, "refreshes_prerequisites": True},
        ),
        Sentence(
            Retention,
            "Credit falls due for a recheck {due_after_days:day|days} after it was last confirmed.",
            {"refreshes_prerequisites": False},
        ),
        Sentence(
            Retention,
            f"Credit falls due for a recheck {{due_after_days:day|days}} after it was last confirmed; {_SHARED}",
            {"refreshes_prerequisites": True},
        ),
    ),
    "lapse": (
        Sentence(
            Retention,
            "After a recheck that is not passed credit has lapsed; what builds on it stays open.",
            {"lapse": Lapse.KEEP},
        ),
        Sentence(
            Retention,
            "After a recheck that is not passed credit has lapsed; what builds on it stays open with a warning.",
            {"lapse": Lapse.WARN},
        ),
        Sentence(
            Retention,
            "After a recheck that is not passed credit has lapsed; what builds on it is locked until it is repaired.",
            {"lapse": Lapse.LOCK},
        ),
    ),
}
