"""What nothing is known of: no record at all, none on some competencies, none lately, and what found no place."""

from __future__ import annotations

from collections.abc import Iterator

from mastery.facts import Evidence, Outcome
from mastery.progress import Progress
from mastery.standing import Status
from mastery.wording import day, many

__all__ = ["not_known"]

_SECONDS_A_WEEK = 7 * 86_400


def not_known(progress: Progress, learner: str, weeks: int) -> tuple[str, ...]:
    """Return sentences on what the record of `learner` is silent about; none where there is nothing to say."""
    if not any(fact.observed_at <= progress.at for fact in progress.facts):
        return (f"Nothing is recorded of {learner} by then: an empty record says nothing of what they know.",)
    return tuple(_sentences(progress, weeks))


def _sentences(progress: Progress, weeks: int) -> Iterator[str]:
    of = len(progress.rules.leaves)
    blank = [i for i in range(of) if _is_blank(progress, i)]
    if blank:
        can = sum(progress.standing_at(i).status is not Status.LOCKED for i in blank)
        total = many(of, "competency", "competencies")
        yield f"Nothing is recorded on {len(blank)} of {total}; {can or 'none'} of them can be begun."
    pieces = [
        fact.observed_at
        for fact in progress.facts
        if isinstance(fact, Evidence) and fact.outcome is Outcome.SCORED and fact.observed_at <= progress.at
    ]
    if not pieces:
        yield "No scored piece of work is recorded."
    elif (progress.at - max(pieces)).total_seconds() >= weeks * _SECONDS_A_WEEK:
        yield f"No work is recorded in the last {many(weeks, 'week')}: the latest is of {day(max(pieces))}."
    lost = len(progress.unplaced)
    if lost:
        counts = "counts" if lost == 1 else "count"
        yield f"{many(lost, 'fact has', 'facts have')} no place in this framework and {counts} for nothing."


def _is_blank(progress: Progress, i: int) -> bool:
    track = progress.track_at(i)
    return track is None or not (track.evidence or track.decisions or track.awards)
