"""`Classroom`: several learners at one instant, each with the progress that `evaluate` gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from attrs import field, frozen

from competencies import Framework
from mastery.facts import Fact, utc
from mastery.policy import Policy
from mastery.progress import Progress, evaluate
from mastery.rulebook import Rulebook, rulebook
from mastery.wording import listed

__all__ = ["Classroom", "classroom"]


@frozen(eq=False)
class Classroom:
    """Learners at one instant, in the order in which they are listed: `progress` has each of them.

    A learner of whom nothing is recorded by then is in `silent`: an empty record says nothing of what they know.
    """

    rules: Rulebook
    at: datetime
    progress: Mapping[str, Progress]
    silent: frozenset[str] = field(init=False)

    @silent.default
    def _without_a_fact(self) -> frozenset[str]:
        return frozenset(
            learner
            for learner, progress in self.progress.items()
            if not any(fact.observed_at <= self.at for fact in progress.facts)
        )

    @property
    def framework(self) -> Framework:
        """The framework that the learners work in."""
        return self.rules.framework

    @property
    def policy(self) -> Policy:
        """The policy that they work under."""
        return self.rules.policy

    @property
    def learners(self) -> tuple[str, ...]:
        """The learners, in order."""
        return tuple(self.progress)

    def __iter__(self) -> Iterator[tuple[str, Progress]]:
        return iter(self.progress.items())

    def __len__(self) -> int:
        return len(self.progress)

    def caveats(self) -> tuple[str, ...]:
        """Return what to bear in mind with every answer about these learners."""
        if not self.silent:
            return ()
        quiet = listed(sorted(self.silent))
        return (f"Nothing is recorded of {quiet}: an empty record says nothing of what they know.",)


def classroom(
    framework: Framework,
    policy: Policy,
    facts: Mapping[str, Iterable[Fact]],
    at: datetime,
    *,
    known: datetime | None = None,
) -> Classroom:
    """Return the classroom of these learners' facts at `at`, in the order of the mapping; a learner may have none.

    `known` leaves out what was recorded later than that instant. Raises what `evaluate` raises.

    >>> from competencies import Competency
    >>> from datetime import UTC
    >>> one = Framework("one", [Competency("a")])
    >>> room = classroom(one, Policy(), {"ana": []}, datetime(2026, 3, 2, tzinfo=UTC))
    >>> room.learners, sorted(room.silent)
    (('ana',), ['ana'])
    """
    progress = {learner: evaluate(framework, policy, theirs, at, known=known) for learner, theirs in facts.items()}
    return Classroom(rulebook(framework, policy), utc(at, "at"), progress)
