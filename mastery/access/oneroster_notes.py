"""What was left out of a roster and why, counted, as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from attrs import define, field

__all__ = ["Notes"]

_MOST_NAMED = 5
_LONGEST = 40

_SENTENCES = {
    "users": ("user", "not enabled, or marked as deleted or inactive"),
    "classes": ("class", "marked as deleted or inactive"),
    "roles": ("role", "marked as deleted, or of a user who was left out"),
    "terms": ("role", "not begun yet, or ended"),
    "enrolments": ("enrolment", "marked as deleted, or of a user or class that was left out"),
    "days": ("enrolment", "over before a first day"),
    "agents": ("entry of agentSourcedIds", "no tie of a guardian, parent or relative to a student"),
}
_SEVERAL = {"class": "classes", "entry of agentSourcedIds": "entries of agentSourcedIds"}


@define
class Notes:
    """How much of each sort was left out."""

    says_status: bool = False
    _counts: Counter[str] = field(factory=Counter)
    _in_class: Counter[str] = field(factory=Counter)
    _of_nobody: Counter[str] = field(factory=Counter)
    _administrators: list[date] = field(factory=list)

    def count(self, what: str, n: int = 1) -> None:
        """Count what was left out."""
        self._counts[what] += n

    def role_in_class(self, role: str) -> None:
        """Count an enrolment whose role gives nothing in a class."""
        self._in_class[role] += 1

    def role_of_nobody(self, role: str) -> None:
        """Count a role that gives nothing."""
        self._of_nobody[role] += 1

    def administrator_until(self, last: date) -> None:
        """Take note of the last day of somebody's role as administrator, which goes on here."""
        self._administrators.append(last)

    def sentences(self) -> Iterator[str]:
        """Yield what was left out and why."""
        for what, (thing, why) in _SENTENCES.items():
            if self._counts[what]:
                yield f"{_were(self._counts[what], thing)} left out: {why}."
        for counts, thing, whose in (
            (self._of_nobody, "role", "that nobody has here"),
            (self._in_class, "enrolment", "as what nobody is in a class here"),
        ):
            if counts:
                yield f"{_were(counts.total(), thing)} left out, {whose}: {_named(counts)}."
        n = self._counts["called otherwise"]
        if n:
            who = "1 person is" if n == 1 else f"{n} people are"
            yield f"Known by their sourcedId: {who} without what learners are known by, and no learner."
        if self._administrators:
            first = min(self._administrators)
            yield f"A role as administrator ends with {first}, and here only when a roster is read after that day."
        if self.says_status:
            yield "Rows have a status, as in files of changes: who is not in these files is not in the roster now."


def _were(n: int, thing: str) -> str:
    return f"1 {thing} was" if n == 1 else f"{n} {_SEVERAL.get(thing, thing + 's')} were"


def _named(counts: Counter[str]) -> str:
    """Return the words that came most often, each with its count."""
    most = counts.most_common(_MOST_NAMED)
    named = [f"{word[:_LONGEST] or 'nothing'} ({n})" for word, n in most]
    return ", ".join(named) + (f" and {len(counts) - len(most)} more" if len(counts) > len(most) else "")
