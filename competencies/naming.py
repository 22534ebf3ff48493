"""Identifiers and codes: finding a competency by either, and turning all names of a framework into identifiers."""

from collections.abc import Iterable, Mapping

from attrs import define, field

from competencies.competency import Competency
from competencies.errors import AmbiguousCode, UnknownCompetency, near_miss
from competencies.requirement import (
    DEEPEST,
    NOTHING,
    Needs,
    Requirement,
    Share,
    is_too_deep,
    mentions,
    normal,
    rename,
)
from competencies.requirement_text import parse

__all__ = ["Canonical", "Names"]


@define
class Names:
    """Identifiers and codes, and what is wrong with them."""

    competencies: tuple[Competency, ...]
    lookup: dict[str, Competency | tuple[Competency, ...]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        by_code: dict[str, list[Competency]] = {}
        for competency in self.competencies:
            if competency.code:
                by_code.setdefault(competency.code, []).append(competency)
        self.lookup = {code: same[0] if len(same) == 1 else tuple(same) for code, same in by_code.items()}
        self.lookup |= {competency.identifier: competency for competency in self.competencies}

    def faults(self) -> list[str]:
        """Return what is wrong with the names themselves."""
        seen: set[str] = set()
        faults: list[str] = []
        identifiers = {competency.identifier for competency in self.competencies}
        for competency in self.competencies:
            if competency.identifier in seen:
                faults.append(f"two competencies have the identifier {competency.identifier!r}")
            seen.add(competency.identifier)
            if competency.code in identifiers and competency.code != competency.identifier:
                faults.append(f"the code {competency.code!r} is the identifier of another competency")
        return faults

    def find(self, name: str, where: str = "this framework") -> Competency:
        """Return the competency of this identifier or code; raises UnknownCompetency or AmbiguousCode."""
        found = self.lookup.get(name)
        if isinstance(found, Competency):
            return found
        if found is None:
            raise UnknownCompetency(name, self.lookup, where)
        raise AmbiguousCode(name, [competency.identifier for competency in found])


_MOST_NEAR_MISSES = 20


@define
class Canonical:
    """Resolves names to identifiers and collects what cannot be resolved."""

    names: Names
    faults: list[str]
    unknown: int = 0

    def identifier(self, name: str, where: str) -> str | None:
        """Return the identifier that a name stands for; None, and a fault, for none or several."""
        if name not in self.names.lookup:
            self.unknown += 1  # a near miss takes a look at every name: a broken file may have thousands to look for
            close = near_miss(name, self.names.lookup) if self.unknown <= _MOST_NEAR_MISSES else ""
            self.faults.append(f"{where} names {name!r}, which is no competency{close}")
            return None
        try:
            return self.names.find(name).identifier
        except AmbiguousCode as fault:
            self.faults.append(f"{where}: {fault}")
        return None

    def outline(self, part_of: Mapping[str, str]) -> dict[str, str]:
        """Return the outline by identifiers, less the circles in it, which are faults."""
        found: dict[str, str] = {}
        for child, parent in part_of.items():
            part = self.identifier(child, "the outline")
            group = self.identifier(parent, f"part_of of {child}")
            if part is not None and part in found:
                self.faults.append(f"the outline names the group of {child!r} twice, under two names")
            elif part is not None and group is not None:
                found[part] = group
        for ring in _rings(found):
            self.faults.append(f"the outline runs in a circle: {' is part of '.join([*ring, ring[0]])}")
            found = {child: parent for child, parent in found.items() if child not in ring}
        return found

    def successors(self, formerly: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
        """Return each former identifier with the identifiers that succeed it."""
        found: dict[str, tuple[str, ...]] = {}
        for former, named in formerly.items():
            if former in self.names.lookup:
                self.faults.append(f"formerly names {former!r}, which is a competency of this edition too")
            given = (named,) if isinstance(named, str) else named
            resolved = (self.identifier(name, f"formerly of {former}") for name in given)
            found[former] = tuple(dict.fromkeys(name for name in resolved if name is not None))
        return found

    def requirements(
        self, what: str, given: Mapping[str, Requirement | str], part_of: Mapping[str, str]
    ) -> dict[str, Requirement]:
        """Return requirements by identifier, in normal form and over identifiers, less those with a fault."""
        groups = set(part_of.values())
        found: dict[str, Requirement] = {}
        named: set[str] = set()
        for name, requirement in given.items():
            identifier = self.identifier(name, f"{what}")
            resolved = self.requirement(f"{what} of {name}", requirement, groups)
            if identifier is not None and identifier in named:
                self.faults.append(f"{what} names {name!r} twice, under two names")
            elif identifier is not None:
                named.add(identifier)
                if resolved is not None and resolved != NOTHING:
                    found[identifier] = resolved
        return found

    def requirement(self, where: str, given: Requirement | str, groups: Iterable[str]) -> Requirement | None:
        """Return one requirement in normal form and over identifiers; None, and a fault, where it cannot be."""
        if not isinstance(given, str) and is_too_deep(given):
            self.faults.append(f"{where}: at most {DEEPEST} brackets within one another were wanted")
            return None
        try:
            requirement = parse(given) if isinstance(given, str) else normal(given)
        except ValueError as fault:  # RequirementTextError, or alternatives that turn out the same
            self.faults.append(f"{where}: {fault}")
            return None
        resolved = {name: self.identifier(name, where) for name in mentions(requirement)}
        if None in resolved.values():
            return None
        try:
            renamed = normal(rename(requirement, lambda name: resolved[name] or name))
        except ValueError as fault:  # an identifier and a code of one competency, as two alternatives
            self.faults.append(f"{where}: {fault}")
            return None
        for share in _shares(renamed):
            if share.group not in groups:
                self.faults.append(f"{where} asks for {share.percent}% of {share.group!r}, which has no parts")
        return renamed


def _shares(requirement: Requirement) -> list[Share]:
    if isinstance(requirement, Share):
        return [requirement]
    return [] if isinstance(requirement, Needs) else [s for part in requirement.parts for s in _shares(part)]


def _rings(part_of: Mapping[str, str]) -> list[list[str]]:
    """Return each circle of the outline once; every name has at most one parent, so they share nothing."""
    rings: list[list[str]] = []
    done: set[str] = set()
    for start in part_of:
        trail: list[str] = []
        at: str | None = start
        while at is not None and at not in done:
            done.add(at)
            trail.append(at)
            at = part_of.get(at)
        if at in trail:
            rings.append(trail[trail.index(at) :])
    return rings
