"""What facts would change, were they recorded. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mastery.admission import refuse_misnamed, stamped
from mastery.awards import awards_due
from mastery.changes import Change, changes
from mastery.errors import FactError, KeyConflict
from mastery.facts import Decision, Evidence, Fact, differences
from mastery.progress import Progress

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["imagined", "what_if"]


def imagined(
    learner: str, facts: Sequence[Evidence | Decision], progress: Progress, store: Store, now: datetime
) -> list[Fact]:
    """Return facts as they would be recorded `now`, without those that are known; refused where they would be."""
    strangers = sorted({fact.learner for fact in facts if fact.learner != learner})
    if strangers:
        faults = [f"learner: facts of {learner!r} were wanted, got one of {one!r}: ask for each" for one in strangers]
        raise FactError("What-if is asked for one learner", faults)
    given: dict[str, Fact] = {}
    for fact in (stamped(fact, progress.framework, now) for fact in facts):
        for other in (store.find(fact.key), given.get(fact.key)):
            if other is not None and other != fact:
                raise KeyConflict(fact.key, differences(other, fact))
        given.setdefault(fact.key, fact)
    refuse_misnamed(list(given.values()), store)
    return [fact for fact in given.values() if store.find(fact.key) is None]


def what_if(progress: Progress, facts: Sequence[Fact]) -> tuple[Change, ...]:
    """Return what facts of the learner would change: both sides seen from the later of `progress.at` and their latest.

    So nothing that time alone does is theirs. What stands before them has its awards, as when they are recorded.
    """
    latest = max((fact.observed_at for fact in facts), default=progress.at)
    before = progress.moved(max(progress.at, latest))
    before = before.with_facts(awards_due(before, before.at))
    return changes(before, before.with_facts(facts))
