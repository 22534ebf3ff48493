"""The sound part of a draft: all that can be resolved, and a finding for each thing that had to be left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from attrs import define, field, frozen

from competencies.competency import Competency
from competencies.draft import Draft, Finding
from competencies.errors import near_miss
from competencies.expansion import Expansion, expand
from competencies.finding_codes import finding
from competencies.naming import Names
from competencies.requirement import (
    NOTHING,
    All,
    Any,
    AtLeast,
    Needs,
    Requirement,
    Share,
    is_too_deep,
    mentions,
    normal,
    rename,
)
from competencies.requirement_text import parse

__all__ = ["Sound", "sound"]

_LOOKS = 20_000  # a near miss is looked for until so many names have been compared


@frozen
class Sound:
    """Competencies, outline and requirements over identifiers, every name known; prerequisites may run in circles."""

    names: Names
    competencies: tuple[Competency, ...]
    part_of: Mapping[str, str]
    requires: Mapping[str, Requirement]
    recommends: Mapping[str, Requirement]
    findings: tuple[Finding, ...]

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each identifier in framework order."""
        return {competency.identifier: n for n, competency in enumerate(self.competencies)}

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """The direct parts of each group."""
        parts: dict[str, list[str]] = {}
        for name in self.order:
            if name in self.part_of:
                parts.setdefault(self.part_of[name], []).append(name)
        return parts

    @cached_property
    def expansion(self) -> Expansion:
        """The requirements carried down to competencies without parts."""
        return expand(list(self.order), self.part_of, self.requires)

    @cached_property
    def recommended(self) -> Expansion:
        """The recommendations carried down to competencies without parts."""
        return expand(list(self.order), self.part_of, self.recommends)

    def around(self, name: str) -> list[str]:
        """Return the groups around a competency, innermost first."""
        found: list[str] = []
        while name in self.part_of:
            name = self.part_of[name]
            found.append(name)
        return found

    def printed(self, identifier: str) -> str:
        """Return the name to print: the code, where it means this competency alone."""
        return _printed(self.names, identifier)


def _printed(names: Names, identifier: str) -> str:
    found = names.lookup.get(identifier)
    label = found.label if isinstance(found, Competency) else identifier
    return label if names.lookup.get(label) is found else identifier


def sound(draft: Draft) -> Sound:
    """Return the sound part of a draft, with findings for the rest; an error exactly where a build would fail."""
    reader = _Reader(Names(draft.competencies))
    competencies = tuple({competency.identifier: competency for competency in draft.competencies}.values())
    reader.codes()
    part_of = reader.outline(draft.part_of)
    groups = frozenset(part_of.values())
    requires = reader.requirements("requires", draft.requires, groups)
    recommends = reader.requirements("recommends", draft.recommends, groups)
    reader.successors(draft.formerly)
    return Sound(reader.names, competencies, part_of, requires, recommends, tuple(reader.findings))


@define
class _Reader:
    names: Names
    findings: list[Finding] = field(factory=list)
    looks: int = _LOOKS

    def say(self, code: str, message: str, *about: str) -> None:
        self.findings.append(finding(code, message, about))

    def find(self, name: str, where: str, *about: str) -> str | None:
        """Return the identifier that a name stands for; None, and a finding, for none or several."""
        meant = self.names.lookup.get(name)
        if isinstance(meant, Competency):
            return meant.identifier
        if meant is None:
            hint = near_miss(name, self.names.lookup) if self.looks > 0 else ""
            self.looks -= len(self.names.lookup)
            self.say("dangling", f"{where} {name!r}, which is no competency here{hint}", *about, name)
        else:
            same = [competency.identifier for competency in meant]
            self.say("code-ambiguous", f"{where} {name!r}, which could mean {', '.join(same)}", *about, *same)
        return None

    def codes(self) -> None:
        """Say what is wrong with the names themselves."""
        by_identifier: dict[str, int] = {}
        by_code: dict[str, list[str]] = {}
        for competency in self.names.competencies:
            name, code = competency.identifier, competency.code
            by_identifier[name] = by_identifier.get(name, 0) + 1
            if code and name not in by_code.setdefault(code, []):
                by_code[code].append(name)
        for name, count in by_identifier.items():
            if count > 1:
                self.say("identifier-doubled", f"{count} competencies have the identifier {name!r}", name)
        for code, same in by_code.items():
            others = [name for name in same if name != code]
            if code in by_identifier and others:
                self.say("code-taken", f"the code {code!r} of {others[0]} is another's identifier", *others, code)
            elif len(same) > 1:
                self.say("code-doubled", f"{len(same)} competencies have the code {code!r}", *same)

    def outline(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the outline by identifiers, less what cannot be resolved and the circles in it."""
        found: dict[str, str] = {}
        for child, parent in given.items():
            part = self.find(child, "the outline names")
            printed = child if part is None else _printed(self.names, part)
            group = self.find(parent, f"{printed} is part of", *([] if part is None else [printed]))
            if part is not None and part in found:
                self.say("named-twice", f"the outline gives the group of {printed} twice, under two names", printed)
            elif part is not None and group is not None:
                found[part] = group
        for ring in _rings(found):
            codes = [_printed(self.names, name) for name in ring]
            round_trip = ", which is part of ".join([*codes[1:], codes[0]])
            self.say("outline-circle", f"{codes[0]} is part of {round_trip}", *codes)
            found = {child: group for child, group in found.items() if child not in ring}
        return found

    def successors(self, formerly: Mapping[str, Collection[str]]) -> None:
        """Say what is wrong with the former names."""
        for former, successors in formerly.items():
            if former in self.names.lookup:
                self.say("former-name-taken", f"{former!r} is given as a former name and is a competency here", former)
            for name in [successors] if isinstance(successors, str) else successors:
                self.find(name, f"{former} is succeeded by")

    def requirements(
        self, verb: str, given: Mapping[str, Requirement | str], groups: Collection[str]
    ) -> dict[str, Requirement]:
        """Return requirements by identifier, less what cannot be resolved."""
        found: dict[str, Requirement] = {}
        for name, requirement in given.items():
            subject = self.find(name, "a requirement is given for" if verb == "requires" else "advice is given for")
            printed = name if subject is None else _printed(self.names, subject)
            kept = self.requirement(printed, verb, requirement, groups)
            if subject is not None and subject in found:
                self.say("named-twice", f"what {printed} {verb} is given twice, under two names", printed)
            elif subject is not None:
                found[subject] = kept
        return {name: kept for name, kept in found.items() if kept != NOTHING}

    def requirement(self, printed: str, verb: str, given: Requirement | str, groups: Collection[str]) -> Requirement:
        """Return what is left of one requirement when what cannot be resolved is taken out."""
        if not isinstance(given, str) and is_too_deep(given):
            self.say("requirement-unreadable", f"what {printed} {verb} has too many brackets in one another", printed)
            return NOTHING
        try:
            read = parse(given) if isinstance(given, str) else given
            resolved = {name: self.find(name, f"{printed} {verb}", printed) for name in mentions(read)}
            renamed = rename(normal(read), lambda name: resolved[name] or name)
            normal(renamed)  # raises where two alternatives turn out the same
        except ValueError as fault:
            self.say("requirement-unreadable", f"what {printed} {verb} cannot be read: {fault}", printed)
            return NOTHING
        known = {name for name in resolved.values() if name is not None}
        for share in _shares(renamed):
            if share.group in known and share.group not in groups:
                group = _printed(self.names, share.group)
                self.say(
                    "share-without-parts", f"{printed} {verb} {share.percent}% of {group}, which has no parts", printed
                )
        self._doubles(printed, verb, [name for name in map(resolved.get, _joined(read)) if name is not None])
        return normal(_kept(renamed, known, groups) or NOTHING)

    def _doubles(self, printed: str, verb: str, names: list[str]) -> None:
        for name in dict.fromkeys(names):
            if (times := names.count(name)) > 1:
                other = _printed(self.names, name)
                often = "twice" if times == 2 else f"{times} times"
                self.say("prerequisite-doubled", f"{printed} {verb} {other} {often}", printed, other)


def _joined(requirement: Requirement) -> list[str]:
    """Return the names that are asked for unconditionally, as often as they are."""
    if isinstance(requirement, Needs):
        return [requirement.name]
    return [name for part in requirement.parts for name in _joined(part)] if isinstance(requirement, All) else []


def _shares(requirement: Requirement) -> list[Share]:
    if isinstance(requirement, Share):
        return [requirement]
    return [] if isinstance(requirement, Needs) else [s for part in requirement.parts for s in _shares(part)]


def _kept(requirement: Requirement, known: Collection[str], groups: Collection[str]) -> Requirement | None:
    """Return the requirement over known names, None where nothing of it is left."""
    if isinstance(requirement, Needs):
        return requirement if requirement.name in known else None
    if isinstance(requirement, Share):
        return requirement if requirement.group in known and requirement.group in groups else None
    kept = [part for part in (_kept(part, known, groups) for part in requirement.parts) if part is not None]
    parts = tuple(dict.fromkeys(normal(part) for part in kept))
    if not parts:
        return None
    if isinstance(requirement, AtLeast):
        return AtLeast(min(requirement.k, len(parts)), parts)
    return All(parts) if isinstance(requirement, All) else Any(parts)


def _rings(part_of: Mapping[str, str]) -> list[list[str]]:
    """Return each circle of the outline, from its first name on."""
    import networkx  # loaded when a review asks for it

    place = {name: n for n, name in enumerate(part_of)}
    graph: networkx.DiGraph[str] = networkx.DiGraph(part_of.items())
    rings: list[list[str]] = list(networkx.simple_cycles(graph))
    starts = [ring.index(min(ring, key=place.__getitem__)) for ring in rings]
    turned = [ring[first:] + ring[:first] for ring, first in zip(rings, starts, strict=True)]
    return sorted(turned, key=lambda ring: place[ring[0]])
