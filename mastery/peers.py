"""Other systems' rules as policies of ours, by name: `peer("canvas-latest")`. docs/peers.md says what is left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from inspect import signature
from typing import Any

from competencies.errors import near_miss
from mastery.checks import CheckRule
from mastery.criteria import Criteria
from mastery.errors import PolicyError
from mastery.facts import Purpose
from mastery.models import (
    BestOf,
    ExponentialAverage,
    Highest,
    InARow,
    Latest,
    Levels,
    MasteryModel,
    Mean,
    MOfN,
    NTimes,
    Points,
    WeightedAverage,
)
from mastery.policy import Policy
from mastery.retention import Lapse, Retention

__all__ = ["peer", "peers"]

_EVERY_PURPOSE = frozenset(Purpose) - {Purpose.SELF}
_LASTING = Retention(due_after_days=None)


def peers() -> dict[str, str]:
    """Return the names that `peer` knows, each with what it means."""
    return {name: (build.__doc__ or "").partition("\n")[0] for name, build in _PEERS.items()}


def peer(name: str, **parameters: Any) -> Policy:
    """Return the policy that means what another system's rule means, within the ranges that system allows.

    Raises PolicyError for an unknown name (with the near miss) or a parameter that the system would refuse.

    >>> peer("canvas-weighted-average", weight=75).model
    WeightedAverage(newest=0.75)
    """
    if name not in _PEERS:
        fault = f"one of {', '.join(_PEERS)} was wanted, got {name!r}{near_miss(str(name), _PEERS)}"
        raise PolicyError("There is no such policy", [fault])
    build = _PEERS[name]
    known = sorted(signature(build).parameters)
    there_are = f"there are: {', '.join(known)}" if known else "it has none"
    strange = [
        f"{given!r} is no parameter{near_miss(given, known)} ({there_are})"
        for given in parameters
        if given not in known
    ]
    if strange:
        raise PolicyError(f"The policy {name} cannot be built", strange)
    try:
        return build(**parameters)
    except PolicyError as fault:
        raise PolicyError(f"The policy {name} cannot be built", fault.faults) from None
    except (TypeError, ValueError) as fault:
        raise PolicyError(f"The policy {name} cannot be built", [str(fault)]) from None


def _whole(name: str, value: object, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        fault = f"{name}: a whole number from {low} to {high} was wanted, got {value!r}"
        raise PolicyError("This policy cannot be built", [fault])
    return value


def _ungated(model: MasteryModel, mastered_at: float, pieces: int = 1) -> Policy:
    """Return a policy that asks for an estimate alone: no occasions, no check, credit that stays fresh."""
    criteria = Criteria(mastered_at, pieces, occasions=1, counts=_EVERY_PURPOSE)
    return Policy(model, criteria, check=None, retention=_LASTING)


def _canvas_highest(mastery: float = 0.6) -> Policy:
    """The highest score of all is at the mastery level."""
    return _ungated(Highest(), mastery)


def _canvas_latest(mastery: float = 0.6) -> Policy:
    """The latest score is at the mastery level."""
    return _ungated(Latest(), mastery)


def _canvas_average(mastery: float = 0.6) -> Policy:
    """The mean of all scores is at the mastery level."""
    return _ungated(Mean(), mastery)


def _canvas_n_times(n: int = 5, mastery: float = 0.6) -> Policy:
    """So many scores are at the mastery level; they alone are averaged (n from 1 to 10)."""
    return _ungated(NTimes(_whole("n", n, 1, 10), mastery), mastery)


def _canvas_weighted_average(weight: int = 65, mastery: float = 0.6) -> Policy:
    """The newest score weighs so many per cent, the mean of the older ones the rest (weight from 1 to 99)."""
    return _ungated(WeightedAverage(_whole("weight", weight, 1, 99) / 100), mastery)


def _canvas_decaying_average(rate: int = 65, mastery: float = 0.6) -> Policy:
    """Each next score weighs so many per cent, the average before it the rest (rate from 50 to 99)."""
    return _ungated(ExponentialAverage(_whole("rate", rate, 50, 99) / 100), mastery)


def _kolibri_m_of_n(m: int = 5, n: int = 7) -> Policy:
    """So many of the latest answers are right."""
    return _ungated(MOfN(m, n), 1.0)


def _kolibri_in_a_row(k: int = 5) -> Policy:
    """So many answers are right in a row (Kolibri offers 2, 3, 5 and 10)."""
    return _ungated(InARow(k), 1.0)


def _kolibri_do_all(items: int = 10) -> Policy:
    """As many answers are right in a row as the exercise has items."""
    return _ungated(InARow(items), 1.0)


def _slate(n: int = 3, level: float = 9, levels: int = 13) -> Policy:
    """The mean of the best n ratings is at most half a level below the level worked at."""
    # A millionth less: ratings are held in millionths, and a mean of thirteenths may lie a hair under what it is.
    return _ungated(BestOf(n), (level - 0.5) / levels - 1e-6, pieces=n)


def _moodle_points() -> Policy:
    """The latest rating is proficient; what points ask for is the requirement that competencies.points builds."""
    return _ungated(Latest(), 1.0)


def _khan() -> Policy:
    """Mastered: proficient by practice, then right once more in mixed work; a challenge may be tried every 12 hours."""
    check = CheckRule(pass_score=0.5, wait_days=0.5, required=False)
    return Policy(Levels(), Criteria(1.0, 1, 1, counts=_EVERY_PURPOSE), check, _LASTING)


def _aleks(target: int = 5) -> Policy:
    """Learnt at five points of practice, mastered when a knowledge check confirms it; the check may come first."""
    criteria = Criteria(1.0, 1, 1, counts=_EVERY_PURPOSE - {Purpose.CHECK})
    return Policy(Points(target), criteria, CheckRule(pass_score=1.0, wait_days=0, challenge=True), _LASTING)


def _assistments(k: int = 3) -> Policy:
    """Three right in a row without help; a recheck after seven days, and repair where it is not passed."""
    check = CheckRule(pass_score=1.0, wait_days=0, required=False)
    return Policy(InARow(k), Criteria(1.0, 1, 1, counts=_EVERY_PURPOSE), check, Retention(7, Lapse.KEEP))


_PEERS: dict[str, Callable[..., Policy]] = {
    "aleks": _aleks,
    "assistments": _assistments,
    "canvas-average": _canvas_average,
    "canvas-decaying-average": _canvas_decaying_average,
    "canvas-highest": _canvas_highest,
    "canvas-latest": _canvas_latest,
    "canvas-n-times": _canvas_n_times,
    "canvas-weighted-average": _canvas_weighted_average,
    "khan": _khan,
    "kolibri-do-all": _kolibri_do_all,
    "kolibri-in-a-row": _kolibri_in_a_row,
    "kolibri-m-of-n": _kolibri_m_of_n,
    "moodle-points": _moodle_points,
    "slate": _slate,
}


def policy_of_name(text: str) -> Policy:
    """Return the default policy or another system's by its name, with parameters behind a colon: canvas-n-times:n=3.

    Raises PolicyError with the near miss.
    """
    name, _, parameters = text.partition(":")
    if name == "default" and not parameters:
        return Policy()
    if name not in peers():
        known = ("default", *peers())
        fault = f"a file, or one of {', '.join(known)}, was wanted; there is no {text!r}{near_miss(name, known)}"
        raise PolicyError("This policy cannot be found", [fault])
    return peer(name, **dict(_parameter(one) for one in parameters.split(",") if one))


def _parameter(text: str) -> tuple[str, int | float | str]:
    name, _, value = text.partition("=")
    try:
        number: object = json.loads(value)
    except ValueError:
        number = value
    return name.strip(), number if isinstance(number, int | float) else value
