"""Prerequisite expressions: what must be met before a competency may be started.

    Needs("a")                      the competency a (a group: all its parts)
    All([a, b])                     both                      a; b
    Any([a, b])                     at least one              (a or b)
    AtLeast(2, [a, b, c])           k of n                    2 of (a, b, c)
    Share(80, "G")                  ceil(.8 n) of G's parts   80% of G

An expression says nothing about where its names come from: a `Framework` resolves them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from attrs import field, frozen

from competencies.errors import RequirementError
from competencies.printing import Printed

__all__ = [
    "DEEPEST",
    "NOTHING",
    "All",
    "Any",
    "AtLeast",
    "Needs",
    "Requirement",
    "Share",
    "evaluate",
    "is_too_deep",
    "mentions",
    "normal",
    "rename",
]


def _parts(parts: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple(parts)


def _distinct(instance: object, _: object, parts: tuple[Requirement, ...]) -> None:
    what = type(instance).__name__
    if not parts:
        raise RequirementError(f"{what} wants at least one alternative, got none: nothing could ever meet it.")
    seen: set[Requirement] = set()
    for part in parts:
        if part in seen:
            raise RequirementError(f"{what} wants distinct alternatives, got {part} twice: one would count as two.")
        seen.add(part)


@frozen(repr=False)
class Needs(Printed):
    """The competency of this name; where it is a group, all its parts."""

    name: str = field()

    @name.validator
    def _named(self, _: object, name: str) -> None:
        if not isinstance(name, str) or not name.strip():
            raise RequirementError(f"Needs wants the identifier or code of a competency, got {name!r}.")


@frozen(repr=False)
class All(Printed):
    """Every one of `parts`; with no parts it asks for nothing and is met."""

    parts: tuple[Requirement, ...] = field(converter=_parts)


@frozen(repr=False)
class Any(Printed):
    """At least one of `parts`, which are distinct and not none."""

    parts: tuple[Requirement, ...] = field(converter=_parts, validator=_distinct)


@frozen(repr=False)
class AtLeast(Printed):
    """At least `k` of `parts`, 1 <= k <= len(parts); a group among them is one alternative."""

    k: int
    parts: tuple[Requirement, ...] = field(converter=_parts, validator=_distinct)

    @parts.validator
    def _reachable(self, _: object, parts: tuple[Requirement, ...]) -> None:
        if not isinstance(self.k, int) or not 1 <= self.k <= len(parts):
            raise RequirementError(f"AtLeast wants k in 1..{len(parts)}, got {self.k!r}.")


@frozen(repr=False)
class Share(Printed):
    """At least ceil(`percent`/100 * n) of the n direct parts of the group of this name; percent is in 1..100."""

    percent: int = field()
    group: str

    @percent.validator
    def _in_range(self, _: object, percent: int) -> None:
        if not isinstance(percent, int) or not 1 <= percent <= 100:
            raise RequirementError(f"A share wants whole percent in 1..100, got {percent!r}.")

    def least(self, n: int) -> int:
        """Return how many of `n` parts this share asks for."""
        return -(-self.percent * n // 100)


Requirement = Needs | All | Any | AtLeast | Share

NOTHING = All(())
"""The requirement that asks for nothing."""


def _names(requirement: Requirement) -> Iterator[str]:
    if isinstance(requirement, Needs):
        yield requirement.name
    elif isinstance(requirement, Share):
        yield requirement.group
    else:
        for part in requirement.parts:
            yield from _names(part)


def mentions(requirement: Requirement) -> tuple[str, ...]:
    """Return the names in `requirement`, each once, in the order of first mention."""
    return tuple(dict.fromkeys(_names(requirement)))


def rename(requirement: Requirement, new_name: Callable[[str], str]) -> Requirement:
    """Return `requirement` with each name replaced by `new_name(name)`."""
    if isinstance(requirement, Needs):
        return Needs(new_name(requirement.name))
    if isinstance(requirement, Share):
        return Share(requirement.percent, new_name(requirement.group))
    parts = tuple(rename(part, new_name) for part in requirement.parts)
    if isinstance(requirement, AtLeast):
        return AtLeast(requirement.k, parts)
    return All(parts) if isinstance(requirement, All) else Any(parts)


DEEPEST = 50
"""How deep brackets may lie within one another."""


def is_too_deep(requirement: Requirement) -> bool:
    """Return whether brackets lie deeper within one another than files and people can be expected to follow."""
    level: list[Requirement] = [requirement]
    for _ in range(DEEPEST):
        level = [part for node in level if not isinstance(node, Needs | Share) for part in node.parts]
        if not level:
            return False
    return True


def normal(requirement: Requirement) -> Requirement:
    """Return an equivalent expression without needless brackets; RequirementError when alternatives are the same.

    An all within an all and an any within an any are opened, repetitions within them dropped, and a bracket round
    a single part removed. Text and files write this form, so that what is read back is equal.
    """
    if isinstance(requirement, Needs | Share):
        return requirement
    parts = tuple(normal(part) for part in requirement.parts)
    if isinstance(requirement, AtLeast):
        return parts[0] if len(parts) == 1 else AtLeast(requirement.k, parts)
    kind = type(requirement)
    opened = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    distinct = tuple(dict.fromkeys(opened))
    return distinct[0] if len(distinct) == 1 else kind(distinct)


def evaluate(
    requirement: Requirement,
    met: Collection[str],
    parts_of: Callable[[str], Sequence[str]] = lambda _: (),
) -> bool:
    """Return whether `requirement` is met when exactly the competencies in `met` are.

    `parts_of(name)` gives the direct parts of a group and nothing for any other name. A group is met when all its
    parts are; being named in `met` itself does not help it.
    """

    def holds(name: str) -> bool:
        parts = parts_of(name)
        return all(holds(part) for part in parts) if parts else name in met

    def value(node: Requirement) -> bool:
        if isinstance(node, Needs):
            return holds(node.name)
        if isinstance(node, Share):
            group = parts_of(node.group)
            return sum(holds(part) for part in group) >= node.least(len(group))
        count = sum(value(part) for part in node.parts)
        if isinstance(node, All):
            return count == len(node.parts)
        return count >= (node.k if isinstance(node, AtLeast) else 1)

    return value(requirement)
