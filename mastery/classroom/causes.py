"""What may lie behind a learner's trouble with a competency: the state of what it directly needs."""

from __future__ import annotations

from mastery.facts import Basis
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Standing
from mastery.wording import score

__all__ = ["likely_causes"]

_MOST = 3
_NOT_SHOWN = {
    Basis.WAIVED: "was waived and never shown",
    Basis.INFERRED: "was inferred from a placement and never shown",
    Basis.GRANTED: "was granted, not shown",
}


def likely_causes(progress: Progress, i: int) -> tuple[str, ...]:
    """Return up to three sentences on what leaf `i` directly needs, the likeliest cause first.

    Lapsed, then not met at all (a person unlocked), then under question, then credited without having been shown,
    then due; where all is well, the one with the lowest estimate. Ties in framework order.
    """
    expansion = progress.rules.expansion
    needs = expansion.needs[i]
    is_met = expansion.gates[i].met(progress.credited)
    found = []
    for j in needs:
        standing = progress.standing_at(j)
        rank, said = _trouble(standing)
        if said and not (is_met and standing.credit is None):  # another way was taken
            found.append((rank, j, f"{progress.rules.printed[j]} {said}."))
    if found:
        return tuple(sentence for *_, sentence in sorted(found)[:_MOST])
    shown = [(standing.estimate.value, j) for j in needs if (standing := progress.standing_at(j)).estimate is not None]
    if not shown:
        return ()
    value, j = min(shown)
    return (f"Of what it needs, {progress.rules.printed[j]} is weakest: estimate {score(value)}.",)


def _trouble(standing: Standing) -> tuple[int, str]:
    if standing.currency is Currency.LAPSED:
        return 0, "has lapsed"
    if standing.credit is None:
        return 1, "is not met"
    if standing.under_question:
        return 2, "is under question"
    if standing.credit.basis in _NOT_SHOWN:
        return 3, _NOT_SHOWN[standing.credit.basis]
    return (4, "is due for a recheck") if standing.currency is Currency.DUE else (5, "")
