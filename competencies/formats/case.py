"""1EdTech CASE 1.0 and 1.1 packages, read leniently: what our model has no word for is kept in `extras`.

`precedes` is a prerequisite (origin before destination), `isChildOf` the outline (origin is part of destination) and
never a prerequisite. Publishers call many progressions advisory: `precedes="soft"` reads them as recommendations.

`extras["case"]` of a competency has the other fields of its item. That of a framework has the rest of the package:
`CFAssociationsUsed` are the associations that became outline and prerequisites, `CFAssociations` all others, `CFItems`
the items that could not be used. What `case_out` puts beside the standard fields is taken back from there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import define, field

from competencies.competency import CheckBlueprint, Competency, Kind, Level
from competencies.draft import Draft
from competencies.errors import FormatError
from competencies.formats.case_package import (
    Doubts,
    beside,
    listed,
    merged,
    node,
    number,
    refuse_deep,
    refuse_hostile,
    refuse_sprawl,
    restored,
    text,
    texts,
)
from competencies.requirement import All, Needs, Requirement, mentions, normal, rename
from competencies.requirement_text import parse

__all__ = ["Precedes", "read"]

Precedes = Literal["hard", "soft"]
Json = Mapping[str, Any]

_FIELDS = {"identifier", "humanCodingScheme", "fullStatement", "CFItemType"}
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


def read(data: Any, *, precedes: Precedes = "hard", assess: Collection[str] = ()) -> Draft:
    """Return the draft of a CASE package given as JSON values, bare or wrapped in `CFPackage`.

    `assess` names the item types at which the outline ends: items below them are text, kept in the extras of the
    item above, and what precedes or follows them does so for that item.
    Raises FormatError when the values are no CASE package at all, or one too large or too deep to be a curriculum.
    """
    if precedes not in ("hard", "soft"):
        raise FormatError(f"precedes is 'hard' or 'soft', got {precedes!r}.")
    package = data.get("CFPackage", data) if isinstance(data, dict) else data
    if isinstance(package, dict) and "CFItems" not in package and isinstance(package.get("CFDocument"), dict):
        package = {**package, "CFItems": []}
    if not isinstance(package, dict) or not isinstance(package.get("CFItems"), list):
        raise FormatError("A CASE package was wanted: a JSON object with a list named CFItems.")
    refuse_hostile(package)
    return _Reader(package, precedes, frozenset(assess)).draft()


@define
class _Reader:
    package: Json
    precedes: Precedes
    assess: frozenset[str]
    doubts: Doubts = field(factory=Doubts)
    items: dict[str, Json] = field(factory=dict)
    unusable: list[Any] = field(factory=list)
    used: list[Json] = field(factory=list)
    others: list[Any] = field(factory=list)
    outline: dict[str, str] = field(factory=dict)
    before: dict[tuple[str, str, bool], None] = field(factory=dict)

    def draft(self) -> Draft:
        document = self.package.get("CFDocument")
        document = document if isinstance(document, dict) else {}
        identifier = text(beside(document).get("identifier", document.get("identifier")))
        self.doubts.look_at("CFDocument", "", document)
        self._take_items()
        order = self._structure(text(document.get("identifier")))
        refuse_deep(self.outline)
        host = self._hosts()
        kept = [name for name in order if host[name] == name]
        requires, recommends = self._prerequisites(kept, host)
        refuse_sprawl(kept, self.outline, requires, recommends)
        below: dict[str, list[Json]] = {}
        for name in order:
            if host[name] != name:
                below.setdefault(host[name], []).append(self.items[name])
        title = text(document.get("title"))
        return Draft(
            title=title if title or "title" in beside(document) else "Untitled framework",
            competencies=[self._competency(name, below.get(name, ())) for name in kept],
            requires=requires,
            recommends=recommends,
            part_of={name: self.outline[name] for name in kept if name in self.outline},
            identifier=identifier,
            extras=self._extras(),
            findings=self.doubts.findings(),
            formerly=_formerly(beside(self.package).get("formerly")),
        )

    def _take_items(self) -> None:
        for n, item in enumerate(self.package["CFItems"], start=1):
            identifier = item.get("identifier") if isinstance(item, dict) else None
            if not isinstance(identifier, str) or not identifier:
                self.doubts.warn("case-item-unreadable", f"item {n} of CFItems has no identifier and is left out")
                self.unusable.append(item)
                continue
            identifier = text(beside(item).get("identifier")) or identifier
            if identifier in self.items:
                message = f"item {n} of CFItems repeats {identifier}; the first stays"
                self.doubts.warn("case-item-doubled", message, identifier)
                self.unusable.append(item)
            else:
                self.items[identifier] = item
                self.doubts.look_at("CFItems", identifier, item)

    def _associations(self) -> Iterator[tuple[str, str, str, Json, Json]]:
        """Yield kind, origin and destination of each association that may be structure; keep the others."""
        found = self.package.get("CFAssociations")
        names = {item["identifier"]: name for name, item in self.items.items() if item["identifier"] != name}
        for association in found if isinstance(found, list) else ():
            if not isinstance(association, dict):
                self.others.append(association)
                continue
            kind = association.get("associationType")
            origin, then = node(association, "originNodeURI"), node(association, "destinationNodeURI")
            if names:
                origin, then = names.get(origin, origin), names.get(then, then)
            self.doubts.look_at_association(kind, origin, then, association)
            ours = beside(association)
            if kind in ("isChildOf", "precedes") and not ours.get("idle"):
                yield kind, origin, then, association, ours
            else:
                self.others.append(restored(association) if ours else association)

    def _structure(self, top: str) -> list[str]:
        """Find each item's parent and who precedes whom; return all items in the order of the outline."""
        self.doubts.here = {*self.items, top} - {""}
        place: dict[str, tuple[float, int]] = {name: (float("inf"), n) for n, name in enumerate(self.items)}
        tops: set[str] = set()
        for kind, origin, then, association, ours in self._associations():
            sequence = number(association.get("sequenceNumber"))
            if kind == "isChildOf" and origin in place and sequence is not None:
                place[origin] = min(place[origin], (sequence, place[origin][1]))
            if origin in self.items and then in self.items:
                fits = self._is_part(origin, then) if kind == "isChildOf" else self._is_before(origin, then, ours)
            else:
                fits = kind == "isChildOf" and origin in self.items and then == top != "" and origin not in tops
                tops.update([origin] if fits else ())
            if not (fits and ours.get("made")):
                (self.used if fits else self.others).append(restored(association) if ours else association)
        if beside(self.package).get("order") == "as filed":
            return list(self.items)
        return _depth_first(self.items, self.outline, place)

    def _is_part(self, child: str, parent: str) -> bool:
        first = self.outline.get(child)
        if first == parent:
            self.doubts.warn("case-child-doubled", f"{child} isChildOf {parent} is said twice", child)
        elif first is not None:
            message = f"{child} has a second parent, {parent}; the first stays"
            self.doubts.warn("case-second-parent", message, child)
        else:
            self.outline[child] = parent
        return first is None

    def _is_before(self, origin: str, then: str, ours: Json) -> bool:
        pair = origin, then, bool(ours.get("soft"))
        if pair in self.before:
            self.doubts.warn("case-precedes-doubled", f"{origin} precedes {then} is said twice", origin, then)
            return False
        self.before[pair] = None
        return True

    def _hosts(self) -> dict[str, str]:
        """Return for each item the one that stands for it: itself, or the item above at which the outline ends."""
        host = {name: name for name in self.items}
        for name in self.items if self.assess else ():
            above, seen = self.outline.get(name), {name}
            while above is not None and above not in seen:
                if text(self.items[above].get("CFItemType")) in self.assess:
                    host[name] = above
                seen.add(above)
                above = self.outline.get(above)
        return host

    def _prerequisites(
        self, kept: Sequence[str], host: Mapping[str, str]
    ) -> tuple[dict[str, Requirement], dict[str, Requirement]]:
        """Return what is required and what is recommended."""
        hard: dict[str, list[Requirement]] = {}
        soft: dict[str, list[Requirement]] = {}
        for origin, then, is_soft in self.before:
            if host[origin] != host[then] or origin == then:  # else both are text of one item
                (soft if is_soft else hard).setdefault(host[then], []).append(Needs(host[origin]))
        for name in kept:
            ours = beside(self.items[name])
            for word, into in (("requires", hard), ("recommends", soft)):
                if word in ours:
                    into[name] = self._expression(name, ours[word], host) or into.get(name, [])
        if self.precedes == "soft":
            hard, soft = {}, {name: [*hard.get(name, ()), *soft.get(name, ())] for name in kept}
        both = [{n: normal(All(into[n])) for n in kept if into.get(n)} for into in (hard, soft)]
        return both[0], both[1]

    def _expression(self, name: str, written: Any, host: Mapping[str, str]) -> list[Requirement]:
        try:
            asked = parse(written)
            found = normal(rename(asked, lambda mention: host.get(mention, mention)))
            if name not in mentions(found) or name in mentions(asked):
                return [found]
        except _UNREADABLE:
            pass
        self.doubts.warn("case-extension-unreadable", f"the requirement beside {name} cannot be used", name)
        return []

    def _competency(self, name: str, below: Sequence[Json]) -> Competency:
        item = self.items[name]
        ours = beside(item)
        aside = ours.get("kept", {})
        case = {
            key: value
            for key, value in restored(item).items()
            if key not in _FIELDS or key in aside or not isinstance(value, str)
        }
        if below:
            case["below"] = list(below)
        extras = {**ours.get("extras", {}), **({"case": case} if case else {})}
        code, item_type = text(item.get("humanCodingScheme")), text(item.get("CFItemType"))
        statement = text(item.get("fullStatement"))
        try:
            return Competency(name, code, statement, item_type=item_type, extras=extras, **_details(ours))
        except _UNREADABLE as fault:
            self.doubts.warn("case-extension-unreadable", f"what lies beside {name} cannot be used: {fault}", name)
            return Competency(name, code, statement, item_type=item_type, extras=extras)

    def _extras(self) -> dict[str, Any]:
        ours = beside(self.package)
        aside, added = ours.get("kept", {}), ours.get("added", ())
        case = {name: v for name, v in restored(self.package).items() if name not in ("CFItems", "CFAssociations")}
        if "CFDocument" in case and "CFDocument" not in aside and isinstance(case["CFDocument"], dict):
            case["CFDocument"] = restored(case["CFDocument"])
        filed = aside.get("CFAssociations", self.package.get("CFAssociations", []))
        others = merged(self.others, ours.get("others", ()))
        if not isinstance(filed, list):
            self.doubts.wrong.setdefault(("the package", "CFAssociations", "a list"), []).append("")
            case["CFAssociations"] = filed
        elif others or "CFAssociations" not in added:
            case["CFAssociations"] = others
        used = merged(self.used, ours.get("used", ()))
        unusable = [*self.unusable, *listed(ours.get("unusable"))]
        case |= {name: those for name, those in (("CFAssociationsUsed", used), ("CFItems", unusable)) if those}
        return {**ours.get("extras", {}), **({"case": case} if case else {})}


def _details(ours: Json) -> dict[str, Any]:
    """Return what our model says of a competency beyond CASE; raises where that is damaged."""
    found: dict[str, Any] = {name: texts(ours[name]) for name in ("tags", "alignments") if name in ours}
    if "kind" in ours:
        found["kind"] = Kind(ours["kind"])
    if "levels" in ours:
        found["levels"] = [Level(*texts(level)) for level in ours["levels"]]
    if "check" in ours:
        pass_score, questions, items = ours["check"]
        found["check"] = CheckBlueprint(pass_score, questions, texts(items))
    return found


def _formerly(given: Any) -> dict[str, tuple[str, ...]]:
    try:
        return {former: tuple(texts(names)) for former, names in given.items()}
    except _UNREADABLE:
        return {}


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
