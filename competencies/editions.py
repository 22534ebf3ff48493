"""Editions: what changed between two frameworks, and the crosswalk that carries the old one over into the new."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from competencies.errors import AmbiguousCode, FormatError, UnknownCompetency
from competencies.framework import Framework

__all__ = ["EditionChanges", "edition_changes", "read_crosswalk", "succeeding"]

Crosswalk = Mapping[str, tuple[str, ...]]


@frozen
class EditionChanges:
    """What a new edition changes, by identifier, each list in framework order.

    `succeeded` are former competencies with a successor, `removed` those without one; `reworded` have another code or
    statement, `regated` another requirement (their own, with the former names carried over), `moved` another group.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    succeeded: tuple[str, ...]
    reworded: tuple[str, ...]
    regated: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing that matters to a learner or a reader changed."""
        return not (self.added or self.removed or self.succeeded or self.reworded or self.regated or self.moved)


def edition_changes(old: Framework, new: Framework) -> EditionChanges:
    """Return what `new` changes of `old`."""
    before = {competency.identifier: competency for competency in old.competencies}
    after = {competency.identifier: competency for competency in new.competencies}
    both = [name for name in before if name in after]
    gone = [name for name in before if name not in after]
    return EditionChanges(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in gone if not new.formerly.get(name)),
        succeeded=tuple(name for name in gone if new.formerly.get(name)),
        reworded=tuple(n for n in both if _words(before[n]) != _words(after[n])),
        regated=tuple(n for n in both if old.requires.get(n) != new.requires.get(n)),
        moved=tuple(n for n in both if old.part_of.get(n) != new.part_of.get(n)),
    )


def _words(competency: Any) -> tuple[str, str]:
    return competency.code, competency.statement


def read_crosswalk(lines: Iterable[str], old: Framework, new: Framework) -> dict[str, tuple[str, ...]]:
    """Return the crosswalk in a CSV table with the columns `old` and `new`, identifiers or codes, a pair a row.

    An old competency may have several rows: its evidence then counts for each of the new ones. Raises FormatError
    with every fault and its line.
    """
    rows = csv.reader(lines)
    header = [cell.strip().lstrip("\ufeff").casefold() for cell in next(rows, [])]
    if header[:2] != ["old", "new"]:
        raise FormatError(f"A crosswalk begins with the columns old and new, got {header or 'nothing'}.")
    found: dict[str, tuple[str, ...]] = {}
    faults: list[str] = []
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        pair = [cell.strip() for cell in (*cells, "", "")[:2]]
        names = []
        for framework, name in zip((old, new), pair, strict=True):
            try:
                names.append(framework.competency(name).identifier)
            except (UnknownCompetency, AmbiguousCode) as fault:
                faults.append(f"line {rows.line_num}: {fault}")
        if len(names) == 2 and names[1] not in found.get(names[0], ()):
            found[names[0]] = (*found.get(names[0], ()), names[1])
    if faults:
        raise FormatError("This crosswalk cannot be used:" + "".join(f"\n  - {fault}" for fault in faults))
    return found


def succeeding(new: Framework, old: Framework, crosswalk: Crosswalk | None = None) -> Framework:
    """Return `new` as the edition after `old`: what is here no more is carried over by its successors.

    Successors come from `crosswalk` (identifiers), from `new` itself, and from the replacedBy and exactMatchOf
    associations of its CASE package, in this order; what `old` carried over from still earlier editions goes on.
    """
    known = {**_from_case(new), **new.formerly, **(crosswalk or {})}
    here = {competency.identifier for competency in new.competencies}

    def successors(name: str, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
        if name in here:
            return (name,)
        nexts = () if name in seen else known.get(name, ())
        return tuple(dict.fromkeys(s for following in nexts for s in successors(following, seen | {name})))

    gone = [competency.identifier for competency in old.competencies if competency.identifier not in here]
    formerly = {name: successors(name) for name in {**dict.fromkeys(gone), **known} if name not in here}
    for earlier, names in old.formerly.items():
        if earlier not in here:
            formerly[earlier] = tuple(dict.fromkeys(s for name in names for s in successors(name)))
    return evolve(new, formerly={name: names for name, names in formerly.items() if names})


def _from_case(framework: Framework) -> dict[str, tuple[str, ...]]:
    """Return who succeeds whom by the associations that a CASE package brought along."""
    package = framework.extras.get("case")
    associations = package.get("CFAssociations", ()) if isinstance(package, Mapping) else ()
    here = {competency.identifier for competency in framework.competencies}
    found: dict[str, tuple[str, ...]] = {}
    for association in associations if isinstance(associations, list) else ():
        pair = _succession(association)
        if pair is not None and pair[0] not in here:
            found[pair[0]] = (*found.get(pair[0], ()), pair[1])
    return found


def _succession(association: Any) -> tuple[str, str] | None:
    if not isinstance(association, Mapping):
        return None
    ends = [association.get(end) for end in ("originNodeURI", "destinationNodeURI")]
    names = [str(end.get("identifier", "")) if isinstance(end, Mapping) else "" for end in ends]
    if not all(names):
        return None
    kind = association.get("associationType")
    if kind == "replacedBy":  # the origin is replaced by the destination
        return names[0], names[1]
    return (names[1], names[0]) if kind == "exactMatchOf" else None
