"""`Course`: a framework, a policy, one learner's log and an instant that belong together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from attrs import evolve, field, frozen

from competencies import NOTHING, Framework
from competencies import evaluate as is_met
from competencies.printing import Printed, python
from mastery import progress
from mastery.facts import Fact
from mastery.policy import Policy
from mastery.progress import Progress
from mastery.retention import Currency, Lapse
from mastery.standing import Standing

__all__ = ["Course", "standings"]


def _facts(given: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(given)


@frozen(repr=False)
class Course(Printed):
    """One learner under a framework and a policy, with facts in order of arrival, looked at from `at`.

    It prints as Python that can be pasted, given the names of `competencies`, `mastery` and `datetime`.
    """

    framework: Framework
    policy: Policy
    facts: tuple[Fact, ...] = field(converter=_facts)
    at: datetime

    def evaluate(self, facts: Sequence[Fact] | None = None, at: datetime | None = None) -> Progress:
        """Return the progress of these facts at that instant; of this course's own, left out."""
        return progress.evaluate(
            self.framework, self.policy, self.facts if facts is None else facts, self.at if at is None else at
        )

    def with_facts(self, facts: Iterable[Fact]) -> Course:
        """Return this course with other facts."""
        return evolve(self, facts=facts)

    @property
    def leaves(self) -> list[str]:
        """The identifiers of the competencies without parts."""
        return [competency.identifier for competency in self.framework.leaves]

    def parts(self, name: str) -> list[str]:
        """Return the identifiers of the direct parts of a competency."""
        return [part.identifier for part in self.framework.parts(name)]

    def is_met(self, name: str, credited: Collection[str]) -> bool:
        """Return whether the requirement on `name` is met by this credit, by names."""
        return is_met(self.framework.requirement(name), credited, self.parts)

    def is_gated(self, name: str) -> bool:
        """Return whether anything is required for `name`."""
        return self.framework.requirement(name) != NOTHING

    def locks(self, name: str) -> bool:
        """Return whether a lapse of this competency shuts the gates of what builds on it."""
        return self.policy.terms_of(self.framework, name).retention.lapse is Lapse.LOCK

    def shares_refreshment(self, name: str) -> bool:
        """Whether what confirms a competency without parts also puts off the rechecks of its prerequisites."""
        return self.policy.terms_of(self.framework, name).retention.refreshes_prerequisites

    def opens_gates(self, progress: Progress) -> set[str]:
        """Return the credit that opens gates: under lapse=lock what has not lapsed."""
        lapsed = {n for n in progress.credits if progress.standing(n).currency is Currency.LAPSED}
        return {n for n in progress.credits if not (n in lapsed and self.locks(n))}

    def __repr__(self) -> str:
        told = "".join(f"\n        {fact!r}," for fact in self.facts)
        facts = f"[{told}\n    ]" if told else "[]"
        return f"Course(\n    {self.framework!r},\n    {self.policy!r},\n    {facts},\n    {python(self.at)},\n)"


def standings(progress: Progress) -> dict[str, Standing]:
    """Return the standing on every competency and group."""
    return {c.identifier: progress.standing(c.identifier) for c in progress.framework.competencies}
