"""Editions: what changed between two frameworks, and the crosswalk that carries the old one over into the new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from competencies.cells import plain
from competencies.errors import AmbiguousCode, FormatError, UnknownCompetency
from competencies.formats.columns import folded
from competencies.formats.csv_rows import numbered_rows
from competencies.framework import Framework

__all__ = ["EditionChanges", "edition_changes", "read_crosswalk", "succeeding"]

_MOST_FAULTS = 200

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


def read_crosswalk(lines: str | Iterable[str], old: Framework, new: Framework) -> dict[str, tuple[str, ...]]:
    """Return the crosswalk in a CSV table with the columns `old` and `new`, identifiers or codes, a pair a row.

    An old competency may have several rows: its evidence then counts for each of the new ones. Other columns are left
    out. Raises FormatError with every fault and its line.
    """
    text = lines if isinstance(lines, str) else "".join(lines)
    rows = numbered_rows(text, is_known=lambda name: folded(name) in ("old", "new"))
    header = [folded(name) for name in next(rows)[1]]
    if not {"old", "new"} <= set(header):
        raise FormatError(f"A crosswalk needs the columns old and new, got {', '.join(header)[:80] or 'nothing'}.")
    ends = [(old, header.index("old")), (new, header.index("new"))]
    found: dict[str, dict[str, None]] = {}
    faults: list[str] = []
    for line, cells in rows:
        names = []
        for framework, column in ends:
            try:
                names.append(framework.competency(plain(cells[column]) if column < len(cells) else "").identifier)
            except (UnknownCompetency, AmbiguousCode) as fault:
                faults.append(f"line {line}: {fault}")
        if len(names) == 2:
            found.setdefault(names[0], {})[names[1]] = None
        if len(faults) > _MOST_FAULTS:
            faults.append(f"line {line}: reading ends here, after {_MOST_FAULTS} faults")
            break
    if faults:
        raise FormatError("This crosswalk cannot be used:" + "".join(f"\n  - {fault}" for fault in faults))
    return {name: tuple(successors) for name, successors in found.items()}


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
