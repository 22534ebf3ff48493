"""Writes a framework as a CASE 1.1 package that the official schema accepts and that `case.read` reads back equal.

What CASE has a word for is written in that word: outline as isChildOf, what is plainly required or recommended as
precedes. The rest lies beside it in `extensions` (see `case_package`): requirements other than `all`, levels, kinds,
tags, alignments, check blueprints, former names, and what 1.1 forbids. What a file brought along keeps its identifier;
what is missing is made from the content, never from chance or a clock, so that writing twice writes the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from attrs import define, field

from competencies.errors import FormatError
from competencies.formats import case
from competencies.formats.case_package import OURS, TYPES, listed, node
from competencies.formats.case_shapes import fitted, is_date_time, is_target, is_uuid, made_identifier
from competencies.framework import Framework
from competencies.requirement import All, Needs, Requirement, normal
from competencies.requirement_text import text

__all__ = ["write"]

Json = Mapping[str, Any]
Link = tuple[str, str, str, bool]

_FIELDS = ("identifier", "humanCodingScheme", "fullStatement", "CFItemType")
_DETAILS = ("kind", "levels", "tags", "alignments", "check")
_BEGINNING = "1970-01-01T00:00:00+00:00"


def write(framework: Framework) -> dict[str, Any]:
    """Return the package as JSON values; raises FormatError for what would not come back equal."""
    try:
        package = _Writer(framework).package()
        found = case.read(package)
        if [c.identifier for c in found.competencies] != [c.identifier for c in framework.competencies]:
            package = _with(package, {"order": "as filed"})
            found = case.read(package)
        written: dict[str, Any] = json.loads(json.dumps(package, allow_nan=False))
        if case.read(written).framework() == framework:
            return written
    except (ValueError, TypeError, RecursionError) as fault:  # what JSON, or a package of any size, cannot hold
        raise FormatError(f"{framework.title!r} cannot be written as CASE: {fault}") from None
    raise FormatError(f"{framework.title!r} cannot be written as CASE and read back equal: look at its extras.")


def _with(package: dict[str, Any], more: Json) -> dict[str, Any]:
    extensions = package.get("extensions", {})
    return {**package, "extensions": {**extensions, OURS: {**extensions.get(OURS, {}), **more}}}


def _same(one: Any, other: Any) -> bool:
    return one is other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _beside(out: dict[str, Any], before: Json, ours: Json, taken: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an object with what reading it back takes: fields as they were before, and which were not there."""
    foreign = before.get("extensions")
    foreign = foreign if isinstance(foreign, dict) and foreign and OURS not in foreign else {}
    kept = {
        name: before[name]
        for name in sorted(before)
        if not (name in out and _same(out[name], before[name])) and not (name == "extensions" and foreign)
    }
    added = [name for name in out if name not in before and name not in taken]
    ours = {**ours, **({"kept": kept} if kept else {}), **({"added": added} if added else {})}
    extensions = {**foreign, **({OURS: ours} if ours else {})}
    return {**out, **({"extensions": extensions} if extensions else {})}


def _plain(requirement: Requirement) -> list[str]:
    """Return the competencies that are required one by one."""
    parts = requirement.parts if isinstance(requirement, All) else (requirement,)
    return [part.name for part in parts if isinstance(part, Needs)]


@define
class _Writer:
    framework: Framework
    case: Json = field(init=False)
    document: str = field(init=False)
    names: dict[str, str] = field(init=False)
    items: frozenset[str] = field(init=False)
    stamp: str = field(init=False)
    wanted: dict[Link, None] = field(factory=dict)
    order: dict[tuple[str, bool], list[str]] = field(factory=dict)
    ours: dict[str, Any] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        given = self.framework.extras.get("case")
        self.case = given if isinstance(given, dict) else {}
        name = self.framework.identifier
        own = is_uuid(name) and name not in self.framework  # a document is told from its items
        self.document = name if own else made_identifier(["document", name or self.framework.title])
        space = UUID(self.document)
        self.names = {
            c.identifier: c.identifier if is_uuid(c.identifier) else str(uuid5(space, json.dumps(c.identifier)))
            for c in self.framework.competencies
        }
        self.items = frozenset([*self.names, *self.names.values()])  # by what they are called here, and in the package
        document = self.case.get("CFDocument")
        changed = document.get("lastChangeDateTime") if isinstance(document, dict) else None
        self.stamp = str(changed) if is_date_time(changed) else _BEGINNING

    def package(self) -> dict[str, Any]:
        rows = self.framework.to_json()
        associations = list(self._associations())
        aside = ("CFItems", "CFAssociations", "CFAssociationsUsed")
        before = {n: v for n, v in self.case.items() if n not in aside or not isinstance(v, list) or not v}
        out: dict[str, Any] = {"CFDocument": self._document()}
        if isinstance(before.get("CFDocument"), dict):
            before["CFDocument"] = out["CFDocument"]  # it has its own extensions
        if isinstance(before.get("CFDefinitions"), dict):
            out["CFDefinitions"] = fitted(before["CFDefinitions"], "CFDefinitions", self.stamp)
        if isinstance(before.get("CFRubrics"), list):
            out["CFRubrics"] = fitted(before, "rubrics", self.stamp)["CFRubrics"]
        extras = {n: v for n, v in self.framework.extras.items() if n != "case" or not self.case}
        more = {"extras": extras, "unusable": listed(self.case.get("CFItems")), "formerly": rows.get("formerly")}
        ours = {**self.ours, **{name: value for name, value in more.items() if value}}
        if isinstance(self.case.get("CFAssociations"), list):
            before["CFAssociations"] = associations
        out["CFAssociations"] = associations
        whole = _beside(out, before, ours)
        return {
            "CFDocument": whole.pop("CFDocument"),
            "CFItems": [self._item(r) for r in rows["competencies"]],
            **whole,
        }

    def _document(self) -> dict[str, Any]:
        given = self.case.get("CFDocument")
        before = given if isinstance(given, dict) else {}
        publisher = before.get("publisher")
        forced = {"identifier": self.document, "title": self.framework.title, "caseVersion": "1.1"}
        if not isinstance(before.get("creator"), str):
            forced["creator"] = publisher if isinstance(publisher, str) else "unknown"
        out = fitted(before, "CFDocument", self.stamp, forced)
        ours = {} if self.framework.title else {"title": ""}
        if self.document != self.framework.identifier:
            ours["identifier"] = self.framework.identifier
        return _beside(out, before, ours)

    def _item(self, row: Json) -> dict[str, Any]:
        name, extras = row["identifier"], row.get("extras", {})
        given = extras.get("case")
        before = given if isinstance(given, dict) and given else {}
        forced = {
            "identifier": self.names[name],
            "fullStatement": row.get("statement", ""),
            "humanCodingScheme": row.get("code"),
            "CFItemType": row.get("item_type"),
        }
        ours = {detail: row[detail] for detail in _DETAILS if detail in row}
        ours |= {} if self.names[name] == name else {"identifier": name}
        aside = {key: value for key, value in extras.items() if key != "case" or not before}
        ours |= {"extras": aside} if aside else {}
        for word, given, soft in (
            ("requires", self.framework.requires, False),
            ("recommends", self.framework.recommends, True),
        ):
            if name in given and given[name] != normal(All(map(Needs, self.order.get((name, soft), ())))):
                ours[word] = text(given[name])
        return _beside(fitted(before, "CFItem", self.stamp, forced), before, ours, _FIELDS)

    def _associations(self) -> Iterator[dict[str, Any]]:
        """Yield what a file brought along and still holds, then what it did not say, then what is not structure."""
        framework, filed = self.framework, listed(self.case.get("CFAssociationsUsed"))
        for c in framework.competencies:
            group = framework.part_of.get(c.identifier, "")
            if group or not filed or framework.identifier:
                self.wanted["isChildOf", c.identifier, group, False] = None
        for soft, given in ((False, framework.requires), (True, framework.recommends)):
            for name in self.names:
                plain = _plain(given[name]) if name in given else []
                self.wanted |= {("precedes", origin, name, soft): None for origin in plain}
        stale: list[Any] = []
        for place, raw in enumerate(filed):
            link = self._holds(raw)
            out = self._given(raw, {"soft": True} if link and link[3] else {}) if link else None
            if link is None or out is None:
                stale.append([place, raw])
                continue
            self._emit(link)
            yield out
        yield from self._made(bool(filed))
        gone: list[Any] = []
        for place, raw in enumerate(listed(self.case.get("CFAssociations"))):
            out = self._given(raw, {"idle": True} if self._could_be_structure(raw) else {})
            if out is None:
                gone.append([place, raw])
            else:
                yield out
        self.ours |= {name: those for name, those in (("used", stale), ("others", gone)) if those}

    def _emit(self, link: Link) -> None:
        del self.wanted[link]
        if link[0] == "precedes":
            self.order.setdefault((link[2], link[3]), []).append(link[1])

    def _holds(self, raw: Any) -> Link | None:
        """Return which link an association of the file still says."""
        if not isinstance(raw, dict):
            return None
        kind, origin, then = raw.get("associationType"), node(raw, "originNodeURI"), node(raw, "destinationNodeURI")
        if then not in self.names and then == self.framework.identifier:
            then = ""
        links: list[Link] = [(kind, origin, then, False), (kind, origin, then, True)] if isinstance(kind, str) else []
        return next((link for link in links if link in self.wanted), None)

    def _could_be_structure(self, raw: Any) -> bool:
        if not isinstance(raw, dict) or raw.get("associationType") not in ("isChildOf", "precedes"):
            return False
        origin, then = node(raw, "originNodeURI"), node(raw, "destinationNodeURI")
        return origin in self.items and (then in self.items or then in (self.framework.identifier, self.document))

    def _made(self, is_filed: bool) -> Iterator[dict[str, Any]]:
        siblings: dict[str, int] = {}
        for link in list(self.wanted):
            kind, origin, then, soft = link
            if is_filed and kind == "isChildOf" and not then:
                continue  # the file left it open, and so do we
            siblings[then] = siblings.get(then, 0) + 1
            identifier = str(uuid5(UUID(self.document), json.dumps(link)))
            out = {
                "identifier": identifier,
                "associationType": kind,
                **({"sequenceNumber": siblings[then]} if kind == "isChildOf" and not is_filed else {}),
                "uri": f"urn:uuid:{identifier}",
                "originNodeURI": self._end(origin),
                "destinationNodeURI": self._end(then),
                "lastChangeDateTime": self.stamp,
                "extensions": {OURS: {"made": True, **({"soft": True} if soft else {})}},
            }
            self._emit(link)
            yield out

    def _end(self, name: str, given: Any = None) -> dict[str, Any]:
        """Return an end of an association, as it was given where that is allowed."""
        known = self.names.get(name) or (self.document if name in ("", self.framework.identifier) else name)
        before = given if isinstance(given, dict) else {}
        label = self.framework.title if known == self.document else name
        if name in self.names:
            label = self.framework.competency(name).label
        uri = f"urn:uuid:{known}" if is_uuid(known) else known
        out = {
            "title": before["title"] if isinstance(before.get("title"), str) else label,
            "identifier": known,
            "uri": before["uri"] if isinstance(before.get("uri"), str) else uri,
        }
        return {**out, **({"targetType": before["targetType"]} if is_target(before.get("targetType")) else {})}

    def _given(self, raw: Any, ours: Json) -> dict[str, Any] | None:
        """Return an association of the file as 1.1 has it; None where it has no type or an end is missing."""
        if not isinstance(raw, dict):
            return None
        kind, ends = raw.get("associationType"), ("originNodeURI", "destinationNodeURI")
        if not isinstance(kind, str) or not kind or not all(node(raw, end) for end in ends):
            return None
        if kind not in TYPES and not re.fullmatch("ext:[A-Za-z0-9._][A-Za-z0-9._-]*", kind):
            kind = "ext:" + re.sub("^-|[^A-Za-z0-9._-]+", "_", kind.removeprefix("ext:") or "_")
        forced = {"associationType": kind, **{end: self._end(node(raw, end), raw[end]) for end in ends}}
        return _beside(fitted(raw, "CFAssociation", self.stamp, forced), raw, ours)
