"""`Recall`: what an engine remembers of learners, so that it need not evaluate everything again. It has a bound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from competencies import Framework
from mastery.policy import Policy
from mastery.progress import Progress, evaluate

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["FEW", "MOST_FACTS", "Held", "Recall"]

MOST_FACTS = 200_000
FEW = 8
"""Up to so many facts are quicker taken one by one than by evaluating everything again."""


@frozen
class Held:
    """A learner's progress as of a position in the store."""

    position: int
    progress: Progress


@define
class Recall:
    """The progress of the learners asked about last: of them at most `most` facts, and one learner.

    `editions` is how many adoptions the store had when it came to live by `framework` and `policy`.
    """

    store: Store
    framework: Framework
    policy: Policy
    editions: int
    most: int = MOST_FACTS
    held: dict[str, Held] = field(factory=dict, init=False)
    size: int = field(default=0, init=False)

    def current(self, learner: str, at: datetime) -> Held:
        """Return a learner's progress at `at` with every fact in the store, without remembering it."""
        held = self.held.get(learner)
        facts, position = self.store.facts(learner, held.position if held is not None else 0)
        if held is None or len(facts) > FEW:
            before = () if held is None else held.progress.facts
            return Held(position, evaluate(self.framework, self.policy, [*before, *facts], at))
        return Held(position, held.progress.moved(at).with_facts(facts))

    def at_hand(self, learner: str, at: datetime) -> Progress | None:
        """Return what is remembered of a learner, at `at`, if it is all that there is and the rules are still these."""
        held = self.held.get(learner)
        if held is None or self.store.editions() != self.editions or self.store.facts(learner, held.position)[0]:
            return None
        return held.progress.moved(at)

    def keep(self, held: Mapping[str, Held]) -> None:
        """Remember these, and forget those that were used longest ago where there are too many."""
        for learner, kept in held.items():
            self.let_go(learner)
            self.held[learner] = kept  # last in line to be let go
            self.size += len(kept.progress.facts)
        while self.size > self.most and len(self.held) > 1:
            self.let_go(next(iter(self.held)))

    def let_go(self, learner: str) -> None:
        """Forget a learner."""
        held = self.held.pop(learner, None)
        if held is not None:
            self.size -= len(held.progress.facts)
