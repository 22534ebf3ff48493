"""1EdTech CASE 1.0 and 1.1 packages, read leniently: what our model has no word for is kept in `extras`.

`precedes` is a prerequisite (origin before destination), `isChildOf` the outline (origin is part of destination) and
never a prerequisite. Publishers call many progressions advisory: `precedes="soft"` reads them as recommendations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from attrs import define, field

from competencies.competency import Competency
from competencies.draft import Draft, Finding, Severity
from competencies.errors import FormatError
from competencies.requirement import All, Needs, Requirement, normal

__all__ = ["Precedes", "read"]

Precedes = Literal["hard", "soft"]
Json = Mapping[str, Any]

_OURS = ("identifier", "humanCodingScheme", "fullStatement", "CFItemType")


def read(data: Any, *, precedes: Precedes = "hard", assess: Collection[str] = ()) -> Draft:
    """Return the draft of a CASE package given as JSON values, bare or wrapped in `CFPackage`.

    `assess` names the item types at which the outline ends: items below them are text, kept in the extras of the
    item above, and what precedes or follows them does so for that item.
    Raises FormatError when the values are no CASE package at all.
    """
    if precedes not in ("hard", "soft"):
        raise FormatError(f"precedes is 'hard' or 'soft', got {precedes!r}.")
    package = data.get("CFPackage", data) if isinstance(data, Mapping) else data
    if not isinstance(package, Mapping) or not isinstance(package.get("CFItems"), list):
        raise FormatError("A CASE package was wanted: a JSON object with a list named CFItems.")
    return _Reader(package, precedes, frozenset(assess)).draft()


@define
class _Reader:
    package: Json
    precedes: Precedes
    assess: frozenset[str]
    findings: list[Finding] = field(factory=list)

    def draft(self) -> Draft:
        document = self._object("CFDocument")
        items = self._items()
        outline, order = self._outline(items, str(document.get("identifier", "")))
        host = self._hosts(items, outline)
        kept = [name for name in order if host[name] == name]
        before, others = self._prerequisites(host)
        requires: dict[str, Requirement] = {
            name: normal(All([Needs(origin) for origin in before[name]])) for name in kept if name in before
        }
        text_below: dict[str, list[Json]] = {}
        for name in order:
            if host[name] != name:
                text_below.setdefault(host[name], []).append(items[name])
        return Draft(
            title=str(document.get("title") or "Untitled framework"),
            competencies=[_competency(items[name], text_below.get(name, ())) for name in kept],
            requires=requires if self.precedes == "hard" else {},
            recommends=requires if self.precedes == "soft" else {},
            part_of={name: outline[name] for name in kept if name in outline},
            identifier=str(document.get("identifier", "")),
            extras=self._extras(others),
            findings=self.findings,
        )

    def _note(self, code: str, message: str, *about: str) -> None:
        self.findings.append(Finding(code, Severity.WARNING, message, about))

    def _object(self, name: str) -> Json:
        value = self.package.get(name)
        return value if isinstance(value, Mapping) else {}

    def _items(self) -> dict[str, Json]:
        items: dict[str, Json] = {}
        for n, item in enumerate(self.package["CFItems"], start=1):
            identifier = item.get("identifier") if isinstance(item, Mapping) else None
            if not isinstance(identifier, str) or not identifier:
                self._note("case-item-unreadable", f"item {n} of CFItems has no identifier and is left out")
            elif identifier in items:
                self._note(
                    "case-item-doubled", f"item {n} of CFItems repeats {identifier}; the first stays", identifier
                )
            else:
                items[identifier] = item
        return items

    def _associations(self, kind: str) -> Iterable[tuple[str, str, Json]]:
        for association in self._all_associations():
            if association.get("associationType") == kind:
                yield _node(association, "originNodeURI"), _node(association, "destinationNodeURI"), association

    def _all_associations(self) -> list[Json]:
        found = self.package.get("CFAssociations")
        return [a for a in found if isinstance(a, Mapping)] if isinstance(found, list) else []

    def _outline(self, items: Mapping[str, Json], document: str) -> tuple[dict[str, str], list[str]]:
        """Return each item's parent, and all items depth first, siblings by sequenceNumber and then as filed."""
        parents: dict[str, str] = {}
        place: dict[str, tuple[float, int]] = {name: (float("inf"), n) for n, name in enumerate(items)}
        for child, parent, association in self._associations("isChildOf"):
            number = association.get("sequenceNumber")
            if child in items and isinstance(number, int):
                place[child] = min(place[child], (number, place[child][1]))
            if parent == document:
                continue
            if child not in items or parent not in items:
                self._note("case-dangling", f"{child} isChildOf {parent}, and one of them is not in the package")
            elif parents.setdefault(child, parent) != parent:
                self._note("case-second-parent", f"{child} has a second parent, {parent}; the first stays", child)
        return parents, _depth_first(items, parents, place)

    def _hosts(self, items: Mapping[str, Json], outline: Mapping[str, str]) -> dict[str, str]:
        """Return for each item the one that stands for it: itself, or the item above at which the outline ends."""
        host: dict[str, str] = {}
        for name in items:
            host[name] = name
            above, seen = outline.get(name), {name}
            while above is not None and above not in seen:
                if str(items[above].get("CFItemType")) in self.assess:
                    host[name] = above
                seen.add(above)
                above = outline.get(above)
        return host

    def _prerequisites(self, host: Mapping[str, str]) -> tuple[dict[str, list[str]], list[Json]]:
        before: dict[str, list[str]] = {}
        others = [a for a in self._all_associations() if a.get("associationType") not in ("isChildOf", "precedes")]
        for origin, destination, association in self._associations("precedes"):
            if origin not in host or destination not in host:
                self._note("case-dangling", f"{origin} precedes {destination}, and one of them is not in the package")
                others.append(association)
                continue
            first, then = host[origin], host[destination]
            if first == then and origin != destination:
                continue  # both are text of one item
            if first in before.setdefault(then, []):
                self._note("case-precedes-doubled", f"{first} precedes {then} is said twice", first, then)
            else:
                before[then].append(first)
        return before, others

    def _extras(self, others: Sequence[Json]) -> dict[str, Any]:
        extras = {name: value for name, value in self.package.items() if name not in ("CFItems", "CFAssociations")}
        return {"case": {**extras, "CFAssociations": list(others)}}


def _node(association: Json, end: str) -> str:
    node = association.get(end)
    return str(node.get("identifier", "")) if isinstance(node, Mapping) else str(node or "")


def _depth_first(
    items: Mapping[str, Json], parents: Mapping[str, str], place: Mapping[str, tuple[float, int]]
) -> list[str]:
    children: dict[str | None, list[str]] = {}
    for name in items:
        children.setdefault(parents.get(name), []).append(name)
    order: list[str] = []
    stack = sorted(children.get(None, []), key=place.__getitem__, reverse=True)
    while stack:
        name = stack.pop()
        order.append(name)
        stack += sorted(children.get(name, []), key=place.__getitem__, reverse=True)
    placed = set(order)
    return order + [name for name in items if name not in placed]  # on a circle: the framework will refuse it


def _competency(item: Json, text_below: Sequence[Json]) -> Competency:
    extras = {name: value for name, value in item.items() if name not in _OURS}
    if text_below:
        extras["below"] = list(text_below)
    return Competency(
        identifier=item["identifier"],
        code=str(item.get("humanCodingScheme") or ""),
        statement=str(item.get("fullStatement") or ""),
        item_type=str(item.get("CFItemType") or ""),
        extras={"case": extras},
    )
