"""What reading and writing CASE packages share: what a file may be, what it may say badly, and what lies beside it.

CASE 1.1 forbids fields of its own making, and has `extensions` for them. Beside a standard object lies ours, under
the name `OURS`: `kept` (fields as they were where 1.1 does not allow them), `added` (fields that 1.1 demands and that
were not there), and what our model says beyond CASE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from attrs import define, field

from competencies.draft import Finding, Severity
from competencies.errors import FormatError
from competencies.requirement import Requirement, mentions

__all__ = [
    "OURS",
    "TYPES",
    "Doubts",
    "beside",
    "listed",
    "merged",
    "node",
    "number",
    "refuse_deep",
    "refuse_hostile",
    "refuse_sprawl",
    "restored",
    "text",
    "texts",
]

Json = Mapping[str, Any]

OURS = "competencies"
TYPES = frozenset(
    {
        "isChildOf",
        "isPeerOf",
        "isPartOf",
        "exactMatchOf",
        "precedes",
        "isRelatedTo",
        "replacedBy",
        "exemplar",
        "hasSkillLevel",
        "isTranslationOf",
    }
)
MOST_ITEMS, MOST_ASSOCIATIONS, DEEPEST, MOST_PAIRS = 50_000, 500_000, 100, 5_000_000

_TEXTS = (
    "identifier",
    "uri",
    "title",
    "creator",
    "publisher",
    "description",
    "version",
    "adoptionStatus",
    "statusStartDate",
    "statusEndDate",
    "lastChangeDateTime",
    "language",
    "notes",
    "fullStatement",
    "alternativeLabel",
    "CFItemType",
    "humanCodingScheme",
    "listEnumeration",
    "abbreviatedStatement",
)
_WANTED: dict[str, tuple[type, str]] = {
    **dict.fromkeys(_TEXTS, (str, "a text")),
    **dict.fromkeys(("subject", "subjectURI", "educationLevel", "conceptKeywords"), (list, "a list")),
    **dict.fromkeys(("CFItemTypeURI", "conceptKeywordsURI", "CFDocumentURI", "CFPackageURI"), (dict, "an object")),
    **dict.fromkeys(("licenseURI", "extensions"), (dict, "an object")),
}
_NOTHING: Json = {}
_CONTAINERS = frozenset({dict, list})
_STRUCTURE = ("isChildOf", "precedes")
_FEW = 5
_UNTYPED = ""


def text(value: Any) -> str:
    """Return a text, or a number as text; anything else is no text."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: Any) -> int | None:
    """Return a whole number; anything else is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def listed(given: Any) -> list[Any]:
    """Return a list; anything else is an empty one."""
    return given if isinstance(given, list) else []


def texts(given: Any) -> list[str]:
    """Return a list of texts; raises TypeError for anything else."""
    if not isinstance(given, list) or not all(isinstance(value, str) for value in given):
        raise TypeError(f"a list of texts was wanted, got {given!r}")
    return given


def node(association: Json, end: str) -> str:
    """Return what an end of an association names."""
    named = association.get(end)
    name = named.get("identifier") if type(named) is dict else named
    return name if type(name) is str else text(name)


def beside(thing: Json) -> Json:
    """Return what we wrote beside an object; nothing, where it is not ours or damaged."""
    extensions = thing.get("extensions")
    if extensions is None:  # nearly always, and there are thousands to ask
        return _NOTHING
    ours = extensions.get(OURS) if isinstance(extensions, dict) else None
    if not isinstance(ours, dict):
        return _NOTHING
    sound = all(isinstance(ours.get(name, {}), dict) for name in ("kept", "extras"))
    added = ours.get("added", [])
    return ours if sound and isinstance(added, list) and all(isinstance(name, str) for name in added) else _NOTHING


def restored(thing: Json) -> Json:
    """Return an object as it was before it was written."""
    ours = beside(thing)
    if not ours:
        return thing
    without = {"extensions", *ours.get("added", ())}
    before = {name: value for name, value in thing.items() if name not in without}
    foreign = {name: value for name, value in thing["extensions"].items() if name != OURS}
    return {**before, **({"extensions": foreign} if foreign else {}), **ours.get("kept", {})}


def merged(those: Sequence[Any], placed: Any) -> list[Any]:
    """Return a list with the values of `placed`, pairs of place and value, back at their places."""
    try:
        at = {int(place): value for place, value in placed}
    except (TypeError, ValueError):
        return list(those)
    rest, size = iter(those), len(those) + len(at)
    if not all(0 <= place < size for place in at):
        return [*those, *at.values()]
    return [at[place] if place in at else next(rest) for place in range(size)]


def refuse_hostile(package: Json) -> None:
    """Raise FormatError for a package that no curriculum can be: it would only cost memory and time."""
    for name, most in (("CFItems", MOST_ITEMS), ("CFAssociations", MOST_ASSOCIATIONS)):
        if isinstance(package.get(name), list) and len(package[name]) > most:
            raise FormatError(f"A CASE package of at most {most:,} {name} was wanted, got {len(package[name]):,}.")
    level: list[Any] = [package]
    for _ in range(DEEPEST):
        inside = [*chain.from_iterable([node.values() if type(node) is dict else node for node in level])]
        if _CONTAINERS.isdisjoint(map(type, inside)):
            return
        level = [v for v in inside if type(v) is not str and (type(v) is dict or type(v) is list)]
    raise FormatError(f"A CASE package with at most {DEEPEST} values within one another was wanted, got more.")


def refuse_deep(outline: Mapping[str, str]) -> None:
    """Raise FormatError for an outline that is deeper than any curriculum."""
    depth: dict[str, int] = {}
    for start in outline:
        trail: dict[str, None] = {}
        at = start
        while at in outline and at not in depth and at not in trail:
            trail[at] = None
            at = outline[at]
        below = depth.get(at, 0)
        for name in reversed(trail):
            below += 1
            depth[name] = below
    if max(depth.values(), default=0) > DEEPEST:
        raise FormatError(f"An outline of at most {DEEPEST} levels was wanted, got {max(depth.values()):,}.")


def refuse_sprawl(names: Iterable[str], outline: Mapping[str, str], *needed: Mapping[str, Requirement]) -> None:
    """Raise FormatError where prerequisites between large groups would come to too many between their parts."""
    groups, size = set(outline.values()), dict[str, int]()
    for leaf in names:
        at, seen = leaf, set[str]()
        while leaf not in groups and at not in seen:
            seen.add(at)
            size[at] = size.get(at, 0) + 1
            at = outline.get(at, at)
    pairs = sum(
        size.get(name, 0) * size.get(mention, 0)
        for requirements in needed
        for name, requirement in requirements.items()
        for mention in mentions(requirement)
    )
    if pairs > MOST_PAIRS:
        raise FormatError(f"At most {MOST_PAIRS:,} prerequisites between leaves were wanted, these come to {pairs:,}.")


def _said(value: Any) -> str:
    return value if isinstance(value, str) and value else _UNTYPED


def _associations(count: int) -> str:
    return "association" if count == 1 else "associations"


@define
class Doubts:
    """What there is to say about a package: one finding for each item, or one for all that are alike."""

    here: set[str] = field(factory=set)
    found: list[Finding] = field(factory=list)
    wrong: dict[tuple[str, str, str], list[str]] = field(factory=dict)
    outside: dict[str, list[tuple[str, str]]] = field(factory=dict)
    unknown: dict[str, int] = field(factory=dict)

    def warn(self, code: str, message: str, *about: str) -> None:
        """Note one thing."""
        self.found.append(Finding(code, Severity.WARNING, message, about))

    def look_at_fields(self, what: str, name: str, thing: Json) -> None:
        """Note fields whose values are of another type than CASE says."""
        for key, value in thing.items():
            wanted = _WANTED.get(key)
            if wanted is not None and value is not None and not isinstance(value, wanted[0]):
                self.wrong.setdefault((what, key, wanted[1]), []).append(name)

    def look_at(self, what: str, name: str, thing: Json) -> None:
        """Note what is odd about the document or an item, by itself."""
        self.look_at_fields(what, name, thing)
        about = (name,) if what == "CFItems" else ()
        if text(thing.get("statusEndDate")):
            self.warn("case-retired", f"{name or what} was retired on {text(thing['statusEndDate'])}", *about)
        elif text(thing.get("adoptionStatus")).casefold() == "deprecated":
            self.warn("case-retired", f"{name or what} is deprecated", *about)

    def look_at_association(self, kind: Any, origin: str, then: str, association: Json) -> None:
        """Note what is odd about an association, by itself."""
        sequence = association.get("sequenceNumber")
        if sequence is not None and number(sequence) is None:
            self.wrong.setdefault(("CFAssociations", "sequenceNumber", "a whole number"), []).append(origin)
        if not isinstance(kind, str) or (kind not in TYPES and not kind.startswith("ext:")):
            self.unknown[_said(kind)] = self.unknown.get(_said(kind), 0) + 1
        if origin not in self.here or then not in self.here:
            self.outside.setdefault(_said(kind), []).append((origin, then))
        if kind == "replacedBy" and origin in self.here:
            self.warn("case-replaced", f"{origin} is replaced by {then}", origin)

    def findings(self) -> list[Finding]:
        """Return everything there is to say."""
        return [*self.found, *self._wrong(), *self._outside(), *self._unknown()]

    def _wrong(self) -> Iterable[Finding]:
        for (what, key, wanted), names in self.wrong.items():
            message = (
                f"{key} of {what} is {wanted} in CASE and something else here, in {len(names):,}; it is kept as it is"
            )
            yield Finding("case-wrong-type", Severity.WARNING, message, [name for name in names if name])

    def _outside(self) -> Iterable[Finding]:
        for kind, pairs in self.outside.items():
            verb, what = (kind, kind) if kind != _UNTYPED else ("to", f"{_associations(len(pairs))} without a type")
            few = "; ".join(f"{origin or '?'} {verb} {then or '?'}" for origin, then in pairs[:_FEW])
            more = f"; and {len(pairs) - _FEW:,} more" if len(pairs) > _FEW else ""
            severity = Severity.WARNING if kind in _STRUCTURE else Severity.NOTE
            message = f"{len(pairs):,} {what} with an end that is not in the package, kept and not used: {few}{more}"
            about = dict.fromkeys(end for pair in pairs for end in pair if end in self.here)
            yield Finding("case-dangling", severity, message, about)

    def _unknown(self) -> Iterable[Finding]:
        for kind, count in self.unknown.items():
            unknown = "without a type" if kind == _UNTYPED else "of a type that CASE does not know"
            named = "" if kind == _UNTYPED else f": {kind}"
            message = f"{count:,} {_associations(count)} {unknown}, kept and not used{named}"
            yield Finding("case-association-type", Severity.NOTE, message)
