"""`Framework`: what there is to learn and what comes first; acyclic or it does not exist."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Any as Anything

from attrs import field, frozen

from competencies.competency import Competency
from competencies.content import content
from competencies.converters import mapping
from competencies.errors import CycleError, FrameworkError
from competencies.expansion import Expansion, expand
from competencies.naming import Canonical, Names
from competencies.printing import Printed, python
from competencies.requirement import NOTHING, All, Requirement, normal
from competencies.requirement_text import text

if TYPE_CHECKING:
    import networkx  # loaded when a graph is asked for: most processes that evaluate never ask

__all__ = ["Framework"]

Requirements = Mapping[str, Requirement]


def _competencies(given: Iterable[Competency]) -> tuple[Competency, ...]:
    return tuple(given)


@frozen(eq=False, repr=False)
class Framework(Printed):
    """Competencies, their outline and their requirements.

    `requires` (hard: gates) and `recommends` (soft: only orders) map a competency to a requirement or its text;
    `part_of` maps a part to its group. All names may be identifiers or codes; the built value holds identifiers.
    The order of `competencies` is the framework order that breaks every tie. `formerly` maps identifiers of earlier
    editions, which are here no more, to the competencies that succeed them: facts about the former are facts about
    the latter.

    Raises FrameworkError with all faults at once: doubled identifiers, unknown names, an outline that is not a
    forest; CycleError when prerequisites, carried down to competencies without parts, run in a circle. Every mention
    counts as an edge there, so some any-of rings that could be satisfied are refused too.
    """

    title: str
    competencies: tuple[Competency, ...] = field(converter=_competencies)
    requires: Requirements = field(factory=dict, converter=mapping)
    recommends: Requirements = field(factory=dict, converter=mapping)
    part_of: Mapping[str, str] = field(factory=dict, converter=mapping)
    identifier: str = ""
    extras: Mapping[str, Anything] = field(factory=dict, converter=mapping)
    formerly: Mapping[str, tuple[str, ...]] = field(factory=dict, converter=mapping)

    def __attrs_post_init__(self) -> None:
        faults = self._names.faults()
        canonical = Canonical(self._names, faults)
        part_of = canonical.outline(self.part_of)
        object.__setattr__(self, "part_of", part_of)
        object.__setattr__(self, "requires", canonical.requirements("requires", self.requires, part_of))
        object.__setattr__(self, "recommends", canonical.requirements("recommends", self.recommends, part_of))
        object.__setattr__(self, "formerly", canonical.successors(self.formerly))
        if faults:
            raise FrameworkError(self.title, faults)
        self._refuse_cycles()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Framework):
            return NotImplemented
        return self is other or self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __contains__(self, name: object) -> bool:
        return name in self._names.lookup

    def _printed(self, name: str, value: Anything) -> str:
        if name in ("requires", "recommends"):
            return repr({leaf: text(requirement) for leaf, requirement in value.items()})
        return python(value)

    @cached_property
    def _names(self) -> Names:
        return Names(self.competencies)

    @cached_property
    def expansion(self) -> Expansion:
        """The requirements carried down to competencies without parts."""
        return expand([c.identifier for c in self.competencies], self.part_of, self.requires)

    @cached_property
    def recommended(self) -> Expansion:
        """The recommendations carried down to competencies without parts; they may run in circles."""
        return expand([c.identifier for c in self.competencies], self.part_of, self.recommends)

    @cached_property
    def version(self) -> str:
        """The content hash: 32 hexadecimal digits, equal for equal frameworks, in any process."""
        content = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    @property
    def graph(self) -> networkx.DiGraph[str]:
        """A new networkx DiGraph of identifiers: an edge from each prerequisite leaf to each leaf that mentions it.

        Nodes carry `competency`; edges carry `hard` (True) or, for recommendations alone, False.
        """
        import networkx

        graph: networkx.DiGraph[str] = networkx.DiGraph()
        leaves = self.expansion.leaves
        graph.add_nodes_from((name, {"competency": self.competency(name)}) for name in leaves)
        for hard, expansion in ((False, self.recommended), (True, self.expansion)):
            for i, mentioned in enumerate(expansion.needs):
                graph.add_edges_from(((leaves[j], leaves[i]) for j in mentioned), hard=hard)
        return graph

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        for competency in self.competencies:
            if competency.identifier in self.part_of:
                children.setdefault(self.part_of[competency.identifier], []).append(competency.identifier)
        return {parent: tuple(parts) for parent, parts in children.items()}

    @property
    def leaves(self) -> tuple[Competency, ...]:
        """The competencies without parts, in framework order: what evidence is for."""
        return tuple(self.competency(name) for name in self.expansion.leaves)

    def competency(self, name: str) -> Competency:
        """Return the competency with this identifier or code.

        Raises UnknownCompetency with the near miss, or AmbiguousCode where several share the code.
        """
        return self._names.find(name, repr(self.title))

    def parts(self, name: str) -> tuple[Competency, ...]:
        """Return the direct parts of a group, none for a leaf, in framework order."""
        return tuple(self.competency(part) for part in self._children.get(self.competency(name).identifier, ()))

    def group(self, name: str) -> Competency | None:
        """Return the group that this competency is a direct part of."""
        parent = self.part_of.get(self.competency(name).identifier)
        return None if parent is None else self.competency(parent)

    def requirement(self, name: str) -> Requirement:
        """Return what opens a competency: its own requirement and those of the groups around it."""
        at: str | None = self.competency(name).identifier
        found = []
        while at is not None:
            found.append(self.requires.get(at, NOTHING))
            at = self.part_of.get(at)
        return normal(All(found))

    def text(self, requirement: Requirement) -> str:
        """Return the text of a requirement with codes where they are unambiguous, identifiers elsewhere."""
        return text(requirement, name=self.printed_name)

    def printed_name(self, identifier: str) -> str:
        """Return the name under which this competency is printed and found again."""
        label = self.competency(identifier).label
        return label if isinstance(self._names.lookup.get(label), Competency) else identifier

    def to_json(self) -> dict[str, Anything]:
        """Return the framework as plain JSON values, loss-free; `competencies.from_json` reads them back."""
        return content(
            self.title,
            self.identifier,
            self.competencies,
            self.requires,
            self.recommends,
            self.part_of,
            self.extras,
            self.formerly,
        )

    def _refuse_cycles(self) -> None:
        expansion = self.expansion
        if len(expansion.order) == len(expansion.leaves):
            return
        stuck = set(range(len(expansion.leaves))) - set(expansion.order)
        ring = _shortest_ring({i: [j for j in expansion.needs[i] if j in stuck] for i in stuck})
        codes = [self.printed_name(expansion.leaves[i]) for i in ring]
        round_trip = " needs ".join([*codes, codes[0]])
        fault = (
            f"prerequisites run in a circle (groups expanded to their parts, every mention an edge, so that even a "
            f"ring which any-of could satisfy is refused): {round_trip}; take one of these requirements away"
        )
        raise CycleError(self.title, [fault], codes)


_MOST_TRIED = 300  # a search from each edge: a hostile ring of thousands is named all the same, if not its shortest


def _shortest_ring(needs: Mapping[int, list[int]]) -> list[int]:
    import networkx

    graph: networkx.DiGraph[int] = networkx.DiGraph((i, j) for i, mentioned in sorted(needs.items()) for j in mentioned)
    best: list[int] = []
    for i, j in sorted(graph.edges)[:_MOST_TRIED]:
        if best and len(best) <= 2:
            break
        if networkx.has_path(graph, j, i):
            ring = networkx.shortest_path(graph, j, i)
            best = [i, *ring[:-1]] if not best or len(ring) < len(best) else best
    return best
