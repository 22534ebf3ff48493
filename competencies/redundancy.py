"""Prerequisites that others imply: to meet those is to have met these.

What is asked for unconditionally implies what it asks for unconditionally in turn, and so on. Alternatives imply
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from competencies.draft import Finding
from competencies.finding_codes import finding
from competencies.gate import bits
from competencies.requirement import All, Any, AtLeast, Needs, Requirement, Share, evaluate, mentions
from competencies.requirement_text import text
from competencies.soundness import Sound

__all__ = ["redundant"]


def redundant(rest: Sound) -> Iterator[Finding]:
    """Find what others imply: prerequisites of prerequisites, and recommendations of what is required."""
    implied = _Implied(rest)
    for name in rest.order:
        printed = rest.printed(name)
        around = [part for group in rest.around(name) for part in _conjuncts(rest.requires.get(group))]
        kept = _conjuncts(rest.requires.get(name))
        for part in list(kept) if implied.is_known(name) else ():
            others = [other for other in kept if other is not part] + around
            if implied.by(others, part):
                kept.remove(part)
                words = f"{printed} needs {_told(rest, part)}; {implied.reason(others, part)}"
                yield finding("redundant", words, _named(rest, name, part))
        hard = [*kept, *around]
        for part in _conjuncts(rest.recommends.get(name)):
            told = f"{printed} recommends {_told(rest, part)}"
            if implied.directly(hard, part):
                yield finding("soft-and-hard", f"{told}, and requires it", _named(rest, name, part))
            elif implied.is_known(name) and implied.by(hard, part):
                words = f"{told}; {implied.reason(hard, part)}"
                yield finding("redundant", words, _named(rest, name, part))


def _conjuncts(requirement: Requirement | None) -> list[Requirement]:
    if requirement is None:
        return []
    return list(requirement.parts) if isinstance(requirement, All) else [requirement]


def _told(rest: Sound, requirement: Requirement) -> str:
    told = text(requirement, name=rest.printed)
    return f"({told})" if isinstance(requirement, All | Any) else told


def _named(rest: Sound, name: str, requirement: Requirement) -> list[str]:
    return [rest.printed(each) for each in (name, *mentions(requirement))]


class _Implied:
    """Which leaves are credited whenever a requirement is met, each in the order of learning."""

    def __init__(self, rest: Sound) -> None:
        self._rest = rest
        self._below: dict[int, int] = {}
        for i in rest.expansion.order:
            self._below[i] = self._closed(rest.expansion.gates[i].every)

    def _closed(self, mask: int) -> int:
        closed = mask
        for i in bits(mask):
            closed |= self._below[i]
        return closed

    def is_known(self, name: str) -> bool:
        """Return whether what this competency asks for is known: nothing of it lies on or behind a circle."""
        return all(i in self._below for i in bits(self._rest.expansion.masks[name]))

    def _forced(self, requirement: Requirement) -> int:
        if isinstance(requirement, Needs):
            return self._rest.expansion.masks[requirement.name]
        if isinstance(requirement, Share):
            return self._rest.expansion.masks[requirement.group] if requirement.percent == 100 else 0
        if isinstance(requirement, All) or (
            isinstance(requirement, AtLeast) and requirement.k == len(requirement.parts)
        ):
            return self._all(requirement.parts)
        return 0

    def _all(self, requirements: Iterable[Requirement]) -> int:
        mask = 0
        for requirement in requirements:
            mask |= self._forced(requirement)
        return mask

    def _meets(self, mask: int, requirement: Requirement) -> bool:
        if isinstance(requirement, Needs):
            return self._rest.expansion.masks[requirement.name] & ~mask == 0
        met = set(self._rest.expansion.names(mask))
        return evaluate(requirement, met, lambda group: self._rest.parts.get(group, ()))

    def directly(self, others: Iterable[Requirement], requirement: Requirement) -> bool:
        """Return whether what `others` ask for meets `requirement`."""
        return self._meets(self._all(others), requirement)

    def by(self, others: Iterable[Requirement], requirement: Requirement) -> bool:
        """Return whether what `others` ask for, and all that this needs, meets `requirement`."""
        return self._meets(self._closed(self._all(others)), requirement)

    def reason(self, others: list[Requirement], requirement: Requirement) -> str:
        """Return in words what implies `requirement`."""
        least = list(others)
        for other in reversed(others):
            rest = [kept for kept in least if kept is not other]
            least = rest if self.by(rest, requirement) else least
        told = [_told(self._rest, other) for other in least]
        if len(least) > 1:
            return f"{', '.join(told[:-1])} and {told[-1]}, which it needs too, imply it together"
        if least[0] == requirement:
            return "the group around it asks for it too"
        if not self.directly(least, requirement):
            return f"{told[0]}, which it needs too, needs it already"
        if self._forced(least[0]) == self._forced(requirement):
            return f"{told[0]}, which it needs too, comes to the same"
        return f"{told[0]}, which it needs too, {'holds' if isinstance(requirement, Needs) else 'meets'} it"
